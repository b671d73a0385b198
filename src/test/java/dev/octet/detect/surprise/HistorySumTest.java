package dev.octet.detect.surprise;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.octet.detect.Detector;
import dev.octet.detect.DetectorState;
import dev.octet.detect.TrainingData;
import dev.octet.detect.TrainingProgress;
import dev.octet.event.InputException;
import dev.octet.feature.FeatureColumns;
import dev.octet.feature.FloatMatrix;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class HistorySumTest {

    private static Detector trained(HistorySum sum, List<String> features) {
        List<FeatureColumns> columns = new ArrayList<>();
        for (String feature : features) {
            columns.add(new FeatureColumns(feature, FeatureColumns.Kind.NUMERIC, columns.size(), 1));
        }
        FloatMatrix rows = new FloatMatrix(features.size());
        return sum.train(new TrainingData(columns, rows, new BitSet(), rows, new BitSet()), TrainingProgress.SILENT);
    }

    private static Detector trained(HistorySum sum) {
        return trained(sum, sum.ownFeatures().orElseThrow());
    }

    @Test
    void userSurpriseIsItsFormula() {
        // asn 5, country 2, device -1, user agent 3, campaign 4 and 8: 5 + 2 - 1 + 3 + (4 + 8) / 4 = 12
        float[] row = {5, 2, -1, 3, 4, 8};
        double[] score = new double[1];
        Detector detector = trained(HistorySum.USER_SURPRISE);
        detector.score(row, 1, score);
        assertEquals(12, score[0]);
        double[] contributions = new double[6];
        detector.contributions(row, contributions);
        assertArrayEquals(new double[] {5, 2, 0, 3, 1, 2}, contributions, "never below 0");
        assertEquals(
                List.of(
                        "surprise-asn",
                        "surprise-country",
                        "ratio-device",
                        "ratio-user-agent",
                        "campaign-week",
                        "campaign-day"),
                HistorySum.USER_SURPRISE.ownFeatures().orElseThrow());
    }

    @Test
    void theRuleCountsWhatIsNew() {
        double[] scores = new double[3];
        trained(HistorySum.NEW_COUNTRY_OR_NETWORK).score(new float[] {0, 0, 0, 1, 1, 1}, 3, scores);
        assertArrayEquals(new double[] {0, 1, 2}, scores);
    }

    @ParameterizedTest
    @EnumSource
    void comesBackFromItsState(HistorySum sum) {
        Detector detector = trained(sum);
        Detector restored = HistorySumDetector.restore(detector.state());
        float[] row = new float[detector.columns()];
        for (int i = 0; i < row.length; i++) {
            row[i] = 1.1f * i - 2;
        }
        double[] scores = new double[2];
        detector.score(row, 1, scores);
        double first = scores[0];
        restored.score(row, 1, scores);
        assertEquals(first, scores[0]);
        assertEquals(sum.kind(), restored.kind());
    }

    @Test
    void refusesWhatIsNotItsOwn() {
        DetectorState state = trained(HistorySum.ASN_RARITY).state();
        String version = assertThrows(
                        InputException.class,
                        () -> HistorySumDetector.restore(new DetectorState("asn-rarity", 2, Map.of(), state.arrays())))
                .getMessage();
        assertTrue(version.contains("version 2"), version);
        String weights = assertThrows(
                        InputException.class,
                        () -> HistorySumDetector.restore(
                                new DetectorState("asn-rarity", 1, Map.of(), Map.of("weights", new double[] {2}))))
                .getMessage();
        assertTrue(weights.contains("weights"), weights);
        String kind = assertThrows(
                        InputException.class,
                        () -> HistorySumDetector.restore(new DetectorState("lof", 1, Map.of(), state.arrays())))
                .getMessage();
        assertTrue(kind.contains("lof"), kind);
        String columns = assertThrows(InputException.class, () -> trained(HistorySum.FREEMAN, List.of("hour")))
                .getMessage();
        assertTrue(columns.contains("hour"), columns);
    }

    @Test
    void refusesNaN() {
        assertThrows(
                IllegalArgumentException.class,
                () -> trained(HistorySum.ASN_RARITY).score(new float[] {Float.NaN}, 1, new double[1]));
    }
}
