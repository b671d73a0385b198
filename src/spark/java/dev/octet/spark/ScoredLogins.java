package dev.octet.spark;

import dev.octet.bundle.Bundle;
import dev.octet.bundle.BundleFiles;
import dev.octet.bundle.Reasons;
import dev.octet.bundle.ScoringModel;
import dev.octet.feature.Encoder;
import dev.octet.feature.HistoryPlaces;
import dev.octet.feature.history.PackedInput;
import dev.octet.feature.history.PackedOutput;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** Scores logins one by one, once all raw values of one are known. Not thread-safe. */
final class ScoredLogins {
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

    private final ScoringModel model;
    private final String bundleId;
    private final HistoryPlaces places;
    private final Encoder encoder;
    private final Reasons reasons;
    private final float[] raw;
    private final float[] columns;
    private final double[] contributions;
    private final double[] score = new double[1];

    /**
     * Scoring with a bundle.
     *
     * @param places where raw values stand in what {@link #take} gets
     */
    ScoredLogins(BundleFiles files, HistoryPlaces places) {
        Bundle bundle = files.bundle();
        bundleId = files.id();
        model = bundle.model();
        this.places = places;
        encoder = model.features().bind(places.extractor());
        reasons = new Reasons(model.features().layout());
        raw = new float[places.extractor().width()];
        columns = new float[encoder.columns()];
        contributions = new double[columns.length];
    }

    ScoringModel model() {
        return model;
    }

    /**
     * Takes a login.
     *
     * @param in where its raw values stand that do not look back
     * @param history its history features; {@code null} for a model without
     */
    void take(PackedInput in, float[] history) {
        places.read(in, raw);
        if (history != null) {
            places.put(history, raw);
        }
        encoder.encode(raw, columns);
    }

    /** The score of the login that was taken. */
    double score() {
        model.detector().score(columns, 1, score);
        return score[0];
    }

    /** Whether the login that was scored last is flagged. */
    boolean flagged() {
        return model.threshold().flags(score[0]);
    }

    /**
     * Takes a login whose raw values are all known.
     *
     * @param values as the places' extractor gives them
     */
    void take(float[] values) {
        encoder.encode(values, columns);
    }

    /** The same with all that is told of the login. */
    Row row(long row, long micros, String user) {
        model.detector().explain(columns, 1, score, contributions);
        return RowFactory.create(
                row,
                time(micros),
                user,
                score[0],
                model.threshold().value(),
                model.threshold().flags(score[0]),
                reasons.of(contributions),
                bundleId);
    }

    /** As above, as bytes, with its columns and what they contribute. */
    byte[] packed(long row, long micros, String user, boolean success, int label, PackedOutput out) {
        model.detector().explain(columns, 1, score, contributions);
        out.clear().number(row).fixed(micros).text(user).number(label << 1 | (success ? 1 : 0));
        out.fixed(Double.doubleToRawLongBits(score[0]));
        for (int i = 0; i < columns.length; i++) {
            out.fixedInt(Float.floatToRawIntBits(columns[i])).fixed(Double.doubleToRawLongBits(contributions[i]));
        }
        return out.toBytes();
    }

    /**
     * Writes why the login is anomalous that {@link #row} told of last.
     *
     * @param out receives what {@link FlaggedLogin} reads, but for what the history says
     */
    void why(PackedOutput out) {
        out.text(reasons.cause(contributions)).number(contributions.length);
        for (double each : contributions) {
            out.real(each);
        }
    }

    /** Microseconds since 1970 as a column has them. */
    static Timestamp time(long micros) {
        return Timestamp.from(Instant.EPOCH.plus(micros, ChronoUnit.MICROS));
    }

    /** What {@link #time} was made of. */
    static long micros(Timestamp time) {
        return Math.floorDiv(time.getTime(), 1000L) * 1_000_000 + time.getNanos() / 1000;
    }
}
