package dev.octet.evaluate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * Intervals for differences of recall between detectors that were tested on the same attacks: a paired bootstrap (Efron and
 * Tibshirani, "An Introduction to the Bootstrap", 1993, sections 8.5 and 13.3). Each sample draws groups of attacks with replacement,
 * the same ones for all detectors, and for each detector as many of its seeds as it has, with replacement; a difference's
 * interval is that of the 2.5th to the 97.5th percentile over the samples. The cuts are those of all rows of the test span.
 *
 * <p>It holds the chance in which attacks happened and in which seeds were drawn, not that of the training rows, nor that
 * next month's attacks are of another kind. With few groups or seeds it is too narrow. Equal input, equal intervals.
 */
public final class PairedBootstrap {
    /** Samples drawn. */
    public static final int RESAMPLES = 2000;

    /** More groups than these are joined at random: what a sample costs is then bounded. */
    private static final int MAX_GROUPS = 2000;

    private static final double TAIL = 2.5;
    private static final long SEED = 20_210_517L;

    private final List<AttackRanks> detectors;
    private final int groups;
    private final int[] groupOf;
    private final double[] attacksOf;

    private PairedBootstrap(List<AttackRanks> detectors, AttackGroups attacks) {
        this.detectors = detectors;
        groups = Math.min(MAX_GROUPS, attacks.count());
        int[] joined = joined(attacks.count(), groups);
        groupOf = Arrays.stream(attacks.ofAttack()).map(group -> joined[group]).toArray();
        attacksOf = new double[groups];
        for (int group : groupOf) {
            attacksOf[group]++;
        }
    }

    private static int[] joined(int count, int groups) {
        int[] places = new int[count];
        for (int i = 0; i < count; i++) {
            places[i] = i;
        }
        if (count > groups) {
            SplittableRandom random = new SplittableRandom(SEED);
            for (int i = count - 1; i > 0; i--) {
                int other = random.nextInt(i + 1);
                int place = places[i];
                places[i] = places[other];
                places[other] = place;
            }
        }
        return Arrays.stream(places).map(place -> place % groups).toArray();
    }

    /**
     * The differences between detectors at each budget.
     *
     * @param main name of the detector that the others are measured against, beside the best
     * @param detectors in the order of the table, all on the same rows and attacks
     * @param shares budgets: shares of the rows in (0, 1), ascending
     * @return empty with fewer than two detectors, or without attacks
     */
    public static Optional<PairedDifferences> of(
            String main, List<AttackRanks> detectors, AttackGroups attacks, List<Double> shares) {
        if (detectors.size() < 2 || attacks.count() == 0) {
            return Optional.empty();
        }
        for (AttackRanks each : detectors) {
            if (each.attacks() != attacks.ofAttack().length
                    || each.rows() != detectors.get(0).rows()) {
                throw new IllegalArgumentException(each.detector() + " ranks " + each.attacks() + " attacks among "
                        + each.rows() + " rows, the others " + attacks.ofAttack().length + " among "
                        + detectors.get(0).rows());
            }
        }
        PairedBootstrap bootstrap = new PairedBootstrap(detectors, attacks);
        return Optional.of(new PairedDifferences(
                attacks.by(),
                attacks.count(),
                RESAMPLES,
                main,
                shares.stream().map(share -> bootstrap.at(share, main)).toList()));
    }

    private PairedDifferences.AtBudget at(double share, String main) {
        int count = detectors.size();
        double[][][] found = new double[count][][];
        double[] recall = new double[count];
        int best = 0;
        int reference = 0;
        for (int i = 0; i < count; i++) {
            found[i] = found(detectors.get(i), share);
            recall[i] = Arrays.stream(found[i])
                            .mapToDouble(ofSeed -> Arrays.stream(ofSeed).sum())
                            .sum()
                    / found[i].length
                    / groupOf.length;
            best = recall[i] > recall[best] ? i : best;
            reference = detectors.get(i).detector().equals(main) ? i : reference;
        }
        double[][] samples = groups < 2 ? null : samples(found);
        List<PairedDifferences.OfDetector> rows = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            rows.add(new PairedDifferences.OfDetector(
                    detectors.get(i).detector(),
                    recall[i],
                    difference(recall, samples, i, best),
                    difference(recall, samples, i, reference)));
        }
        return new PairedDifferences.AtBudget(share, detectors.get(best).detector(), rows);
    }

    /** Attacks that a detector finds within a budget, by seed and group. */
    private double[][] found(AttackRanks detector, double share) {
        double flagged = detector.flagged(share);
        double[][] found = new double[detector.seeds().size()][groups];
        for (int seed = 0; seed < found.length; seed++) {
            AttackRanks.OfSeed ranks = detector.seeds().get(seed);
            for (int attack = 0; attack < groupOf.length; attack++) {
                found[seed][groupOf[attack]] += ranks.found(attack, flagged);
            }
        }
        return found;
    }

    /** Recall by detector and sample. */
    private double[][] samples(double[][][] found) {
        double[][] samples = new double[found.length][RESAMPLES];
        SplittableRandom random = new SplittableRandom(SEED);
        int[] drawn = new int[groups];
        for (int sample = 0; sample < RESAMPLES; sample++) {
            double attacks = 0;
            for (int i = 0; i < groups; i++) {
                drawn[i] = random.nextInt(groups);
                attacks += attacksOf[drawn[i]];
            }
            for (int detector = 0; detector < found.length; detector++) {
                int seeds = found[detector].length;
                double sum = 0;
                for (int i = 0; i < seeds; i++) {
                    double[] ofSeed = found[detector][seeds == 1 ? 0 : random.nextInt(seeds)];
                    for (int group : drawn) {
                        sum += ofSeed[group];
                    }
                }
                samples[detector][sample] = sum / seeds / attacks;
            }
        }
        return samples;
    }

    private static PairedDifferences.Difference difference(double[] recall, double[][] samples, int one, int other) {
        double value = recall[one] - recall[other];
        if (one == other) {
            return new PairedDifferences.Difference(0, 0, 0);
        }
        if (samples == null) {
            return new PairedDifferences.Difference(value, Double.NaN, Double.NaN);
        }
        double[] differences = new double[RESAMPLES];
        for (int i = 0; i < RESAMPLES; i++) {
            differences[i] = samples[one][i] - samples[other][i];
        }
        Arrays.sort(differences);
        return new PairedDifferences.Difference(
                value, percentile(differences, TAIL), percentile(differences, 100 - TAIL));
    }

    /** Linearly interpolated between order statistics, as NumPy does it by default. */
    private static double percentile(double[] ascending, double percent) {
        double rank = percent / 100 * (ascending.length - 1);
        int below = (int) rank;
        double low = ascending[below];
        double high = ascending[Math.min(below + 1, ascending.length - 1)];
        return low + (high - low) * (rank - below);
    }
}
