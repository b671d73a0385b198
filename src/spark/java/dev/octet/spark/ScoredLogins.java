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

    ScoredLogins(BundleFiles files) {
        Bundle bundle = files.bundle();
        bundleId = files.id();
        model = bundle.model();
        places = new HistoryPlaces(model.features());
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
