package dev.octet.feature.history;

import org.apache.commons.numbers.gamma.RegularizedBeta;

/**
 * How surprising so many failed logins are for a key: -ln P(X ≥ f), X negative binomial, which is a Poisson count whose rate
 * has a gamma distribution. The prior of the rate, Gamma(a, b) in failures a window, is that of keys which are new to the
 * user who logs in; the key's own failures before the window, c in t windows, make it Gamma(a + c, b + t). Each login that
 * succeeded by the key within the day is expected to bring a failure more. However many failures a key had, its rate changes
 * from day to day: the shape is two at most. Exact, by the regularised beta function. Pure functions.
 */
final class Pressure {
    /** Failures that come with a login that succeeds. */
    private static final double OF_A_SUCCESS = 1;

    /** The greatest shape: a rate that varies by 70 %. */
    static final double MAX_SHAPE = 2;

    /** The most that one count may say, in nats. */
    static final double CAP = 25;

    /**
     * An attack that goes on for days must not become its own habit: what a key did before is spread over so many microseconds at
     * least. So for a user with {@link RecentFailures#REMEMBERED} failures or more; a user with fewer mistyped. For a network
     * with a user agent, and for an address, as far as {@link #OF_USERS other users} say so.
     */
    static final long HABIT = 10 * LoginKeys.MICROS_PER_DAY;

    /** Failures of many users say at most so many times what the number of the other users says who so failed. */
    static final double OF_USERS = 2;

    /**
     * Shape of the prior of a network with a user agent by popularity. By chance the failures of a day fall on it in proportion to
     * its share among the logins. How far this is wrong is not known, so the rate has an exponential distribution with that mean.
     * The login itself shows that the pair is used, which makes the shape two and doubles the mean.
     */
    static final double USED = 2;

    /**
     * Share of the nats by popularity that counts. Networks and user agents are not independent, so these nats are too many: in
     * the training spans of simulated logs of 250 thousand to 31 million rows -ln P(at least k nats) grows by 0.4 to 0.6 for each
     * of the first eight (docs/decisions/009).
     */
    static final double OF_POPULARITY = 0.4;

    private Pressure() {}

    /**
     * The mean of a rate, in failures a window.
     *
     * @param shape a, of the prior
     * @param rate b, of the prior
     * @param before c, failures before the window
     * @param windows t, length of the time before in windows
     */
    static double mean(double shape, double rate, long before, double windows) {
        return (shape + before) / (rate + windows);
    }

    /** What is expected of a rate with so many logins that succeeded by the key within the day. */
    static double expected(double mean, int successes) {
        return mean + OF_A_SUCCESS * successes;
    }

    /**
     * In nats; 0 where the count is no more than expected.
     *
     * @param failures f, in the window
     * @param shape of the rate; two at most count
     */
    static double surprise(int failures, double expected, double shape) {
        if (failures <= expected) {
            return 0;
        }
        double bounded = Math.min(MAX_SHAPE, shape);
        double tail = RegularizedBeta.value(expected / (expected + bounded), failures, bounded);
        return tail <= 0 ? CAP : Math.min(CAP, -NaturalLog.of(tail));
    }

    /** Either of two windows may be the attacker's: the logarithm of the mean of their likelihood ratios. */
    static double either(double one, double other) {
        if (one == other) {
            return one;
        }
        double most = Math.max(one, other);
        return most + NaturalLog.of((StrictMath.exp(one - most) + StrictMath.exp(other - most)) / 2);
    }

    /** How many times more failures there are in a window than usually, without those of the key; at least 1. */
    static double outage(long others, long before, double windows) {
        double expected = windows < 1 ? before : before / windows;
        return Math.max(1, others / (expected + 1));
    }
}
