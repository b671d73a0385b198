package dev.octet.evaluate;

import dev.octet.detect.SignificantDigits;
import dev.octet.detect.SortedScores;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Every column of the test rows as a detector of its own, in both directions: the trivial detectors that a trained one
 * has to beat, and the lint for a label in disguise.
 *
 * <p>Keeps at most {@link #SAMPLE} rows of each class, a uniform sample of the stream (Vitter, "Random Sampling with a
 * Reservoir", Algorithm R, 1985), so memory is bounded by {@code 2 * SAMPLE * columns * 4} bytes. Same rows in the same
 * order and same seed, same sample. Not thread-safe.
 */
public final class SingleFeatures {
    /** Rows kept of each class. */
    public static final int SAMPLE = 200_000;

    /** A feature that separates the classes alone this well is spoken of aloud. */
    public static final double LEAK_AUC = 0.999;

    /** Columns that are looked at together: a line of the processor's cache. */
    private static final int BLOCK = 16;

    private final List<String> names;
    private final int capacity;
    private final SplittableRandom random;
    private final List<float[]> attacks = new ArrayList<>();
    private final List<float[]> normals = new ArrayList<>();
    private long attacksSeen;
    private long normalsSeen;
    /** What {@link #separations} found; empty since a row came. */
    private Optional<List<Separation>> found = Optional.empty();

    /** @param names one a column */
    public SingleFeatures(List<String> names, long seed) {
        this(names, seed, SAMPLE);
    }

    SingleFeatures(List<String> names, long seed, int capacity) {
        this.names = List.copyOf(names);
        this.capacity = capacity;
        random = new SplittableRandom(seed);
    }

    /**
     * A column as a detector.
     *
     * @param name of the column
     * @param column its index
     * @param higher whether higher values are the more anomalous, else lower ones
     * @param rocAuc on the sampled rows, at least 1/2
     */
    public record Separation(String name, int column, boolean higher, double rocAuc) {
        /** The score that this column gives a row. */
        public double score(float[] row) {
            return higher ? row[column] : -row[column];
        }
    }

    /**
     * Takes one row.
     *
     * @param row as many values as there are names; copied if kept
     * @throws IllegalArgumentException if the row has another length or holds NaN
     */
    public void add(float[] row, boolean attack) {
        if (row.length != names.size()) {
            throw new IllegalArgumentException("row has " + row.length + " columns, names has " + names.size());
        }
        for (int column = 0; column < row.length; column++) {
            if (Float.isNaN(row[column])) {
                throw new IllegalArgumentException("feature " + names.get(column) + " is NaN");
            }
        }
        found = Optional.empty();
        if (attack) {
            keep(attacks, attacksSeen++, row);
        } else {
            keep(normals, normalsSeen++, row);
        }
    }

    private void keep(List<float[]> reservoir, long seen, float[] row) {
        if (seen < capacity) {
            reservoir.add(row.clone());
            return;
        }
        long place = random.nextLong(seen + 1);
        if (place < capacity) {
            System.arraycopy(row, 0, reservoir.get((int) place), 0, row.length);
        }
    }

    /** Every column in its better direction, in column order; empty if a class has no rows. */
    public List<Separation> separations() {
        if (found.isEmpty()) {
            found = Optional.of(
                    attacks.isEmpty() || normals.isEmpty()
                            ? List.of()
                            : IntStream.rangeClosed(0, (names.size() - 1) / BLOCK)
                                    .parallel()
                                    .mapToObj(block ->
                                            separations(block * BLOCK, Math.min(names.size(), (block + 1) * BLOCK)))
                                    .flatMap(List::stream)
                                    .toList());
        }
        return found.get();
    }

    /** Of neighbouring columns, whose values a look at a row brings from memory together. */
    private List<Separation> separations(int from, int to) {
        int columns = to - from;
        SortedScores[] positives = new SortedScores[columns];
        for (int i = 0; i < columns; i++) {
            positives[i] = sorted(attacks, from + i, true);
        }
        long[] twice = new long[columns];
        // rows often have the value of the row before: so have all columns of a category but a few
        float[] last = new float[columns];
        long[] ofLast = new long[columns];
        Arrays.fill(last, Float.NaN);
        for (float[] row : normals) {
            for (int i = 0; i < columns; i++) {
                float value = row[from + i];
                if (value != last[i]) {
                    last[i] = value;
                    ofLast[i] = 2L * positives[i].above(value) + positives[i].equalTo(value);
                }
                twice[i] += ofLast[i];
            }
        }
        List<Separation> found = new ArrayList<>(columns);
        for (int i = 0; i < columns; i++) {
            double auc = twice[i] / 2.0 / ((double) positives[i].count() * normals.size());
            found.add(new Separation(names.get(from + i), from + i, auc >= 0.5, Math.max(auc, 1 - auc)));
        }
        return found;
    }

    /**
     * The column that separates the classes best by ROC-AUC, the first of equals. Chosen with the labels of the rows it
     * is tested on, so it is what the best single feature could do at most. Empty if a class has no rows.
     */
    public Optional<Separation> best() {
        Separation best = null;
        for (Separation each : separations()) {
            if (best == null || each.rocAuc() > best.rocAuc()) {
                best = each;
            }
        }
        return Optional.ofNullable(best);
    }

    /**
     * The best column as a row of the table; empty if a class has no rows. Where rows were sampled, its counts are
     * estimates, and a note says so.
     *
     * @param days length of the span, NaN if unknown
     */
    public Optional<Evaluation> evaluate(double days) {
        return evaluate(days, Evaluation.BUDGETS);
    }

    /** As above, at other budgets: shares of the rows, in (0, 1), ascending. */
    public Optional<Evaluation> evaluate(double days, List<Double> shares) {
        return best().map(best -> {
            Ranking ranking = ranking(best.column(), best.higher());
            Evaluation evaluation = new Evaluation(
                    name(best),
                    attacksSeen + normalsSeen,
                    attacksSeen,
                    true,
                    days,
                    Optional.empty(),
                    ranking.rocAuc(),
                    ranking.averagePrecision(),
                    Evaluation.budgets(
                            ranking, shares, Evaluation.cuts(ranking, attacksSeen + normalsSeen, shares), true, days),
                    List.of(),
                    List.of("chosen among " + names.size()
                            + " columns, two directions each, by ROC-AUC on the test labels"
                            + " themselves: the most that one feature could do"));
            return sampled()
                    ? evaluation.noting("estimated from a uniform sample of " + attacks.size() + " of " + attacksSeen
                            + " attacks and " + normals.size() + " of " + normalsSeen + " normal rows")
                    : evaluation;
        });
    }

    /**
     * How high the best column ranks each attack; empty if a class has no rows, or where attacks had to be sampled.
     *
     * @param rows rows of the test span
     */
    public Optional<AttackRanks> ranks(long rows) {
        if (attacksSeen > attacks.size()) {
            return Optional.empty();
        }
        return best().map(best -> {
            SortedScores positives = sorted(attacks, best.column(), best.higher());
            SortedScores negatives = sorted(normals, best.column(), best.higher());
            double weight = (double) normalsSeen / normals.size();
            double[] above = new double[attacks.size()];
            double[] tied = new double[attacks.size()];
            for (int i = 0; i < above.length; i++) {
                double score = best.score(attacks.get(i));
                above[i] = positives.above(score) + weight * negatives.above(score);
                tied[i] = positives.equalTo(score) + weight * negatives.equalTo(score);
            }
            return new AttackRanks(name(best), rows, List.of(new AttackRanks.OfSeed(above, tied)));
        });
    }

    private static String name(Separation best) {
        return "best single feature: " + best.name() + (best.higher() ? ", high" : ", low");
    }

    /** What {@link #evaluate} says of the best column, as a curve; empty if a class has no rows. */
    public Optional<RankingCurve> curve() {
        return best().map(best -> RankingCurve.of(ranking(best.column(), best.higher())));
    }

    /** One line for each column that separates the classes alone, for the reader to see; usually none. */
    public List<String> leaks() {
        return separations().stream()
                .filter(each -> each.rocAuc() >= LEAK_AUC)
                .map(each -> "either this problem is that easy, or this is the label in disguise: " + each.name()
                        + " (alone it has ROC-AUC " + SignificantDigits.of(each.rocAuc(), 5) + " on " + attacksSeen
                        + (attacksSeen == 1 ? " attack" : " attacks") + " and " + normalsSeen + " normal rows)")
                .toList();
    }

    private boolean sampled() {
        return attacksSeen > attacks.size() || normalsSeen > normals.size();
    }

    private Ranking ranking(int column, boolean higher) {
        return new Ranking(
                sorted(attacks, column, higher),
                sorted(normals, column, higher),
                (double) attacksSeen / attacks.size(),
                (double) normalsSeen / normals.size());
    }

    private static SortedScores sorted(List<float[]> rows, int column, boolean higher) {
        double[] values = new double[rows.size()];
        for (int row = 0; row < values.length; row++) {
            float value = rows.get(row)[column];
            values[row] = higher ? value : -value;
        }
        return SortedScores.of(values, values.length, new BitSet(), false);
    }
}
