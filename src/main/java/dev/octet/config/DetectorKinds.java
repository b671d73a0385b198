package dev.octet.config;

import static dev.octet.config.ConfigTypes.listOf;
import static dev.octet.config.ConfigTypes.someOf;

import dev.octet.detect.DetectorDefinition;
import dev.octet.detect.Setting;
import dev.octet.detect.Trainer;
import dev.octet.detect.baseline.Baselines;
import dev.octet.detect.surprise.HistorySum;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Every kind of detector that a config may name, in the order of the reference. */
public final class DetectorKinds {
    /** Each is made once, for the reference takes equal sections for one only where they are the same object. */
    private static final Map<DetectorDefinition, DetectorKind> MADE = new IdentityHashMap<>();

    /** The keys of the autoencoder are groups, which depend on each other; those of all others stand with the detectors. */
    public static final List<DetectorKind> ALL = Stream.concat(
                    Stream.of(AutoencoderKeys.KIND),
                    Stream.of(HistorySum.DEFINITIONS, Baselines.ALL)
                            .flatMap(List::stream)
                            .map(DetectorKinds::kind))
            .toList();

    private DetectorKinds() {}

    private static DetectorKind kind(DetectorDefinition definition) {
        DetectorKind made = MADE.get(definition);
        if (made == null) {
            made = make(definition);
            MADE.put(definition, made);
        }
        return made;
    }

    private static DetectorKind make(DetectorDefinition definition) {
        Map<Setting<?>, Key<?>> keys = new IdentityHashMap<>();
        definition.settings().forEach(setting -> keys.put(setting, key(setting, definition.kind())));
        return DetectorKind.of(
                definition.kind(),
                definition.description(),
                definition.settings().stream().<Key<?>>map(keys::get).toList(),
                settings -> definition.trainer().apply(new Setting.Values() {
                    @Override
                    @SuppressWarnings("unchecked") // the key of a Setting<T> is a Key<T>
                    public <T> T get(Setting<T> setting) {
                        return settings.get((Key<T>) keys.get(setting));
                    }
                }));
    }

    private static <T> Key<T> key(Setting<T> setting, String detector) {
        ConfigType<T> type = type(setting.type(), "detector." + detector + "." + setting.name());
        return setting.byDefault().isEmpty()
                ? Key.required(setting.name(), type, setting.description())
                : Key.byDefault(setting.name(), type, setting.byDefault(), setting.description());
    }

    /** @param path of the key, the title of a section below it */
    @SuppressWarnings("unchecked") // each case gives a type of what its Setting.Type is one of
    private static <T> ConfigType<T> type(Setting.Type<T> type, String path) {
        ConfigType<?> same;
        if (type instanceof Setting.Count count) {
            same = ConfigTypes.count(count.low(), count.high());
        } else if (type instanceof Setting.Seed seed) {
            same = ConfigTypes.whole(0, seed.high());
        } else if (type instanceof Setting.Real real) {
            same = ConfigTypes.number(real.interval());
        } else if (type instanceof Setting.Text text) {
            same = ConfigTypes.text(text.what());
        } else if (type instanceof Setting.OneOf<?> one) {
            same = ConfigTypes.oneOf(one.constants());
        } else if (type instanceof Setting.Many<?> many) {
            same = many.minimum() == 0 ? listOf(type(many.each(), path)) : someOf(type(many.each(), path));
        } else if (type instanceof Setting.TrainerOf trainers) {
            same = trainer(trainers.kinds(), path);
        } else {
            throw new IllegalArgumentException(type + " has no type in configs");
        }
        return (ConfigType<T>) same;
    }

    private static Section<Trainer> trainer(List<DetectorDefinition> definitions, String path) {
        List<Key<Optional<Trainer>>> kinds = definitions.stream()
                .map(DetectorKinds::kind)
                .map(kind -> Key.optional(kind.name(), kind.settings(), kind.description()))
                .toList();
        return new Section<>(
                path,
                "One stacked detector, named by its kind; exactly one kind.",
                List.copyOf(kinds),
                settings -> settings.get(settings.exactlyOne(kinds)).orElseThrow());
    }
}
