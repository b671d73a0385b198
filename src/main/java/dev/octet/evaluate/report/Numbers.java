package dev.octet.evaluate.report;

import dev.octet.detect.AlertRate;
import dev.octet.detect.SignificantDigits;
import dev.octet.evaluate.Proportion;
import java.util.Locale;

/** Numbers as the page shows them. */
final class Numbers {
    static final String UNKNOWN = "n/a";

    private Numbers() {}

    static String count(double count) {
        return count == Math.rint(count)
                ? String.format(Locale.ROOT, "%,d", (long) count)
                : String.format(Locale.ROOT, "%,.1f", count);
    }

    static String rate(double value) {
        return SignificantDigits.of(value, 3);
    }

    /** E.g. {@code 0.1 %}. */
    static String percent(double share) {
        return Double.isNaN(share) ? UNKNOWN : SignificantDigits.of(100 * share, 3) + " %";
    }

    /** E.g. {@code 60 %}. */
    static String share(Proportion share) {
        return percent(share.value());
    }

    /** E.g. {@code 45–74 %}; empty where it is undefined. */
    static String interval(Proportion share) {
        return Double.isNaN(share.value())
                ? ""
                : SignificantDigits.of(100 * share.low(), 2) + "–" + SignificantDigits.of(100 * share.high(), 2) + " %";
    }

    static String interval(AlertRate rate) {
        return Double.isNaN(rate.perDay())
                ? ""
                : SignificantDigits.of(rate.low(), 2) + "–" + SignificantDigits.of(rate.high(), 2);
    }

    /** E.g. {@code 2018-02-01 13:04:05}, of an ISO 8601 time in UTC. */
    static String time(String iso) {
        int end = iso.indexOf('.');
        String second = end < 0 ? iso : iso.substring(0, end);
        return second.replace('T', ' ').replace("Z", "");
    }

    /** A coordinate, to a tenth. */
    static String at(double coordinate) {
        long tenths = Math.round(10 * coordinate);
        return tenths % 10 == 0 ? Long.toString(tenths / 10) : Double.toString(tenths / 10.0);
    }
}
