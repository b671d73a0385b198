package dev.octet.bundle;

import dev.octet.detect.Detector;
import dev.octet.detect.DetectorState;
import dev.octet.detect.autoencoder.AutoencoderDetector;
import dev.octet.event.InputException;
import java.nio.file.Path;

/** Makes detectors from their stored states: the closed list of what a bundle can hold. */
final class Detectors {
    private Detectors() {}

    static Detector restore(DetectorState state, Path directory) {
        return switch (state.kind()) {
            case "autoencoder" -> {
                try {
                    yield AutoencoderDetector.restore(state);
                } catch (InputException e) {
                    throw new InputException(directory + ": " + e.getMessage(), e);
                }
            }
            default ->
                throw new InputException(directory + " holds a detector of the kind \"" + state.kind()
                        + "\", which this Octet does not know");
        };
    }
}
