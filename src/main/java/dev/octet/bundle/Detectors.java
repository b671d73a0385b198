package dev.octet.bundle;

import dev.octet.detect.Detector;
import dev.octet.detect.DetectorState;
import dev.octet.detect.autoencoder.AutoencoderDetector;
import dev.octet.detect.autoencoder.LikelihoodDetector;
import dev.octet.detect.baseline.Baselines;
import dev.octet.detect.learn.LearnedDetector;
import dev.octet.detect.surprise.HistorySum;
import dev.octet.event.InputException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Makes detectors from their stored states: the closed list of what a bundle can hold. */
public final class Detectors {
    private Detectors() {}

    /**
     * The detector that a state was taken of.
     *
     * @param directory where the state lies, for messages
     * @throws InputException if it is damaged or of an unknown kind or version
     */
    public static Detector restore(DetectorState state, Path directory) {
        try {
            if (state.kind().equals(AutoencoderDetector.KIND)) {
                return LikelihoodDetector.isStateOf(state)
                        ? LikelihoodDetector.restore(state)
                        : AutoencoderDetector.restore(state);
            }
            if (state.kind().equals(LearnedDetector.KIND)) {
                return LearnedDetector.restore(state, base -> restore(base, directory));
            }
            return Stream.of(HistorySum.DEFINITIONS, Baselines.ALL)
                    .flatMap(List::stream)
                    .filter(definition -> definition.kind().equals(state.kind()))
                    .findFirst()
                    .orElseThrow(() -> new InputException(
                            "the detector's kind \"" + state.kind() + "\" is not one that this Octet knows"))
                    .restore()
                    .apply(state);
        } catch (InputException e) {
            throw new InputException(directory + ": " + e.getMessage(), e);
        }
    }
}
