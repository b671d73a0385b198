package dev.octet.evaluate;

import dev.octet.detect.AlertRate;
import dev.octet.detect.FittedThreshold;
import dev.octet.detect.SortedScores;
import java.util.BitSet;
import java.util.List;

/**
 * A test span as one detector scored it. Holds the arrays that it is given, which must not change any more; then it is
 * thread-safe. Sorts the scores when they are first asked for in order, and keeps them: 8 bytes more a row.
 */
public final class ScoredRows {
    private final double[] scores;
    private final int rows;
    private final BitSet attacks;
    private final boolean labelled;
    private final double days;
    private final List<Strata> strata;
    private volatile SortedScores positives;
    private volatile SortedScores negatives;

    /**
     * A span.
     *
     * @param scores one a row, higher = more anomalous; the first {@code rows} count
     * @param rows number of rows
     * @param attacks which rows are labelled an attack
     * @param labelled whether the rows carry labels at all; without, all that needs them is undefined
     * @param days length of the span in days; NaN where rows have no time
     * @param strata divisions of the attacks, possibly none
     */
    public ScoredRows(double[] scores, int rows, BitSet attacks, boolean labelled, double days, List<Strata> strata) {
        this.scores = scores;
        this.rows = rows;
        this.attacks = attacks;
        this.labelled = labelled;
        this.days = days;
        this.strata = List.copyOf(strata);
        if (rows < 0 || rows > scores.length || attacks.length() > rows) {
            throw new IllegalArgumentException(rows + " rows do not go with " + scores.length
                    + " scores and a last attack in row " + (attacks.length() - 1));
        }
        if (days <= 0) {
            throw new IllegalArgumentException("days must be positive, or NaN where unknown, got " + days);
        }
        for (Strata division : strata) {
            if (division.ofAttack().length != attacks.cardinality()) {
                throw new IllegalArgumentException(division.division() + " has " + division.ofAttack().length
                        + " entries for " + attacks.cardinality() + " attacks");
            }
        }
    }

    /** One a row, higher = more anomalous; the first {@link #rows} count. */
    public double[] scores() {
        return scores;
    }

    public int rows() {
        return rows;
    }

    /** Which rows are labelled an attack. */
    public BitSet attacks() {
        return attacks;
    }

    /** Whether the rows carry labels at all. */
    public boolean labelled() {
        return labelled;
    }

    /** Length of the span in days; NaN where rows have no time. */
    public double days() {
        return days;
    }

    /** Divisions of the attacks, possibly none. */
    public List<Strata> strata() {
        return strata;
    }

    /** Labelled rows without strata. */
    public static ScoredRows of(double[] scores, BitSet attacks, double days) {
        return new ScoredRows(scores, scores.length, attacks, true, days, List.of());
    }

    /**
     * The rows whose bit is set, e.g. the successful logins. Copies 8 bytes for each of them.
     *
     * @param counted one bit a row
     */
    public ScoredRows counted(BitSet counted) {
        int kept = counted.get(0, rows).cardinality();
        double[] keptScores = new double[kept];
        BitSet keptAttacks = new BitSet(kept);
        BitSet attackKept = new BitSet(); // by the attack's number, as strata count
        int target = 0;
        int attack = 0;
        for (int row = 0; row < rows; row++) {
            boolean isAttack = attacks.get(row);
            if (counted.get(row)) {
                keptScores[target] = scores[row];
                keptAttacks.set(target, isAttack);
                if (isAttack) {
                    attackKept.set(attack);
                }
                target++;
            }
            if (isAttack) {
                attack++;
            }
        }
        List<Strata> keptStrata = strata.stream()
                .map(division -> {
                    byte[] of = new byte[attackKept.cardinality()];
                    int n = 0;
                    for (int i = attackKept.nextSetBit(0); i >= 0; i = attackKept.nextSetBit(i + 1)) {
                        of[n++] = division.ofAttack()[i];
                    }
                    return new Strata(division.division(), division.names(), of);
                })
                .toList();
        return new ScoredRows(keptScores, kept, keptAttacks, labelled, days, keptStrata);
    }

    /** Which rows the threshold flags. */
    public BitSet flagged(FittedThreshold threshold) {
        BitSet flagged = new BitSet(rows);
        for (int row = 0; row < rows; row++) {
            if (threshold.flags(scores[row])) {
                flagged.set(row);
            }
        }
        return flagged;
    }

    /** The random detector in expectation: one score for all, since ties are split evenly wherever rows are ranked. */
    public ScoredRows allEqual() {
        return new ScoredRows(new double[rows], rows, attacks, labelled, days, strata);
    }

    SortedScores positives() {
        if (positives == null) {
            positives = SortedScores.of(scores, rows, attacks, true);
        }
        return positives;
    }

    SortedScores negatives() {
        if (negatives == null) {
            negatives = SortedScores.of(scores, rows, attacks, false);
        }
        return negatives;
    }

    /** The scores of one stratum's attacks. */
    SortedScores stratum(Strata division, int stratum) {
        BitSet members = new BitSet(rows);
        int attack = 0;
        for (int row = attacks.nextSetBit(0); row >= 0; row = attacks.nextSetBit(row + 1)) {
            members.set(row, division.ofAttack()[attack++] == stratum);
        }
        return SortedScores.of(scores, rows, members, true);
    }

    AlertRate alertRate(long alerts) {
        return AlertRate.of(alerts, days).among(rows, days);
    }
}
