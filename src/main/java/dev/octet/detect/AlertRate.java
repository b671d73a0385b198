package dev.octet.detect;

import org.apache.commons.statistics.distribution.BinomialDistribution;
import org.apache.commons.statistics.distribution.GammaDistribution;

/**
 * Alerts a day, with a 95 % confidence interval of the rate behind them ({@link #of}) or a 95 % prediction interval
 * of a later span ({@link #expected}); all NaN where the span's length is unknown.
 *
 * @param perDay alerts counted, over the days they were counted in
 * @param low lower end of the interval
 * @param high upper end of the interval
 */
public record AlertRate(double perDay, double low, double high) {
    private static final double TAIL = 0.025;

    /**
     * The rate behind a count, with the exact Poisson interval of Garwood ("Fiducial Limits for the Poisson
     * Distribution", Biometrika 1936). It takes alerts as independent: alerts that come in bursts spread wider.
     *
     * @param alerts alerts counted
     * @param days in how many days; NaN if unknown
     */
    public static AlertRate of(long alerts, double days) {
        if (Double.isNaN(days)) {
            return new AlertRate(Double.NaN, Double.NaN, Double.NaN);
        }
        double low = alerts == 0 ? 0 : GammaDistribution.of(alerts, 1).inverseCumulativeProbability(TAIL);
        double high = GammaDistribution.of(alerts + 1.0, 1).inverseSurvivalProbability(TAIL);
        return new AlertRate(alerts / days, low / days, high / days);
    }

    /**
     * What to expect of a later span as long as the one that the alerts were counted in: the same rate, with a 95 %
     * prediction interval, which holds the chance of both spans. Given both counts' sum, either is binomial with one half
     * (Hahn and Meeker, "Statistical Intervals", 1991, section 7.5); the interval is that of the exact test, and takes alerts
     * as independent.
     *
     * @param alerts alerts counted
     * @param days in how many days; NaN if unknown
     */
    public static AlertRate expected(long alerts, double days) {
        if (Double.isNaN(days)) {
            return of(alerts, days);
        }
        long low = 0;
        for (long high = alerts; low < high; ) { // the least count that is not too low
            long middle = low + (high - low) / 2;
            if (atMost(middle, alerts) > TAIL) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        long most = alerts;
        for (long high = 4 * alerts + 16; most < high; ) { // the greatest that is not too high
            long middle = most + (high - most + 1) / 2;
            if (atMost(alerts, middle) > TAIL) {
                most = middle;
            } else {
                high = middle - 1;
            }
        }
        return new AlertRate(alerts / days, low / days, most / days);
    }

    /** Chance that of {@code one + other} alerts at most {@code one} fall in the one of two equal spans. */
    private static double atMost(long one, long other) {
        return BinomialDistribution.of(Math.toIntExact(one + other), 0.5).cumulativeProbability(Math.toIntExact(one));
    }

    /**
     * Whether more alerts came than were promised: above the promised interval, and by more than the chance of a short span
     * explains.
     *
     * @param promised what was expected of a later span
     */
    public boolean isAbove(AlertRate promised) {
        return perDay > promised.high && low > promised.perDay;
    }

    /** Whether fewer came, likewise. */
    public boolean isBelow(AlertRate promised) {
        return perDay < promised.low && high < promised.perDay;
    }

    /** As text, e.g. {@code 4.5 alerts a day [3.1, 6.2]}; {@code n/a alerts a day} where the span is unknown. */
    public String text() {
        String rate = SignificantDigits.of(perDay, 3) + " alerts a day";
        return Double.isNaN(perDay)
                ? rate
                : rate + " [" + SignificantDigits.of(low, 3) + ", " + SignificantDigits.of(high, 3) + "]";
    }
}
