package dev.octet.feature;

/**
 * Parts of a time, by arithmetic: no object a row. The finest is the minute, since what lies below the second is made
 * by the software that attacks or logs, not by people (on the Molin logs it is the label).
 */
final class TimeParts {
    private static final long MINUTE = 60_000_000L;
    private static final long HOUR = 60 * MINUTE;
    private static final long DAY = 24 * HOUR;

    private TimeParts() {}

    /** 0 to 23. */
    static int hour(long micros) {
        return (int) (Math.floorMod(micros, DAY) / HOUR);
    }

    /** 0 to 1439. */
    static int minuteOfDay(long micros) {
        return (int) (Math.floorMod(micros, DAY) / MINUTE);
    }

    /** Monday 0 to Sunday 6; 1970-01-01 was a Thursday. */
    static int weekday(long micros) {
        return (int) Math.floorMod(Math.floorDiv(micros, DAY) + 3, 7L);
    }
}
