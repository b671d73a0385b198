package dev.octet.detect.autoencoder;

import dev.octet.detect.LogisticPosterior;
import dev.octet.feature.FloatMatrix;
import dev.octet.feature.UnseenMark;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Learns what each field's evidence is worth on this log, without a label, from rows that the network was not trained on.
 *
 * <p><b>Back-offs</b>: those that make the users' own logins likeliest by counts alone, for each field (empirical Bayes: a Dirichlet prior
 * whose concentration has the greatest likelihood).
 *
 * <p><b>Weights</b>: for users drawn from the rows, logins are made up as an attacker would leave them: one from anywhere has a network drawn
 * uniformly over networks and the devices of any login; one who looks like the population has all of any other
 * login. A logistic regression tells each kind from the users' own logins by the nats of the network's fields together and
 * of each device's (noise-contrastive estimation: Gutmann and Hyvärinen 2010, AISTATS). Were the
 * detector's probabilities right and its fields independent, all weights would be one and the odds 0; nats of rare networks are too many, for people meet rare
 * networks more often than the shares of networks say, and a device is new less often than a count of few logins says.
 *
 * <p>Used once, by one thread. The same rows give the same bits.
 */
final class Contrast {
    /** What a nat that was so learnt counts among the kinds of attackers, where first contacts, failures and travel are surprises. */
    static final double NATS = 1.4;

    private static final int MOST_USERS = 16_384;
    /** Back-offs that are tried: powers of the square root of two. */
    private static final int LEAST_EXPONENT = -12;

    private static final int MOST_EXPONENT = 8;
    /** Standard deviation of a weight about one, and of the odds about 0, before any row. */
    private static final double WIDTH = 0.5;

    private static final double ODDS_WIDTH = 3;
    private static final double LARGEST_WEIGHT = 2;

    /** The usual share of logins with any travel evidence; with it, travel keeps its prior. */
    static final double TRAVELLERS = 0.003;

    /** The number of logins with the usual share that are added to those of the log. */
    private static final double USUAL_LOGINS = 1_000;

    private final LikelihoodDetector detector;
    private final Head[] kinds;
    private final float[][] rows;
    private final List<UnseenMark> unseen;
    private final FloatMatrix all;
    private final int[] chosen;

    /**
     * @param detector with even weights
     * @param all rows that it was not trained on
     * @param chosen which of them to take; many are thinned evenly
     * @param unseen how a row shows that it has a value outside of a vocabulary
     */
    Contrast(LikelihoodDetector detector, FloatMatrix all, int[] chosen, List<UnseenMark> unseen) {
        this.detector = detector;
        this.kinds = detector.kinds();
        this.unseen = unseen;
        rows = new float[Math.min(MOST_USERS, chosen.length)][all.columns()];
        for (int i = 0; i < rows.length; i++) {
            all.copyRow(chosen[(int) ((long) i * chosen.length / rows.length)], rows[i], 0);
        }
        this.all = all;
        this.chosen = chosen;
    }

    /**
     * The nats that travel evidence gains where fewer logins than {@link #TRAVELLERS} have any, and loses where more have: the feature
     * compares a change of country with other changes, and does not say how frequent they are.
     */
    private double travelOdds() {
        float[] row = new float[all.columns()];
        int travellers = 0;
        for (int each : chosen) {
            all.copyRow(each, row, 0);
            travellers += row[LoginColumns.TRAVEL] > 0 ? 1 : 0;
        }
        double share = (travellers + USUAL_LOGINS * TRAVELLERS) / (chosen.length + USUAL_LOGINS);
        return StrictMath.log(TRAVELLERS / share);
    }

    /** The back-offs that make the rows likeliest; 1 for a field that no row with a history has. */
    double[] backOffs() {
        double[] best = new double[kinds.length];
        for (int h = 0; h < kinds.length; h++) {
            double least = Double.POSITIVE_INFINITY;
            best[h] = 1;
            for (int exponent = LEAST_EXPONENT; exponent <= MOST_EXPONENT; exponent++) {
                double backOff = StrictMath.pow(2, exponent / 2.0);
                double surprise = surprise(kinds[h], backOff);
                if (surprise < least) {
                    least = surprise;
                    best[h] = backOff;
                }
            }
        }
        return best;
    }

    /** The sum of -ln p(x | user) by counts over the rows with a history; infinite if there is none. */
    private double surprise(Head head, double backOff) {
        double sum = 0;
        int known = 0;
        for (float[] row : rows) {
            double earlier = LoginColumns.earlier(row, 0);
            if (earlier == 0 || !LoginColumns.has(head, row, 0)) {
                continue;
            }
            known++;
            double share = StrictMath.exp(-LoginColumns.rarity(head, row, 0));
            double weight = LoginColumns.weight(earlier);
            double seen = weight * LoginColumns.seen(earlier, LoginColumns.surprise(head, row, 0), share);
            sum -= StrictMath.log((seen + backOff * share) / (weight * earlier + backOff));
        }
        return known == 0 ? Double.POSITIVE_INFINITY : sum;
    }

    /** The weights of fields, by rows that are the users' own and rows that are made up. */
    FieldWeights weights(double[] backOffs) {
        if (rows.length == 0) {
            return FieldWeights.even(kinds.length).withBackOffs(backOffs);
        }
        int count = rows.length;
        SplittableRandom random = new SplittableRandom(1);
        Draw uniform = new Draw(rows);
        double[][] anywhere = new double[2 * count][];
        double[][] population = new double[2 * count][];
        for (int i = 0; i < count; i++) {
            double[][] own = nats(rows[i]);
            anywhere[i] = own[0];
            population[i] = own[1];
            float[] other = rows[random.nextInt(count)];
            population[count + i] = nats(madeUp(rows[i], other, other))[1];
            anywhere[count + i] = nats(madeUp(rows[i], uniform.next(random), rows[random.nextInt(count)]))[0];
        }
        double[] ofAnywhere = regression(anywhere, count);
        double[] ofPopulation = regression(population, count);
        return new FieldWeights(
                backOffs,
                byHead(ofAnywhere),
                byHead(ofPopulation),
                ofAnywhere[ofAnywhere.length - 1],
                ofPopulation[ofPopulation.length - 1],
                travelOdds());
    }

    /** The network's fields have one weight together. */
    private double[] byHead(double[] weights) {
        double[] each = new double[kinds.length];
        int device = 1;
        for (int h = 0; h < each.length; h++) {
            double weight = weights[kinds[h].network ? 0 : device++];
            each[h] = NATS * Math.max(0, Math.min(LARGEST_WEIGHT, weight));
        }
        return each;
    }

    /** Draws rows so that each network comes equally often: with the reciprocal of its share. */
    private static final class Draw {
        private final float[][] rows;
        private final double[] upTo;

        Draw(float[][] rows) {
            this.rows = rows;
            upTo = new double[rows.length];
            double sum = 0;
            for (int i = 0; i < rows.length; i++) {
                sum += LoginColumns.has(Head.ASN, rows[i], 0)
                        ? StrictMath.exp(LoginColumns.rarity(Head.ASN, rows[i], 0))
                        : 0;
                upTo[i] = sum;
            }
        }

        float[] next(SplittableRandom random) {
            double all = upTo[upTo.length - 1];
            if (all == 0) {
                return rows[random.nextInt(rows.length)];
            }
            int place = Arrays.binarySearch(upTo, random.nextDouble() * all);
            return rows[Math.min(rows.length - 1, place < 0 ? -place - 1 : place + 1)];
        }
    }

    /** A user's context with the network of one login and the devices of another. */
    private float[] madeUp(float[] user, float[] network, float[] device) {
        float[] made = user.clone();
        double earlier = LoginColumns.earlier(user, 0);
        for (Head head : kinds) {
            float[] from = head.network ? network : device;
            boolean same = LoginColumns.has(head, user, 0)
                    && LoginColumns.has(head, from, 0)
                    && LoginColumns.isInVocabulary(head, user, unseen)
                    && LoginColumns.key(head, user, 0) == LoginColumns.key(head, from, 0)
                    && LoginColumns.key(head, from, 0) != LoginColumns.keyWithoutCodes();
            for (int column : LoginColumns.codeColumns(head)) {
                made[column] = from[column];
            }
            float rarity = LoginColumns.rarity(head, from, 0);
            made[LoginColumns.rarityColumn(head)] = rarity;
            double seen = same
                    ? LoginColumns.seen(
                            earlier,
                            LoginColumns.surprise(head, user, 0),
                            StrictMath.exp(-LoginColumns.rarity(head, user, 0)))
                    : 0;
            made[LoginColumns.surpriseColumn(head)] = LoginColumns.has(head, from, 0)
                    ? (float) -StrictMath.log((seen + StrictMath.exp(-rarity)) / (earlier + 1))
                    : 0;
        }
        return made;
    }

    /** By each hypothesis, the nats of the network's fields together, those of each device, and 1. */
    private double[][] nats(float[] row) {
        double[][] byHead = detector.nats(row);
        int devices = (int) Arrays.stream(kinds).filter(head -> !head.network).count();
        double[][] nats = new double[byHead.length][devices + 2];
        for (int i = 0; i < nats.length; i++) {
            int device = 1;
            for (int h = 0; h < kinds.length; h++) {
                nats[i][kinds[h].network ? 0 : device++] += byHead[i][h];
            }
            nats[i][devices + 1] = 1;
        }
        return nats;
    }

    /**
     * The weights and odds that tell the made-up logins from the users' own.
     *
     * @param inputs of the users' own logins first, then as many made up
     */
    private static double[] regression(double[][] inputs, int own) {
        int n = inputs[0].length;
        double[] prior = new double[n];
        double[] precision = new double[n];
        Arrays.fill(prior, 0, n - 1, 1);
        Arrays.fill(precision, 0, n - 1, 1 / (WIDTH * WIDTH));
        precision[n - 1] = 1 / (ODDS_WIDTH * ODDS_WIDTH);
        double[] targets = new double[inputs.length];
        double[] counts = new double[inputs.length];
        Arrays.fill(targets, own, targets.length, 1);
        Arrays.fill(counts, 1);
        return LogisticPosterior.mode(inputs, new double[inputs.length], targets, counts, prior, precision, prior);
    }
}
