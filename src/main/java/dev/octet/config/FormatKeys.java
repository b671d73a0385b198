package dev.octet.config;

import static dev.octet.config.ConfigTypes.character;
import static dev.octet.config.ConfigTypes.either;
import static dev.octet.config.ConfigTypes.listOf;
import static dev.octet.config.ConfigTypes.oneOf;
import static dev.octet.config.ConfigTypes.oneOrMore;
import static dev.octet.config.ConfigTypes.path;
import static dev.octet.config.ConfigTypes.someOf;
import static dev.octet.config.ConfigTypes.text;
import static dev.octet.config.ConfigTypes.type;
import static dev.octet.config.ConfigTypes.zone;

import dev.octet.config.ConfigValue.Entries;
import dev.octet.config.ConfigValue.Entry;
import dev.octet.config.ConfigValue.Scalar;
import dev.octet.event.CsvFormat;
import dev.octet.event.InputException;
import dev.octet.event.JdbcDatabase;
import dev.octet.event.LoginField;
import dev.octet.event.SelectStatement;
import dev.octet.event.TimeFormat;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The keys of {@code data.format}: a preset's name, a column mapping, or a database. */
final class FormatKeys {
    private enum Preset {
        RBA(CsvFormat.RBA),
        MOLIN(CsvFormat.MOLIN);

        private final CsvFormat format;

        Preset(CsvFormat format) {
            this.format = format;
        }
    }

    private static final Map<LoginField, Key<Optional<String>>> FIELDS = new TreeMap<>();

    static {
        for (LoginField field : LoginField.values()) {
            FIELDS.put(field, Key.optional(field.key(), text("a column's name"), meaning(field)));
        }
    }

    private static final Section<Map<LoginField, String>> COLUMNS_SECTION = new Section<>(
            "data.format.columns",
            "The column of the file that holds each field, by its exact name in the header.",
            List.copyOf(FIELDS.values()),
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

    private static final Section<LogFormat> MAPPING = new Section<>(
            "data.format",
            "Any CSV file with a header line, or JSON lines (told by its first character, a brace): then a column is a key of"
                    + " the line's object, or a path with dots to a key of an object within it.",
            List.of(COLUMNS, TIME_FORMAT, ZONE, SUCCESS_VALUES, FAILURE_VALUES, UNKNOWN_VALUES, SEPARATOR),
            settings -> new LogFormat(format(settings, settings.get(SEPARATOR)), Optional.empty()));

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

    private static final Section<LogFormat> JDBC = new Section<>(
            "data.format.jdbc",
            "The result of a query, from SQLite or any database with a JDBC driver; `data.train` is not given then. See"
                    + " [databases.md](databases.md).",
            List.of(URL, QUERY, DRIVER, COLUMNS, TIME_FORMAT, ZONE, SUCCESS_VALUES, FAILURE_VALUES, UNKNOWN_VALUES),
            FormatKeys::jdbc);

    static final ConfigType<LogFormat> TYPE = new ConfigType<>() {
        private static final String KEY = "jdbc";

        private final ConfigType<LogFormat> file = either(
                describe(),
                node -> node.value() instanceof Scalar,
                oneOf(Preset.class, preset -> new LogFormat(preset.format, Optional.empty())),
                MAPPING);

        @Override
        public LogFormat read(ConfigNode node) {
            if (node.value() instanceof Scalar scalar && scalar.text().equals(KEY)) {
                throw node.error("jdbc needs a database, a query and its columns: {jdbc: {url: jdbc:sqlite:logins.db,"
                        + " query: SELECT … ORDER BY …, columns: {…}}}");
            }
            if (!(node.value() instanceof Entries map) || !map.entries().containsKey(KEY)) {
                return file.read(node);
            }
            Entry jdbc = node.entries(List.of(KEY)).entries().get(KEY);
            return JDBC.read(node.child(KEY, jdbc));
        }

        @Override
        public String describe() {
            return "`rba`, `molin`, a mapping {columns: …}, or a database {jdbc: …}";
        }

        @Override
        public List<Section<?>> sections() {
            return List.of(MAPPING, JDBC);
        }
    };

    /**
     * What {@code data.format} says.
     *
     * @param columns which column holds what
     * @param jdbc where rows come from a database and not from files
     */
    record LogFormat(CsvFormat columns, Optional<JdbcConfig> jdbc) {}

    private FormatKeys() {}

    private static Map<LoginField, String> columns(Settings settings) {
        Map<LoginField, String> columns = new TreeMap<>();
        FIELDS.forEach((field, key) -> settings.get(key).ifPresent(column -> columns.put(field, column)));
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

    private static LogFormat jdbc(Settings settings) {
        try {
            SelectStatement.check(settings.get(QUERY));
        } catch (InputException e) {
            throw settings.error(QUERY, e.getMessage());
        }
        JdbcDatabase database = new JdbcDatabase(settings.get(URL).url(), settings.get(DRIVER));
        return new LogFormat(format(settings, ','), Optional.of(new JdbcConfig(database, settings.get(QUERY))));
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
