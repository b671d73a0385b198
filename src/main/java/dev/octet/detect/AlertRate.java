package dev.octet.detect;

import org.apache.commons.statistics.distribution.GammaDistribution;

/**
 * Alerts a day, with a 95 % confidence interval of the rate behind them; all NaN where the span's length is unknown. The
 * count of a later span scatters around that rate by its own chance, too.
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

    /** As text, e.g. {@code 4.5 alerts a day [3.1, 6.2]}; {@code n/a alerts a day} where the span is unknown. */
    public String text() {
        String rate = SignificantDigits.of(perDay, 3) + " alerts a day";
        return Double.isNaN(perDay)
                ? rate
                : rate + " [" + SignificantDigits.of(low, 3) + ", " + SignificantDigits.of(high, 3) + "]";
    }
}
