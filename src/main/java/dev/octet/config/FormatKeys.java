package dev.octet.config;

import static dev.octet.config.ConfigTypes.character;
import static dev.octet.config.ConfigTypes.count;
import static dev.octet.config.ConfigTypes.either;
import static dev.octet.config.ConfigTypes.listOf;
import static dev.octet.config.ConfigTypes.oneOf;
import static dev.octet.config.ConfigTypes.oneOrMore;
import static dev.octet.config.ConfigTypes.path;
import static dev.octet.config.ConfigTypes.someOf;
import static dev.octet.config.ConfigTypes.text;
import static dev.octet.config.ConfigTypes.truth;
import static dev.octet.config.ConfigTypes.type;
import static dev.octet.config.ConfigTypes.zone;

import dev.octet.config.ConfigValue.Entries;
import dev.octet.config.ConfigValue.Entry;
import dev.octet.config.ConfigValue.Scalar;
import dev.octet.event.CsvFormat;
import dev.octet.event.InputException;
import dev.octet.event.JdbcDatabase;
import dev.octet.event.LogFormat;
import dev.octet.event.LoginField;
import dev.octet.event.SelectStatement;
import dev.octet.event.TimeFormat;
import dev.octet.event.format.FormatSettings;
import dev.octet.event.format.Formats;
import dev.octet.event.format.UserSpelling;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The keys of {@code data.format}: a format's name, a column mapping, or a database. */
final class FormatKeys {
    private static final Map<LoginField, Key<Optional<String>>> FIELDS = new TreeMap<>();

    static {
        for (LoginField field : LoginField.values()) {
            FIELDS.put(field, Key.optional(field.key(), text("a column's name"), meaning(field)));
        }
    }

    /** The column of an extra field, and what it holds. */
    private record ExtraColumn(String column, LoginField.Extra type, boolean personal) {}

    private static final Key<String> EXTRA_COLUMN = Key.required("column", text("a column's name"), "where it stands");
    private static final Key<LoginField.Extra> EXTRA_TYPE = Key.byDefault(
            "type",
            oneOf(List.of(LoginField.Extra.values()), LoginField.Extra::key),
            "category",
            "`category`: one of a set of names; `boolean`: true or false (also 1/0, yes/no, y/n, t/f, on/off); `number`");
    private static final Key<Boolean> EXTRA_PERSONAL = Key.byDefault(
            "personal",
            truth(),
            "false",
            "whether a category tells who somebody is, as a phone number does: where `serve` keeps users under pseudonyms"
                    + " (`OCTET_PSEUDONYM_KEY`), it keeps and names this field under one too. Scores do not change");
    private static final Section<ExtraColumn> EXTRA_SECTION = new Section<>(
            "data.format.columns.extra.NAME",
            "One field beyond those that every format knows. `mfa: mfaResult` is short for `mfa: {column: mfaResult}`. The"
                    + " name, of lower case letters, digits and hyphens, is the name of the feature, of the field in HTTP"
                    + " requests and of the model's input. A category or boolean `mfa` also gives `new-mfa`, `surprise-mfa` and"
                    + " `rarity-mfa`, as the fields that Octet knows.",
            List.of(EXTRA_COLUMN, EXTRA_TYPE, EXTRA_PERSONAL),
            settings -> new ExtraColumn(
                    settings.get(EXTRA_COLUMN), settings.get(EXTRA_TYPE), settings.get(EXTRA_PERSONAL)));
    private static final ConfigType<ExtraColumn> EXTRA = either(
            "a column's name, or {column: …, type: …}",
            node -> node.value() instanceof Scalar,
            type(
                    "a column's name",
                    node -> new ExtraColumn(node.text("a column's name"), LoginField.Extra.CATEGORY, false)),
            EXTRA_SECTION);
    private static final ConfigType<Map<LoginField, String>> EXTRA_MAP = new ConfigType<>() {
        @Override
        public Map<LoginField, String> read(ConfigNode node) {
            return extras(node);
        }

        @Override
        public String describe() {
            return "a mapping {NAME: column} or {NAME: {column: …, type: …}}";
        }

        @Override
        public List<Section<?>> sections() {
            return List.of(EXTRA_SECTION);
        }
    };
    private static final Key<Optional<Map<LoginField, String>>> EXTRAS = Key.optional(
            "extra",
            EXTRA_MAP,
            "fields beyond those above, at most " + LoginField.MAX_EXTRA + ": the log's own columns as features");
    private static final Key<Optional<Map<LoginField, String>>> MORE = Key.optional(
            "extra",
            EXTRA_MAP,
            "fields beyond those that the format names: a column is a place, as in a format file; see"
                    + " [formats.md](formats.md#fields-beyond-the-table)");

    private static final Section<Map<LoginField, String>> COLUMNS_SECTION = new Section<>(
            "data.format.columns",
            "The column of the file that holds each field, by its exact name in the header.",
            Stream.<Key<?>>concat(FIELDS.values().stream(), Stream.of(EXTRAS)).toList(),
            FormatKeys::columns);

    private static final Key<Map<LoginField, String>> COLUMNS =
            Key.required("columns", COLUMNS_SECTION, "which column holds which field");
    private static final Key<List<String>> TIME_FORMAT = Key.byDefault(
            "time-format",
            oneOrMore(text("a time format")),
            "iso",
            "`iso`, `epoch-seconds`, `epoch-millis`, `epoch-micros`, `epoch-nanos`, a pattern like `uuuu-MM-dd"
                    + " HH:mm:ss[.SSS]`, or a list of these, tried in its order");
    private static final Key<ZoneId> ZONE =
            Key.byDefault("zone", zone(), "UTC", "zone of times that carry no offset, and of the config's dates");
    private static final Key<List<String>> SUCCESS_VALUES = Key.byDefault(
            "success-values",
            someOf(text("a text")),
            "[true, 1, yes]",
            "texts of the `success` column that mean success, whatever their case");
    private static final Key<List<String>> FAILURE_VALUES = Key.byDefault(
            "failure-values",
            someOf(text("a text")),
            "[false, 0, no]",
            "texts that mean failure; a row with any other text is left out, and the text is named");
    private static final Key<List<String>> UNKNOWN_VALUES = Key.byDefault(
            "unknown-values", listOf(text("a text")), "[]", "texts that mean \"not known\", beside the empty one");
    private static final Key<Character> SEPARATOR =
            Key.byDefault("separator", character(), "\",\"", "between two fields; `\"\\t\"` is a tab");

    private static final Key<Optional<String>> NAME =
            Key.optional("name", text("a format's name or file"), "a shipped format, or the path of a format file");
    private static final Key<List<UserSpelling>> USERS = Key.byDefault(
            "users",
            listOf(oneOf(UserSpelling.class)),
            "[]",
            "how the names of one person become one: `lower-case`, `strip-domain` (`alice@example.com` is `alice`),"
                    + " `strip-prefix` (`CORP\\alice` is `alice`); as written where not given");
    private static final Key<Boolean> MACHINE_ACCOUNTS = Key.byDefault(
            "machine-accounts",
            truth(),
            "false",
            "whether logins of machines are read too, where the format knows them; otherwise they are counted and left"
                    + " out");
    private static final Key<Optional<Integer>> YEAR = Key.optional(
            "year",
            count(1970, 9999),
            "of the last line, where lines carry no year; by the file's date where not given");
    private static final Key<Optional<ZoneId>> FORMAT_ZONE =
            Key.optional("zone", zone(), "of times that carry no offset; the format's own where not given");
    private static final Key<List<String>> OPTIONS = Key.byDefault(
            "options",
            listOf(text("NAME=VALUE")),
            "[]",
            "values of the format's parameters, e.g. `login-path=^/signin$`; [formats.md](formats.md) lists them");

    private static final Section<Read> NAMED = new Section<>(
            "data.format (named)",
            "A shipped format, or one of your own, with what you choose for it. `format: okta` is short for `format:"
                    + " {name: okta}`. [formats.md](formats.md) lists the formats and shows how to write one.",
            List.of(NAME, USERS, MACHINE_ACCOUNTS, YEAR, FORMAT_ZONE, OPTIONS, MORE),
            FormatKeys::named);

    private static final Section<Read> MAPPING = new Section<>(
            "data.format",
            "Any CSV file with a header line, or JSON lines (told by its first character, a brace): then a column is a key of"
                    + " the line's object, or a path with dots to a key of an object within it.",
            List.of(COLUMNS, TIME_FORMAT, ZONE, SUCCESS_VALUES, FAILURE_VALUES, UNKNOWN_VALUES, SEPARATOR),
            settings -> new Read(format(settings, settings.get(SEPARATOR)), Optional.empty()));

    private static final Key<JdbcDatabase> URL = Key.required(
            "url",
            url(),
            "JDBC's, e.g. `jdbc:sqlite:logins.db`; may use `${OCTET_DATA}`. User and password never stand in it but in"
                    + " the environment variables `OCTET_JDBC_USER` and `OCTET_JDBC_PASSWORD`");
    private static final Key<String> QUERY = Key.required(
            "query",
            text("a SELECT"),
            "one SELECT, ordered by time. It runs several times, each on a read-only connection, and must give the same"
                    + " rows each time");
    private static final Key<Optional<Path>> DRIVER = Key.optional(
            "driver",
            path("a jar"),
            "JDBC driver of the database; SQLite's is built in, and `OCTET_CLASSPATH` may name others too");

    private static final Section<Read> JDBC = new Section<>(
            "data.format.jdbc",
            "The result of a query, from SQLite or any database with a JDBC driver; `data.train` is not given then. See"
                    + " [databases.md](databases.md).",
            List.of(URL, QUERY, DRIVER, COLUMNS, TIME_FORMAT, ZONE, SUCCESS_VALUES, FAILURE_VALUES, UNKNOWN_VALUES),
            FormatKeys::jdbc);

    static final ConfigType<Read> TYPE = new ConfigType<>() {
        private static final String KEY = "jdbc";

        @Override
        public Read read(ConfigNode node) {
            if (node.value() instanceof Scalar scalar) {
                if (scalar.text().equals(KEY)) {
                    throw node.error(
                            "jdbc needs a database, a query and its columns: {jdbc: {url: jdbc:sqlite:logins.db,"
                                    + " query: SELECT … ORDER BY …, columns: {…}}}");
                }
                return new Read(found(node, node.text(describe()), FormatSettings.DEFAULT), Optional.empty());
            }
            if (!(node.value() instanceof Entries map)) {
                throw node.expected(describe());
            }
            if (map.entries().containsKey(KEY)) {
                Entry jdbc = node.entries(List.of(KEY), List.of()).entries().get(KEY);
                return JDBC.read(node.child(KEY, jdbc));
            }
            return (map.entries().containsKey(NAME.name()) ? NAMED : MAPPING).read(node);
        }

        @Override
        public String describe() {
            return "a format's name (`okta`, `sshd`, …), the path of a format file, {name: …} with options, a mapping"
                    + " {columns: …}, or a database {jdbc: …}";
        }

        @Override
        public List<Section<?>> sections() {
            return List.of(NAMED, MAPPING, JDBC);
        }
    };

    /**
     * What {@code data.format} says.
     *
     * @param format how logins are read
     * @param jdbc where rows come from a database and not from files
     */
    record Read(LogFormat format, Optional<JdbcConfig> jdbc) {}

    private FormatKeys() {}

    private static Map<LoginField, String> columns(Settings settings) {
        Map<LoginField, String> columns = new TreeMap<>();
        FIELDS.forEach((field, key) -> settings.get(key).ifPresent(column -> columns.put(field, column)));
        settings.get(EXTRAS).ifPresent(columns::putAll);
        List<String> missing = new ArrayList<>();
        for (LoginField field : LoginField.values()) {
            if (field.required() && !columns.containsKey(field)) {
                missing.add(field.key());
            }
        }
        if (!missing.isEmpty()) {
            throw settings.error(
                    "every log must have time, user and success; no column is named for " + String.join(", ", missing));
        }
        return columns;
    }

    private static Map<LoginField, String> extras(ConfigNode node) {
        if (!(node.value() instanceof Entries map)) {
            throw node.expected("a mapping {NAME: column}");
        }
        Map<LoginField, String> columns = new TreeMap<>();
        map.entries().forEach((name, entry) -> {
            ConfigNode child = node.child(name, entry);
            ExtraColumn column = EXTRA.read(child);
            try {
                LoginField field = LoginField.extra(name, column.type());
                columns.put(column.personal() ? field.asPersonal() : field, column.column());
            } catch (InputException e) {
                throw child.error(e.getMessage());
            }
        });
        return columns;
    }

    private static LogFormat found(ConfigNode node, String name, FormatSettings settings) {
        try {
            return Formats.named(Formats.isFile(name) ? node.file().replaceVariables(node, name) : name, settings);
        } catch (InputException e) {
            throw node.error(e.getMessage());
        }
    }

    private static Read named(Settings settings) {
        Map<String, String> parameters = new TreeMap<>();
        for (String option : settings.get(OPTIONS)) {
            int equals = option.indexOf('=');
            if (equals < 1) {
                throw settings.error(OPTIONS, "expected NAME=VALUE, found " + option);
            }
            parameters.put(option.substring(0, equals), option.substring(equals + 1));
        }
        String name = settings.get(NAME).orElseThrow();
        FormatSettings chosen = new FormatSettings(
                parameters,
                settings.get(USERS),
                settings.get(MACHINE_ACCOUNTS),
                settings.get(FORMAT_ZONE),
                settings.get(YEAR),
                Optional.empty(),
                settings.get(MORE).orElse(Map.of()));
        try {
            return new Read(Formats.named(name, chosen), Optional.empty());
        } catch (InputException e) {
            throw settings.error(NAME, e.getMessage());
        }
    }

    private static ConfigType<JdbcDatabase> url() {
        String what = "a JDBC URL";
        return type(what, node -> {
            try {
                return new JdbcDatabase(node.file().replaceVariables(node, node.text(what)), Optional.empty());
            } catch (InputException e) {
                throw node.error(e.getMessage());
            }
        });
    }

    private static Read jdbc(Settings settings) {
        try {
            SelectStatement.check(settings.get(QUERY));
        } catch (InputException e) {
            throw settings.error(QUERY, e.getMessage());
        }
        JdbcDatabase database = new JdbcDatabase(settings.get(URL).url(), settings.get(DRIVER));
        CsvFormat columns = format(settings, ',');
        return new Read(columns, Optional.of(new JdbcConfig(database, settings.get(QUERY), columns)));
    }

    private static CsvFormat format(Settings settings, char separator) {
        try {
            return new CsvFormat(
                    settings.get(COLUMNS),
                    new TimeFormat(settings.get(TIME_FORMAT), settings.get(ZONE)),
                    CsvFormat.UserIds.TEXT,
                    new LinkedHashSet<>(settings.get(SUCCESS_VALUES)),
                    new LinkedHashSet<>(settings.get(FAILURE_VALUES)),
                    separator,
                    null,
                    new LinkedHashSet<>(settings.get(UNKNOWN_VALUES)));
        } catch (InputException e) {
            throw settings.error(e.getMessage());
        }
    }

    private static String meaning(LoginField field) {
        return field.required() ? "required: " + field.meaning() : field.meaning();
    }
}
