package dev.octet.serve.desk;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What kind of attack an alert's reasons look like, in an analyst's words: {@code techniques.json}. The features of a reason
 * say for which technique its share counts; the technique with the largest sum names the alert. Thread-safe.
 */
final class Techniques {
    private static final Map<String, Technique> BY_KEY = new LinkedHashMap<>();
    private static final Map<String, Technique> BY_FEATURE = new HashMap<>();
    private static final Technique OTHER;

    /**
     * A kind of attack.
     *
     * @param key in an address and in the database
     * @param label for people
     * @param mitre technique of MITRE ATT&CK
     * @param about what gives it away, a sentence
     * @param features reasons that count for it; none for the one that is left where no other fits
     */
    record Technique(String key, String label, String mitre, String about, List<String> features) {
        ObjectNode json() {
            return JsonNodeFactory.instance
                    .objectNode()
                    .put("key", key)
                    .put("label", label)
                    .put("mitre", mitre)
                    .put("about", about);
        }
    }

    static {
        try (InputStream in = Techniques.class.getResourceAsStream("techniques.json")) {
            for (Technique each : new ObjectMapper().readValue(in, new TypeReference<List<Technique>>() {})) {
                BY_KEY.put(each.key, each);
                for (String feature : each.features) {
                    if (BY_FEATURE.put(feature, each) != null) {
                        throw new IllegalStateException("techniques.json names " + feature + " twice");
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("techniques.json is part of the program", e);
        }
        OTHER = BY_KEY.values().stream()
                .filter(each -> each.features.isEmpty())
                .findFirst()
                .orElseThrow();
    }

    private Techniques() {}

    /** All, in the order of the file. */
    static List<Technique> all() {
        return List.copyOf(BY_KEY.values());
    }

    /** The one of a key; the one for what no other fits, where there is none of that key. */
    static Technique of(String key) {
        return BY_KEY.getOrDefault(key, OTHER);
    }

    /**
     * The technique of an alert.
     *
     * @param reasons objects with {@code feature} and {@code share}
     */
    static Technique of(JsonNode reasons) {
        Map<Technique, Double> shares = new LinkedHashMap<>();
        for (JsonNode reason : reasons) {
            Technique technique = BY_FEATURE.get(reason.path("feature").asText());
            if (technique != null) {
                shares.merge(technique, reason.path("share").asDouble(), Double::sum);
            }
        }
        Technique best = OTHER;
        double most = 0;
        for (Map.Entry<Technique, Double> each : shares.entrySet()) {
            if (each.getValue() > most) {
                most = each.getValue();
                best = each.getKey();
            }
        }
        return best;
    }
}
