package dev.octet.detect;

import dev.octet.event.InputException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/**
 * A policy that turns scores into decisions, chosen on a validation span that is neither trained nor tested on. A
 * policy is not part of a detector: deciding anew needs no new training. Immutable and thread-safe.
 */
public sealed interface Threshold {

    /**
     * Chooses the threshold.
     *
     * @throws InputException if the span cannot support the policy, saying what it could
     */
    FittedThreshold fit(ValidationScores validation);

    /** Whether it names a number of alerts, so that it must be chosen on scores by the rule of later rows. */
    default boolean isOfAlerts() {
        return false;
    }

    /**
     * Checks, before anything is trained, that a validation span of this size supports the policy. {@link #fit} asks again,
     * and may refuse scores for what only they can tell.
     *
     * @param normals rows that are not labelled an attack
     * @param attacks rows that are
     * @param days length of the span; NaN where rows have no time
     * @throws InputException if it does not, saying what it could
     */
    void require(int normals, int attacks, double days);

    private static void requireSupport(Threshold policy, ValidationScores validation) {
        policy.require(validation.normals().count(), validation.attacks().count(), validation.days());
    }

    /** The policy in words, for tables and bundles. */
    String text();

    /**
     * The {@code percentile}-th percentile of the scores of validation normals, linearly interpolated.
     *
     * <p>Refused where the sample is too small: fewer than {@code ln 0.05 / ln(percentile / 100)} normals have a chance
     * above 5 % that not one of them lies beyond the true percentile (Wilks, "Determination of Sample Sizes for Setting
     * Tolerance Limits", 1941). 99 % needs 299 normals, 99.9 % 2,995.
     *
     * <p>A detector with few different scores may give its highest one to more rows than the percentile leaves. The threshold
     * then lies below that score, if no more than 5 % of the normals have it.
     *
     * @param percentile in (0, 100)
     * @param ifTooFew what a span with too few normals is answered with
     */
    record Percentile(double percentile, IfTooFew ifTooFew) implements Threshold {
        private static final double CHANCE_OF_MISSING = 0.05;

        /** A tie at the top that is a larger share of the rows is not flagged. */
        private static final double MAX_TIED = 0.05;

        /** What to do where the validation span does not support the percentile. */
        public enum IfTooFew {
            /** Refuse it. */
            REFUSE,
            /** Take the largest percentile that the span supports, and say so. */
            LOWER
        }

        public Percentile {
            Threshold.require(
                    percentile > 0 && percentile < 100, "threshold percentile", percentile, "a number in (0, 100)");
        }

        /** A percentile that is refused where the span does not support it. */
        public Percentile(double percentile) {
            this(percentile, IfTooFew.REFUSE);
        }

        private double needed() {
            return Math.ceil(Math.log(CHANCE_OF_MISSING) / Math.log(percentile / 100));
        }

        /** The largest percentile that so many normals support. */
        private static double supported(int normals) {
            return 100 * Math.pow(CHANCE_OF_MISSING, 1.0 / normals);
        }

        @Override
        public void require(int normals, int attacks, double days) {
            requireNormals(normals, attacks, this);
            if (ifTooFew == IfTooFew.REFUSE && normals < needed()) {
                throw new InputException("threshold percentile " + SignificantDigits.of(percentile, 8)
                        + " needs at least "
                        + SignificantDigits.of(needed(), 8) + " validation normals, the validation span has " + normals
                        + ". The largest percentile it supports is " + floor(supported(normals))
                        + "; lower the percentile, take if-too-few: lower, lengthen the validation span or use evt.");
            }
        }

        @Override
        public FittedThreshold fit(ValidationScores validation) {
            requireSupport(this, validation);
            int normals = validation.normals().count();
            if (normals >= needed()) {
                return reachable(validation, List.of());
            }
            Percentile lower = new Percentile(Double.parseDouble(floor(supported(normals))));
            return lower.reachable(
                    validation,
                    List.of("the threshold is percentile " + floor(lower.percentile) + ", the largest that "
                            + normals + " validation normals support: percentile "
                            + SignificantDigits.of(percentile, 8) + " needs " + SignificantDigits.of(needed(), 8)));
        }

        /**
         * The percentile; where it is the highest score, which several rows share, a value just below that score, because a
         * threshold must be exceeded: no row of such a detector could ever be flagged.
         */
        private FittedThreshold reachable(ValidationScores validation, List<String> notes) {
            SortedScores scores = validation.normals();
            double value = scores.percentile(percentile);
            int tied = scores.equalTo(value);
            if (scores.above(value) > 0 || tied < 2) {
                return fitted(value, this, validation, notes);
            }
            List<String> more = new ArrayList<>(notes);
            String share = tied + " of " + scores.count() + " validation normals share the highest score, "
                    + SignificantDigits.of(value, 4);
            if (tied <= MAX_TIED * scores.count()) {
                double below = LabelledCuts.between(scores.at(scores.count() - tied - 1), value);
                more.add(share + ": the threshold lies below it, so that all of them are flagged");
                return fitted(below, this, validation, more);
            }
            more.add(share + ": none of them is flagged, because all of them are more than "
                    + SignificantDigits.of(100 * MAX_TIED, 2) + " % of the rows");
            return fitted(value, this, validation, more);
        }

        /** Rounded down, so that the percentile shown is itself supported. */
        private static String floor(double percentile) {
            return new java.math.BigDecimal(percentile)
                    .round(new java.math.MathContext(6, java.math.RoundingMode.FLOOR))
                    .stripTrailingZeros()
                    .toPlainString();
        }

        @Override
        public String text() {
            return "percentile " + SignificantDigits.of(percentile, 8) + " of validation normals";
        }
    }

    /**
     * The lowest threshold that keeps within a budget on the validation span: over all its rows, labels unseen, at most
     * {@code alerts} a day. Ties that would overrun the budget stay unflagged.
     *
     * @param alerts alerts a day, positive
     */
    record AlertsPerDay(double alerts) implements Threshold {
        public AlertsPerDay {
            Threshold.require(
                    alerts > 0 && alerts < Double.POSITIVE_INFINITY,
                    "threshold alerts-per-day",
                    alerts,
                    "a positive number");
        }

        private double allowed(double days) {
            return Math.floor(alerts * days * (1 + 1e-12)); // 0.1 a day in 30 days are 3
        }

        @Override
        public void require(int normals, int attacks, double days) {
            if (Double.isNaN(days)) {
                throw new InputException("threshold alerts-per-day needs rows with a time; these have none"
                        + " (entity view). Use percentile instead.");
            }
            if (normals + attacks == 0) {
                throw new InputException("threshold alerts-per-day: the validation span has no rows; lengthen it.");
            }
            if (allowed(days) < 1) {
                throw new InputException("threshold alerts-per-day " + SignificantDigits.of(alerts, 6)
                        + " allows no alert at all in a validation span of "
                        + SignificantDigits.of(days, 3) + " days. Allow at least "
                        + SignificantDigits.of(1 / days, 3) + " a day or lengthen the validation span.");
            }
        }

        @Override
        public FittedThreshold fit(ValidationScores validation) {
            requireSupport(this, validation);
            double allowed = allowed(validation.days());
            if (allowed >= validation.rows()) {
                return fitted(
                        Double.NEGATIVE_INFINITY,
                        this,
                        validation,
                        List.of("the budget covers every row of the validation span: everything is flagged"));
            }
            double value = validation.fromTop((int) allowed);
            long raised = validation.above(value);
            return fitted(
                    value,
                    this,
                    validation,
                    raised == (long) allowed
                            ? List.of()
                            : List.of("equal scores at the threshold leave " + raised + " of " + (long) allowed
                                    + " allowed alerts in the validation span"));
        }

        @Override
        public boolean isOfAlerts() {
            return true;
        }

        @Override
        public String text() {
            return "at most " + SignificantDigits.of(alerts, 6) + " alerts a day on the validation span";
        }
    }

    /**
     * Peaks over threshold: a generalised Pareto distribution fitted to the top 2 % of the scores of validation normals,
     * and the score that a normal row exceeds with probability {@code risk} (Siffer et al., "Anomaly Detection in
     * Streams with Extreme Value Theory", KDD 2017, section 3; the fit is Grimshaw's, see {@link GeneralizedPareto}). Can
     * go beyond the greatest validation score, which a percentile cannot.
     *
     * @param risk in (0, 1), below the 2 % of the tail
     */
    record Evt(double risk) implements Threshold {
        private static final double TAIL_PERCENTILE = 98; // as in SPOT
        private static final int MIN_PEAKS = 30;
        private static final int MIN_DISTINCT = 10;

        public Evt {
            Threshold.require(risk > 0 && risk < 1, "threshold evt risk", risk, "a number in (0, 1)");
        }

        @Override
        public void require(int normals, int attacks, double days) {
            requireNormals(normals, attacks, this);
            // at most so many of them can lie above the percentile
            double peaks = Math.ceil((1 - TAIL_PERCENTILE / 100) * (normals - 1));
            if (peaks < MIN_PEAKS) {
                throw new InputException("threshold evt needs at least " + MIN_PEAKS + " scores in the tail, it has "
                        + SignificantDigits.of(peaks, 6) + " at most among " + normals
                        + " validation normals. Lengthen the validation span or use percentile.");
            }
        }

        @Override
        public FittedThreshold fit(ValidationScores validation) {
            requireSupport(this, validation);
            int normals = validation.normals().count();
            SortedScores scores = validation.normals();
            double tail = scores.percentile(TAIL_PERCENTILE);
            double[] peaks = scores.excesses(tail);
            if (peaks.length < MIN_PEAKS) {
                throw new InputException("threshold evt needs at least " + MIN_PEAKS + " scores in the tail, it has "
                        + peaks.length + " above " + SignificantDigits.of(tail, 3) + " among " + normals
                        + " validation normals. Lengthen the validation span or use percentile.");
            }
            long distinct = java.util.Arrays.stream(peaks).distinct().count();
            if (distinct < MIN_DISTINCT || Double.isInfinite(tail) || Double.isInfinite(peaks[peaks.length - 1])) {
                throw new InputException("threshold evt needs finite scores and at least " + MIN_DISTINCT
                        + " different ones in the tail, it has " + distinct + " from " + SignificantDigits.of(tail, 3)
                        + " to " + SignificantDigits.of(scores.at(normals - 1), 3) + ". Use percentile.");
            }
            double tailShare = (double) peaks.length / normals;
            if (!(risk < tailShare)) {
                throw new InputException(
                        "threshold evt risk " + SignificantDigits.of(risk, 6) + " is no tail: it must be below "
                                + SignificantDigits.of(tailShare, 3) + ". Use percentile "
                                + SignificantDigits.of(100 * (1 - risk), 6) + " instead.");
            }
            GeneralizedPareto fit = GeneralizedPareto.fit(peaks);
            double value = tail + fit.exceededWith(risk / tailShare);
            double expected = risk * normals / validation.days();
            return fitted(
                    value,
                    this,
                    validation,
                    List.of("tail fit: " + peaks.length + " peaks over " + SignificantDigits.of(tail, 3) + ", shape "
                            + SignificantDigits.of(fit.shape(), 3) + ", scale " + SignificantDigits.of(fit.scale(), 3)
                            + "; it expects " + SignificantDigits.of(expected, 3) + " alerts a day from normal rows"));
        }

        @Override
        public String text() {
            return "extreme-value fit, risk " + SignificantDigits.of(risk, 6) + " for a validation normal";
        }
    }

    /**
     * A multiple of the highest ordinary score, where "ordinary" is told by a gap: unlabelled validation scores that hold
     * attacks fall in two groups with nothing between them. The gap is the largest ratio of two neighbouring scores among
     * the top {@code tail} of them that lies above {@code floor}, and counts as one if it is at least {@code margin}. The
     * threshold is {@code margin} times its lower end, but no higher than its middle. Without a gap all rows are ordinary.
     * Scores of which some are negative, as likelihood ratios in nats, are logarithms: their exponentials are compared.
     *
     * <p>Where most rows are alike an autoencoder rebuilds them to the last digit, and the few others, ordinary too, score
     * a hundred times as much: {@code floor} says which scores are small whatever factors lie between them. Of an
     * autoencoder on d columns scaled to [0, 1], 1/d is a row that one column takes from one end of the training rows'
     * range to the other.
     *
     * @param margin at least 1
     * @param tail share of the rows that attacks may make up, in (0, 0.5]
     * @param floor highest score that is ordinary in any case, not negative
     */
    record Gap(double margin, double tail, double floor) implements Threshold {
        public Gap {
            Threshold.require(
                    margin >= 1 && margin < Double.POSITIVE_INFINITY,
                    "threshold gap margin",
                    margin,
                    "a number of at least 1");
            Threshold.require(tail > 0 && tail <= 0.5, "threshold gap tail", tail, "a number in (0, 0.5]");
            Threshold.require(
                    floor >= 0 && floor < Double.POSITIVE_INFINITY,
                    "threshold gap floor",
                    floor,
                    "a number that is not negative");
        }

        @Override
        public void require(int normals, int attacks, double days) {
            requireNormals(normals, attacks, this);
        }

        @Override
        public FittedThreshold fit(ValidationScores validation) {
            requireSupport(this, validation);
            int normals = validation.normals().count();
            SortedScores scores = validation.normals();
            boolean logarithms = scores.at(0) < 0;
            int last = normals - 1;
            int ordinary = last;
            double widest = 0;
            for (int i = last - 1;
                    i >= Math.max(0, last - (int) (tail * normals)) && size(scores.at(i + 1), logarithms) > floor;
                    i--) {
                double below = Math.max(size(scores.at(i), logarithms), floor);
                double ratio = size(scores.at(i + 1), logarithms) / below;
                if (below > 0 && ratio > widest) {
                    widest = ratio;
                    ordinary = i;
                }
            }
            boolean gap = widest > 1 && widest >= margin;
            double highest = Math.max(size(scores.at(gap ? ordinary : last), logarithms), floor);
            double size = gap ? highest * Math.min(margin, Math.sqrt(widest)) : highest * margin;
            double value = logarithms ? StrictMath.log(size) : size;
            String note = gap
                    ? "gap between " + SignificantDigits.of(logarithms ? StrictMath.log(highest) : highest, 3) + " and "
                            + SignificantDigits.of(scores.at(ordinary + 1), 3) + ", with " + (last - ordinary) + " of "
                            + normals + " validation rows above it"
                    : "no gap among the validation scores, the widest is a factor of "
                            + SignificantDigits.of(Math.max(1, widest), 3) + ": all of them count as ordinary";
            return fitted(value, this, validation, List.of(note));
        }

        private static double size(double score, boolean logarithms) {
            return logarithms ? StrictMath.exp(score) : score;
        }

        @Override
        public String text() {
            return SignificantDigits.of(margin, 6) + " times the highest ordinary score, below the gap in the top "
                    + SignificantDigits.of(100 * tail, 4) + " % of the validation scores";
        }
    }

    /**
     * The threshold that reaches a precision, a recall, or both on the labels of the validation span. With a recall
     * asked for, it is the highest that does (fewest alerts); with only a precision, the lowest (most found).
     *
     * @param minPrecision least precision, in (0, 1]
     * @param minRecall least recall, in (0, 1]
     */
    record TargetPrecisionRecall(OptionalDouble minPrecision, OptionalDouble minRecall) implements Threshold {
        public TargetPrecisionRecall {
            minPrecision.ifPresent(
                    p -> Threshold.require(p > 0 && p <= 1, "threshold min-precision", p, "a number in (0, 1]"));
            minRecall.ifPresent(
                    r -> Threshold.require(r > 0 && r <= 1, "threshold min-recall", r, "a number in (0, 1]"));
            if (minPrecision.isEmpty() && minRecall.isEmpty()) {
                throw new InputException("threshold: give min-precision, min-recall or both");
            }
        }

        @Override
        public void require(int normals, int attacks, double days) {
            requireLabels(normals, attacks, this);
        }

        @Override
        public FittedThreshold fit(ValidationScores validation) {
            requireSupport(this, validation);
            return new LabelledCuts(validation)
                    .choose(
                            this,
                            new LabelledCuts.Target("precision", ">=", minPrecision),
                            new LabelledCuts.Target("recall", ">=", minRecall),
                            minRecall.isPresent());
        }

        @Override
        public String text() {
            return LabelledCuts.words("precision >= ", minPrecision, "recall >= ", minRecall);
        }
    }

    /**
     * The threshold that keeps a false-positive rate, reaches a true-positive rate, or both on the labels of the
     * validation span. With a true-positive rate asked for, it is the highest that does (fewest alerts); with only a
     * false-positive rate, the lowest (most found).
     *
     * @param maxFpr greatest false-positive rate, in [0, 1)
     * @param minTpr least true-positive rate (recall), in (0, 1]
     */
    record TargetRates(OptionalDouble maxFpr, OptionalDouble minTpr) implements Threshold {
        public TargetRates {
            maxFpr.ifPresent(f -> Threshold.require(f >= 0 && f < 1, "threshold max-fpr", f, "a number in [0, 1)"));
            minTpr.ifPresent(t -> Threshold.require(t > 0 && t <= 1, "threshold min-tpr", t, "a number in (0, 1]"));
            if (maxFpr.isEmpty() && minTpr.isEmpty()) {
                throw new InputException("threshold: give max-fpr, min-tpr or both");
            }
        }

        @Override
        public void require(int normals, int attacks, double days) {
            requireLabels(normals, attacks, this);
            requireNormals(normals, attacks, this);
        }

        @Override
        public FittedThreshold fit(ValidationScores validation) {
            requireSupport(this, validation);
            return new LabelledCuts(validation)
                    .choose(
                            this,
                            new LabelledCuts.Target("FPR", "<=", maxFpr),
                            new LabelledCuts.Target("TPR", ">=", minTpr),
                            minTpr.isPresent());
        }

        @Override
        public String text() {
            return LabelledCuts.words("FPR <= ", maxFpr, "TPR >= ", minTpr);
        }
    }

    /**
     * A threshold given by the user, or read from a bundle.
     *
     * @param value in units of the score; not NaN
     */
    record Fixed(double value) implements Threshold {
        public Fixed {
            Threshold.require(!Double.isNaN(value), "threshold fixed", value, "a number");
        }

        @Override
        public void require(int normals, int attacks, double days) {
            // any span will do, an empty one too
        }

        @Override
        public FittedThreshold fit(ValidationScores validation) {
            return fitted(value, this, validation, List.of());
        }

        @Override
        public String text() {
            return "fixed at " + SignificantDigits.of(value, 6);
        }
    }

    private static FittedThreshold fitted(
            double value, Threshold policy, ValidationScores validation, List<String> notes) {
        return new FittedThreshold(value, policy.text(), validation.expected(value), notes);
    }

    private static void requireNormals(int normals, int attacks, Threshold policy) {
        if (normals == 0) {
            throw new InputException("threshold (" + policy.text() + "): the validation span has no row that is not"
                    + " labelled an attack, among " + attacks + " rows. Lengthen or move the span.");
        }
    }

    private static void requireLabels(int normals, int attacks, Threshold policy) {
        if (attacks == 0) {
            throw new InputException("threshold (" + policy.text()
                    + "): the validation span has no labelled attack among " + normals
                    + " rows. Move the span, give labels, or use percentile, alerts-per-day or evt.");
        }
    }

    private static void require(boolean allowed, String what, double found, String range) {
        if (!allowed) {
            throw new InputException(what + " is " + found + "; allowed: " + range);
        }
    }
}
