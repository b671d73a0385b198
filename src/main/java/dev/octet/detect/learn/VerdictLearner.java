package dev.octet.detect.learn;

import dev.octet.detect.Detector;
import dev.octet.detect.LogisticPosterior;
import dev.octet.detect.MixtureDetector;
import dev.octet.event.InputException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Learns from verdicts: the mode of the posterior of a logistic regression whose prior is the label-free score.
 *
 * <pre>
 * ln odds(takeover | x) = b + (1 + slope) s(x; o) + sum w[k] z[k](x)
 * slope ~ N(0, 0.3^2), w[k] ~ N(0, 0.36^2 / columns), o[j] ~ N(0, 1), b ~ N(-s at the threshold, 3^2)
 * </pre>
 *
 * <p>s is the label-free score in nats ({@link Population#unit}), o the offsets of its components ({@link MixtureDetector}): verdicts
 * say which kinds of attackers there are. z are the columns in spreads around their mean. A priori all columns together move a
 * score by 0.36 nats or so, however many there are. Das et al. 2016 and Siddiqui et al. 2018 penalise the distance from the
 * label-free weights so. A verdict is wrong with probability 0.1, so a single odd one moves little: each is weighed by how likely it is right, by expectation
 * maximisation (Bootkrajang and Kabán 2012 treat flipped labels so). A sample of all logins, judged or not, counts as benign
 * but for one in a thousand, with a weight of {@link #SAMPLE_WEIGHT} each from {@link #ENOUGH} verdicts on. Verdicts are of alerts only; without the sample they would raise scores
 * of logins that were never judged.
 *
 * <p>Immutable and thread-safe. The same verdicts in the same order give the same bits.
 */
public final class VerdictLearner {
    /** Of what all columns together say of a login whose columns are a spread from their means. */
    private static final double COLUMNS_WIDTH = 0.36;

    /** Of a component's offset, in nats of the detector. */
    private static final double OFFSET_WIDTH = 1;

    private static final double SLOPE_WIDTH = 0.3;
    private static final double INTERCEPT_WIDTH = 3;
    private static final double WRONG = 0.1;
    /** The share of takeovers among all logins, at most. */
    private static final double UNSEEN_TAKEOVERS = 0.001;
    /**
     * As how many logins one of the sample counts at most. Verdicts of alerts say more of alerts: with a sixteenth more was found
     * than with one, and with a hundredth as much (docs/replay.md).
     */
    private static final double SAMPLE_WEIGHT = 1.0 / 16;

    /** Verdicts at which the sample of all logins has its full weight; with none it has no weight. */
    private static final double ENOUGH = 64;

    private static final int EXPECTATIONS = 20;
    private static final int FOLDS = 5;
    /** Scored logins that a learner needs at least. */
    public static final int MIN_LOGINS = 1_000;

    private final Detector base;
    private final Population population;
    private final double[] means;
    private final double[] spreads;
    private final double unit;
    private final double cut;
    private final int[] used;
    /** Components whose priors are learnt; 0 where the detector mixes none. */
    private final int components;

    private final List<Login> sample;

    /**
     * A judged login.
     *
     * @param columns as the detector saw it
     * @param takeover what was said of it
     */
    public record Judged(float[] columns, boolean takeover) {
        public Judged {
            columns = columns.clone();
        }
    }

    /**
     * A login as the regression takes it.
     *
     * @param columns in spreads
     * @param nats of the components; of a detector without, its score
     */
    private record Login(double[] columns, double[] nats) {}

    /**
     * How the judged logins rank under scores that were learnt without them.
     *
     * @param before share of pairs of a takeover and a benign login that the label-free score orders rightly
     * @param after the same for the learnt scores, each login scored by what was learnt from the other folds
     * @param takeovers judged takeovers
     * @param benign judged benign logins
     */
    public record Check(double before, double after, int takeovers, int benign) {
        /** Whether there is something to compare, and learning makes it no worse. */
        public boolean passed() {
            return takeovers > 0 && benign > 0 && after >= before;
        }
    }

    /**
     * A learner for a detector.
     *
     * @param base the label-free detector
     * @param population logins that it scored, judged or not
     * @param threshold its decision; the odds there are even before any verdict
     * @throws InputException if the population is too small
     */
    public VerdictLearner(Detector base, Population population, double threshold) {
        if (population.size() < MIN_LOGINS) {
            throw new InputException("learning from verdicts needs at least " + MIN_LOGINS
                    + " scored logins to tell what is usual; here" + " are " + population.size());
        }
        this.base = base;
        this.population = population;
        means = population.means();
        spreads = population.spreads();
        unit = population.unit();
        double[] sorted = population.sorted();
        cut = Math.max(sorted[0], Math.min(sorted[sorted.length - 1], threshold));
        List<Integer> columns = new ArrayList<>();
        for (int k = 0; k < population.columns(); k++) {
            if (population.numeric(k)) {
                columns.add(k);
            }
        }
        used = columns.stream().mapToInt(Integer::intValue).toArray();
        components =
                base instanceof MixtureDetector mixture ? mixture.components().size() : 0;
        sample = population.sample().stream().map(this::login).toList();
    }

    /** The detector after these verdicts; with none, one that scores exactly as the base. */
    public LearnedDetector learn(List<Judged> verdicts) {
        double[] weights = new double[population.columns()];
        if (verdicts.isEmpty()) {
            return new LearnedDetector(base, 0, weights, means, spreads);
        }
        List<Login> logins = new ArrayList<>(sample);
        double[] takeover = new double[sample.size() + verdicts.size()];
        Arrays.fill(takeover, UNSEEN_TAKEOVERS);
        for (Judged verdict : verdicts) {
            takeover[logins.size()] = verdict.takeover ? 1 - WRONG : WRONG;
            logins.add(login(verdict.columns));
        }
        double[] counts = new double[takeover.length];
        Arrays.fill(counts, 0, sample.size(), SAMPLE_WEIGHT * Math.min(1, verdicts.size() / ENOUGH));
        Arrays.fill(counts, sample.size(), counts.length, 1);
        double[] mode = mode(logins, takeover, counts);
        for (int k = 0; k < used.length; k++) {
            weights[used[k]] = unit * mode[k];
        }
        // A score that counted backwards would be no detector any more.
        double slope = Math.max(-0.9, mode[score()] - 1);
        return new LearnedDetector(moved(mode), slope, weights, means, spreads);
    }

    private Detector moved(double[] mode) {
        return components > 0 && base instanceof MixtureDetector mixture
                ? mixture.withOffsets(Arrays.copyOfRange(mode, used.length, score()))
                : base;
    }

    private Login login(float[] row) {
        double[] columns = new double[used.length];
        for (int k = 0; k < used.length; k++) {
            double z = (row[used[k]] - means[used[k]]) / spreads[used[k]];
            columns[k] = Math.max(-LearnedDetector.MAX_SPREADS, Math.min(LearnedDetector.MAX_SPREADS, z));
        }
        double[] nats = new double[Math.max(1, components)];
        if (components > 0 && base instanceof MixtureDetector mixture) {
            mixture.components(row, nats);
        } else {
            base.score(row, 1, nats); // of the first columns
        }
        return new Login(columns, nats);
    }

    /** The place of the score's factor among the parameters: weights of columns, offsets, factor, intercept. */
    private int score() {
        return used.length + components;
    }

    /**
     * The mode of the posterior, by expectation maximisation. The score is not linear in the offsets: each round takes its
     * tangent at those of the round before (Gauss-Newton).
     *
     * @param takeover how likely each login is a takeover by what was said of it alone
     * @param counts as how many logins each counts
     */
    private double[] mode(List<Login> logins, double[] takeover, double[] counts) {
        int n = score() + 2;
        double[] prior = new double[n];
        prior[score()] = 1;
        double[] precision = new double[n];
        Arrays.fill(precision, 0, used.length, used.length / (COLUMNS_WIDTH * COLUMNS_WIDTH));
        Arrays.fill(precision, used.length, score(), 1 / (OFFSET_WIDTH * OFFSET_WIDTH));
        precision[score()] = 1 / (SLOPE_WIDTH * SLOPE_WIDTH);
        precision[score() + 1] = 1 / (INTERCEPT_WIDTH * INTERCEPT_WIDTH);
        double[] now = prior.clone();
        double[] target = new double[takeover.length];
        for (int round = 0; round < EXPECTATIONS; round++) {
            Tangent tangent = tangent(logins, now);
            for (int i = 0; i < target.length; i++) {
                double p = LogisticPosterior.probability(tangent.inputs[i], tangent.constants[i], now);
                double said = takeover[i];
                target[i] = said * p / (said * p + (1 - said) * (1 - p));
            }
            double[] next =
                    LogisticPosterior.mode(tangent.inputs, tangent.constants, target, counts, prior, precision, now);
            double moved = 0;
            for (int k = 0; k < n; k++) {
                moved = Math.max(moved, Math.abs(next[k] - now[k]));
            }
            now = next;
            if (moved < 1e-5) {
                break;
            }
        }
        return now;
    }

    /**
     * The log odds of logins as a linear function of the parameters.
     *
     * @param inputs of each login, one value a parameter
     * @param constants one a login
     */
    private record Tangent(double[][] inputs, double[] constants) {}

    private Tangent tangent(List<Login> logins, double[] parameters) {
        double[][] inputs = new double[logins.size()][];
        double[] constants = new double[inputs.length];
        double[] nats = new double[Math.max(1, components)];
        for (int i = 0; i < inputs.length; i++) {
            Login login = logins.get(i);
            double[] input = Arrays.copyOf(login.columns, score() + 2);
            double most = Double.NEGATIVE_INFINITY;
            for (int j = 0; j < nats.length; j++) {
                nats[j] = login.nats[j] + (components > 0 ? parameters[used.length + j] : 0);
                most = Math.max(most, nats[j]);
            }
            double sum = 0;
            for (double each : nats) {
                sum += StrictMath.exp(each - most);
            }
            double mixed = most + StrictMath.log(sum);
            for (int j = 0; j < components; j++) {
                double slope = parameters[score()] / unit * StrictMath.exp(nats[j] - mixed);
                input[used.length + j] = slope;
                constants[i] -= slope * parameters[used.length + j];
            }
            input[score()] = (mixed - cut) / unit;
            input[score() + 1] = 1;
            inputs[i] = input;
        }
        return new Tangent(inputs, constants);
    }

    /**
     * What learning would have changed on verdicts that it did not learn from: five folds of verdicts that follow each
     * other, each ranked by what was learnt from the other four.
     */
    public Check check(List<Judged> verdicts) {
        int n = verdicts.size();
        double[] before = new double[n];
        double[] after = new double[n];
        for (int fold = 0; fold < FOLDS; fold++) {
            int from = (int) ((long) n * fold / FOLDS);
            int to = (int) ((long) n * (fold + 1) / FOLDS);
            if (from == to) {
                continue;
            }
            List<Judged> others = new ArrayList<>(verdicts.subList(0, from));
            others.addAll(verdicts.subList(to, n));
            LearnedDetector learned = learn(others);
            double[] score = new double[1];
            for (int i = from; i < to; i++) {
                base.score(verdicts.get(i).columns, 1, score);
                before[i] = score[0];
                learned.score(verdicts.get(i).columns, 1, score);
                after[i] = score[0];
            }
        }
        int takeovers = (int) verdicts.stream().filter(Judged::takeover).count();
        return new Check(pairs(verdicts, before), pairs(verdicts, after), takeovers, n - takeovers);
    }

    /** Area under the ROC curve of the judged logins; NaN where all are of one kind. */
    private static double pairs(List<Judged> verdicts, double[] scores) {
        double right = 0;
        long pairs = 0;
        for (int i = 0; i < scores.length; i++) {
            if (verdicts.get(i).takeover) {
                for (int j = 0; j < scores.length; j++) {
                    if (!verdicts.get(j).takeover) {
                        pairs++;
                        right += scores[i] > scores[j] ? 1 : scores[i] == scores[j] ? 0.5 : 0;
                    }
                }
            }
        }
        return pairs == 0 ? Double.NaN : right / pairs;
    }
}
