package dev.octet.simulate;

/**
 * Random numbers that are a function of what they are drawn for: a stream restarted at a key gives the same numbers
 * again, so that a user's traits are recomputed instead of stored. SplitMix64 (Steele, Lea, Flood 2014, "Fast
 * splittable pseudorandom number generators"). Not thread-safe.
 */
final class Draw {
    private static final long GAMMA = 0x9e3779b97f4a7c15L;

    private long state;

    /** Starts the stream that belongs to {@code key}. */
    Draw restart(long key) {
        state = key;
        return this;
    }

    long next() {
        state += GAMMA;
        return mix(state);
    }

    /** Uniform in [0, 1). */
    double unit() {
        return unit(next());
    }

    /** Uniform in [0, bound). */
    int below(int bound) {
        return below(next(), bound);
    }

    /** Exponential with the given mean; StrictMath, since files must be equal on every machine. */
    double exponential(double mean) {
        return -mean * StrictMath.log(1 - unit());
    }

    /** Uniform in the logarithm over [low, high). */
    double logUniform(double low, double high) {
        return low * StrictMath.pow(high / low, unit());
    }

    static double unit(long bits) {
        return (bits >>> 11) * 0x1.0p-53;
    }

    static int below(long bits, int bound) {
        return (int) (((bits >>> 32) * bound) >>> 32);
    }

    /** The key of {@code part} within {@code whole}. */
    static long key(long whole, long part) {
        return mix(whole ^ mix(part + GAMMA));
    }

    /** A bijection of the 64-bit integers that spreads every input bit. */
    static long mix(long bits) {
        long z = (bits ^ (bits >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }
}
