package dev.octet.detect;

import java.util.List;
import java.util.function.Function;

/**
 * A kind of detector, declared once: configs, their reference page, tables and bundles know it by this.
 *
 * @param kind its name: key in a config and {@link Detector#kind()}
 * @param description one sentence, with the paper
 * @param settings what a config may say of it, in the order of the reference
 * @param trainer makes the trainer of some settings
 * @param restore the detector that a {@link Detector#state()} was taken of; throws {@link dev.octet.event.InputException}
 *     if the state is damaged or of an unknown version
 */
public record DetectorDefinition(
        String kind,
        String description,
        List<Setting<?>> settings,
        Function<Setting.Values, ? extends Trainer> trainer,
        Function<DetectorState, ? extends Detector> restore) {

    public DetectorDefinition {
        settings = List.copyOf(settings);
    }
}
