package dev.octet.run;

import dev.octet.bundle.ScoringModel;
import dev.octet.detect.SortedScores;
import dev.octet.evaluate.TrainingCurve;
import dev.octet.evaluate.drift.DriftReference;
import dev.octet.feature.FeatureExtractor;
import dev.octet.feature.FloatMatrix;
import dev.octet.feature.history.Memories;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What {@link ThresholdStep} made of one detector: all that scoring and the report need of its training. It is on disk
 * before anything is scored.
 *
 * @param model with its threshold
 * @param memory file of what its features remember at the end of the validation span; empty where none looks back
 * @param trainRows how many rows trained it
 * @param validationRows rows of the validation span
 * @param epochs losses, empty where it does not train in epochs
 * @param validationNormals what it gave the normal rows of the validation span
 * @param reference training rows that the test span's features are compared with, as the detector sees them
 * @param drift sketch of the validation normals; empty of a further seed
 * @param notes what a reader of the table must know
 */
record TrainedDetector(
        String name,
        ScoringModel model,
        Optional<Path> memory,
        long trainRows,
        long validationRows,
        List<TrainingCurve.Epoch> epochs,
        SortedScores validationNormals,
        FloatMatrix reference,
        Optional<DriftReference> drift,
        List<String> notes) {
    TrainedDetector {
        epochs = List.copyOf(epochs);
        notes = List.copyOf(notes);
    }

    /** An extractor of its own that has seen the training and the validation span. */
    FeatureExtractor extractor() throws IOException {
        if (memory.isEmpty()) {
            return model.features().extractor();
        }
        try (InputStream in = new BufferedInputStream(Files.newInputStream(memory.get()), 1 << 16)) {
            return model.features().extractor(Memories.load(model.view(), in));
        }
    }

    /** Bytes of its memory's file, which take about as much room when they are read. */
    long memoryBytes() throws IOException {
        return memory.isPresent() ? Files.size(memory.get()) : 0;
    }
}
