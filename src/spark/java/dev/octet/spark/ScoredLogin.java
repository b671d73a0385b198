package dev.octet.spark;

import dev.octet.feature.history.PackedInput;
import java.nio.charset.StandardCharsets;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** A scored login, which {@link ScoredLogins#finish} wrote. Reused from login to login; not thread-safe. */
final class ScoredLogin {
    /** Columns of the result. */
    static final StructType SCHEMA = new StructType()
            .add("row", DataTypes.LongType, false)
            .add("time", DataTypes.TimestampType, false)
            .add("user", DataTypes.StringType, false)
            .add("score", DataTypes.DoubleType, false)
            .add("threshold", DataTypes.DoubleType, false)
            .add("flagged", DataTypes.BooleanType, false)
            .add("reasons", DataTypes.StringType, false)
            .add("bundle", DataTypes.StringType, false);

    /** The place in the order of the log. */
    OrderKey place;

    boolean flagged;
    long row;
    long micros;
    String user;
    double score;
    /** In UTF-8. */
    byte[] reasons;

    /** What {@link FlaggedLogin} reads; empty where the login is not flagged. */
    byte[] words;

    /** Reads the next one; all of it. */
    ScoredLogin read(PackedInput in) {
        place = place(in);
        flagged = flagged(in);
        row = in.number();
        micros = in.signed();
        user = in.text();
        score = in.real();
        reasons = in.bytes();
        words = in.bytes();
        return this;
    }

    /** Reads the place alone, which comes first. */
    static OrderKey place(PackedInput in) {
        return new OrderKey(in.fixed(), in.fixed());
    }

    /** Reads whether the login is flagged, behind its place. */
    static boolean flagged(PackedInput in) {
        return in.number() == 1;
    }

    /** The login as a row of {@link #SCHEMA}. */
    Row toRow(double threshold, String bundleId) {
        return RowFactory.create(
                row,
                Timestamp.from(Instant.EPOCH.plus(micros, ChronoUnit.MICROS)),
                user,
                score,
                threshold,
                flagged,
                new String(reasons, StandardCharsets.UTF_8),
                bundleId);
    }
}
