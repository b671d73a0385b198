package dev.octet.detect.learn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.octet.detect.Detector;
import dev.octet.detect.DetectorState;
import dev.octet.detect.MixtureDetector;
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
        List<VerdictLearner.Judged> verdicts = verdicts(300, 0);
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
        LearnedDetector learned = learner.learn(verdicts(400, 0.1));
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

    /** Two kinds of attackers, each known by a column. */
    private record TwoKinds(double[] offsets) implements MixtureDetector {
        @Override
        public List<String> components() {
            return List.of("one", "other");
        }

        @Override
        public void components(float[] row, double[] nats) {
            nats[0] = row[0];
            nats[1] = row[1];
        }

        @Override
        public TwoKinds withOffsets(double[] others) {
            return new TwoKinds(others);
        }

        @Override
        public String kind() {
            return "two-kinds";
        }

        @Override
        public int columns() {
            return 2;
        }

        @Override
        public void score(float[] rows, int count, double[] scores) {
            for (int i = 0; i < count; i++) {
                scores[i] = Math.log(Math.exp(rows[2 * i] + offsets[0]) + Math.exp(rows[2 * i + 1] + offsets[1]));
            }
        }

        @Override
        public void contributions(float[] row, double[] contributions) {
            System.arraycopy(row, 0, contributions, 0, 2);
        }

        @Override
        public DetectorState state() {
            return new DetectorState(kind(), 1, Map.of(), Map.of("offsets", offsets));
        }
    }

    /** Alerts of one kind are takeovers, those of the other are benign; the columns themselves are codes, which have no weights. */
    @Test
    void verdictsMoveThePriorsOfKindsOfAttackers() {
        List<FeatureColumns> codes = List.of(
                new FeatureColumns("one", FeatureColumns.Kind.CODE, 0, 1),
                new FeatureColumns("other", FeatureColumns.Kind.CODE, 1, 1));
        TwoKinds labelFree = new TwoKinds(new double[2]);
        Population population = new Population(codes);
        double[] score = new double[1];
        for (int i = 0; i < 5_000; i++) {
            float[] row = {(float) -Math.log(1 - random.nextDouble()), (float) -Math.log(1 - random.nextDouble())};
            labelFree.score(row, 1, score);
            population.add(row, score[0]);
        }
        List<VerdictLearner.Judged> verdicts = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            float alert = 6 + random.nextFloat();
            boolean takeover = i % 4 == 0;
            verdicts.add(
                    new VerdictLearner.Judged(takeover ? new float[] {alert, 0} : new float[] {0, alert}, takeover));
        }
        VerdictLearner learner = new VerdictLearner(labelFree, population, 6);
        LearnedDetector learned = learner.learn(verdicts);
        assertArrayEquals(new double[2], learned.weights());
        double[] offsets = ((TwoKinds) learned.base()).offsets;
        assertTrue(offsets[0] > 0.3 && offsets[1] < -0.3, () -> offsets[0] + " and " + offsets[1]);
        assertTrue(
                learner.check(verdicts).after() > 0.99,
                () -> learner.check(verdicts).toString());
        assertArrayEquals(new double[2], ((TwoKinds) LearnedDetector.labelFree(learned)).offsets);
        assertArrayEquals(new double[2], ((TwoKinds) learner.learn(List.of()).base()).offsets);
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
