package dev.octet.spark;

import dev.octet.event.CsvOutput;
import dev.octet.event.text.CsvLines;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Timestamp;
import java.util.Iterator;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.sql.Row;
import scala.Tuple2;

/** Writes scored logins as one file, in the order of the log and byte for byte as {@code octet score} does. */
final class ScoreCsv {
    private ScoreCsv() {}

    static void write(JavaPairRDD<OrderKey, Row> scored, Path target) throws IOException {
        Iterator<Tuple2<OrderKey, Row>> rows = scored.sortByKey().toLocalIterator();
        try (CsvOutput csv =
                new CsvOutput(target, "row", "timestamp", "user", "score", "threshold", "flagged", "reasons")) {
            while (rows.hasNext()) {
                Row row = rows.next()._2;
                CsvLines lines = csv.lines();
                lines.number(row.getLong(0));
                Timestamp time = row.getTimestamp(1);
                lines.timestamp(Math.floorDiv(time.getTime(), 1000L) * 1_000_000 + time.getNanos() / 1000);
                lines.key(row.getString(2));
                lines.number(row.getDouble(3));
                lines.field()
                        .plain((row.getDouble(4) + (row.getBoolean(5) ? ",1" : ",0"))
                                .getBytes(StandardCharsets.US_ASCII));
                lines.field().plain(row.getString(6).getBytes(StandardCharsets.UTF_8));
                csv.end();
            }
            csv.complete();
        }
    }
}
