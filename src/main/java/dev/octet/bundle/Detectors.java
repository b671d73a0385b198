package dev.octet.bundle;

import dev.octet.detect.Detector;
import dev.octet.detect.DetectorState;
import dev.octet.detect.autoencoder.AutoencoderDetector;
import dev.octet.detect.autoencoder.LikelihoodDetector;
import dev.octet.detect.baseline.Baselines;
import dev.octet.detect.learn.LearnedDetector;
import dev.octet.detect.surprise.HistorySumDetector;
import dev.octet.event.InputException;
import java.nio.file.Path;

/** Makes detectors from their stored states: the closed list of what a bundle can hold. */
final class Detectors {
    private Detectors() {}

    static Detector restore(DetectorState state, Path directory) {
        try {
            return switch (state.kind()) {
                case "autoencoder" ->
                    LikelihoodDetector.isStateOf(state)
                            ? LikelihoodDetector.restore(state)
                            : AutoencoderDetector.restore(state);
                case "user-surprise", "asn-rarity", "freeman", "new-country-or-network" ->
                    HistorySumDetector.restore(state);
                case LearnedDetector.KIND -> LearnedDetector.restore(state, base -> restore(base, directory));
                default -> {
                    if (!Baselines.knows(state.kind())) {
                        throw new InputException(
                                "the detector's kind \"" + state.kind() + "\" is not one that this Octet knows");
                    }
                    yield Baselines.restore(state);
                }
            };
        } catch (InputException e) {
            throw new InputException(directory + ": " + e.getMessage(), e);
        }
    }
}
