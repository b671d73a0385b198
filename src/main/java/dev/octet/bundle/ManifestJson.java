package dev.octet.bundle;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.octet.detect.AlarmRule;
import dev.octet.event.CsvFormat;
import dev.octet.event.InputException;
import dev.octet.event.LogFormat;
import dev.octet.event.LoginField;
import dev.octet.event.TimeFormat;
import dev.octet.event.format.FormatDefinition;
import dev.octet.event.format.FormatSettings;
import dev.octet.event.format.Formats;
import dev.octet.event.format.UserSpelling;
import dev.octet.event.text.JsonText;
import dev.octet.event.text.PlainText;
import dev.octet.feature.FailureReasons;
import dev.octet.feature.View;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** The view and the log format as they stand in a bundle's manifest. */
final class ManifestJson {
    private ManifestJson() {}

    static ObjectNode view(View view) {
        ObjectNode node = Json.object();
        node.put("kind", view.key());
        if (view instanceof View.Window window) {
            node.put("span_seconds", window.span().toSeconds());
            node.put("failures_only", window.failuresOnly());
            add(node.putArray("wrong_username"), new TreeSet<>(window.reasons().wrongUsername()));
            add(node.putArray("wrong_password"), new TreeSet<>(window.reasons().wrongPassword()));
        } else if (view instanceof View.Entity entity) {
            node.put("by", entity.by().name().toLowerCase(Locale.ROOT));
        }
        return node;
    }

    static View view(JsonNode node, Path file) {
        String kind = Json.text(node, "kind", file);
        return switch (kind) {
            case "attempt" -> new View.Attempt();
            case "window" -> window(node, file);
            case "entity" -> new View.Entity(by(Json.text(node, "by", file), file));
            default -> throw new InputException(file + ": view \"" + kind + "\" is not one of attempt, window, entity");
        };
    }

    private static View.Entity.By by(String name, Path file) {
        return switch (name) {
            case "ip" -> View.Entity.By.IP;
            case "user" -> View.Entity.By.USER;
            default -> throw new InputException(file + ": entities by \"" + name + "\" are not one of ip, user");
        };
    }

    private static View window(JsonNode node, Path file) {
        try {
            return new View.Window(
                    Duration.ofSeconds(Json.integer(node, "span_seconds", file)),
                    Json.truth(node, "failures_only", file),
                    new FailureReasons(texts(node, "wrong_username", file), texts(node, "wrong_password", file)));
        } catch (InputException e) {
            String message = e.getMessage();
            throw new InputException(message.startsWith(file.toString()) ? message : file + ": " + message, e);
        }
    }

    static ObjectNode alarm(AlarmRule alarm) {
        ObjectNode node = Json.object();
        node.put("hold", alarm.hold());
        node.put("one_per_user_ms", alarm.onePerUser().toMillis());
        node.put("one_per_cause_ms", alarm.onePerCause().toMillis());
        return node;
    }

    static AlarmRule alarm(JsonNode node, Path file) {
        long hold = Json.integer(node, "hold", file);
        if (hold < 0 || hold > AlarmRule.LONGEST_HOLD) {
            throw new InputException(
                    file + ": alarm hold is " + hold + ", allowed: [0, " + AlarmRule.LONGEST_HOLD + "]");
        }
        // bundles of earlier versions did not look at causes
        long onePerCause = node.has("one_per_cause_ms") ? Json.integer(node, "one_per_cause_ms", file) : 0;
        return new AlarmRule(
                (int) hold,
                Duration.ofMillis(Json.integer(node, "one_per_user_ms", file)),
                Duration.ofMillis(onePerCause));
    }

    static ObjectNode format(LogFormat log) {
        if (log instanceof FormatDefinition definition) {
            return definition(definition);
        }
        CsvFormat format = (CsvFormat) log;
        ObjectNode node = Json.object();
        ObjectNode columns = node.putObject("columns");
        format.columns().forEach((field, column) -> {
            if (!field.isExtra()) {
                columns.put(field.key(), column);
            }
        });
        extra(node, format.extraFields(), format.columns());
        if (format.time().patterns().size() == 1) {
            node.put("time", format.time().pattern());
        } else {
            add(node.putArray("time"), format.time().patterns());
        }
        node.put("zone", format.time().zone().getId());
        node.put("users", format.users().name().toLowerCase(Locale.ROOT));
        add(node.putArray("succeeded"), format.succeeded());
        add(node.putArray("failed"), format.failed());
        node.put("separator", String.valueOf(format.separator()));
        add(node.putArray("unknown"), format.unknown());
        return node;
    }

    private static void extra(ObjectNode node, Collection<LoginField> fields, Map<LoginField, String> places) {
        if (fields.isEmpty()) {
            return;
        }
        ObjectNode extras = node.putObject("extra");
        for (LoginField field : fields) {
            ObjectNode extra = extras.putObject(field.key())
                    .put("column", places.get(field))
                    .put("type", field.extra().orElseThrow().key());
            if (field.isPseudonymised()) {
                extra.put("personal", true);
            }
        }
    }

    private static Map<LoginField, String> extra(JsonNode node, Path file) {
        Map<LoginField, String> places = new TreeMap<>();
        for (Map.Entry<String, JsonNode> extra : node.path("extra").properties()) {
            places.put(extra(extra.getKey(), extra.getValue(), file), Json.text(extra.getValue(), "column", file));
        }
        return places;
    }

    /** A definition goes with the bundle as a whole, so that it is read by what it was trained on. */
    private static ObjectNode definition(FormatDefinition format) {
        ObjectNode node = Json.object();
        node.put("name", format.name());
        node.put("definition", format.yaml());
        FormatSettings settings = format.settings();
        ObjectNode parameters = node.putObject("parameters");
        new TreeMap<>(settings.parameters()).forEach(parameters::put);
        ArrayNode users = node.putArray("users");
        settings.users().forEach(spelling -> users.add(spelling.key()));
        node.put("machine_accounts", settings.machineAccounts());
        settings.zone().ifPresent(zone -> node.put("zone", zone.getId()));
        extra(node, settings.extra().keySet(), settings.extra());
        return node;
    }

    private static FormatDefinition definition(JsonNode node, Path file) {
        try {
            Map<String, String> parameters = new TreeMap<>();
            Json.required(node, "parameters", file)
                    .properties()
                    .forEach(entry ->
                            parameters.put(entry.getKey(), entry.getValue().asText()));
            List<UserSpelling> users = new ArrayList<>();
            for (JsonNode spelling : Json.array(node, "users", file)) {
                users.add(UserSpelling.of(spelling.asText()));
            }
            FormatSettings settings = new FormatSettings(
                    parameters,
                    users,
                    Json.required(node, "machine_accounts", file).asBoolean(),
                    node.has("zone") ? Optional.of(ZoneId.of(Json.text(node, "zone", file))) : Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    extra(node, file));
            return Formats.parse(Json.text(node, "name", file), Json.text(node, "definition", file), settings);
        } catch (DateTimeException | InputException e) {
            throw new InputException(file + ": the format cannot be understood: " + e.getMessage(), e);
        }
    }

    /** The format without its label column: a bundle scores logs that have none. */
    static LogFormat format(JsonNode node, Path file) {
        if (node.has("definition")) {
            return definition(node, file);
        }
        Map<LoginField, String> columns = new TreeMap<>();
        JsonNode names = Json.required(node, "columns", file);
        for (LoginField field : LoginField.values()) {
            if (names.has(field.key())) {
                columns.put(field, Json.text(names, field.key(), file));
            }
        }
        int ofTable = columns.size();
        columns.putAll(extra(node, file));
        String separator = Json.text(node, "separator", file);
        if (ofTable != names.size() || separator.length() != 1) {
            throw new InputException(file + ": the format cannot be understood: columns " + JsonText.line(names)
                    + ", separator \"" + separator + "\"");
        }
        try {
            return new CsvFormat(
                    columns,
                    new TimeFormat(patterns(node, file), ZoneId.of(Json.text(node, "zone", file))),
                    CsvFormat.UserIds.valueOf(Json.text(node, "users", file).toUpperCase(Locale.ROOT)),
                    texts(node, "succeeded", file),
                    texts(node, "failed", file),
                    separator.charAt(0),
                    null,
                    texts(node, "unknown", file));
        } catch (DateTimeException | IllegalArgumentException | InputException e) {
            throw new InputException(file + ": the format cannot be understood: " + e.getMessage(), e);
        }
    }

    private static LoginField extra(String name, JsonNode node, Path file) {
        String type = Json.text(node, "type", file);
        LoginField.Extra holds = LoginField.Extra.named(type)
                .orElseThrow(() -> new InputException(file + ": the extra field " + PlainText.of(name, 80)
                        + " has the type \"" + PlainText.of(type, 80)
                        + "\"; allowed are category, boolean and number"));
        try {
            LoginField field = LoginField.extra(name, holds);
            return node.path("personal").asBoolean() ? field.asPersonal() : field;
        } catch (InputException e) {
            throw new InputException(file + ": the format cannot be understood: " + e.getMessage(), e);
        }
    }

    private static List<String> patterns(JsonNode node, Path file) {
        return node.path("time").isArray()
                ? List.copyOf(texts(node, "time", file))
                : List.of(Json.text(node, "time", file));
    }

    private static void add(ArrayNode array, Collection<String> texts) {
        texts.forEach(array::add);
    }

    private static Set<String> texts(JsonNode node, String name, Path file) {
        Set<String> texts = new LinkedHashSet<>();
        Json.array(node, name, file).forEach(text -> texts.add(text.asText()));
        return texts;
    }
}
