package dev.octet.detect;

import dev.octet.event.InputException;
import java.util.BitSet;
import java.util.Optional;

/**
 * The scores of a validation span, which is neither trained on nor tested on. Immutable and thread-safe; 8 bytes a
 * row, and what is given to tell the days of rows.
 */
public final class ValidationScores {
    private final SortedScores normals;
    private final SortedScores attacks;
    private final double days;
    private final Optional<Daily> daily;

    /** Counts by day what lies above a threshold. */
    @FunctionalInterface
    public interface Daily {
        /** Rows with a score above {@code value}, of each whole day of the span in order. */
        int[] above(double value);
    }

    private ValidationScores(SortedScores normals, SortedScores attacks, double days, Optional<Daily> daily) {
        this.normals = normals;
        this.attacks = attacks;
        this.days = days;
        this.daily = daily;
    }

    /**
     * Takes the scores of a span.
     *
     * @param scores one a row, higher = more anomalous
     * @param attacks which rows are labelled an attack; empty where there are no labels
     * @param days length of the span in days; NaN where rows have no time (entities), alerts a day are then n/a
     * @throws InputException if a score is NaN
     */
    public static ValidationScores of(double[] scores, BitSet attacks, double days) {
        return of(scores, scores.length, attacks, days);
    }

    /** As {@link #of(double[], BitSet, double)}, of the first {@code rows} scores. */
    public static ValidationScores of(double[] scores, int rows, BitSet attacks, double days) {
        if (days <= 0) {
            throw new IllegalArgumentException("days must be positive, or NaN where unknown, got " + days);
        }
        return new ValidationScores(
                SortedScores.of(scores, rows, attacks, false),
                SortedScores.of(scores, rows, attacks, true),
                days,
                Optional.empty());
    }

    /** These scores, with the days of their rows: then {@link #expected} knows how alerts come in bursts. */
    public ValidationScores byDay(Daily counting) {
        return new ValidationScores(normals, attacks, days, Optional.of(counting));
    }

    /** Alerts a day to expect of a later span with a threshold of {@code value}. */
    public AlertRate expected(double value) {
        double dispersion =
                daily.map(counting -> AlertDispersion.of(counting.above(value))).orElse(1.0);
        return AlertRate.expected(above(value), days, dispersion).among(rows(), days);
    }

    /** Scores of the rows not labelled an attack. */
    public SortedScores normals() {
        return normals;
    }

    /** Scores of the rows labelled an attack. */
    public SortedScores attacks() {
        return attacks;
    }

    /** Length of the span in days, NaN where unknown. */
    public double days() {
        return days;
    }

    public int rows() {
        return normals.count() + attacks.count();
    }

    /** Rows of either class that a threshold of {@code value} flags. */
    public long above(double value) {
        return (long) normals.above(value) + attacks.above(value);
    }

    /** The score at {@code rank} from the top over both classes, 0 = the greatest; O(rank). */
    double fromTop(int rank) {
        int normal = normals.count();
        int attack = attacks.count();
        double score = Double.NaN;
        for (int i = 0; i <= rank; i++) {
            if (attack == 0 || normal > 0 && normals.at(normal - 1) >= attacks.at(attack - 1)) {
                score = normals.at(--normal);
            } else {
                score = attacks.at(--attack);
            }
        }
        return score;
    }
}
