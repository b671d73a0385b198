package dev.octet.feature;

import dev.octet.event.LoginField;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The features that a row alone gives, a closed set. What a feature may see is the row, never a label.
 *
 * <p>Times are UTC, or the zone in which a log without zones was read.
 */
public enum Feature {
    /** See {@link #description()}, as for all. */
    IP_OCTETS(
            "ip-octets",
            Kind.NUMBERS,
            Rows.ATTEMPT,
            4,
            LoginField.IP,
            "The four octets of the source address, 0 to 255, a column each. Of an IPv6 address the first four bytes,"
                    + " which are the /32 that a provider is given; a missing address is 0.0.0.0, which sends nothing."
                    + " The published baseline (ML-SIEM): octets are names, not numbers, and the distance between two"
                    + " of them means little."),
    IP_VERSION(
            "ip-version",
            Kind.CATEGORY,
            Rows.ATTEMPT,
            1,
            LoginField.IP,
            "4 or 6: which version the source address is of."),
    HOUR("hour", Kind.TIME_PART, Rows.BOTH, 24, "Hour of the day, 0 to 23."),
    MINUTE_OF_DAY("minute-of-day", Kind.NUMBERS, Rows.BOTH, 1, "Minute of the day, 0 to 1439."),
    WEEKDAY("weekday", Kind.TIME_PART, Rows.BOTH, 7, "Day of the week, Monday 0 to Sunday 6."),
    COUNTRY(
            "country",
            Kind.CATEGORY,
            Rows.ATTEMPT,
            1,
            LoginField.COUNTRY,
            "Country of the source address, as the log names it."),
    REGION(
            "region",
            Kind.CATEGORY,
            Rows.ATTEMPT,
            1,
            LoginField.REGION,
            "Region of the source address, as the log names it."),
    CITY("city", Kind.CATEGORY, Rows.ATTEMPT, 1, LoginField.CITY, "City of the source address, as the log names it."),
    ASN(
            "asn",
            Kind.CATEGORY,
            Rows.ATTEMPT,
            1,
            LoginField.ASN,
            "Autonomous system number of the source address, as a name."),
    DEVICE("device", Kind.CATEGORY, Rows.ATTEMPT, 1, LoginField.DEVICE, "Device type, e.g. mobile or desktop."),
    BROWSER_FAMILY(
            "browser-family",
            Kind.CATEGORY,
            Rows.ATTEMPT,
            1,
            LoginField.BROWSER,
            "Browser without its version: the words before the first that starts with a digit."),
    OS_FAMILY(
            "os-family",
            Kind.CATEGORY,
            Rows.ATTEMPT,
            1,
            LoginField.OS,
            "Operating system without its version: the words before the first that starts with a digit."),
    BROWSER("browser", Kind.CATEGORY, Rows.ATTEMPT, 1, LoginField.BROWSER, "Browser name and version."),
    OS("os", Kind.CATEGORY, Rows.ATTEMPT, 1, LoginField.OS, "Operating system name and version."),
    USER_AGENT("user-agent", Kind.CATEGORY, Rows.ATTEMPT, 1, LoginField.USER_AGENT, "The whole user agent string."),
    SUCCESS(
            "success",
            Kind.NUMBERS,
            Rows.ATTEMPT,
            1,
            LoginField.SUCCESS,
            "1 where the login succeeded, else 0. Where only successful logins are scored it says nothing."),
    FAILURE_REASON(
            "failure-reason",
            Kind.CATEGORY,
            Rows.ATTEMPT,
            1,
            LoginField.FAILURE_REASON,
            "The log's word for why a login failed; missing where it succeeded."),
    ROUND_TRIP_TIME(
            "round-trip-time",
            Kind.NUMBERS,
            Rows.ATTEMPT,
            1,
            LoginField.ROUND_TRIP_MILLIS,
            "ln(1 + round-trip time in ms), since the times span five decades, and a second column that is 1 where"
                    + " the time is missing; the first then holds the mean of the training normals."),
    UNREADABLE_FIELDS(
            "unreadable-fields",
            Kind.NUMBERS,
            Rows.ATTEMPT,
            1,
            "How many fields of the login had a value that could not be read, e.g. an address that is none or a user agent"
                    + " with control characters. The fields themselves count as not known."),
    ATTEMPTS("attempts", Kind.NUMBERS, Rows.WINDOW, 1, "Login attempts in the window."),
    FAILURES("failures", Kind.NUMBERS, Rows.WINDOW, 1, "Failed attempts in the window."),
    USERS_WITH_FAILURES(
            "users-with-failures",
            Kind.NUMBERS,
            Rows.WINDOW,
            1,
            "Distinct user names, as typed, with a failed attempt in the window."),
    DISTINCT_USERS("distinct-users", Kind.NUMBERS, Rows.WINDOW, 1, "Distinct user names, as typed, in the window."),
    DISTINCT_IPS("distinct-ips", Kind.NUMBERS, Rows.WINDOW, 1, "Distinct source addresses in the window."),
    WRONG_USERNAME_FAILURES(
            "wrong-username-failures",
            Kind.NUMBERS,
            Rows.WINDOW,
            1,
            LoginField.FAILURE_REASON,
            "Attempts in the window that failed because there is no such account."),
    WRONG_PASSWORD_FAILURES(
            "wrong-password-failures",
            Kind.NUMBERS,
            Rows.WINDOW,
            1,
            LoginField.FAILURE_REASON,
            "Attempts in the window that failed because of the password."),
    TOTAL_COUNT("total-count", Kind.NUMBERS, Rows.ENTITY, 1, "Login attempts of the entity in the span."),
    MEDIAN_DAILY_COUNT(
            "median-daily-count",
            Kind.NUMBERS,
            Rows.ENTITY,
            1,
            "Median number of its attempts a day, over the days with at least one."),
    WEEKDAY_WEEKEND_RATIO(
            "weekday-weekend-ratio",
            Kind.NUMBERS,
            Rows.ENTITY,
            1,
            "Its attempts from Monday to Friday for each one on a weekend; where there is none on a weekend, for one."),
    MEAN_GAP(
            "mean-gap",
            Kind.NUMBERS,
            Rows.ENTITY,
            1,
            "Mean minutes between two of its attempts that follow each other, days included, and a second column that is"
                    + " 1 where there is one attempt only; the first then holds the mean of the training normals."),
    MAX_GAP(
            "max-gap",
            Kind.NUMBERS,
            Rows.ENTITY,
            1,
            "Longest such gap in minutes, with a second column as `mean-gap`."),
    /** A category beyond the table: {@link FeatureRequest#extra} says which field. Its request has a name, it has none. */
    EXTRA_CATEGORY("", Kind.CATEGORY, Rows.NONE, 1, "A field of the log's own, a category."),
    /** A number beyond the table, as {@link #EXTRA_CATEGORY}. */
    EXTRA_NUMBER("", Kind.NUMBERS, Rows.NONE, 1, "A field of the log's own, a number.");

    /** What the raw values of a feature are. */
    enum Kind {
        /** Numbers, each a raw value of its own. */
        NUMBERS,
        /** One whole number below a known bound. */
        TIME_PART,
        /** One name. */
        CATEGORY
    }

    private enum Rows {
        ATTEMPT,
        WINDOW,
        BOTH,
        ENTITY,
        /** No view has it under a name of its own. */
        NONE
    }

    private final String key;
    private final Kind kind;
    private final Rows rows;
    private final int size;
    private final Optional<LoginField> field;
    private final String description;

    Feature(String key, Kind kind, Rows rows, int size, String description) {
        this(key, kind, rows, size, Optional.empty(), description);
    }

    /** @param field the field of a login that it is made of */
    Feature(String key, Kind kind, Rows rows, int size, LoginField field, String description) {
        this(key, kind, rows, size, Optional.of(field), description);
    }

    Feature(String key, Kind kind, Rows rows, int size, Optional<LoginField> field, String description) {
        this.key = key;
        this.kind = kind;
        this.rows = rows;
        this.size = size;
        this.field = field;
        this.description = description;
    }

    /** The feature's name in the config and in reasons. */
    public String key() {
        return key;
    }

    /** What it is, for the documentation. */
    public String description() {
        return description;
    }

    /** Whether rows of the view have it. */
    public boolean isOf(View view) {
        if (view instanceof View.Entity) {
            return rows == Rows.ENTITY;
        }
        return rows == Rows.BOTH || rows == (view instanceof View.Attempt ? Rows.ATTEMPT : Rows.WINDOW);
    }

    /** The encodings that it takes, the default first. */
    public List<Encoding> encodings() {
        return switch (kind) {
            case NUMBERS -> List.of(Encoding.NUMBER);
            case TIME_PART -> List.of(Encoding.NUMBER, Encoding.ONE_HOT);
            case CATEGORY -> List.of(Encoding.ONE_HOT, Encoding.CODE);
        };
    }

    /** The feature of that name, if there is one. */
    public static Optional<Feature> named(String key) {
        for (Feature feature : values()) {
            if (feature.rows != Rows.NONE && feature.key.equals(key)) {
                return Optional.of(feature);
            }
        }
        return Optional.empty();
    }

    /** The feature that is what a field beyond the table holds. */
    static Feature ofExtra(LoginField field) {
        return field.kind() == LoginField.Kind.NUMBER ? EXTRA_NUMBER : EXTRA_CATEGORY;
    }

    /** The field of a login that it is made of; none where it takes the time, or counts logins. */
    public Optional<LoginField> field() {
        return field;
    }

    /** The field whose text is the category as it stands; none where something is made of it, or it is no category. */
    Optional<LoginField> plainText() {
        boolean made = this == BROWSER_FAMILY || this == OS_FAMILY;
        return kind != Kind.CATEGORY || made
                ? Optional.empty()
                : field.filter(each -> each.kind() == LoginField.Kind.TEXT);
    }

    /** The category that is the text of a field as it stands. */
    static Feature ofText(LoginField text) {
        return Arrays.stream(values())
                .filter(feature -> feature.plainText().equals(Optional.of(text)))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no feature is the text of the field " + text));
    }

    /** The category that is the text of a field without what stands in it for a version. */
    static Optional<Feature> familyOf(LoginField text) {
        return Arrays.stream(values())
                .filter(feature -> feature.kind == Kind.CATEGORY
                        && feature.field.equals(Optional.of(text))
                        && feature.plainText().isEmpty())
                .findFirst();
    }

    Kind kind() {
        return kind;
    }

    /** Raw values of a row. */
    int rawValues() {
        return kind == Kind.NUMBERS ? size : 1;
    }

    /** Bound of a time part. */
    int states() {
        return size;
    }

    /** Whether a raw value may be NaN. */
    boolean mayBeMissing() {
        return this == ROUND_TRIP_TIME || this == EXTRA_NUMBER || this == MEAN_GAP || this == MAX_GAP;
    }

    /** The names of the columns that hold the {@code count} numbers of a feature. */
    static List<String> numberNames(String feature, int count) {
        if (count == 1) {
            return List.of(feature);
        }
        return IntStream.range(0, count)
                .mapToObj(i -> String.format(Locale.ROOT, "%s[%d]", feature, i))
                .toList();
    }
}
