package dev.octet.simulate;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.octet.event.InputException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * A parameter set: the attack techniques and the legitimate events that can be simulated. It is read from a YAML file;
 * two are shipped. Immutable.
 *
 * @param name name of a shipped set, or the file's
 * @param attackers published attackers, then techniques in the file's order
 * @param events events in the file's order
 */
public record Profile(String name, List<Attacker> attackers, List<LegitimateEvent> events) {
    /** Names of the sets that are shipped; the first is the default. */
    public static final List<String> SHIPPED = List.of("standard", "shifted");

    private static final int MAX_BYTES = 1 << 20;
    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.KEBAB_CASE)
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    public Profile {
        Objects.requireNonNull(name, "name");
        attackers = List.copyOf(attackers);
        events = List.copyOf(events);
    }

    /** A file's content. */
    record Entries(Map<String, Technique.Entry> attackers, Map<String, LegitimateEvent.Entry> events) {}

    /** The set that is used where none is named. */
    public static Profile standard() {
        return shipped(SHIPPED.get(0));
    }

    /**
     * A shipped set, or one from a file.
     *
     * @param text one of {@link #SHIPPED}, or the path of a YAML file
     * @throws InputException if there is no such file or it cannot be read as a set
     */
    public static Profile of(String text) {
        if (SHIPPED.contains(text)) {
            return shipped(text);
        }
        Path file = Path.of(text);
        if (!Files.isRegularFile(file)) {
            throw new InputException("profile: " + text + " is neither a file nor a shipped set; shipped are "
                    + String.join(", ", SHIPPED) + ".");
        }
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw new InputException(
                        "profile: " + text + " has " + Files.size(file) + " bytes; allowed are " + MAX_BYTES + ".");
            }
            return read(text, Files.readString(file));
        } catch (IOException e) {
            throw new InputException("profile: " + text + " cannot be read as UTF-8 text: " + e.getMessage(), e);
        }
    }

    private static Profile shipped(String name) {
        try (InputStream in = Profile.class.getResourceAsStream(name + ".yaml")) {
            return read(name, new String(in.readAllBytes(), UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Profile read(String name, String yaml) {
        Entries entries;
        try {
            Object tree = new Load(LoadSettings.builder().setLabel(name).build()).loadFromString(yaml);
            entries = MAPPER.convertValue(tree, Entries.class);
        } catch (YamlEngineException e) {
            throw new InputException("profile " + name + ": " + e.getMessage(), e);
        } catch (IllegalArgumentException e) {
            throw new InputException("profile " + name + ": " + where(e), e);
        }
        if (entries == null) {
            throw new InputException("profile " + name + ": the file is empty; it needs attackers or events");
        }
        List<Attacker> attackers = new ArrayList<>(List.of(PublishedAttacker.values()));
        orEmpty(entries.attackers).forEach((label, entry) -> {
            checkLabel(name, label, attackers.stream().map(Attacker::label));
            attackers.add(new Technique(label, entry));
        });
        List<LegitimateEvent> events = new ArrayList<>();
        orEmpty(entries.events).forEach((label, entry) -> {
            checkLabel(name, label, Stream.empty());
            events.add(new LegitimateEvent(label, entry));
        });
        return new Profile(name, attackers, events);
    }

    private static <T> Map<String, T> orEmpty(Map<String, T> map) {
        return map == null ? Map.of() : new LinkedHashMap<>(map);
    }

    /** Labels stand in CSV files and options: letters, digits and hyphens. */
    private static void checkLabel(String name, String label, Stream<String> taken) {
        if (!label.matches("[a-z0-9]+(-[a-z0-9]+)*") || taken.anyMatch(label::equals)) {
            throw new InputException("profile " + name + ": '" + label
                    + "' cannot be a name; a name has small letters, digits and hyphens, and is given once");
        }
    }

    /** Jackson's message with the path of keys that it stands for. */
    private static String where(IllegalArgumentException e) {
        if (e.getCause() instanceof JsonMappingException mapping) {
            String path = mapping.getPath().stream()
                    .map(step -> step.getFieldName() == null ? "[" + step.getIndex() + "]" : step.getFieldName())
                    .collect(Collectors.joining("."));
            // What a constructor refused is the cause; its message stands alone.
            Throwable refused = mapping.getCause();
            return path + ": " + (refused == null ? mapping.getOriginalMessage() : refused.getMessage());
        }
        return e.getMessage();
    }

    /**
     * Reads a comma-separated list of attackers, such as {@code campaign,stuffing}.
     *
     * @return the attackers in the profile's order
     * @throws InputException if a name is unknown or the list is empty
     */
    public List<Attacker> attackers(String list) {
        return named(list, attackers, Attacker::label, "attackers", "an attacker");
    }

    /**
     * Reads a comma-separated list of events, such as {@code outage,travel}.
     *
     * @return the events in the profile's order
     * @throws InputException if a name is unknown or the list is empty
     */
    public List<LegitimateEvent> events(String list) {
        return named(list, events, LegitimateEvent::label, "events", "an event");
    }

    private static <T> List<T> named(String list, List<T> all, Function<T, String> label, String option, String what) {
        List<T> found = new ArrayList<>();
        for (String name : list.split(",", -1)) {
            String wanted = name.strip().toLowerCase(Locale.ROOT);
            found.add(all.stream()
                    .filter(one -> label.apply(one).equals(wanted))
                    .findFirst()
                    .orElseThrow(() -> new InputException(option + ": '" + name.strip() + "' is not " + what
                            + "; allowed are " + all.stream().map(label).collect(Collectors.joining(", "))
                            + ", separated by commas.")));
        }
        return all.stream().filter(found::contains).toList();
    }
}
