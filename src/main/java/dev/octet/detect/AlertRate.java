package dev.octet.detect;

import org.apache.commons.numbers.gamma.RegularizedBeta;
import org.apache.commons.statistics.distribution.GammaDistribution;

/**
 * Number of alerts a day, with a 95 % confidence interval of the rate behind them ({@link #of}) or a 95 % prediction
 * interval of a later span ({@link #expected}); all NaN where the span's length is unknown.
 *
 * @param perDay alerts counted, over the days they were counted in
 * @param low lower end of the interval
 * @param high upper end of the interval
 * @param dispersion variance of the count over that of independent alerts; 1 where alerts are taken as independent
 * @param rowsPerDay scored rows a day that they were counted among; NaN where that is not known
 */
public record AlertRate(double perDay, double low, double high, double dispersion, double rowsPerDay) {
    private static final double TAIL = 0.025;

    public AlertRate {
        if (!(dispersion >= 1)) {
            throw new IllegalArgumentException("dispersion must be at least 1, got " + dispersion);
        }
    }

    /** A rate of independent alerts among an unknown number of rows. */
    public AlertRate(double perDay, double low, double high) {
        this(perDay, low, high, 1, Double.NaN);
    }

    /** This rate, counted among so many scored rows. */
    public AlertRate among(long rows, double days) {
        return new AlertRate(perDay, low, high, dispersion, rows / days);
    }

    /** This rate on a span with so many scored rows a day: the same share of them; as it is where either is not known. */
    public AlertRate at(double otherRowsPerDay) {
        double times = otherRowsPerDay / rowsPerDay;
        return times > 0 && times < Double.POSITIVE_INFINITY
                ? new AlertRate(times * perDay, times * low, times * high, dispersion, otherRowsPerDay)
                : this;
    }

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

    /** As {@link #expected(long, double, double)}, of independent alerts. */
    public static AlertRate expected(long alerts, double days) {
        return expected(alerts, days, 1);
    }

    /**
     * What to expect of a later span as long as the one that the alerts were counted in: the same rate, with a 95 %
     * prediction interval, which holds the chance of both spans. Given both counts' sum, either is binomial with one half
     * (Hahn and Meeker, "Statistical Intervals", 1991, section 7.5); the interval is that of the exact test. Alerts that
     * come in bursts are counted as so many bursts of the size of the dispersion (quasi-likelihood: McCullagh and Nelder,
     * "Generalized Linear Models", 1989, section 4.5).
     *
     * @param alerts alerts counted
     * @param days in how many days; NaN if unknown
     * @param dispersion variance of such a count over that of independent alerts, at least 1
     */
    public static AlertRate expected(long alerts, double days, double dispersion) {
        if (Double.isNaN(days)) {
            return of(alerts, days);
        }
        long low = 0;
        for (long high = alerts; low < high; ) { // the least count that is not too low
            long middle = low + (high - low) / 2;
            if (atMost(middle / dispersion, alerts / dispersion) > TAIL) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        long most = alerts;
        for (long high = 4 * alerts + (long) Math.ceil(16 * dispersion);
                most < high; ) { // the greatest that is not too high
            long middle = most + (high - most + 1) / 2;
            if (atMost(alerts / dispersion, middle / dispersion) > TAIL) {
                most = middle;
            } else {
                high = middle - 1;
            }
        }
        return new AlertRate(alerts / days, low / days, most / days, dispersion, Double.NaN);
    }

    /** Chance that of {@code one + other} alerts at most {@code one} fall in the one of two equal spans. */
    private static double atMost(double one, double other) {
        return other == 0 ? 1 : RegularizedBeta.complement(0.5, one + 1, other);
    }

    /**
     * Whether more alerts came than were promised: above the promised interval, and by more than the chance of a short span
     * explains, where alerts come in bursts as the promise says.
     *
     * @param promised what was expected of a later span
     */
    public boolean isAbove(AlertRate promised) {
        return perDay > promised.high && perDay - Math.sqrt(promised.dispersion) * (perDay - low) > promised.perDay;
    }

    /** Whether fewer came, likewise. */
    public boolean isBelow(AlertRate promised) {
        return perDay < promised.low && perDay + Math.sqrt(promised.dispersion) * (high - perDay) < promised.perDay;
    }

    /** As text, e.g. {@code 4.5 alerts a day [3.1, 6.2]}; {@code n/a alerts a day} where the span is unknown. */
    public String text() {
        String rate = SignificantDigits.of(perDay, 3) + " alerts a day";
        return Double.isNaN(perDay)
                ? rate
                : rate + " [" + SignificantDigits.of(low, 3) + ", " + SignificantDigits.of(high, 3) + "]";
    }
}
