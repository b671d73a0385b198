package dev.octet.feature.history;

/**
 * {@link Pressure#surprise} with a memory of what was computed last: new keys have few failures, and a prior is the same for many
 * logins, so the same numbers come again. Not thread-safe.
 */
final class Surprises {
    private static final int SLOTS = 1 << 8;

    /** 0 in a slot that is empty: no failures are no surprise. */
    private final int[] failures = new int[SLOTS];

    private final double[] expected = new double[SLOTS];
    private final double[] shape = new double[SLOTS];
    private final double[] nats = new double[SLOTS];

    /** As {@link Pressure#surprise}. */
    double of(int count, double mean, double ofRate) {
        if (count <= mean) {
            return 0;
        }
        double bounded = Math.min(Pressure.MAX_SHAPE, ofRate);
        long key = LoginKeys.pair(Double.doubleToRawLongBits(mean) + count, Double.doubleToRawLongBits(bounded));
        int slot = (int) key & SLOTS - 1;
        if (failures[slot] != count || expected[slot] != mean || shape[slot] != bounded) {
            failures[slot] = count;
            expected[slot] = mean;
            shape[slot] = bounded;
            nats[slot] = Pressure.surprise(count, mean, bounded);
        }
        return nats[slot];
    }
}
