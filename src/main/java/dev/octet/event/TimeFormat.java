package dev.octet.event;

import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Objects;

/**
 * How a log writes points in time. Immutable and thread-safe.
 *
 * <p>A local time that its zone skips (clocks set forward) is not readable; one that the zone has twice (clocks set
 * back) is the first of the two unless that would be earlier than the row before. More than six decimals are cut.
 *
 * @param pattern {@code iso} (ISO 8601 date and time, with or without offset), {@code epoch-seconds} (decimals
 *     allowed), {@code epoch-millis}, or a {@link java.time.format.DateTimeFormatter} pattern. In patterns of the shape
 *     {@code uuuu-MM-dd HH:mm:ss[.SSS]} the fraction is optional and has 1 to 9 digits.
 * @param zone the zone of times that carry no offset
 */
public record TimeFormat(String pattern, ZoneId zone) {
    static final String ISO = "iso";
    static final String EPOCH_SECONDS = "epoch-seconds";
    static final String EPOCH_MILLIS = "epoch-millis";

    /** @throws InputException if the pattern cannot be understood */
    public TimeFormat {
        Objects.requireNonNull(pattern, "pattern");
        Objects.requireNonNull(zone, "zone");
        TimeParser.check(pattern);
    }

    /** A format whose times are UTC where they carry no offset. */
    public static TimeFormat utc(String pattern) {
        return new TimeFormat(pattern, ZoneOffset.UTC);
    }
}
