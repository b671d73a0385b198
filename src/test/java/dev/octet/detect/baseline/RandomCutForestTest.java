package dev.octet.detect.baseline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.octet.Records;
import dev.octet.detect.TrainingData;
import dev.octet.detect.TrainingProgress;
import dev.octet.event.InputException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RandomCutForestTest {
    @Test
    void findsWhatIsolationForestFinds() {
        TrainingData data = Reference.standardised();
        double[] scores = Reference.score(
                RandomCutForestTrainer.withDefaults().train(data, TrainingProgress.SILENT), data.validation());
        assertTrue(Reference.auc(scores, data.validationAttacks()) > 0.9);
    }

    @Test
    void aColumnFarOutIsTheReason() {
        TrainingData data = Reference.standardised();
        RandomCutForestDetector forest = RandomCutForestTrainer.withDefaults().train(data, TrainingProgress.SILENT);
        double[] contributions = new double[6];
        forest.contributions(new float[] {0, 0, 0, 30, 0, 0}, contributions);
        for (int j = 0; j < 6; j++) {
            assertTrue(j == 3 || contributions[3] > 5 * contributions[j]);
        }
    }

    @Test
    void saysWhenItTrainsOnASampleAndWhatIsWrong() {
        List<String> notes = new ArrayList<>();
        Records.with(RandomCutForestTrainer.withDefaults(), "maxRows", 100)
                .train(Reference.data(), new TrainingProgress() {
                    @Override
                    public void note(String text) {
                        notes.add(text);
                    }
                });
        assertEquals(
                List.of("random-cut-forest: trained on 100 of the 400 training rows, drawn at random (max-rows)"),
                notes);
        assertEquals(
                "random-cut-forest: samples must be at least 2, got 1",
                assertThrows(
                                InputException.class,
                                () -> Records.with(RandomCutForestTrainer.withDefaults(), "samples", 1))
                        .getMessage());
    }
}
