package dev.octet.event.format;

import dev.octet.event.InputException;
import dev.octet.event.LoginField;
import dev.octet.event.format.Condition.AllOf;
import dev.octet.event.format.Condition.AnyOf;
import dev.octet.event.format.Condition.Anything;
import dev.octet.event.format.Condition.Holds;
import dev.octet.event.format.Condition.Matching;
import dev.octet.event.format.Condition.Not;
import dev.octet.event.format.Condition.OneOf;
import dev.octet.event.format.FormatDefinition.FieldRule;
import dev.octet.event.format.FormatDefinition.Mark;
import dev.octet.event.format.FormatDefinition.OutcomeRule;
import dev.octet.event.format.FormatDefinition.Parameter;
import dev.octet.event.format.FormatDefinition.Rules;
import dev.octet.event.format.FormatDefinition.Spelling;
import dev.octet.event.format.FormatDefinition.TimeRule;
import dev.octet.event.format.Shape.Extract;
import dev.octet.event.record.CsvRecords.Dialect;
import dev.octet.event.record.Place;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Reads the YAML of a format, in which every key is known and every value is checked. */
final class FormatYaml {
    private static final String OTHERS = "*";
    private static final Pattern PARAMETER = Pattern.compile("\\$\\{([a-z][a-z0-9-]*)}");
    private static final Set<String> UNKNOWN = Set.of("", "-", "null", "(null)", "N/A", "n/a", "undefined");

    private final FormatSettings settings;
    private final List<String> wrappers;

    private FormatYaml(FormatSettings settings, List<String> wrappers) {
        this.settings = settings;
        this.wrappers = wrappers;
    }

    /**
     * @param name what the format is called
     * @param file what messages call the file
     * @throws InputException if the text is not a format's, with file, line and column
     */
    static FormatDefinition read(String name, String file, String text, FormatSettings settings) {
        FormatNode plain = FormatNode.parse(file, text, UnaryOperator.identity());
        Map<String, Parameter> parameters = parameters(plain);
        for (String chosen : settings.parameters().keySet()) {
            if (!parameters.containsKey(chosen)) {
                throw new InputException("the format " + name + " has no parameter " + chosen
                        + (parameters.isEmpty() ? "" : "; it has " + String.join(", ", parameters.keySet())));
            }
        }
        Map<String, String> values = new HashMap<>();
        parameters.forEach((key, parameter) -> values.put(key, parameter.byDefault()));
        values.putAll(settings.parameters());
        FormatNode node =
                text.contains("${") ? FormatNode.parse(file, text, value -> replaced(file, value, values)) : plain;
        FormatNode wrappers = node.entries().get("unwrap");
        return new FormatYaml(settings, wrappers == null ? List.of() : wrappers.texts())
                .definition(name, text, node, parameters);
    }

    private static String replaced(String file, String text, Map<String, String> values) {
        Matcher matcher = PARAMETER.matcher(text);
        StringBuilder result = new StringBuilder();
        while (matcher.find()) {
            String value = values.get(matcher.group(1));
            if (value == null) {
                throw new InputException(
                        file + ": ${" + matcher.group(1) + "} is used, but parameters has no such name");
            }
            matcher.appendReplacement(result, Matcher.quoteReplacement(value));
        }
        return matcher.appendTail(result).toString();
    }

    private static Map<String, Parameter> parameters(FormatNode file) {
        Map<String, Parameter> parameters = new LinkedHashMap<>();
        FormatNode node = file.entries().get("parameters");
        if (node != null) {
            node.entries().forEach((name, value) -> {
                Map<String, FormatNode> entries = value.entries(List.of("default", "description"));
                parameters.put(
                        name,
                        new Parameter(
                                required(value, entries, "default").text(),
                                required(value, entries, "description").text()));
            });
        }
        return parameters;
    }

    private static FormatNode required(FormatNode parent, Map<String, FormatNode> entries, String key) {
        FormatNode value = entries.get(key);
        if (value == null) {
            throw parent.error("the key " + key + " is missing");
        }
        return value;
    }

    private FormatDefinition definition(String name, String text, FormatNode file, Map<String, Parameter> parameters) {
        List<String> keys = new ArrayList<>(List.of(
                "title",
                "sources",
                "parameters",
                "unwrap",
                "records",
                "where",
                "machine-accounts",
                "unknown",
                "repeat",
                "extra",
                "detect"));
        for (LoginField field : LoginField.values()) {
            keys.add(field.key());
        }
        Map<String, FormatNode> entries = file.entries(keys);
        Map<LoginField, FieldRule> fields = new LinkedHashMap<>();
        for (LoginField field : LoginField.values()) {
            FormatNode rule = entries.get(field.key());
            if (rule != null && field != LoginField.TIME && field != LoginField.SUCCESS) {
                fields.put(field, field(rule));
            }
        }
        if (entries.containsKey("extra")) {
            entries.get("extra").entries().forEach((key, rule) -> extra(key, rule, fields));
        }
        settings.extra().forEach((field, place) -> {
            fields.remove(field); // chosen otherwise
            fields.put(field, new FieldRule(getters(Getter.of(place)), Map.of(), Spelling.AS_WRITTEN));
        });
        LoginField.requireDistinct(fields.keySet());
        FormatNode unknown = entries.get("unknown");
        Rules rules = new Rules(
                required(file, entries, "records").items().stream()
                        .map(this::shape)
                        .toList(),
                conditions(entries.get("where")),
                conditions(entries.get("machine-accounts")),
                unknown == null ? UNKNOWN : new LinkedHashSet<>(unknown.texts()),
                time(required(file, entries, "time")),
                outcome(required(file, entries, "success")),
                fields,
                Optional.ofNullable(entries.get("repeat")).map(this::field),
                marks(entries.get("detect")),
                parameters);
        List<String> sources =
                entries.containsKey("sources") ? entries.get("sources").texts() : List.of();
        return new FormatDefinition(name, required(file, entries, "title").text(), sources, text, settings, rules);
    }

    private Shape shape(FormatNode node) {
        Map<String, FormatNode> kinds = node.entries(List.of("lines", "json", "csv", "parquet"));
        if (kinds.size() != 1) {
            throw node.error("expected one of lines, json, csv and parquet");
        }
        Map.Entry<String, FormatNode> kind = kinds.entrySet().iterator().next();
        FormatNode value = kind.getValue();
        return switch (kind.getKey()) {
            case "lines" -> {
                Map<String, FormatNode> keys = value.entries(List.of("containing", "extract"));
                yield new Shape.Lines(containing(keys), extracts(required(value, keys, "extract")));
            }
            case "json" -> {
                Map<String, FormatNode> keys = value.entries(List.of("containing", "arrays", "extract"));
                yield new Shape.Json(containing(keys), texts(keys, "arrays"), extracts(keys.get("extract")));
            }
            case "csv" -> csv(value);
            default ->
                new Shape.Parquet(extracts(value.entries(List.of("extract")).get("extract")));
        };
    }

    private static List<String> containing(Map<String, FormatNode> keys) {
        List<String> texts = texts(keys, "containing");
        for (String text : texts) {
            if (!text.matches("\\p{ASCII}+")) {
                throw keys.get("containing").error("expected texts in ASCII, found \"" + text + "\"");
            }
        }
        return texts;
    }

    private Shape csv(FormatNode value) {
        Map<String, FormatNode> keys = value.entries(List.of(
                "separator",
                "quoted",
                "header",
                "header-prefix",
                "comment",
                "comments-anywhere",
                "requires",
                "extract"));
        String separator = text(keys, "separator", "");
        if (separator.length() > 1) {
            throw keys.get("separator").error("expected one character, found \"" + separator + "\"");
        }
        Dialect dialect = new Dialect(
                separator.isEmpty() ? Optional.empty() : Optional.of(separator.charAt(0)),
                !keys.containsKey("quoted") || keys.get("quoted").flag(),
                texts(keys, "header"),
                text(keys, "header-prefix", ""),
                text(keys, "comment", ""),
                keys.containsKey("comments-anywhere")
                        && keys.get("comments-anywhere").flag());
        List<List<String>> requires = keys.containsKey("requires")
                ? keys.get("requires").items().stream().map(FormatNode::texts).toList()
                : List.of();
        return new Shape.Csv(dialect, requires, extracts(keys.get("extract")));
    }

    private static String text(Map<String, FormatNode> keys, String key, String byDefault) {
        return keys.containsKey(key) ? keys.get(key).text() : byDefault;
    }

    private static List<String> texts(Map<String, FormatNode> keys, String key) {
        return keys.containsKey(key) ? keys.get(key).texts() : List.of();
    }

    private List<Extract> extracts(FormatNode node) {
        if (node == null) {
            return List.of();
        }
        List<Extract> extracts = new ArrayList<>();
        for (FormatNode item : node.items()) {
            Map<String, FormatNode> keys = item.entries(List.of("of", "patterns", "optional"));
            FormatNode of = keys.get("of");
            extracts.add(new Extract(
                    of == null ? Getter.of("line") : getter(of),
                    required(item, keys, "patterns").items().stream()
                            .map(FormatNode::pattern)
                            .toList(),
                    keys.containsKey("optional") && keys.get("optional").flag()));
        }
        return extracts;
    }

    private List<Condition> conditions(FormatNode node) {
        return node == null
                ? List.of()
                : node.items().stream().map(this::condition).toList();
    }

    private Condition condition(FormatNode node) {
        Map<String, FormatNode> keys = node.entries(
                List.of("at", "is", "is-not", "matches", "matches-not", "present", "or-missing", "any", "all"));
        if (keys.containsKey("any") || keys.containsKey("all")) {
            if (keys.size() != 1) {
                throw node.error("any and all stand alone");
            }
            return keys.containsKey("any")
                    ? new AnyOf(conditions(keys.get("any")))
                    : new AllOf(conditions(keys.get("all")));
        }
        List<Getter> places = getters(required(node, keys, "at"));
        boolean orMissing =
                keys.containsKey("or-missing") && keys.get("or-missing").flag();
        List<String> tests = Stream.of("is", "is-not", "matches", "matches-not", "present")
                .filter(keys::containsKey)
                .toList();
        if (tests.size() != 1) {
            throw node.error("expected one of is, is-not, matches, matches-not and present");
        }
        FormatNode test = keys.get(tests.get(0));
        return switch (tests.get(0)) {
            case "is" -> new Holds(places, new OneOf(Set.copyOf(test.texts())), orMissing);
            case "is-not" -> new Not(new Holds(places, new OneOf(Set.copyOf(test.texts())), false));
            case "matches" -> new Holds(places, new Matching(test.pattern()), orMissing);
            case "matches-not" -> new Not(new Holds(places, new Matching(test.pattern()), false));
            default ->
                test.flag()
                        ? new Holds(places, new Anything(), false)
                        : new Not(new Holds(places, new Anything(), false));
        };
    }

    private List<Mark> marks(FormatNode node) {
        List<Mark> marks = new ArrayList<>();
        if (node == null) {
            return marks;
        }
        for (FormatNode item : node.items()) {
            Map<String, FormatNode> keys = item.entries(List.of("weight", "when"));
            String weight = required(item, keys, "weight").text();
            if (!weight.matches("[1-9]\\d?")) {
                throw keys.get("weight").error("expected a whole number from 1 to 99, found \"" + weight + "\"");
            }
            marks.add(new Mark(new AllOf(conditions(required(item, keys, "when"))), Integer.parseInt(weight)));
        }
        return marks;
    }

    private List<Getter> getters(FormatNode node) {
        List<Getter> getters = new ArrayList<>();
        for (FormatNode item : node.items()) {
            getters.addAll(getters(getter(item)));
        }
        return getters;
    }

    /** The place itself, and it within each object that may hold the record. */
    private List<Getter> getters(Getter getter) {
        List<Getter> getters = new ArrayList<>(List.of(getter));
        wrappers.forEach(wrapper -> getters.add(getter.within(wrapper)));
        return getters;
    }

    private Getter getter(FormatNode node) {
        if (node.isText()) {
            return Getter.of(node.text());
        }
        Map<String, FormatNode> keys =
                node.entries(List.of("at", "pattern", "pair", "json", "array", "named", "key", "value"));
        String at = required(node, keys, "at").text();
        Place.Reading reading = new Place.Plain();
        if (keys.containsKey("array")) {
            if (!keys.get("array").text().equals("bytes")) {
                throw keys.get("array").error("only bytes is allowed here");
            }
            reading = new Place.Bytes();
        } else if (keys.containsKey("named")) {
            reading = new Place.Named(
                    text(keys, "key", "name"),
                    keys.get("named").text(),
                    keys.containsKey("value") ? keys.get("value").texts() : List.of("value"));
        }
        String json = text(keys, "json", "");
        return new Getter(
                new Place(at, Place.pathOf(at), reading),
                json.isEmpty() ? List.of() : Place.pathOf(json),
                text(keys, "pair", ""),
                Optional.ofNullable(keys.get("pattern")).map(FormatNode::pattern));
    }

    private FieldRule field(FormatNode node) {
        if (!node.isMap() || node.entries().containsKey("at")) {
            return new FieldRule(getters(node), Map.of(), Spelling.AS_WRITTEN);
        }
        return rule(node, node.entries(List.of("from", "map", "spelling")));
    }

    private FieldRule rule(FormatNode node, Map<String, FormatNode> keys) {
        Map<String, String> map = new LinkedHashMap<>();
        if (keys.containsKey("map")) {
            keys.get("map").entries().forEach((text, value) -> map.put(text, value.text()));
        }
        return new FieldRule(getters(required(node, keys, "from")), map, spelling(keys.get("spelling")));
    }

    /** A field beyond the table: its place alone for a category, or {@code {type, from, map, spelling, personal}}. */
    private void extra(String name, FormatNode node, Map<LoginField, FieldRule> fields) {
        boolean isPlace = !node.isMap() || node.entries().containsKey("at");
        Map<String, FormatNode> keys =
                isPlace ? Map.of() : node.entries(List.of("type", "from", "map", "spelling", "personal"));
        LoginField.Extra type = LoginField.Extra.CATEGORY;
        if (keys.containsKey("type")) {
            String text = keys.get("type").text();
            type = LoginField.Extra.named(text)
                    .orElseThrow(() ->
                            keys.get("type").error("expected category, boolean or number, found \"" + text + "\""));
        }
        try {
            LoginField field = LoginField.extra(name, type);
            boolean personal =
                    keys.containsKey("personal") && keys.get("personal").flag();
            fields.put(personal ? field.asPersonal() : field, isPlace ? field(node) : rule(node, keys));
            LoginField.requireDistinct(fields.keySet());
        } catch (InputException e) {
            throw node.error(e.getMessage());
        }
    }

    private static Spelling spelling(FormatNode node) {
        if (node == null) {
            return Spelling.AS_WRITTEN;
        }
        for (Spelling spelling : Spelling.values()) {
            if (spelling.name().toLowerCase(Locale.ROOT).replace('_', '-').equals(node.text())) {
                return spelling;
            }
        }
        throw node.error("expected as-written, upper-case, lower-case or country-code, found \"" + node.text() + "\"");
    }

    private TimeRule time(FormatNode node) {
        Map<String, FormatNode> keys = node.entries(List.of("from", "formats", "zone"));
        List<String> formats = keys.containsKey("formats") ? keys.get("formats").texts() : List.of(Times.ISO);
        for (String format : formats) {
            try {
                Times.check(format);
            } catch (InputException e) {
                throw keys.get("formats").error(e.getMessage());
            }
        }
        return new TimeRule(getters(required(node, keys, "from")), formats, zone(keys.get("zone")));
    }

    private ZoneId zone(FormatNode node) {
        if (settings.zone().isPresent()) {
            return settings.zone().get();
        }
        if (node == null) {
            return ZoneId.of("UTC");
        }
        try {
            return ZoneId.of(node.text());
        } catch (DateTimeException e) {
            throw node.error("\"" + node.text() + "\" is not a time zone such as UTC or Europe/Oslo");
        }
    }

    private OutcomeRule outcome(FormatNode node) {
        Map<String, FormatNode> keys = node.entries(List.of("from", "success", "failure", "missing"));
        Set<String> success = lowerCase(keys, "success");
        Set<String> failure = lowerCase(keys, "failure");
        boolean othersSucceed = success.remove(OTHERS);
        boolean othersFail = failure.remove(OTHERS);
        if (othersSucceed && othersFail) {
            throw node.error("\"*\" cannot mean both success and failure");
        }
        for (String text : success) {
            if (failure.contains(text)) {
                throw node.error("\"" + text + "\" cannot mean both success and failure");
            }
        }
        if (success.isEmpty() && !othersSucceed) {
            throw node.error("the key success is missing: it says which texts mean that a login succeeded");
        }
        Optional<Boolean> others = othersSucceed || othersFail ? Optional.of(othersSucceed) : Optional.empty();
        Optional<Boolean> missing = Optional.ofNullable(keys.get("missing")).map(value -> switch (value.text()) {
            case "success" -> true;
            case "failure" -> false;
            default -> throw value.error("expected success or failure, found \"" + value.text() + "\"");
        });
        return new OutcomeRule(getters(required(node, keys, "from")), success, failure, others, missing);
    }

    private static Set<String> lowerCase(Map<String, FormatNode> keys, String key) {
        Set<String> texts = new LinkedHashSet<>();
        texts(keys, key).forEach(text -> texts.add(text.toLowerCase(Locale.ROOT)));
        return texts;
    }
}
