package dev.octet.event;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.StringJoiner;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One login attempt, as the log tells it: a time, an outcome and the values of {@link LoginField}, each of which may be
 * missing. Immutable; two are equal where all values are.
 *
 * <p>A missing text is {@code ""}, a missing {@code asn} is {@code -1}, a missing {@code ip} is {@link
 * IpAddress#MISSING}, missing numbers are NaN. The methods named after fields are short for {@link #text} and {@link
 * #number}.
 */
public final class LoginEvent implements ViewRow {
    /** The numbers of the many logins that have none. */
    private static final double[] NO_NUMBERS = new double[LoginField.NUMBERS];

    static {
        Arrays.fill(NO_NUMBERS, Double.NaN);
    }

    private final long row;
    private final long timeMicros;
    private final boolean success;
    private final IpAddress ip;
    private final long asn;
    private final String[] texts;
    private final double[] numbers;
    private final ExtraValues extras;
    /** Bits of the fields that could not be read. */
    private final long unreadable;

    private LoginEvent(
            long row,
            long timeMicros,
            boolean success,
            IpAddress ip,
            long asn,
            String[] texts,
            double[] numbers,
            ExtraValues extras,
            long unreadable) {
        this.extras = extras;
        this.row = row;
        this.timeMicros = timeMicros;
        this.success = success;
        this.ip = ip;
        this.asn = asn;
        this.texts = texts;
        this.numbers = numbers;
        this.unreadable = unreadable;
    }

    /** 0-based data row in the source (the header does not count, rows that could not be used do). */
    @Override
    public long row() {
        return row;
    }

    /** Microseconds since 1970-01-01T00:00Z. */
    @Override
    public long timeMicros() {
        return timeMicros;
    }

    /** Whether the login succeeded. */
    public boolean success() {
        return success;
    }

    /** Source address. */
    public IpAddress ip() {
        return ip;
    }

    /** Autonomous system number of the source address. */
    public long asn() {
        return asn;
    }

    /**
     * The value of a field that is a text; {@code ""} where it is missing.
     *
     * @throws IllegalArgumentException if its kind is another
     */
    public String text(LoginField field) {
        if (field.isExtra()) {
            return extras.text(field);
        }
        return texts[slot(field, LoginField.Kind.TEXT)];
    }

    /**
     * The value of a field that is a number; NaN where it is missing.
     *
     * @throws IllegalArgumentException if its kind is another
     */
    public double number(LoginField field) {
        if (field.isExtra()) {
            return extras.number(field);
        }
        return numbers[slot(field, LoginField.Kind.NUMBER)];
    }

    private static int slot(LoginField field, LoginField.Kind kind) {
        if (field.kind() != kind) {
            throw new IllegalArgumentException(field + " is of the kind " + field.kind() + ", not " + kind);
        }
        return field.slot();
    }

    /** Whether the login lacks the field. */
    public boolean isMissing(LoginField field) {
        return switch (field.kind()) {
            case TIME, OUTCOME -> false;
            case ADDRESS -> ip.isMissing();
            case NETWORK -> asn < 0;
            case TEXT -> text(field).isEmpty();
            case NUMBER -> Double.isNaN(number(field));
        };
    }

    /**
     * Fields that the log has a value of which could not be read, or not as a whole. Such a field is missing, but for a user
     * name, which is kept, and a text that is too long, of which the beginning is kept.
     */
    public Set<LoginField> unreadableFields() {
        return Stream.concat(LoginField.values().stream(), extras.fields().stream())
                .filter(field -> (unreadable & bit(field, extras)) != 0)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static long bit(LoginField field, ExtraValues extras) {
        return field.isExtra() ? 1L << LoginField.values().size() + extras.indexOf(field) : field.bit();
    }

    /** The fields beyond the table that the login's source has, in its order; the login may lack a value of any. */
    public List<LoginField> extraFields() {
        return extras.fields();
    }

    /** Bits of {@link #unreadableFields}. */
    long unreadable() {
        return unreadable;
    }

    /** Characters of all texts. */
    long characters() {
        long sum = 0;
        for (String text : texts) {
            sum += text.length();
        }
        return sum + extras.characters();
    }

    /** How many fields {@link #unreadableFields} has. */
    public int unreadableCount() {
        return Long.bitCount(unreadable);
    }

    /** The account as the log names it. */
    public String user() {
        return texts[LoginField.USER.slot()];
    }

    public String failureReason() {
        return texts[LoginField.FAILURE_REASON.slot()];
    }

    public String country() {
        return texts[LoginField.COUNTRY.slot()];
    }

    public String region() {
        return texts[LoginField.REGION.slot()];
    }

    public String city() {
        return texts[LoginField.CITY.slot()];
    }

    public String userAgent() {
        return texts[LoginField.USER_AGENT.slot()];
    }

    public String browser() {
        return texts[LoginField.BROWSER.slot()];
    }

    public String os() {
        return texts[LoginField.OS.slot()];
    }

    public String device() {
        return texts[LoginField.DEVICE.slot()];
    }

    /** Round-trip time in milliseconds. */
    public float roundTripMillis() {
        return (float) numbers[LoginField.ROUND_TRIP_MILLIS.slot()];
    }

    /** Degrees north. */
    public double latitude() {
        return numbers[LoginField.LATITUDE.slot()];
    }

    /** Degrees east. */
    public double longitude() {
        return numbers[LoginField.LONGITUDE.slot()];
    }

    /** The same login as another row of a longer log. */
    public LoginEvent withRow(long number) {
        return new LoginEvent(number, timeMicros, success, ip, asn, texts, numbers, extras, unreadable);
    }

    /** The same login at another time, in microseconds since 1970. */
    public LoginEvent withTime(long micros) {
        return new LoginEvent(row, micros, success, ip, asn, texts, numbers, extras, unreadable);
    }

    /** Starts a login with all values of this one. */
    public Builder toBuilder() {
        return new Builder(this);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof LoginEvent event
                && row == event.row
                && timeMicros == event.timeMicros
                && success == event.success
                && asn == event.asn
                && unreadable == event.unreadable
                && ip.equals(event.ip)
                && Arrays.equals(texts, event.texts)
                && Arrays.equals(numbers, event.numbers)
                && extras.equals(event.extras);
    }

    @Override
    public int hashCode() {
        return Objects.hash(
                row,
                timeMicros,
                success,
                ip,
                asn,
                unreadable,
                Arrays.hashCode(texts),
                Arrays.hashCode(numbers),
                extras);
    }

    /** The values that are there, for debugging and failed tests. */
    @Override
    public String toString() {
        StringJoiner values = new StringJoiner(", ", "LoginEvent[", "]");
        values.add("row=" + row);
        for (LoginField field : Stream.concat(LoginField.values().stream(), extras.fields().stream())
                .toList()) {
            if (!isMissing(field)) {
                values.add(field + "=" + value(field));
            }
        }
        if (unreadable != 0) {
            values.add("unreadable=" + unreadableFields());
        }
        return values.toString();
    }

    /**
     * The value of a field, whatever its kind: microseconds since 1970 as a {@link Long}, the outcome as a {@link Boolean},
     * an {@link IpAddress}, an AS number as a {@link Long}, a {@link String} or a {@link Double}.
     */
    public Object value(LoginField field) {
        return switch (field.kind()) {
            case TIME -> timeMicros;
            case OUTCOME -> success;
            case ADDRESS -> ip;
            case NETWORK -> asn;
            case TEXT -> text(field);
            case NUMBER -> number(field);
        };
    }

    /** Starts an event of which only the time, the user and the outcome are known. */
    public static Builder at(long timeMicros, String user, boolean success) {
        return new Builder(timeMicros, success).with(LoginField.USER, user);
    }

    /** Collects the fields that a source has; the rest stay missing. May be used for several events. Not thread-safe. */
    public static final class Builder {
        private long row;
        private long timeMicros;
        private boolean success;
        private IpAddress ip = IpAddress.MISSING;
        private long asn = -1;
        private final String[] texts = new String[LoginField.TEXTS];
        private final double[] numbers = new double[LoginField.NUMBERS];
        private ExtraValues extras = ExtraValues.NONE;
        private long unreadable;

        Builder(long timeMicros, boolean success) {
            this.timeMicros = timeMicros;
            this.success = success;
            Arrays.fill(texts, "");
            Arrays.fill(numbers, Double.NaN);
        }

        private Builder(LoginEvent event) {
            this(event.timeMicros, event.success);
            row = event.row;
            ip = event.ip;
            asn = event.asn;
            unreadable = event.unreadable;
            extras = event.extras;
            System.arraycopy(event.texts, 0, texts, 0, texts.length);
            System.arraycopy(event.numbers, 0, numbers, 0, numbers.length);
        }

        /** Sets the data row. */
        public Builder row(long value) {
            row = value;
            return this;
        }

        /** Sets the time, in microseconds since 1970-01-01T00:00Z. */
        public Builder time(long micros) {
            timeMicros = micros;
            return this;
        }

        /** Sets the outcome. */
        public Builder success(boolean value) {
            success = value;
            return this;
        }

        /** Sets the source address; of an IPv4-mapped IPv6 address the IPv4 address. */
        public Builder ip(IpAddress value) {
            ip = value.unmapped();
            return this;
        }

        /** Sets the autonomous system number; -1 where it is missing. */
        public Builder asn(long value) {
            asn = value;
            return this;
        }

        /**
         * Sets a text; {@code ""} where it is missing.
         *
         * @throws IllegalArgumentException if the field is of another kind
         */
        public Builder with(LoginField field, String value) {
            if (field.isExtra()) {
                extras = extras.with(field, Objects.requireNonNull(value, field.key()));
                return this;
            }
            texts[slot(field, LoginField.Kind.TEXT)] = Objects.requireNonNull(value, field.key());
            return this;
        }

        /**
         * Sets a number; NaN where it is missing.
         *
         * @throws IllegalArgumentException if the field is of another kind
         */
        public Builder with(LoginField field, double value) {
            if (field.isExtra()) {
                extras = extras.with(field, value);
                return this;
            }
            numbers[slot(field, LoginField.Kind.NUMBER)] = value;
            return this;
        }

        /** Sets a field to its value in another login; not time and outcome. */
        public Builder from(LoginEvent other, LoginField field) {
            return switch (field.kind()) {
                case ADDRESS -> ip(other.ip);
                case NETWORK -> asn(other.asn);
                case TEXT -> with(field, other.text(field));
                case NUMBER -> with(field, other.number(field));
                case TIME, OUTCOME -> throw new IllegalArgumentException(field + " is the login's own");
            };
        }

        /** Marks a field as one that could not be read. */
        public Builder unreadable(LoginField field) {
            if (field.isExtra() && extras.indexOf(field) < 0) {
                forget(field);
            }
            unreadable |= bit(field, extras);
            return this;
        }

        long unreadable() {
            return unreadable;
        }

        void unreadable(long bits) {
            unreadable = bits;
        }

        String text(LoginField field) {
            return texts[field.slot()];
        }

        /** Makes a field missing; not time and outcome. */
        Builder forget(LoginField field) {
            return switch (field.kind()) {
                case ADDRESS -> ip(IpAddress.MISSING);
                case NETWORK -> asn(-1);
                case TEXT -> with(field, "");
                case NUMBER -> with(field, Double.NaN);
                case TIME, OUTCOME -> throw new IllegalArgumentException(field + " is never missing");
            };
        }

        public Builder failureReason(String value) {
            return with(LoginField.FAILURE_REASON, value);
        }

        public Builder country(String value) {
            return with(LoginField.COUNTRY, value);
        }

        public Builder region(String value) {
            return with(LoginField.REGION, value);
        }

        public Builder city(String value) {
            return with(LoginField.CITY, value);
        }

        public Builder userAgent(String value) {
            return with(LoginField.USER_AGENT, value);
        }

        public Builder browser(String value) {
            return with(LoginField.BROWSER, value);
        }

        public Builder os(String value) {
            return with(LoginField.OS, value);
        }

        public Builder device(String value) {
            return with(LoginField.DEVICE, value);
        }

        public Builder roundTripMillis(float value) {
            return with(LoginField.ROUND_TRIP_MILLIS, value);
        }

        public Builder coordinates(double north, double east) {
            return with(LoginField.LATITUDE, north).with(LoginField.LONGITUDE, east);
        }

        long timeMicros() {
            return timeMicros;
        }

        /** The login with what has been set so far. */
        public LoginEvent build() {
            return new LoginEvent(row, timeMicros, success, ip, asn, texts.clone(), knownNumbers(), extras, unreadable);
        }

        private double[] knownNumbers() {
            for (double number : numbers) {
                if (!Double.isNaN(number)) {
                    return numbers.clone();
                }
            }
            return NO_NUMBERS;
        }
    }
}
