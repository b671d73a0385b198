package dev.octet.event.enrich;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.octet.event.InputException;
import dev.octet.event.enrich.EnrichSettings.Prefer;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A description of how logins were completed, without the databases themselves: a bundle and its provenance carry it,
 * so that scoring can complete them alike, or say that it cannot. Immutable.
 *
 * @param databases of each fact, what it was looked up in; no entry where it was not
 * @param userAgents name and version of the parser of user agents; {@code ""} where they were left as text
 * @param prefer whose value counted where there were two
 * @param internalNetworks whether addresses that are not public were completed, if only by networks of their own, see
 *     {@link AddressSpace}
 */
public record EnrichmentInfo(
        Map<AddressFact, List<DatabaseInfo>> databases, String userAgents, Prefer prefer, boolean internalNetworks) {
    /** Nothing was completed. */
    public static final EnrichmentInfo NONE = new EnrichmentInfo(Map.of(), "", Prefer.LOG, false);

    /** A database that is older than the one that a model was trained with by more than this is worth a word. */
    private static final long DAYS_OLDER = 90;

    /** Its key in a provenance. */
    public static final String KEY = "enrich";

    private static final String USER_AGENTS = "user_agents";
    private static final String INTERNAL_NETWORKS = "internal_networks";

    public EnrichmentInfo {
        EnumMap<AddressFact, List<DatabaseInfo>> copy = new EnumMap<>(AddressFact.class);
        databases.forEach((fact, each) -> copy.put(fact, List.copyOf(each)));
        databases = Collections.unmodifiableMap(copy);
    }

    /** As JSON: {@code {"asn": [{"file", "kind", "built"}], "user_agents": …, "prefer": …, "internal_networks": …}}. */
    public ObjectNode toJson() {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        databases.forEach((fact, each) -> {
            ArrayNode array = node.putArray(fact.key());
            for (DatabaseInfo database : each) {
                array.addObject()
                        .put("file", database.file().toString())
                        .put("kind", database.kind())
                        .put("built", database.built().toString());
            }
        });
        node.put(USER_AGENTS, userAgents);
        node.put("prefer", prefer.name().toLowerCase(Locale.ROOT));
        node.put(INTERNAL_NETWORKS, internalNetworks);
        return node;
    }

    /**
     * Reads what {@link #toJson} wrote; a missing node is {@link #NONE}.
     *
     * @throws InputException if it is something else
     */
    public static EnrichmentInfo fromJson(JsonNode node) {
        if (node.isMissingNode() || node.isNull()) {
            return NONE;
        }
        try {
            Map<AddressFact, List<DatabaseInfo>> databases = new EnumMap<>(AddressFact.class);
            for (AddressFact fact : AddressFact.values()) {
                List<DatabaseInfo> each = new ArrayList<>();
                for (JsonNode database : node.path(fact.key())) {
                    each.add(new DatabaseInfo(
                            Path.of(database.path("file").asText()),
                            database.path("kind").asText(),
                            LocalDate.parse(database.path("built").asText())));
                }
                if (!each.isEmpty()) {
                    databases.put(fact, each);
                }
            }
            return new EnrichmentInfo(
                    databases,
                    node.path(USER_AGENTS).asText(),
                    Prefer.valueOf(node.path("prefer").asText("log").toUpperCase(Locale.ROOT)),
                    node.path(INTERNAL_NETWORKS).asBoolean(false));
        } catch (DateTimeException | IllegalArgumentException e) {
            throw new InputException("what logins were completed with cannot be understood: " + node, e);
        }
    }

    /**
     * What a person should know who scores with other databases than a model was trained with: one that is missing, that is
     * of another kind, or that is much older.
     *
     * @param now what logins are completed with now
     * @return sentences, none where all is well
     */
    public List<String> differences(EnrichmentInfo now) {
        List<String> said = new ArrayList<>();
        databases.forEach((fact, trained) -> {
            List<DatabaseInfo> given = now.databases.getOrDefault(fact, List.of());
            if (given.isEmpty()) {
                said.add("the model was trained with " + fact.plural() + " looked up in " + kinds(trained)
                        + ", and there is no such database here: where the log does not say them, they are not known,"
                        + " and takeovers can be missed; give --" + fact.key()
                        + " FILE, or put one into ${OCTET_DATA}/geo (docs/addresses.md)");
                return;
            }
            LocalDate newest = newest(trained);
            if (ChronoUnit.DAYS.between(newest(given), newest) > DAYS_OLDER) {
                said.add("the database of " + fact.plural() + " is of " + newest(given)
                        + ", the one that the model was trained with is of " + newest
                        + ": networks have moved since then; get a newer one (docs/addresses.md)");
            } else if (!kinds(given).equals(kinds(trained))) {
                said.add("the model was trained with " + fact.plural() + " looked up in " + kinds(trained)
                        + "; here it is " + kinds(given) + ", which may name some networks otherwise");
            }
        });
        if (!userAgents.isEmpty() && !userAgents.equals(now.userAgents)) {
            said.add("the model was trained with user agents read by " + userAgents + "; here it is "
                    + (now.userAgents.isEmpty() ? "none" : now.userAgents)
                    + ", which may name some browsers otherwise");
        }
        return said;
    }

    private static LocalDate newest(List<DatabaseInfo> databases) {
        return databases.stream()
                .map(DatabaseInfo::built)
                .max(LocalDate::compareTo)
                .orElseThrow();
    }

    private static String kinds(List<DatabaseInfo> databases) {
        return String.join(
                " and ", databases.stream().map(DatabaseInfo::kind).distinct().toList());
    }
}
