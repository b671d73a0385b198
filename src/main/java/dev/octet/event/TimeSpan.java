package dev.octet.event;

/**
 * A span of time.
 *
 * @param fromMicros its first moment, in microseconds since 1970
 * @param untilMicros its last moment
 */
public record TimeSpan(long fromMicros, long untilMicros) {
    /** All times. */
    public static final TimeSpan ALL = new TimeSpan(Long.MIN_VALUE, Long.MAX_VALUE);

    boolean holds(long micros) {
        return micros >= fromMicros && micros <= untilMicros;
    }
}
