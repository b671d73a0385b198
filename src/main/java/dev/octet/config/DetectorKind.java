package dev.octet.config;

import dev.octet.detect.Trainer;
import java.util.List;
import java.util.function.Function;

/**
 * A kind of detector that a config may name: its keys and how they make a trainer.
 *
 * @param name key in the config and the detector's {@link Trainer#kind()}
 * @param description one sentence, with the paper
 * @param settings the keys below it
 */
public record DetectorKind(String name, String description, Section<Trainer> settings) {

    static DetectorKind of(
            String name, String description, List<Key<?>> keys, Function<Settings, ? extends Trainer> trainer) {
        return new DetectorKind(
                name, description, new Section<>("detector." + name, description, keys, trainer::apply));
    }
}
