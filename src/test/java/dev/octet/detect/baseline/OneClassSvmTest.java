package dev.octet.detect.baseline;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.octet.Records;
import dev.octet.detect.TrainingData;
import dev.octet.detect.TrainingProgress;
import dev.octet.event.InputException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class OneClassSvmTest {
    private static final OneClassSvmTrainer EXACT =
            Records.with(OneClassSvmTrainer.withDefaults(), "nu", 0.1, "tolerance", 1e-9);

    /** The kernel's values are single precision in both, so the optimum is known to some 1e-6. */
    @Test
    void gaussianKernelIsScikitLearns() {
        TrainingData data = Reference.data();
        double[] expected = Reference.scores("ocsvm_rbf");
        for (Duplicates duplicates : Duplicates.values()) {
            OneClassSvmDetector svm = EXACT.withDuplicates(duplicates).train(data, TrainingProgress.SILENT);
            assertArrayEquals(expected, Reference.scoreAll(svm, data), 1e-5, duplicates.name());
        }
    }

    @Test
    void linearKernelIsScikitLearns() {
        TrainingData data = Reference.data();
        LinearDetector svm = Records.with(
                        LinearOneClassSvmTrainer.withDefaults(), "nu", 0.1, "tolerance", 1e-10, "iterations", 1_000_000)
                .train(data, TrainingProgress.SILENT);
        double[] expected = Reference.scores("ocsvm_linear");
        double[] scores = Reference.scoreAll(svm, data);
        for (int i = 0; i < scores.length; i++) {
            assertEquals(expected[i], scores[i], 1e-4 * (1 + Math.abs(expected[i])), "row " + i);
        }
    }

    @Test
    void exponentialIsWithinTwoUlp() {
        assertEquals(1, GaussianKernel.exp(0));
        assertEquals(0, GaussianKernel.exp(-709));
        assertEquals(0, GaussianKernel.exp(Double.NEGATIVE_INFINITY));
        for (double x = 0; x > -708; x -= 0.00371) {
            double exact = StrictMath.exp(x);
            assertEquals(exact, GaussianKernel.exp(x), 2 * Math.ulp(exact), "exp(" + x + ")");
        }
    }

    @Test
    void scaleOfTheColumnsDoesNotMatter() {
        TrainingData data = Reference.data();
        double[] raw = Reference.scoreAll(EXACT.train(data, TrainingProgress.SILENT), data);
        TrainingData scaled = Reference.standardised();
        assertArrayEquals(raw, Reference.scoreAll(EXACT.train(scaled, TrainingProgress.SILENT), scaled), 1e-4);
    }

    @Test
    void saysWhenItTrainsOnASample() {
        List<String> notes = new ArrayList<>();
        Records.with(OneClassSvmTrainer.withDefaults(), "maxRows", 100).train(Reference.data(), new TrainingProgress() {
            @Override
            public void note(String text) {
                notes.add(text);
            }
        });
        assertEquals(
                List.of("one-class-svm: trained on 100 of the 400 training rows, drawn at random (max-rows)"), notes);
    }

    @Test
    void saysWhatIsWrong() {
        assertEquals(
                "one-class-svm: nu must be in (0, 1], got 1.5",
                assertThrows(InputException.class, () -> Records.with(EXACT, "nu", 1.5))
                        .getMessage());
        assertEquals(
                "one-class-svm: gamma must be in [0, infinity), got NaN",
                assertThrows(InputException.class, () -> Records.with(EXACT, "gamma", Double.NaN))
                        .getMessage());
        assertEquals(
                "one-class-svm: tolerance must be in (0, infinity), got 0.0",
                assertThrows(InputException.class, () -> Records.with(EXACT, "tolerance", 0))
                        .getMessage());
        assertEquals(
                "one-class-svm: max-rows must be at least 2, got 1",
                assertThrows(InputException.class, () -> Records.with(EXACT, "maxRows", 1))
                        .getMessage());
        assertEquals(
                "one-class-svm-linear: nu must be in (0, 1], got 0.0",
                assertThrows(InputException.class, () -> Records.with(LinearOneClassSvmTrainer.withDefaults(), "nu", 0))
                        .getMessage());
        assertEquals(
                "one-class-svm-linear: iterations must be at least 1, got 0",
                assertThrows(
                                InputException.class,
                                () -> Records.with(LinearOneClassSvmTrainer.withDefaults(), "iterations", 0))
                        .getMessage());
    }
}
