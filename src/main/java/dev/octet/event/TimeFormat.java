package dev.octet.event;

import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;

/**
 * The format of points in time in a log. Immutable and thread-safe.
 *
 * <p>A local time that its zone skips (clocks set forward) is not readable; one that the zone has twice (clocks set
 * back) is the first of the two unless that would be earlier than the row before. More than six decimals are cut. A number
 * that is a time near today only in another unit than the named one is not readable.
 *
 * @param patterns tried in this order, at least one: {@code iso} (ISO 8601 date and time, with or without offset; a blank
 *     may stand for the T, and an offset may lack its colon), {@code epoch-seconds}, {@code epoch-millis}, {@code
 *     epoch-micros} or {@code epoch-nanos} (decimals allowed), or a {@link java.time.format.DateTimeFormatter} pattern. In
 *     patterns of the shape {@code uuuu-MM-dd HH:mm:ss[.SSS]} the fraction is optional and has 1 to 9 digits.
 * @param zone the zone of times that carry no offset
 */
public record TimeFormat(List<String> patterns, ZoneId zone) {
    static final String ISO = "iso";

    /** @throws InputException if a pattern cannot be understood */
    public TimeFormat {
        patterns = List.copyOf(patterns);
        Objects.requireNonNull(zone, "zone");
        if (patterns.isEmpty()) {
            throw new InputException("no time format is named; allowed: " + TimeParser.ALLOWED);
        }
        patterns.forEach(TimeParser::check);
    }

    /** One way of writing times. */
    public TimeFormat(String pattern, ZoneId zone) {
        this(List.of(pattern), zone);
    }

    /** A format whose times are UTC where they carry no offset. */
    public static TimeFormat utc(String pattern) {
        return new TimeFormat(pattern, ZoneOffset.UTC);
    }

    /** The patterns, for a message. */
    public String pattern() {
        return String.join(" or ", patterns);
    }
}
