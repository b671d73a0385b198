package dev.octet.evaluate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.octet.detect.SortedScores;
import dev.octet.evaluate.drift.FeatureDrift;
import dev.octet.evaluate.drift.PopulationStability;
import dev.octet.feature.FeatureColumns;
import dev.octet.feature.FloatMatrix;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a report draws, against what the tables compute. */
class FiguresTest {

    /** @param share of the rows that are attacks; ties are many, since scores are rounded */
    private static ScoredRows rows(int count, double share, int scoreValues) {
        SplittableRandom random = new SplittableRandom(count);
        double[] scores = new double[count];
        BitSet attacks = new BitSet();
        for (int row = 0; row < count; row++) {
            boolean attack = random.nextDouble() < share;
            attacks.set(row, attack);
            scores[row] = Math.floor(scoreValues * (random.nextDouble() + (attack ? 0.3 : 0)));
        }
        return ScoredRows.of(scores, attacks, 10);
    }

    private static double areaUnderRoc(RankingCurve curve) {
        double area = 0;
        for (int i = 1; i < curve.points().size(); i++) {
            RankingCurve.Point before = curve.points().get(i - 1);
            RankingCurve.Point point = curve.points().get(i);
            area += (curve.falsePositiveRate(point) - curve.falsePositiveRate(before))
                    * (curve.recall(before) + curve.recall(point))
                    / 2;
        }
        return area;
    }

    @ParameterizedTest
    @ValueSource(ints = {5, 40, 1000, 1_000_000})
    void theAreaUnderTheDrawnCurveIsTheRocAuc(int scoreValues) {
        ScoredRows rows = rows(20_000, 0.01, scoreValues);
        RankingCurve curve = RankingCurve.of(rows);
        assertEquals(
                Evaluation.of("d", rows, Optional.empty()).rocAuc(),
                areaUnderRoc(curve),
                scoreValues <= 40 ? 1e-9 : 2e-3, // corners nearer than a screen shows are left out
                curve.points().size() + " points");
    }

    @Test
    void everyCornerOfAFewRowsIsThere() {
        BitSet attacks = new BitSet();
        attacks.set(1);
        attacks.set(3);
        attacks.set(4);
        RankingCurve curve = RankingCurve.of(ScoredRows.of(new double[] {9, 8, 7, 6, 6, 6, 1}, attacks, 1));
        assertEquals(
                List.of(
                        new RankingCurve.Point(Double.POSITIVE_INFINITY, 0, 0),
                        new RankingCurve.Point(Math.nextUp(8.0), 0, 1),
                        new RankingCurve.Point(8, 1, 1),
                        new RankingCurve.Point(Math.nextUp(6.0), 1, 2),
                        new RankingCurve.Point(6, 3, 3),
                        new RankingCurve.Point(1, 3, 4)),
                curve.points());
    }

    @Test
    void aLongCurveIsShortAndKeepsItsEnds() {
        RankingCurve curve = RankingCurve.of(rows(300_000, 0.3, 1 << 30));
        assertTrue(curve.points().size() < 3000, curve.points().size() + " points");
        RankingCurve.Point last = curve.points().get(curve.points().size() - 1);
        assertEquals(curve.attacks(), last.found());
        assertEquals(curve.normals(), last.falseAlarms());
        RankingCurve.Point before = new RankingCurve.Point(Double.POSITIVE_INFINITY, 0, 0);
        for (RankingCurve.Point point : curve.points()) {
            assertTrue(point.found() >= before.found() && point.falseAlarms() >= before.falseAlarms());
            // no step that a screen would show was left out: to where a corner was dropped, less than 1 / 400
            assertTrue((point.found() - before.found()) / curve.attacks() < 2 / 400.0
                    || (point.falseAlarms() - before.falseAlarms()) / curve.normals() < 2 / 400.0);
            before = point;
        }
    }

    @Test
    void theHistogramHoldsEveryRowOnce() {
        double[] scores = {0, 1, 1, 2, 1000, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, -0.5};
        BitSet attacks = new BitSet();
        attacks.set(4);
        ScoreHistogram histogram = ScoreHistogram.of(ScoredRows.of(scores, attacks, 1));
        assertFalse(histogram.logarithmic(), "a score is below 0, so there is no logarithm");
        assertEquals(6, histogram.normals().stream().mapToLong(Long::longValue).sum());
        ScoredRows positive = ScoredRows.of(new double[] {0, 1, 1, 2, 1000, Double.POSITIVE_INFINITY}, attacks, 1);
        ScoreHistogram wide = ScoreHistogram.of(positive);
        assertTrue(wide.logarithmic());
        assertEquals(4, wide.normals().stream().mapToLong(Long::longValue).sum());
        assertEquals(1, wide.attacks().get(wide.attacks().size() - 1));
        assertEquals(1, wide.infinite());
        ScoreHistogram one = ScoreHistogram.of(ScoredRows.of(new double[] {3, 3}, new BitSet(), 1));
        assertEquals(List.of(2L), one.normals());
    }

    @Test
    void theStabilityIndexIsItsFormula() {
        // by hand: shares (10.5, 20.5) / 31 and (20.5, 10.5) / 31
        double p = 10.5 / 31;
        double q = 20.5 / 31;
        assertEquals(
                2 * (q - p) * Math.log(q / p),
                PopulationStability.index(new long[] {10, 20}, new long[] {20, 10}),
                1e-12);
        assertEquals(0, PopulationStability.index(new long[] {10, 20}, new long[] {10, 20}), 1e-12);
        assertTrue(Double.isNaN(PopulationStability.index(new long[] {1}, new long[] {0})));
        double[] same = new double[1000];
        double[] moved = new double[1000];
        for (int i = 0; i < same.length; i++) {
            same[i] = i;
            moved[i] = i + 400;
        }
        SortedScores reference = SortedScores.of(same, same.length, new BitSet(), false);
        assertTrue(PopulationStability.ofScores(reference, same, same.length) < 0.001);
        assertTrue(PopulationStability.ofScores(reference, moved, moved.length) > PopulationStability.LARGE);
    }

    @Test
    void theFeatureThatMovedIsNamedFirst() {
        List<FeatureColumns> layout = List.of(
                new FeatureColumns("gap", FeatureColumns.Kind.NUMERIC, 0, 1),
                new FeatureColumns("country", FeatureColumns.Kind.ONE_HOT, 1, 3),
                new FeatureColumns("asn", FeatureColumns.Kind.CODE, 4, 1));
        List<String> names = List.of("gap", "country=NO", "country=SE", "country=(unseen)", "asn");
        FloatMatrix reference = new FloatMatrix(5);
        for (int i = 0; i < 1000; i++) {
            reference.append(new float[] {i, i % 2, 1 - i % 2, 0, i % 7});
        }
        FeatureDrift drift = new FeatureDrift(layout, names, reference);
        for (int i = 0; i < 500; i++) {
            drift.add(new float[] {(7 * i) % 1000, 0, 0, 1, i % 7});
        }
        List<FeatureDrift.Shift> shifts = drift.shifts();
        assertEquals("country", shifts.get(0).feature());
        assertTrue(shifts.get(0).index() > PopulationStability.LARGE);
        assertTrue(shifts.get(1).index() < PopulationStability.MODERATE, shifts.toString());
        assertEquals(1000, drift.referenceRows());
        assertEquals(500, drift.rows());
    }

    @Test
    void theBestEpochIsTheFirstOfTheLowest() {
        List<TrainingCurve.Epoch> epochs = new ArrayList<>();
        double[] losses = {3, 1, 2, 1};
        for (int i = 0; i < losses.length; i++) {
            epochs.add(new TrainingCurve.Epoch(i + 1, 1, losses[i], 0.1));
        }
        assertEquals(2, new TrainingCurve(epochs).best().orElseThrow().epoch());
        assertEquals(
                Optional.empty(), new TrainingCurve(List.of(new TrainingCurve.Epoch(1, 1, Double.NaN, 0.1))).best());
    }
}
