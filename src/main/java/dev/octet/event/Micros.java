package dev.octet.event;

/** Spans in microseconds, the unit of the times of logins. */
public final class Micros {
    public static final long PER_HOUR = 3_600_000_000L;
    public static final long PER_DAY = 24 * PER_HOUR;

    private Micros() {}
}
