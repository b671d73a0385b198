package dev.octet.detect.baseline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.octet.detect.TrainingData;
import dev.octet.detect.TrainingProgress;
import dev.octet.feature.FloatMatrix;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.junit.jupiter.api.Test;

class StratifiedDummyTest {
    @Test
    void raisesAlarmsAsOftenAsThereAreAttacksAndKnowsNothing() {
        FloatMatrix rows = new FloatMatrix(2);
        BitSet attacks = new BitSet();
        for (int i = 0; i < 40_000; i++) {
            rows.append(new float[] {i, i % 7});
            attacks.set(i, i % 20 == 0);
        }
        TrainingData data = new TrainingData(List.of(), rows, attacks, rows, attacks);
        double[] alarms = new double[10];
        for (int seed = 0; seed < 10; seed++) {
            double[] scores = Reference.score(
                    StratifiedDummyTrainer.withDefaults().withSeed(seed).train(data, TrainingProgress.SILENT), rows);
            List<Integer> counts = BookMatrix.confusion(scores, attacks, 0);
            alarms[seed] = counts.get(1) + counts.get(3);
            // binomial: 2000 ± 44 alarms, of which 100 ± 10 hit
            assertEquals(2000, alarms[seed], 4 * 44);
            assertEquals(100, counts.get(3), 4 * 10);
            assertTrue(Arrays.stream(scores).allMatch(score -> score > -1 && score <= 1));
        }
        assertTrue(Arrays.stream(alarms).distinct().count() > 5, "every seed guesses alike");
    }
}
