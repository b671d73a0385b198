package dev.octet.run;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.octet.detect.TrainingProgress;
import dev.octet.evaluate.TrainingCurve;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The listener receives every update of a training; only notes and losses are kept. */
class NotedProgressTest {
    private final List<String> told = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private final List<TrainingCurve.Epoch> epochs = new ArrayList<>();
    private final NotedProgress progress = new NotedProgress(
            new TrainingProgress() {
                @Override
                public void epochStarted(int epoch, int of, long rows) {
                    told.add("begins " + epoch + "/" + of + " " + rows);
                }

                @Override
                public void batch(int epoch, long rowsDone, double loss) {
                    told.add("batch " + epoch + " " + rowsDone + " " + loss);
                }

                @Override
                public void epochEnded(int epoch, double trainLoss, double validationLoss, double learningRate) {
                    told.add("ends " + epoch + " " + trainLoss + " " + validationLoss + " " + learningRate);
                }

                @Override
                public void note(String text) {
                    told.add("note " + text);
                }

                @Override
                public void detail(String text) {
                    told.add("detail " + text);
                }
            },
            "k-means",
            notes,
            epochs);

    @Test
    void allIsPassedOn() {
        progress.epochStarted(1, 2, 30);
        progress.batch(1, 10, 0.5);
        progress.epochEnded(1, 0.25, 0.125, 0.001);
        progress.note("k-means: on a part of the rows");
        progress.detail("a weight of 0.3");
        assertEquals(
                List.of(
                        "begins 1/2 30",
                        "batch 1 10 0.5",
                        "ends 1 0.25 0.125 0.001",
                        "note k-means: on a part of the rows",
                        "detail a weight of 0.3"),
                told);
        assertEquals(List.of("on a part of the rows"), notes);
        assertEquals(List.of(new TrainingCurve.Epoch(1, 0.25, 0.125, 0.001)), epochs);
    }
}
