package dev.octet.spark;

import dev.octet.bundle.Bundle;
import dev.octet.bundle.BundleFiles;
import dev.octet.bundle.Reasons;
import dev.octet.bundle.ScoringModel;
import dev.octet.evaluate.drift.DriftMonitor;
import dev.octet.event.text.CsvLines;
import dev.octet.feature.Encoder;
import dev.octet.feature.HistoryPlaces;
import dev.octet.feature.history.PackedInput;
import dev.octet.feature.history.PackedOutput;
import dev.octet.feature.history.UserWalk;

/** Scores logins one by one, once all raw values of one are known. Not thread-safe. */
final class ScoredLogins {
    private static final byte[] NONE = {};

    private final ScoringModel model;
    private final HistoryPlaces places;
    private final Encoder encoder;
    private final Reasons reasons;
    private final float[] raw;
    private final float[] columns;
    private final double[] contributions;
    private final double[] score = new double[1];
    private final int[] chosen = new int[Reasons.MAX_REASONS];
    private final int[] hundredths = new int[Reasons.MAX_REASONS];
    private final CsvLines lines = new CsvLines();
    private final PackedOutput words = new PackedOutput();

    /**
     * Scoring with a bundle.
     *
     * @param places where raw values stand in what {@link #take} gets
     */
    ScoredLogins(BundleFiles files, HistoryPlaces places) {
        Bundle bundle = files.bundle();
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

    /** Counts the login that was scored last, for the detection of drift. */
    void count(long micros, DriftMonitor monitor) {
        monitor.add(columns, score[0], flagged(), micros);
    }

    /** As {@link #score}, with what each column adds. */
    double explain() {
        model.detector().explain(columns, 1, score, contributions);
        return score[0];
    }

    /**
     * Writes what is said of the login that was explained last: score, decision, reasons, and of a flagged one what
     * {@link FlaggedLogin} reads.
     *
     * @param walk has taken the login; {@code null} for a model without history features
     */
    void write(UserWalk walk, PackedOutput out) {
        boolean flagged = flagged();
        out.real(score[0]).number(flagged ? 1 : 0);
        int found = reasons.largest(contributions, chosen, hundredths);
        out.number(found);
        for (int i = 0; i < found; i++) {
            out.number(chosen[i]).number(hundredths[i]);
        }
        if (flagged) {
            words.clear().text(reasons.cause(contributions)).number(contributions.length);
            for (double each : contributions) {
                words.real(each);
            }
            if (walk != null) {
                walk.words(words);
            }
            out.bytes(words);
        }
    }

    /**
     * Makes a {@link ScoredLogin} of what {@link #write} wrote.
     *
     * @param placeMicros first part of the place in the log
     * @param placeRow second part
     * @param user in UTF-8
     */
    void finish(
            long placeMicros, long placeRow, long row, long micros, byte[] user, PackedInput said, PackedOutput out) {
        double score = said.real();
        boolean flagged = said.number() == 1;
        int found = said.integer();
        for (int i = 0; i < found; i++) {
            chosen[i] = said.integer();
            hundredths[i] = said.integer();
        }
        lines.clear();
        reasons.write(found, chosen, hundredths, lines);
        out.clear()
                .fixed(placeMicros)
                .fixed(placeRow)
                .number(flagged ? 1 : 0)
                .number(row)
                .signed(micros);
        out.bytes(user).real(score).number(lines.length()).plain(lines.bytes(), 0, lines.length());
        out.bytes(flagged ? said.bytes() : NONE);
    }

    /** Scores the login that was taken, and gives all that a run looks at as bytes: its columns, and what they contribute, too. */
    byte[] packed(long row, long micros, String user, boolean success, int label, PackedOutput out) {
        explain();
        out.clear().number(row).fixed(micros).text(user).number(label << 1 | (success ? 1 : 0));
        out.fixed(Double.doubleToRawLongBits(score[0]));
        for (int i = 0; i < columns.length; i++) {
            out.fixedInt(Float.floatToRawIntBits(columns[i])).fixed(Double.doubleToRawLongBits(contributions[i]));
        }
        return out.toBytes();
    }
}
