/** Topics of Apache Kafka: as the log that a watch reads, and as a destination of alerts. Only this package sees its client. */
package dev.octet.serve.kafka;
