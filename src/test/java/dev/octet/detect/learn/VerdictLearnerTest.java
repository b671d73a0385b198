package dev.octet.detect.learn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.octet.detect.Detector;
import dev.octet.detect.DetectorState;
import dev.octet.detect.TrainingData;
import dev.octet.detect.TrainingProgress;
import dev.octet.detect.surprise.HistorySum;
import dev.octet.event.InputException;
import dev.octet.feature.FeatureColumns;
import dev.octet.feature.FloatMatrix;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class VerdictLearnerTest {
    /** The rarity of the network is the label-free score; further columns are terms. */
    private static final List<FeatureColumns> LAYOUT = List.of(
            new FeatureColumns("rarity-asn", FeatureColumns.Kind.NUMERIC, 0, 1),
            new FeatureColumns("telling", FeatureColumns.Kind.NUMERIC, 1, 1),
            new FeatureColumns("noise", FeatureColumns.Kind.NUMERIC, 2, 1),
            new FeatureColumns("code", FeatureColumns.Kind.CODE, 3, 1));

    private final Random random = new Random(5);
    private final Detector base = HistorySum.ASN_RARITY.train(
            new TrainingData(
                    List.of(new FeatureColumns("rarity-asn", FeatureColumns.Kind.NUMERIC, 0, 1)),
                    new FloatMatrix(1),
                    new BitSet(),
                    new FloatMatrix(1),
                    new BitSet()),
            TrainingProgress.SILENT);

    private float[] row(boolean telling) {
        return new float[] {
            (float) -Math.log(1 - random.nextDouble()),
            (float) random.nextGaussian() + (telling ? 3 : 0),
            (float) random.nextGaussian(),
            random.nextInt(1000)
        };
    }

    private VerdictLearner learner() {
        Population population = new Population(LAYOUT);
        for (int i = 0; i < 5_000; i++) {
            float[] row = row(false);
            population.add(row, row[0]);
        }
        return new VerdictLearner(base, population, 5);
    }

    private List<VerdictLearner.Judged> verdicts(int count, double wrong) {
        List<VerdictLearner.Judged> verdicts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            boolean takeover = random.nextDouble() < 0.2;
            float[] row = row(takeover);
            row[0] += 5;
            verdicts.add(new VerdictLearner.Judged(row, takeover != random.nextDouble() < wrong));
        }
        return verdicts;
    }

    @Test
    void withoutAVerdictTheScoreHasTheBitsOfTheLabelFreeOne() {
        LearnedDetector learned = learner().learn(List.of());
        float[] rows = new float[400];
        float[] first = new float[100];
        for (int i = 0; i < 100; i++) {
            System.arraycopy(row(false), 0, rows, 4 * i, 4);
            first[i] = rows[4 * i];
        }
        double[] expected = new double[100];
        base.score(first, 100, expected);
        double[] found = new double[100];
        learned.score(rows, 100, found);
        assertArrayEquals(expected, found);
        double[] contributions = new double[400];
        learned.explain(rows, 100, found, contributions);
        assertArrayEquals(expected, found);
        assertEquals(expected[7], contributions[28], 1e-12);
        assertEquals(0, contributions[29]);
    }

    @Test
    void itLearnsWhatTellsAndNothingFromNumbersOfCategories() {
        VerdictLearner learner = learner();
        List<VerdictLearner.Judged> verdicts = verdicts(1_500, 0);
        LearnedDetector learned = learner.learn(verdicts);
        double[] weights = learned.weights();
        assertTrue(weights[1] > 0.3, () -> weights[1] + "");
        assertTrue(Math.abs(weights[2]) < weights[1] / 2, () -> weights[2] + "");
        assertEquals(0, weights[3]);
        VerdictLearner.Check check = learner.check(verdicts);
        assertTrue(check.after() > check.before() + 0.1, check::toString);
        assertTrue(check.passed());
    }

    @Test
    void eachVerdictMovesTheScoreAndABenignOneDown() {
        VerdictLearner learner = learner();
        float[] row = {7, 2, 0, 0};
        double[] none = new double[1];
        double[] benign = new double[1];
        double[] takeover = new double[1];
        learner.learn(List.of()).score(row, 1, none);
        learner.learn(List.of(new VerdictLearner.Judged(row, false))).score(row, 1, benign);
        learner.learn(List.of(new VerdictLearner.Judged(row, true))).score(row, 1, takeover);
        assertTrue(benign[0] < none[0], benign[0] + " and " + none[0]);
        assertTrue(takeover[0] > none[0] - 1e-9, takeover[0] + " and " + none[0]);
    }

    @Test
    void wrongVerdictsTakeLittleAway() {
        VerdictLearner learner = learner();
        LearnedDetector learned = learner.learn(verdicts(2_000, 0.1));
        List<VerdictLearner.Judged> fresh = verdicts(2_000, 0);
        double[] score = new double[1];
        double right = 0;
        double pairs = 0;
        List<Double> takeovers = new ArrayList<>();
        List<Double> benign = new ArrayList<>();
        for (VerdictLearner.Judged one : fresh) {
            learned.score(one.columns(), 1, score);
            (one.takeover() ? takeovers : benign).add(score[0]);
        }
        for (double one : takeovers) {
            for (double other : benign) {
                pairs++;
                right += one > other ? 1 : 0;
            }
        }
        // Normal columns that are 3 spreads apart are ordered rightly at 98 %; the label-free score of these at 50 %.
        assertTrue(right / pairs > 0.9, right / pairs + "");
    }

    @Test
    void nothingToCompareDoesNotPass() {
        List<VerdictLearner.Judged> benign = verdicts(50, 0).stream()
                .map(one -> new VerdictLearner.Judged(one.columns(), false))
                .toList();
        VerdictLearner.Check check = learner().check(benign);
        assertFalse(check.passed());
        assertTrue(Double.isNaN(check.after()));
    }

    @Test
    void theStoredStateScoresTheSame() {
        LearnedDetector learned = learner().learn(verdicts(200, 0));
        DetectorState state = learned.state();
        LearnedDetector restored =
                LearnedDetector.restore(state, inner -> dev.octet.detect.surprise.HistorySumDetector.restore(inner));
        float[] row = row(true);
        double[] one = new double[1];
        double[] other = new double[1];
        learned.score(row, 1, one);
        restored.score(row, 1, other);
        assertEquals(one[0], other[0]);
        assertNotEquals(row[0], one[0]);
        Map<String, Object> arrays = new java.util.HashMap<>(state.arrays());
        arrays.put("weights", new double[] {1});
        assertThrows(
                InputException.class,
                () -> LearnedDetector.restore(
                        new DetectorState(state.kind(), state.version(), state.settings(), arrays),
                        inner -> dev.octet.detect.surprise.HistorySumDetector.restore(inner)));
    }

    @Test
    void aHandfulOfLoginsIsNoPopulation() {
        Population few = new Population(LAYOUT);
        few.add(row(false), 1);
        assertThrows(InputException.class, () -> new VerdictLearner(base, few, 5));
    }
}
