package dev.octet.experiment;

import static dev.octet.experiment.ConfigTypes.character;
import static dev.octet.experiment.ConfigTypes.either;
import static dev.octet.experiment.ConfigTypes.listOf;
import static dev.octet.experiment.ConfigTypes.oneOf;
import static dev.octet.experiment.ConfigTypes.someOf;
import static dev.octet.experiment.ConfigTypes.text;
import static dev.octet.experiment.ConfigTypes.zone;

import dev.octet.event.CsvFormat;
import dev.octet.event.InputException;
import dev.octet.event.LoginField;
import dev.octet.event.TimeFormat;
import dev.octet.experiment.ConfigValue.Scalar;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The keys of {@code data.format}: a preset's name, or a column mapping. */
final class FormatKeys {
    private enum Preset {
        RBA(CsvFormat.RBA),
        MOLIN(CsvFormat.MOLIN);

        private final CsvFormat format;

        Preset(CsvFormat format) {
            this.format = format;
        }
    }

    private static final Map<LoginField, Key<Optional<String>>> FIELDS = new EnumMap<>(LoginField.class);

    static {
        for (LoginField field : LoginField.values()) {
            FIELDS.put(field, Key.optional(ConfigTypes.spelled(field), text("a column's name"), meaning(field)));
        }
    }

    private static final Section<Map<LoginField, String>> COLUMNS_SECTION = new Section<>(
            "data.format.columns",
            "The column of the file that holds each field, by its exact name in the header.",
            List.copyOf(FIELDS.values()),
            FormatKeys::columns);

    private static final Key<Map<LoginField, String>> COLUMNS =
            Key.required("columns", COLUMNS_SECTION, "which column holds which field");
    private static final Key<String> TIME_FORMAT = Key.byDefault(
            "time-format",
            text("a time format"),
            "iso",
            "`iso`, `epoch-seconds`, `epoch-millis`, or a pattern like `uuuu-MM-dd HH:mm:ss[.SSS]`");
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
            "texts that mean failure; a row with any other text is rejected");
    private static final Key<List<String>> UNKNOWN_VALUES = Key.byDefault(
            "unknown-values", listOf(text("a text")), "[]", "texts that mean \"not known\", beside the empty one");
    private static final Key<Character> SEPARATOR =
            Key.byDefault("separator", character(), "\",\"", "between two fields; `\"\\t\"` is a tab");

    private static final Section<CsvFormat> MAPPING = new Section<>(
            "data.format",
            "Any CSV file with a header line.",
            List.of(COLUMNS, TIME_FORMAT, ZONE, SUCCESS_VALUES, FAILURE_VALUES, UNKNOWN_VALUES, SEPARATOR),
            FormatKeys::format);

    static final ConfigType<CsvFormat> TYPE = either(
            "`rba`, `molin`, or a mapping {columns: …}",
            node -> node.value() instanceof Scalar,
            oneOf(Preset.class, preset -> preset.format),
            MAPPING);

    private FormatKeys() {}

    private static Map<LoginField, String> columns(Settings settings) {
        Map<LoginField, String> columns = new EnumMap<>(LoginField.class);
        FIELDS.forEach((field, key) -> settings.get(key).ifPresent(column -> columns.put(field, column)));
        List<String> missing = new ArrayList<>();
        for (LoginField field : LoginField.values()) {
            if (field.required() && !columns.containsKey(field)) {
                missing.add(ConfigTypes.spelled(field));
            }
        }
        if (!missing.isEmpty()) {
            throw settings.error(
                    "every log must have time, user and success; no column is named for " + String.join(", ", missing));
        }
        return columns;
    }

    private static CsvFormat format(Settings settings) {
        try {
            return new CsvFormat(
                    settings.get(COLUMNS),
                    new TimeFormat(settings.get(TIME_FORMAT), settings.get(ZONE)),
                    CsvFormat.UserIds.TEXT,
                    new LinkedHashSet<>(settings.get(SUCCESS_VALUES)),
                    new LinkedHashSet<>(settings.get(FAILURE_VALUES)),
                    settings.get(SEPARATOR),
                    null,
                    new LinkedHashSet<>(settings.get(UNKNOWN_VALUES)));
        } catch (InputException e) {
            throw settings.error(e.getMessage());
        }
    }

    private static String meaning(LoginField field) {
        return switch (field) {
            case TIME -> "required: when";
            case USER -> "required: the account, as typed";
            case SUCCESS -> "required: whether the login succeeded";
            case IP -> "source address, IPv4 or IPv6";
            case FAILURE_REASON -> "why it failed, in the log's own words";
            case COUNTRY -> "ISO 3166 alpha-2";
            case REGION -> "first-level subdivision";
            case CITY -> "city";
            case ASN -> "autonomous system number of the address";
            case USER_AGENT -> "full user agent string";
            case BROWSER -> "browser name and version";
            case OS -> "operating system name and version";
            case DEVICE -> "device type";
            case ROUND_TRIP_MILLIS -> "round-trip time in milliseconds";
            case LATITUDE -> "degrees north";
            case LONGITUDE -> "degrees east";
        };
    }
}
