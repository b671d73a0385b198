package dev.octet.detect;

import org.apache.commons.statistics.distribution.TDistribution;

/**
 * How much more the number of alerts varies from one span to the next than that of independent ones: alerts come in bursts,
 * such as those of one user whose device is new, and some last for days.
 *
 * <p>The variance of a span's count is estimated from its days, with the days' covariances up to a week apart (Newey and
 * West, "A Simple, Positive Semi-Definite, Heteroskedasticity and Autocorrelation Consistent Covariance Matrix",
 * Econometrica 1987), which is the variance of a bootstrap of blocks of a week. That of few blocks is uncertain, so the
 * square of the quotient of Student's and the normal quantile widens it.
 */
final class AlertDispersion {
    /** Days whose alerts may belong together: those of a week, in which a flagged login is not yet familiar. */
    private static final int BLOCK = 7;
    /** Fewer blocks than this tell nothing of their variance; then blocks are shorter. */
    private static final int MIN_BLOCKS = 4;

    private static final double NORMAL_QUANTILE = 1.959963984540054;
    private static final double TAIL = 0.025;

    private AlertDispersion() {}

    /**
     * Variance of the number of alerts of a span over that of independent alerts.
     *
     * @param days alerts of each day of the span, in their order
     * @return at least 1; 1 where there are no alerts, or fewer than four days
     */
    static double of(int[] days) {
        int block = Math.min(BLOCK, days.length / MIN_BLOCKS);
        double mean = mean(days);
        if (block < 1 || mean == 0) {
            return 1;
        }
        double variance = covariance(days, mean, 0);
        for (int lag = 1; lag < block; lag++) {
            variance += 2 * (1 - (double) lag / block) * covariance(days, mean, lag);
        }
        double blocks = (double) days.length / block;
        double quantile = TDistribution.of(blocks - 1).inverseSurvivalProbability(TAIL) / NORMAL_QUANTILE;
        return Math.max(1, variance / mean) * quantile * quantile;
    }

    private static double mean(int[] days) {
        double sum = 0;
        for (int alerts : days) {
            sum += alerts;
        }
        return days.length == 0 ? 0 : sum / days.length;
    }

    private static double covariance(int[] days, double mean, int lag) {
        double sum = 0;
        for (int day = lag; day < days.length; day++) {
            sum += (days[day] - mean) * (days[day - lag] - mean);
        }
        return sum / (days.length - 1);
    }
}
