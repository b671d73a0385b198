package dev.octet.detect.baseline;

import dev.octet.event.InputException;
import org.apache.commons.math3.random.MersenneTwister;

/**
 * The numbers that NumPy's {@code RandomState(seed)} draws (Mersenne Twister, Matsumoto and Nishimura 1998), so that a seed
 * means the same shuffle or the same start as in scikit-learn. Not thread-safe.
 */
final class NumpyRandom {
    private final MersenneTwister bits;

    NumpyRandom(long seed) {
        bits = new MersenneTwister((int) seed);
    }

    /** @throws InputException unless the seed is in [0, 2^31), where both generators start alike */
    static void checkSeed(String kind, long seed) {
        if (seed < 0 || seed > Integer.MAX_VALUE) {
            throw new InputException(kind + ": seed must be in [0, 2147483647], got " + seed);
        }
    }

    /** The seed that lies {@code more} above another one, in [0, 2^31): after the greatest comes 0. */
    static long next(long seed, int more) {
        return (seed + more) & Integer.MAX_VALUE;
    }

    /** {@code randint(bound)}: the lowest bits that suffice, drawn again while they are too large. */
    int randint(int bound) {
        if (bound == 1) {
            return 0;
        }
        int mask = -1 >>> Integer.numberOfLeadingZeros(bound - 1);
        int value = bits.nextInt() & mask;
        while (value >= bound) {
            value = bits.nextInt() & mask;
        }
        return value;
    }

    /** {@code uniform()}: 53 bits in [0, 1). */
    double uniform() {
        long high = bits.nextInt() >>> 5;
        long low = bits.nextInt() >>> 6;
        return (high * 67108864.0 + low) / 9007199254740992.0;
    }
}
