package dev.octet.spark;

import dev.octet.event.InputException;
import dev.octet.serve.kafka.KafkaSettings;
import dev.octet.serve.kafka.TopicAddress;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.streaming.DataStreamReader;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** Where a stream comes from. Immutable. */
sealed interface StreamInput {
    /** Rows whose batches {@link #files} takes. */
    Dataset<Row> rows(SparkSession session);

    /** The log that a batch is, as files. The same rows give the same logins in the same order. */
    List<LogPlan.LogFile> files(Dataset<Row> batch);

    /**
     * A folder that files are moved into.
     *
     * @param path on any file system that Spark knows
     * @param batchFiles files of a batch at most
     */
    record Folder(String path, int batchFiles) implements StreamInput {
        private static final StructType FILES = new StructType()
                .add("path", DataTypes.StringType, false)
                .add("modificationTime", DataTypes.TimestampType, false)
                .add("length", DataTypes.LongType, false)
                .add("content", DataTypes.BinaryType, true);

        @Override
        public Dataset<Row> rows(SparkSession session) {
            try {
                return LogPlan.named(session.readStream()
                        .format("binaryFile")
                        .schema(FILES)
                        .option("recursiveFileLookup", "true")
                        .option("maxFilesPerTrigger", batchFiles)
                        .load(path));
            } catch (Exception e) { // Scala's compiler does not say which
                if (e instanceof AnalysisException) {
                    throw new InputException(
                            "--from " + path + " cannot be found by Spark (" + LogPlan.firstLine(e)
                                    + "); name a folder that every worker can read, or kafka://HOST:PORT/TOPIC",
                            e);
                }
                throw e;
            }
        }

        @Override
        public List<LogPlan.LogFile> files(Dataset<Row> batch) {
            return LogPlan.listed(batch.collectAsList());
        }
    }

    /**
     * A topic of Kafka: the value of each record is a line of the log. Each batch is written to files, one for each partition
     * of the topic, in the order of its offsets.
     *
     * @param header the line that names the columns of CSV; empty for JSON lines
     * @param batchRows records of a batch at most
     * @param folder where a batch is written to, on a file system that every worker sees
     */
    record Topic(TopicAddress address, KafkaSettings settings, Optional<String> header, long batchRows, String folder)
            implements StreamInput {
        private static final Column VALUE = functions.col("value");

        @Override
        public Dataset<Row> rows(SparkSession session) {
            DataStreamReader reader = session.readStream().format("kafka");
            settings.properties().forEach((name, value) -> reader.option("kafka." + name, value));
            reader.option("kafka.bootstrap.servers", address.brokers())
                    .option("kafka.isolation.level", "read_committed")
                    .option("subscribe", address.topic())
                    .option("startingOffsets", "earliest")
                    .option("maxOffsetsPerTrigger", batchRows);
            try {
                return reader.load();
            } catch (Exception e) { // Scala's compiler does not say which
                if (e instanceof AnalysisException) {
                    throw new InputException(
                            "this Spark cannot read Kafka: add its package, --conf"
                                    + " spark.jars.packages=org.apache.spark:spark-sql-kafka-0-10_2.13:"
                                    + session.version()
                                    + " (" + LogPlan.firstLine(e) + ")",
                            e);
                }
                throw e;
            }
        }

        @Override
        public List<LogPlan.LogFile> files(Dataset<Row> batch) {
            Dataset<Row> lines = batch.select(
                            functions.col("partition"),
                            functions.col("offset"),
                            VALUE.cast(DataTypes.StringType).as("value"))
                    .where(VALUE.isNotNull())
                    .withColumn("value", onOneLine())
                    .where(functions.trim(VALUE).notEqual(""));
            Column line = header.isPresent() ? ofCsv() : ofJson();
            if (header.isPresent()) {
                lines = lines.where(functions.rtrim(VALUE).notEqual(header.get()));
                Column first = functions
                        .row_number()
                        .over(Window.partitionBy("partition").orderBy("offset"))
                        .equalTo(1);
                line = functions
                        .when(first, functions.concat(functions.lit(header.get() + "\n"), line))
                        .otherwise(line);
            } else {
                lines = lines.repartition(functions.col("partition")).sortWithinPartitions("partition", "offset");
            }
            lines.select(functions.col("partition"), line.as("value"))
                    .write()
                    .mode(SaveMode.Overwrite)
                    .partitionBy("partition")
                    .text(folder);
            return LogPlan.inFolder(folder, batch.sparkSession());
        }

        /** A line break in a value counts as a space. */
        private static Column onOneLine() {
            return functions
                    .when(VALUE.rlike("[\r\n]"), functions.translate(VALUE, "\r\n", "  "))
                    .otherwise(VALUE);
        }

        /** A value within quotation marks that does not end would hold the records behind it: such a record cannot be read. */
        private static Column ofCsv() {
            Column marks = functions.expr("length(value) - length(replace(value, '\"', ''))");
            return functions
                    .when(marks.mod(2).equalTo(1), "quotation marks that do not end")
                    .otherwise(VALUE);
        }

        /** A file that begins otherwise would be taken for CSV. */
        private static Column ofJson() {
            return functions.when(functions.ltrim(VALUE).startsWith("{"), VALUE).otherwise("{}");
        }
    }
}
