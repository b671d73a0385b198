package dev.octet.event;

import dev.octet.event.text.PlainText;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * A field of a {@link LoginEvent}: the one table of what a login can hold. It drives the readers, the JSON of the HTTP
 * service, the journal, pseudonyms, the inputs of exported models, DataVec's schema and the documentation. A new field is
 * one more entry here; {@link LoginEvent#text} and {@link LoginEvent#number} read it. Fields beyond the table come from a
 * config or a format ({@link #extra(String, Extra)}).
 *
 * <p>Fields compare in the order of the table. Immutable.
 */
public final class LoginField implements Comparable<LoginField> {
    /** What the values of a field are, and how a missing one is told. */
    public enum Kind {
        /** A moment; never missing. */
        TIME,
        /** Success or failure; never missing. */
        OUTCOME,
        /** An IP address; {@link IpAddress#MISSING} where it is missing. */
        ADDRESS,
        /** An autonomous system number in [0, 4294967295]; -1 where it is missing. */
        NETWORK,
        /** A text as the log has it, which an outsider may have written; {@code ""} where it is missing. */
        TEXT,
        /** A decimal number; NaN where it is missing. */
        NUMBER
    }

    /** What a field beyond the table holds. */
    public enum Extra {
        /** One of a set of names, which no distance orders. */
        CATEGORY("category", Kind.TEXT),
        /** Yes or no, kept as the text {@code true} or {@code false}. */
        BOOLEAN("boolean", Kind.TEXT),
        /** A decimal number. */
        NUMBER("number", Kind.NUMBER);

        private final String key;
        private final Kind kind;

        Extra(String key, Kind kind) {
            this.key = key;
            this.kind = kind;
        }

        /** The type of this name; empty where there is none. */
        public static Optional<Extra> named(String key) {
            for (Extra each : values()) {
                if (each.key.equals(key)) {
                    return Optional.of(each);
                }
            }
            return Optional.empty();
        }

        /** The type's name in a config, a format and a bundle. */
        public String key() {
            return key;
        }
    }

    /** Maximum number of fields beyond the table that a log may have. */
    public static final int MAX_EXTRA = 32;
    /** Names of fields beyond the table. */
    private static final Pattern EXTRA_KEY = Pattern.compile("[a-z][a-z0-9]*(-[a-z0-9]+)*");

    private static final int MAX_EXTRA_KEY = 40;
    private static final Set<String> TRUE_WORDS = Set.of("true", "1", "yes", "y", "t", "on");
    private static final Set<String> FALSE_WORDS = Set.of("false", "0", "no", "n", "f", "off");

    /** Whom a field tells about. */
    private enum About {
        /** The attempt: when, whose account, how it ended. */
        ATTEMPT,
        /** The client that the attempt came from: another client has another value. */
        CLIENT
    }

    private static final List<LoginField> TABLE = new ArrayList<>();

    /** When; a log without a zone is read in the zone of its format. */
    public static final LoginField TIME =
            define("time", Kind.TIME, About.ATTEMPT, "when").asRequired();
    /** The account as the log names it, which need not exist. */
    public static final LoginField USER = define("user", Kind.TEXT, About.ATTEMPT, "the account, as typed")
            .asRequired()
            .asPseudonymised()
            .pool(1 << 12);
    /** Whether the login succeeded. */
    public static final LoginField SUCCESS = define(
                    "success", Kind.OUTCOME, About.ATTEMPT, "whether the login succeeded")
            .asRequired()
            .asModelInput();
    /** Source address. */
    public static final LoginField IP = define(
                    "ip", Kind.ADDRESS, About.CLIENT, "source address, IPv4 or IPv6, as text")
            .asPseudonymised()
            .asModelInput();
    /** The log's own word for why it failed, {@code ""} on success. */
    public static final LoginField FAILURE_REASON = define(
                    "failure-reason", Kind.TEXT, About.ATTEMPT, "the log's word for why the login failed")
            .pool(1 << 10)
            .asModelInput();
    /** ISO 3166 alpha-2 where the log has it. */
    public static final LoginField COUNTRY = define(
                    "country", Kind.TEXT, About.CLIENT, "country, an ISO 3166 alpha-2 code or as the log names it")
            .pool(1 << 10)
            .asModelInput();
    /** First-level subdivision. */
    public static final LoginField REGION = define("region", Kind.TEXT, About.CLIENT, "region, as the log names it")
            .pool(1 << 12)
            .asModelInput();
    /** City. */
    public static final LoginField CITY = define("city", Kind.TEXT, About.CLIENT, "city, as the log names it")
            .pool(1 << 13)
            .asModelInput();
    /** Autonomous system number of the source address. */
    public static final LoginField ASN = define("asn", Kind.NETWORK, About.CLIENT, "autonomous system number")
            .asModelInput();
    /** The full user agent string. */
    public static final LoginField USER_AGENT = define("user-agent", Kind.TEXT, About.CLIENT, "the whole user agent")
            .pool(1 << 14)
            .asModelInput();
    /** Browser name and version. */
    public static final LoginField BROWSER = define("browser", Kind.TEXT, About.CLIENT, "browser name and version")
            .pool(1 << 13)
            .asModelInput();
    /** Operating system name and version. */
    public static final LoginField OS = define("os", Kind.TEXT, About.CLIENT, "operating system name and version")
            .pool(1 << 12)
            .asModelInput();
    /** Device type. */
    public static final LoginField DEVICE = define("device", Kind.TEXT, About.CLIENT, "device type")
            .pool(1 << 10)
            .asModelInput();
    /** Round-trip time in milliseconds, kept as a float. */
    public static final LoginField ROUND_TRIP_MILLIS = define(
                    "round-trip-millis", Kind.NUMBER, About.CLIENT, "round-trip time in milliseconds")
            .json("round_trip_ms")
            .range(0, Float.MAX_VALUE)
            .asModelInput();
    /** Degrees north. */
    public static final LoginField LATITUDE =
            define("latitude", Kind.NUMBER, About.CLIENT, "degrees north").range(-90, 90);
    /** Degrees east. */
    public static final LoginField LONGITUDE =
            define("longitude", Kind.NUMBER, About.CLIENT, "degrees east").range(-180, 180);

    private static final List<LoginField> VALUES = List.copyOf(TABLE);
    private static final List<LoginField> OF_USER_AGENT = List.of(BROWSER, OS, DEVICE);
    /** Texts that every login has room for. */
    static final int TEXTS =
            (int) VALUES.stream().filter(field -> field.kind == Kind.TEXT).count();
    /** Numbers that every login has room for. */
    static final int NUMBERS =
            (int) VALUES.stream().filter(field -> field.kind == Kind.NUMBER).count();

    private final String key;
    private final Kind kind;
    private final About about;
    private final String meaning;
    private final int ordinal;
    private final int slot;
    private String jsonName;
    private final Optional<Extra> extra;
    private boolean required;
    private boolean pseudonymised;
    private boolean modelInput;
    private int poolSlots = 1;
    private double minimum = Double.NEGATIVE_INFINITY;
    private double maximum = Double.POSITIVE_INFINITY;

    private LoginField(
            String key, Kind kind, About about, String meaning, int ordinal, int slot, Optional<Extra> extra) {
        this.extra = extra;
        this.key = key;
        this.kind = kind;
        this.about = about;
        this.meaning = meaning;
        this.ordinal = ordinal;
        this.slot = slot;
        jsonName = key.replace('-', '_');
    }

    private static LoginField define(String key, Kind kind, About about, String meaning) {
        int slot = (int) TABLE.stream().filter(field -> field.kind == kind).count();
        LoginField field = new LoginField(key, kind, about, meaning, TABLE.size(), slot, Optional.empty());
        TABLE.add(field);
        return field;
    }

    /**
     * A field that is not in the table: a config or a format names it and says what it holds. Two of the same name and
     * type are equal. It tells about the client, so that another client has another value.
     *
     * @param key lower case letters, digits and single hyphens, at most 40 characters
     * @throws InputException if the name has another form, or is that of a field of the table
     */
    public static LoginField extra(String key, Extra type) {
        if (key.length() > MAX_EXTRA_KEY || !EXTRA_KEY.matcher(key).matches()) {
            throw new InputException(
                    "the extra field \"" + PlainText.of(key, 2 * MAX_EXTRA_KEY) + "\" needs another name:"
                            + " lower case letters, digits and single hyphens, a letter first, at most " + MAX_EXTRA_KEY
                            + " characters");
        }
        for (LoginField field : VALUES) {
            if (field.key.equals(key) || field.jsonName.equals(key.replace('-', '_'))) {
                throw new InputException("the extra field \"" + key
                        + "\" has the name of a field that every format knows;" + " name its column under columns."
                        + field.key + ", or give the extra field another name");
            }
        }
        LoginField field = new LoginField(
                key,
                type.kind,
                About.CLIENT,
                "the log's own field, a " + type.key,
                VALUES.size(),
                -1,
                Optional.of(type));
        return field.pool(1 << 10).range(-Float.MAX_VALUE, Float.MAX_VALUE).asModelInput();
    }

    /**
     * The same field beyond the table, declared to tell who somebody is: {@link #isPseudonymised}.
     *
     * @throws InputException if it is no category, whose names alone can have pseudonyms
     */
    public LoginField asPersonal() {
        if (!extra.equals(Optional.of(Extra.CATEGORY))) {
            throw new InputException("the field " + key + " cannot be personal: only a category can, since a pseudonym"
                    + " hides neither true and false nor a number; remove personal, or leave the field out");
        }
        return extra(key, Extra.CATEGORY).asPseudonymised();
    }

    /**
     * Checks the fields of a log together.
     *
     * @throws InputException if two extra fields have one name, or there are more than {@link #MAX_EXTRA}
     */
    public static void requireDistinct(Collection<LoginField> fields) {
        List<String> extras =
                fields.stream().filter(LoginField::isExtra).map(LoginField::key).toList();
        if (extras.size() > MAX_EXTRA) {
            throw new InputException(
                    "there are " + extras.size() + " extra fields; at most " + MAX_EXTRA + " are allowed");
        }
        for (String name : extras) {
            if (Collections.frequency(extras, name) > 1) {
                throw new InputException("the extra field " + name + " is named twice, with two types; keep one");
            }
        }
    }

    /** What the field holds, where it is one beyond the table. */
    public Optional<Extra> extra() {
        return extra;
    }

    /** Whether the field is one beyond the table. */
    public boolean isExtra() {
        return ordinal == VALUES.size();
    }

    /** Whether its values are the texts {@code true} and {@code false}. */
    public boolean isBoolean() {
        return extra.equals(Optional.of(Extra.BOOLEAN));
    }

    /**
     * The text {@code true} or {@code false} that a log's word for yes or no stands for, whatever its case; empty where it
     * stands for neither.
     */
    public static Optional<String> truth(String word) {
        String plain = word.strip().toLowerCase(Locale.ROOT);
        return TRUE_WORDS.contains(plain)
                ? Optional.of("true")
                : FALSE_WORDS.contains(plain) ? Optional.of("false") : Optional.empty();
    }

    private LoginField asRequired() {
        required = true;
        return this;
    }

    private LoginField asPseudonymised() {
        pseudonymised = true;
        return this;
    }

    private LoginField asModelInput() {
        modelInput = true;
        return this;
    }

    private LoginField pool(int slots) {
        poolSlots = slots;
        return this;
    }

    private LoginField json(String name) {
        jsonName = name;
        return this;
    }

    private LoginField range(double least, double most) {
        minimum = least;
        maximum = most;
        return this;
    }

    /** All of the table, in its order. */
    public static List<LoginField> values() {
        return VALUES;
    }

    /** All of the table, as a set in its order that the caller may change. */
    public static Set<LoginField> all() {
        return new TreeSet<>(VALUES);
    }

    /** What a user agent says, in the order of the table. */
    public static List<LoginField> ofUserAgent() {
        return OF_USER_AGENT;
    }

    /** The needed fields, with the user agent where it can say one of them: what a reader looks at. */
    public static Set<LoginField> withUserAgent(Set<LoginField> needed) {
        Set<LoginField> read = new TreeSet<>(needed);
        if (OF_USER_AGENT.stream().anyMatch(needed::contains)) {
            read.add(USER_AGENT);
        }
        return read;
    }

    /** Some fields, as a set in the order of the table that the caller may change. */
    public static Set<LoginField> setOf(LoginField... fields) {
        Set<LoginField> set = new TreeSet<>();
        Collections.addAll(set, fields);
        return set;
    }

    /** The field's name in a config, in a manifest and in reasons: lower case with hyphens. */
    public String key() {
        return key;
    }

    /** The field's name in the JSON of the HTTP service. */
    public String jsonName() {
        return jsonName;
    }

    /** What its values are. */
    public Kind kind() {
        return kind;
    }

    /** What it says, for the documentation: a noun phrase. */
    public String meaning() {
        return meaning;
    }

    /** Whether every format must name a column for it. */
    public boolean required() {
        return required;
    }

    /**
     * Whether a store that keeps pseudonyms keeps this field under one, and reasons name it so. Of a field beyond the
     * table, its declaration says so, and two fields are equal whether or not it does.
     */
    public boolean isPseudonymised() {
        return pseudonymised;
    }

    /** Whether an exported model can take it. */
    public boolean isModelInput() {
        return modelInput;
    }

    /** Whether it tells about the client (address, place, software, connection), not about the attempt. */
    public boolean isOfClient() {
        return about == About.CLIENT;
    }

    /** Whether a number is within the range of the field; NaN is not. */
    public boolean allows(double number) {
        return number >= minimum && number <= maximum;
    }

    /** What a value must be, for a message. */
    public String expected() {
        return switch (kind) {
            case TIME -> "a time";
            case OUTCOME -> "success or failure";
            case ADDRESS -> "an IPv4 or IPv6 address";
            case NETWORK -> "an integer in [0, 4294967295]";
            case TEXT -> isBoolean() ? "true or false (also 1/0, yes/no, y/n, t/f, on/off)" : "a text";
            case NUMBER ->
                maximum == Float.MAX_VALUE
                        ? minimum == 0 ? "a number of at least 0" : "a finite number"
                        : String.format(Locale.ROOT, "a number in [%.0f, %.0f]", minimum, maximum);
        };
    }

    /** How many different texts are worth remembering; larger tables cost more in cache misses than they save. */
    int poolSlots() {
        return poolSlots;
    }

    /** The field in a set of bits; only of the table. */
    long bit() {
        return 1L << ordinal;
    }

    /** The place in the table. */
    int ordinal() {
        return ordinal;
    }

    /** The place among the fields of its kind. */
    int slot() {
        return slot;
    }

    @Override
    public int compareTo(LoginField other) {
        int order = Integer.compare(ordinal, other.ordinal);
        return order != 0 ? order : key.compareTo(other.key);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof LoginField field
                && ordinal == field.ordinal
                && key.equals(field.key)
                && extra.equals(field.extra);
    }

    @Override
    public int hashCode() {
        return Objects.hash(key);
    }

    @Override
    public String toString() {
        return key;
    }
}
