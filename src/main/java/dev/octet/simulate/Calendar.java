package dev.octet.simulate;

import static dev.octet.simulate.Published.DAYS;
import static dev.octet.simulate.Published.DAY_MILLIS;
import static dev.octet.simulate.Published.FIRST_MILLIS;
import static dev.octet.simulate.Published.LAST_MILLIS;
import static dev.octet.simulate.Published.ORIGIN_MILLIS;

/**
 * When logins happen: cumulative weight of the days, separately for the site's real accounts (which follow the published
 * successes) and the bin of unknown accounts (the published failures that real accounts do not explain), and the hours of
 * a day. Times are milliseconds since 1970 of the log's own clock. Immutable.
 */
final class Calendar {
    static final Calendar INSTANCE = new Calendar();

    private final double[] realCumulative = new double[DAYS + 1];
    private final double[] binCumulative = new double[DAYS + 1];
    private final Weighted realHour;
    private final Weighted binHour;
    private final Weighted takeoverHour = new Weighted(Published.HOUR_TAKEOVER);

    private Calendar() {
        double weekdayMean = 0;
        for (double weekday : Published.WEEKDAY) {
            weekdayMean += weekday / 7;
        }
        double[] binHours = new double[24];
        double[] realHours = Published.HOUR_SUCCESS;
        for (int hour = 0; hour < 24; hour++) {
            double real = realHours[hour] * 60 * (1 + Published.REAL_FAILURES_PER_SUCCESS);
            binHours[hour] = Published.HOUR[hour] * 100 / DAYS - real;
        }
        realHour = new Weighted(realHours);
        binHour = new Weighted(binHours);
        double firstDayReal = shareFrom(realHours, FIRST_MILLIS - ORIGIN_MILLIS);
        double firstDayBin = shareFrom(binHours, FIRST_MILLIS - ORIGIN_MILLIS);
        for (int day = 0; day < DAYS; day++) {
            // 2020-02-03, the first day, is a Monday.
            double weekday = Published.WEEKDAY[day % 7] / weekdayMean;
            double successes = Published.SUCCESSES_PER_DAY[day / 7];
            double real = successes * weekday;
            double bin =
                    (Published.FAILURES_PER_DAY[day / 7] - Published.REAL_FAILURES_PER_SUCCESS * successes) * weekday;
            realCumulative[day + 1] = realCumulative[day] + real * (day == 0 ? firstDayReal : 1);
            binCumulative[day + 1] = binCumulative[day] + bin * (day == 0 ? firstDayBin : 1);
        }
        normalise(realCumulative);
        normalise(binCumulative);
    }

    private static double shareFrom(double[] hours, long millisOfDay) {
        double total = 0;
        double later = 0;
        for (int hour = 0; hour < 24; hour++) {
            total += hours[hour];
            later += hours[hour] * Math.max(0, Math.min(1, hour + 1 - millisOfDay / 3_600_000.0));
        }
        return later / total;
    }

    private static void normalise(double[] cumulative) {
        double total = cumulative[cumulative.length - 1];
        for (int i = 0; i < cumulative.length; i++) {
            cumulative[i] /= total;
        }
    }

    static int day(long millis) {
        return (int) ((millis - ORIGIN_MILLIS) / DAY_MILLIS);
    }

    static boolean within(long millis) {
        return millis >= FIRST_MILLIS && millis <= LAST_MILLIS;
    }

    /** Share of the real accounts' rows before the given day, which may have a fraction. */
    double realShareBefore(double day) {
        int whole = (int) Math.max(0, Math.min(DAYS - 1, day));
        double part = Math.max(0, Math.min(1, day - whole));
        return realCumulative[whole] + part * (realCumulative[whole + 1] - realCumulative[whole]);
    }

    /** Bin rows before the given day out of {@code total}. */
    long binRowsBefore(int day, long total) {
        return day == DAYS ? total : (long) (binCumulative[day] * total);
    }

    /** The day at a share of the real accounts' rows. */
    int realDay(double share) {
        int low = 0;
        int high = DAYS;
        while (high - low > 1) {
            int middle = (low + high) >>> 1;
            if (realCumulative[middle] <= share) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return low;
    }

    int realHour(long bits) {
        return realHour.pick(bits);
    }

    /** A time on a day by the bin's hours. */
    long binTime(int day, Draw draw) {
        return timeOn(day, binHour, draw);
    }

    /** A time on a day by the takeovers' hours. */
    long takeoverTime(int day, Draw draw) {
        return timeOn(day, takeoverHour, draw);
    }

    private static long timeOn(int day, Weighted hours, Draw draw) {
        long time;
        do {
            time = ORIGIN_MILLIS + day * DAY_MILLIS + hours.pick(draw.next()) * 3_600_000L + draw.below(3_600_000);
        } while (!within(time));
        return time;
    }
}
