/**
 * Octet on Apache Spark: logs and tables of any size are scored with a bundle, with the same bits as on one machine.
 * {@link dev.octet.spark.OctetSpark} is the Java API, {@link dev.octet.spark.SparkMain} the command that spark-submit runs.
 */
package dev.octet.spark;
