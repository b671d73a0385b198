package dev.octet.evaluate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.octet.detect.FittedThreshold;
import dev.octet.detect.Threshold;
import dev.octet.detect.ValidationScores;
import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Metrics against scikit-learn's and SciPy's; the values and the script that made them are beside this class. */
class ReferenceTest {
    private static final double TOLERANCE = 1e-12;

    private static JsonNode reference;

    @BeforeAll
    static void read() throws IOException {
        try (var in = ReferenceTest.class.getResourceAsStream("reference.json")) {
            reference = new ObjectMapper().readTree(in);
        }
    }

    @TestFactory
    Stream<DynamicTest> evaluationAgreesWithScikitLearn() {
        return StreamSupport.stream(reference.get("cases").spliterator(), false)
                .map(each -> dynamicTest(each.get("name").asText(), () -> check(each)));
    }

    private static void check(JsonNode expected) {
        double[] scores = new double[expected.get("scores").size()];
        for (int i = 0; i < scores.length; i++) {
            scores[i] = Double.parseDouble(expected.get("scores").get(i).asText());
        }
        BitSet attacks = bits(expected.get("attacks"));
        Evaluation evaluation = Evaluation.of(
                "any",
                ScoredRows.of(scores, attacks, 2),
                Optional.of(fixed(expected.get("threshold").asDouble())));
        Evaluation.Decision decision = evaluation.decision().orElseThrow();

        JsonNode counts = expected.get("confusion");
        assertEquals(
                new Confusion(
                        counts.get(0).asLong(),
                        counts.get(1).asLong(),
                        counts.get(2).asLong(),
                        counts.get(3).asLong()),
                decision.confusion());
        same(expected.get("precision"), decision.precision().value());
        same(expected.get("recall"), decision.recall().value());
        same(expected.get("f1"), decision.f1());
        same(expected.get("roc_auc"), evaluation.rocAuc());
        same(expected.get("average_precision"), evaluation.averagePrecision());
        for (int i = 0; i < Evaluation.BUDGETS.size(); i++) {
            JsonNode budget = expected.get("budgets").get(i);
            BudgetResult result = evaluation.budgets().get(i);
            double found = budget.get("found").asDouble();
            long flagged = budget.get("flagged").asLong();
            assertEquals(flagged, result.flagged());
            assertEquals(found, result.recall().hits(), TOLERANCE);
            assertEquals(found, result.precision().hits(), TOLERANCE);
            assertEquals(flagged, result.precision().of());
            assertEquals(attacks.cardinality(), result.recall().of());
            assertEquals(flagged - found, result.falsePositiveRate().hits(), TOLERANCE);
            assertEquals(flagged / 2.0, result.alertsPerDay());
            double lift = (found / flagged) / (attacks.cardinality() / (double) scores.length);
            assertEquals(lift, result.lift(), 1e-9);
        }
    }

    @Test
    void intervalsAgreeWithScipysWilson() {
        for (JsonNode each : reference.get("wilson")) {
            Proportion share =
                    new Proportion(each.get(0).asDouble(), each.get(1).asDouble());
            assertEquals(each.get(2).asDouble(), share.low(), TOLERANCE, share.toString());
            assertEquals(each.get(3).asDouble(), share.high(), TOLERANCE, share.toString());
        }
    }

    @Test
    void kappaAgreesWithScikitLearn() {
        for (JsonNode each : reference.get("kappas")) {
            KappaMatrix matrix = KappaMatrix.of(
                    List.of("one", "other"),
                    List.of(bits(each.get("one")), bits(each.get("other"))),
                    each.get("rows").asLong());
            assertEquals(each.get("kappa").asDouble(), matrix.kappa().get(0).get(1), TOLERANCE);
            assertEquals(matrix.kappa().get(0).get(1), matrix.kappa().get(1).get(0));
            assertEquals(1, matrix.kappa().get(0).get(0), TOLERANCE);
        }
    }

    @Test
    void fowlkesMallowsAgreesWithScikitLearn() {
        for (JsonNode each : reference.get("clusterings")) {
            int[] one = ints(each.get("one"));
            int[] other = ints(each.get("other"));
            assertEquals(each.get("fowlkes_mallows").asDouble(), FowlkesMallows.index(one, other), TOLERANCE);
            assertEquals(FowlkesMallows.index(one, other), FowlkesMallows.index(other, one), TOLERANCE);
        }
    }

    private static FittedThreshold fixed(double value) {
        return new Threshold.Fixed(value).fit(ValidationScores.of(new double[] {0}, new BitSet(), 1));
    }

    private static void same(JsonNode expected, double value) {
        assertEquals(expected.isNull() ? Double.NaN : expected.asDouble(), value, TOLERANCE);
    }

    private static BitSet bits(JsonNode rows) {
        BitSet bits = new BitSet();
        rows.forEach(row -> bits.set(row.asInt()));
        return bits;
    }

    private static int[] ints(JsonNode values) {
        List<Integer> list = new ArrayList<>();
        values.forEach(value -> list.add(value.asInt()));
        return IntStream.range(0, list.size()).map(list::get).toArray();
    }
}
