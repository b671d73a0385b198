package dev.octet.detect;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.octet.event.InputException;
import java.io.IOException;
import java.util.BitSet;
import java.util.OptionalDouble;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Threshold policies against NumPy, SciPy and scikit-learn; thresholds.py beside the values made them. */
class ThresholdTest {
    @Test
    void nearTiesAtTheThresholdAreNoAlerts() {
        double[] alike = IntStream.range(0, 400).mapToDouble(i -> 2 + i * 1e-6).toArray();
        ValidationScores validation = ValidationScores.of(alike, new BitSet(), 10);
        FittedThreshold plain = new Threshold.Percentile(99).fit(validation);
        assertTrue(plain.flags(2.0005), "a hair above");
        FittedThreshold raised = plain.aboveNearTies(validation, 0.01);
        assertFalse(raised.flags(2.0005));
        assertTrue(raised.flags(2.1));
        assertEquals(0, raised.alerts().perDay());
        assertEquals(plain, plain.aboveNearTies(validation, 1e-4), "scores that differ by more than the resolution");
        assertEquals(plain, plain.aboveNearTies(validation, 0), "scores without a unit");
    }

    private static final OptionalDouble ANY = OptionalDouble.empty();

    private static JsonNode reference;

    @BeforeAll
    static void read() throws IOException {
        try (var in = ThresholdTest.class.getResourceAsStream("thresholds.json")) {
            reference = new ObjectMapper().readTree(in);
        }
    }

    @Test
    void percentileAgreesWithNumpy() {
        ValidationScores scores = ValidationScores.of(doubles(reference.get("scores")), new BitSet(), 10);
        for (JsonNode each : reference.get("percentiles")) {
            assertEquals(
                    each.get(1).asDouble(),
                    new Threshold.Percentile(each.get(0).asDouble()).fit(scores).value(),
                    1e-12);
        }
    }

    @Test
    void aThresholdAtATieOfTheHighestScoreCanBeMet() {
        double[] scores = new double[1000];
        java.util.Arrays.fill(scores, 0, 20, 2);
        java.util.Arrays.fill(scores, 20, 100, 1);
        FittedThreshold fitted = new Threshold.Percentile(99).fit(ValidationScores.of(scores, new BitSet(), 10));
        assertEquals(1.5, fitted.value(), "between the highest score and the next one");
        assertEquals(2, fitted.alerts().perDay());
        assertTrue(fitted.flags(2));
        assertFalse(fitted.flags(1));
        assertTrue(fitted.notes().get(0).contains("20 of 1000"), fitted.notes().toString());
    }

    @Test
    void aTieOfManyRowsStaysUnflaggedAndIsSaid() {
        double[] scores = new double[1000];
        java.util.Arrays.fill(scores, 0, 200, 2);
        FittedThreshold fitted = new Threshold.Percentile(99).fit(ValidationScores.of(scores, new BitSet(), 10));
        assertEquals(2, fitted.value());
        assertEquals(0, fitted.alerts().perDay());
        assertTrue(fitted.notes().get(0).contains("200 of 1000"), fitted.notes().toString());
        FittedThreshold constant =
                new Threshold.Percentile(99).fit(ValidationScores.of(new double[1000], new BitSet(), 10));
        assertEquals(0, constant.value());
        assertTrue(
                constant.notes().get(0).contains("1000 of 1000"),
                constant.notes().toString());
    }

    @Test
    void percentileLooksAtNormalsOnlyAndCountsAllAlerts() {
        double[] scores = IntStream.rangeClosed(1, 1010).asDoubleStream().toArray();
        BitSet attacks = new BitSet();
        attacks.set(1000, 1010);
        FittedThreshold fitted = new Threshold.Percentile(99).fit(ValidationScores.of(scores, attacks, 2));
        assertEquals(990.01, fitted.value(), 1e-9);
        assertEquals(10, fitted.alerts().perDay()); // 10 normals and 10 attacks in 2 days
        assertEquals("percentile 99 of validation normals", fitted.policy());
        assertFalse(fitted.flags(fitted.value()));
        assertTrue(fitted.flags(Math.nextUp(fitted.value())));
    }

    @Test
    void aPercentileThatTheSampleCannotSupportIsRefused() {
        assertEquals(295.02, fit(new Threshold.Percentile(99), 299).value(), 1e-9);
        assertRefused(
                () -> fit(new Threshold.Percentile(99), 298),
                "threshold percentile 99 needs at least 299 validation normals, the validation span has 298. The"
                        + " largest percentile it supports is 98.9997");
        assertTrue(fit(new Threshold.Percentile(98.9997), 298).value() > 0);
        assertRefused(() -> fit(new Threshold.Percentile(99.9), 2994), "needs at least 2995 validation normals");
    }

    @Test
    void anAlertBudgetIsKept() {
        FittedThreshold fitted = fit(new Threshold.AlertsPerDay(0.7), 100); // 10 days: 7 alerts of 0..99
        assertEquals(92, fitted.value());
        assertEquals(0.7, fitted.alerts().perDay());
        // least and greatest m with scipy.stats.binom.cdf(m, 7 + m, .5) > .025, .cdf(7, 7 + m, .5) > .025; a tenth each
        assertEquals(0.1, fitted.alerts().low(), 1e-12);
        assertEquals(1.7, fitted.alerts().high(), 1e-12);
        assertEquals("0.7 alerts a day [0.1, 1.7]", fitted.alerts().text());
        assertEquals("at most 0.7 alerts a day on the validation span", fitted.policy());
    }

    @Test
    void aTieAtTheBudgetStaysUnflagged() {
        double[] scores = {1, 2, 5, 5, 5, 9};
        BitSet attacks = new BitSet();
        attacks.set(5);
        FittedThreshold fitted = new Threshold.AlertsPerDay(3).fit(ValidationScores.of(scores, attacks, 1));
        assertEquals(5, fitted.value());
        assertEquals(1, fitted.alerts().perDay());
        assertEquals(
                "equal scores at the threshold leave 1 of 3 allowed alerts in the validation span",
                fitted.notes().get(0));
    }

    @Test
    void alertBudgetsThatMeanNothingAreRefusedOrExplained() {
        assertRefused(
                () -> fit(new Threshold.AlertsPerDay(0.05), 100),
                "allows no alert at all in a validation span of 10 days. Allow at least 0.1 a day");
        FittedThreshold everything = fit(new Threshold.AlertsPerDay(50), 100);
        assertTrue(everything.flags(0));
        assertTrue(everything.notes().get(0).contains("everything is flagged"));
        ValidationScores timeless = ValidationScores.of(new double[] {1, 2}, new BitSet(), Double.NaN);
        assertRefused(() -> new Threshold.AlertsPerDay(1).fit(timeless), "needs rows with a time");
        assertEquals(
                "n/a alerts a day",
                new Threshold.Fixed(1).fit(timeless).alerts().text());
    }

    @Test
    void poissonIntervalsAreGarwoods() {
        for (JsonNode each : reference.get("garwood")) {
            AlertRate rate = AlertRate.of(each.get(0).asLong(), 1);
            assertEquals(each.get(1).asDouble(), rate.low(), 1e-8 * rate.perDay());
            assertEquals(each.get(2).asDouble(), rate.high(), 1e-8 * (rate.perDay() + 1));
        }
    }

    @Test
    void generalizedParetoIsAtLeastAsLikelyAsScipys() {
        for (JsonNode each : reference.get("fits")) {
            double[] excesses = doubles(each.get("excesses"));
            GeneralizedPareto fit = GeneralizedPareto.fit(excesses);
            String name = each.get("name").asText();
            double scale = each.get("scale").asDouble();
            assertEquals(each.get("shape").asDouble(), fit.shape(), 1e-5, name);
            assertEquals(1, fit.scale() / scale, 1e-5, name);
            double likelihood = 0;
            for (double excess : excesses) {
                likelihood -=
                        Math.log(fit.scale()) + (1 / fit.shape() + 1) * Math.log1p(fit.shape() * excess / fit.scale());
            }
            double scipys = each.get("log_likelihood").asDouble();
            assertTrue(likelihood >= scipys - 1e-9 * Math.abs(scipys), name + " " + likelihood + " < " + scipys);
            for (JsonNode quantile : each.get("exceeded")) {
                double expected = quantile.get(1).asDouble();
                assertEquals(expected, fit.exceededWith(quantile.get(0).asDouble()), 1e-4 * expected, name);
            }
        }
    }

    @Test
    void extremeValueThresholdAgreesWithScipy() {
        ValidationScores scores = ValidationScores.of(doubles(reference.get("scores")), new BitSet(), 10);
        for (JsonNode each : reference.get("evt")) {
            FittedThreshold fitted = new Threshold.Evt(each.get(0).asDouble()).fit(scores);
            assertEquals(each.get(1).asDouble(), fitted.value(), 1e-4);
        }
        FittedThreshold fitted = new Threshold.Evt(1e-4).fit(scores);
        assertEquals(0, fitted.alerts().perDay()); // beyond the sample, where no percentile reaches
        assertTrue(
                fitted.notes().get(0).startsWith("tail fit: 40 peaks over "),
                fitted.notes().get(0));
        assertTrue(fitted.notes().get(0).endsWith("it expects 0.02 alerts a day from normal rows"));
    }

    @Test
    void extremeValueThresholdKeepsItsRiskOnALaterSpan() {
        SplittableRandom random = new SplittableRandom(4);
        double[] validation =
                random.doubles(50_000).map(u -> Math.pow(u, -0.25)).toArray(); // Pareto, shape 1/4
        double value = new Threshold.Evt(1e-4)
                .fit(ValidationScores.of(validation, new BitSet(), 1))
                .value();
        // the true risk of exceeding it is value^-4; the fit's own spread (40 % standard error) is allowed for
        assertEquals(1e-4, Math.pow(value, -4), 0.8e-4);
    }

    @Test
    void aTailThatCannotBeFittedIsRefused() {
        assertRefused(() -> fit(new Threshold.Evt(1e-3), 1000), "needs at least 30 scores in the tail, it has 20");
        assertRefused(
                () -> fit(new Threshold.Evt(0.05), 5000),
                "risk 0.05 is no tail: it must be below 0.02. Use percentile 95");
        double[] two = IntStream.range(0, 5000)
                .mapToDouble(i -> i < 4950 ? 1 : i % 3 + 2)
                .toArray();
        assertRefused(
                () -> new Threshold.Evt(1e-4).fit(ValidationScores.of(two, new BitSet(), 1)),
                "at least 10 different ones in the tail, it has 3 from 1 to 4");
        double[] infinite = IntStream.range(0, 5000).asDoubleStream().toArray();
        infinite[4999] = Double.POSITIVE_INFINITY;
        assertRefused(
                () -> new Threshold.Evt(1e-4).fit(ValidationScores.of(infinite, new BitSet(), 1)), "finite scores");
    }

    /** Every pair of targets on a grid: the same cut as a search over scikit-learn's curve. */
    @Test
    void precisionAndRecallTargetsAgreeWithScikitLearnsCurve() {
        ValidationScores scores = labelled();
        int infeasible = 0;
        for (double p = 0.1; p <= 1; p += 0.1) {
            for (double r = 0.05; r <= 1; r += 0.1) {
                double precision = p;
                double recall = r;
                double expected = highest("precision_recall", row -> row[0] >= precision && row[1] >= recall);
                Threshold policy = new Threshold.TargetPrecisionRecall(OptionalDouble.of(p), OptionalDouble.of(r));
                if (Double.isNaN(expected)) {
                    infeasible++;
                    assertThrows(InputException.class, () -> policy.fit(scores));
                } else {
                    assertSameCut(expected, policy.fit(scores));
                }
            }
        }
        assertTrue(infeasible > 5 && infeasible < 95);
    }

    @Test
    void rateTargetsAgreeWithScikitLearnsCurve() {
        ValidationScores scores = labelled();
        double both = highest("roc", row -> row[0] <= 0.3 && row[1] >= 0.5);
        assertSameCut(both, new Threshold.TargetRates(OptionalDouble.of(0.3), OptionalDouble.of(0.5)).fit(scores));
        double tprOnly = highest("roc", row -> row[1] >= 0.9);
        assertSameCut(tprOnly, new Threshold.TargetRates(ANY, OptionalDouble.of(0.9)).fit(scores));
        double fprOnly = lowest("roc", row -> row[0] <= 0.1);
        assertSameCut(fprOnly, new Threshold.TargetRates(OptionalDouble.of(0.1), ANY).fit(scores));
        double precisionOnly = lowest("precision_recall", row -> row[0] >= 0.5);
        assertSameCut(precisionOnly, new Threshold.TargetPrecisionRecall(OptionalDouble.of(0.5), ANY).fit(scores));
    }

    @Test
    void theFeasibleRangeIsShown() {
        // from the top: 9 attack, 8 attack, 7 normal, 6 attack, 5 normal
        double[] scores = {9, 8, 7, 6, 5};
        BitSet attacks = new BitSet();
        attacks.set(0, 2);
        attacks.set(3);
        ValidationScores validation = ValidationScores.of(scores, attacks, 1);
        FittedThreshold fitted =
                new Threshold.TargetPrecisionRecall(OptionalDouble.of(0.7), OptionalDouble.of(0.6)).fit(validation);
        assertEquals(7.5, fitted.value());
        assertEquals("precision >= 0.7 and recall >= 0.6 on validation labels", fitted.policy());
        assertEquals(
                "feasible thresholds: 5.5 (precision 0.75, recall 1) to 7.5 (precision 1, recall 0.667), 2 different"
                        + " cuts on 3 attacks and 2 normals; chosen: the highest (fewest alerts)",
                fitted.notes().get(0));
        assertEquals(2, fitted.alerts().perDay());
    }

    @Test
    void whatIsNotFeasibleIsSaidWithWhatIs() {
        double[] scores = {9, 8, 7, 6, 5};
        BitSet attacks = new BitSet();
        attacks.set(1);
        attacks.set(3);
        ValidationScores validation = ValidationScores.of(scores, attacks, 1);
        assertRefused(
                () -> new Threshold.TargetPrecisionRecall(OptionalDouble.of(0.6), OptionalDouble.of(0.9))
                        .fit(validation),
                "threshold: no threshold reaches precision >= 0.6 and recall >= 0.9 on validation labels (2 attacks, 3"
                        + " normals). Best precision at recall >= 0.9: 0.5 (threshold 5.5). Best recall at precision"
                        + " >= 0.6: none reaches it.");
        assertRefused(
                () -> new Threshold.TargetRates(OptionalDouble.of(0.4), OptionalDouble.of(0.9)).fit(validation),
                "Best FPR at TPR >= 0.9: 0.667 (threshold 5.5). Best TPR at FPR <= 0.4: 0.5 (threshold 7.5).");
        ValidationScores unlabelled = ValidationScores.of(scores, new BitSet(), 1);
        assertRefused(
                () -> new Threshold.TargetRates(OptionalDouble.of(0.4), ANY).fit(unlabelled), "has no labelled attack");
        BitSet all = new BitSet();
        all.set(0, 5);
        assertRefused(
                () -> new Threshold.Percentile(50).fit(ValidationScores.of(scores, all, 1)),
                "has no row that is not labelled an attack, among 5 rows");
    }

    @Test
    void infiniteScoresAreCutOrLeftAlone() {
        double[] scores = {Double.POSITIVE_INFINITY, 3, 2, Double.NEGATIVE_INFINITY};
        Threshold all = new Threshold.TargetPrecisionRecall(ANY, OptionalDouble.of(1));
        FittedThreshold top = all.fit(ValidationScores.of(scores, bits(0), 1));
        assertEquals(3, top.value()); // no middle between 3 and infinity
        assertTrue(top.flags(Double.POSITIVE_INFINITY));
        assertRefused(() -> all.fit(ValidationScores.of(scores, bits(3), 1)), "no threshold reaches");
    }

    @Test
    void impossibleSettingsAreRefused() {
        for (double percentile : new double[] {0, 100, -1, Double.NaN}) {
            assertRefused(
                    () -> new Threshold.Percentile(percentile), "threshold percentile is " + percentile + "; allowed");
        }
        assertRefused(() -> new Threshold.AlertsPerDay(0), "threshold alerts-per-day is 0.0; allowed: a positive");
        assertRefused(() -> new Threshold.AlertsPerDay(Double.POSITIVE_INFINITY), "allowed: a positive number");
        assertRefused(() -> new Threshold.Evt(1), "threshold evt risk is 1.0; allowed: a number in (0, 1)");
        assertRefused(() -> new Threshold.Fixed(Double.NaN), "threshold fixed is NaN");
        assertRefused(() -> new Threshold.TargetPrecisionRecall(ANY, ANY), "min-precision, min-recall or both");
        assertRefused(() -> new Threshold.TargetRates(ANY, ANY), "max-fpr, min-tpr or both");
        assertRefused(
                () -> new Threshold.TargetRates(OptionalDouble.of(1), ANY),
                "max-fpr is 1.0; allowed: a number in [0, 1)");
        assertRefused(() -> new Threshold.TargetPrecisionRecall(OptionalDouble.of(1.5), ANY), "min-precision is 1.5");
        assertThrows(IllegalArgumentException.class, () -> ValidationScores.of(new double[1], new BitSet(), 0));
        assertRefused(
                () -> ValidationScores.of(new double[] {1, 2, Double.NaN}, new BitSet(), 1),
                "score of row 2 is not a number");
    }

    @Test
    void numbersAreShort() {
        assertEquals("0.0123", SignificantDigits.of(0.012345, 3));
        assertEquals("1.23e-7", SignificantDigits.of(1.2345e-7, 3));
        assertEquals("-12", SignificantDigits.of(-12, 3));
        assertEquals("12300", SignificantDigits.of(12345, 3));
        assertEquals("1e12", SignificantDigits.of(1e12, 3));
        assertEquals("0", SignificantDigits.of(-0.0, 3));
        assertEquals("n/a", SignificantDigits.of(Double.NaN, 3));
        assertEquals("-infinity", SignificantDigits.of(Double.NEGATIVE_INFINITY, 3));
    }

    private static ValidationScores labelled() {
        JsonNode labelled = reference.get("labelled");
        BitSet attacks = new BitSet();
        labelled.get("attacks").forEach(row -> attacks.set(row.asInt()));
        return ValidationScores.of(doubles(labelled.get("scores")), attacks, 10);
    }

    private static BitSet bits(int row) {
        BitSet bits = new BitSet();
        bits.set(row);
        return bits;
    }

    /** The threshold puts the scores at least {@code least}, and no others, above it. */
    private static void assertSameCut(double least, FittedThreshold fitted) {
        assertTrue(fitted.flags(least), fitted + " must flag " + least);
        assertFalse(
                fitted.flags(least - 0.1 + 1e-9), fitted + " must not flag what is below " + least); // rounded to .1
    }

    private static double highest(String curve, java.util.function.Predicate<double[]> feasible) {
        double found = Double.NaN;
        for (JsonNode row : reference.get("labelled").get(curve)) {
            double at = row.get(0).asDouble();
            if (feasible.test(new double[] {row.get(1).asDouble(), row.get(2).asDouble()}) && !(at < found)) {
                found = at;
            }
        }
        return found;
    }

    private static double lowest(String curve, java.util.function.Predicate<double[]> feasible) {
        double found = Double.NaN;
        for (JsonNode row : reference.get("labelled").get(curve)) {
            double at = row.get(0).asDouble();
            if (feasible.test(new double[] {row.get(1).asDouble(), row.get(2).asDouble()}) && !(at > found)) {
                found = at;
            }
        }
        return found;
    }

    /** Fits to the scores 0, 1, …, normals - 1 of ten days. */
    private static FittedThreshold fit(Threshold policy, int normals) {
        double[] scores = IntStream.range(0, normals).asDoubleStream().toArray();
        return policy.fit(ValidationScores.of(scores, new BitSet(), 10));
    }

    private static void assertRefused(org.junit.jupiter.api.function.Executable what, String message) {
        String found = assertThrows(InputException.class, what).getMessage();
        assertTrue(found.contains(message), found);
    }

    private static double[] doubles(JsonNode values) {
        double[] array = new double[values.size()];
        for (int i = 0; i < array.length; i++) {
            array[i] = values.get(i).asDouble();
        }
        return array;
    }
}
