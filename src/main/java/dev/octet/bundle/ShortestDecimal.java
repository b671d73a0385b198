package dev.octet.bundle;

import java.math.BigInteger;

/**
 * The shortest decimal that gives a double back; of several such the closest to it; of two digits where one would do.
 * Raffaello Giulietti's Schubfach ("The Schubfach way to render doubles", 2020), which {@link Double#toString(double)}
 * is from Java 19 on, and Jackson's {@code NumberOutput.toString(value, true)}: the text is theirs to the byte. Neither
 * of them writes into an array, and Jackson multiplies without the processor's 128-bit product. Not thread-safe.
 */
final class ShortestDecimal {
    /** The longest text, e.g. -1.7976931348623157E-308. */
    static final int LONGEST = 24;

    private static final int LEAST_EXPONENT = -1074;
    private static final long HIDDEN_BIT = 1L << 52;
    private static final long LOW_63 = Long.MAX_VALUE;
    /** Multiples of the least number below this many have one digit only, and are taken tenfold for a second one. */
    private static final int TINY = 3;

    private static final int LEAST_K = -324;
    private static final int GREATEST_K = 292;
    private static final int MOST_DIGITS = 17;
    private static final long[] TENS = new long[MOST_DIGITS + 1];

    static {
        TENS[0] = 1;
        for (int i = 1; i <= MOST_DIGITS; i++) {
            TENS[i] = 10 * TENS[i - 1];
        }
    }

    /** The upper and the lower 63 bits of floor(10^-k 2^-r) + 1, which has 126. */
    private record Power(long upper, long lower) {
        static Power of(int k) {
            int r = floorLog2OfPowerOf10(-k) - 125;
            BigInteger ten = BigInteger.TEN.pow(Math.abs(k));
            BigInteger scaled =
                    k <= 0 ? ten.shiftRight(r) : BigInteger.ONE.shiftLeft(-r).divide(ten);
            BigInteger next = scaled.add(BigInteger.ONE);
            return new Power(next.shiftRight(63).longValueExact(), next.longValue() & LOW_63);
        }
    }

    /** Those that were needed so far. */
    private static final Power[] POWERS = new Power[GREATEST_K - LEAST_K + 1];

    /** The decimal is digits 10^exponent. */
    private long digits;

    private int exponent;
    /** The digits, with zeros after the last. */
    private final byte[] text = new byte[MOST_DIGITS];

    /**
     * Writes a number from {@code at} on.
     *
     * @param value neither infinite nor NaN
     * @return where the text ends, at most {@link #LONGEST} later
     */
    int write(double value, byte[] to, int at) {
        long bits = Double.doubleToRawLongBits(value);
        long fraction = bits & HIDDEN_BIT - 1;
        int biased = (int) (bits >>> 52) & 0x7ff;
        if (biased > 0) {
            find(biased + LEAST_EXPONENT - 1, HIDDEN_BIT | fraction, 0);
        } else if (fraction >= TINY) {
            find(LEAST_EXPONENT, fraction, 0);
        } else if (fraction > 0) {
            find(LEAST_EXPONENT, 10 * fraction, -1);
        } else {
            digits = 0;
            exponent = 0;
        }
        if (bits < 0) {
            to[at] = '-';
            return write(to, at + 1);
        }
        return write(to, at);
    }

    /** Finds the decimal of c 2^q 10^shift. */
    private void find(int q, long c, int shift) {
        if (-53 < q && q < 0 && c >> -q << -q == c) {
            digits = c >> -q; // a whole number
            exponent = 0;
            return;
        }
        // The gap below a power of two is half of the one above it.
        boolean regular = c != HIDDEN_BIT || q == LEAST_EXPONENT;
        int k = regular ? floorLog10OfPowerOf2(q) : (int) (q * 661_971_961_083L - 274_743_187_321L >> 41);
        int h = q + floorLog2OfPowerOf10(-k) + 2;
        Power power = power(k);
        // Four times the number, and what gives it back, in units of 10^k. Of two equally close the even one is read
        // back.
        long open = c & 1;
        long middle = roundedToOdd(power, 4 * c << h);
        long least = roundedToOdd(power, 4 * c - (regular ? 2 : 1) << h) + open;
        long most = roundedToOdd(power, 4 * c + 2 << h) - open;
        long below = middle >> 2;
        if (below >= 100) {
            long shorter = below / 10 * 10;
            boolean low = least <= 4 * shorter;
            boolean high = 4 * (shorter + 10) <= most;
            if (low != high) {
                digits = low ? shorter : shorter + 10;
                exponent = k;
                return;
            }
        }
        boolean low = least <= 4 * below;
        boolean high = 4 * (below + 1) <= most;
        long pastHalf = middle - (4 * below + 2);
        boolean down = low != high ? low : pastHalf < 0 || pastHalf == 0 && (below & 1) == 0;
        digits = down ? below : below + 1;
        exponent = k + shift;
    }

    /** The product of a power and c, without its lower 126 bits; odd where those are not all 0. */
    private static long roundedToOdd(Power power, long c) {
        long low = (power.upper * c >>> 1) + Math.multiplyHigh(power.lower, c);
        long whole = Math.multiplyHigh(power.upper, c) + (low >>> 63);
        return whole | (low & LOW_63) + LOW_63 >>> 63;
    }

    private static int floorLog10OfPowerOf2(int e) {
        return (int) (e * 661_971_961_083L >> 41);
    }

    private static int floorLog2OfPowerOf10(int e) {
        return (int) (e * 913_124_641_741L >> 38);
    }

    private static Power power(int k) {
        Power known = POWERS[k - LEAST_K];
        if (known == null) {
            known = Power.of(k);
            POWERS[k - LEAST_K] = known; // immutable, so that other threads see all of it or nothing
        }
        return known;
    }

    /** Writes the decimal: plainly from 10^-3 to 10^7, else as d.dE-d. */
    private int write(byte[] to, int at) {
        int count = floorLog10OfPowerOf2(Long.SIZE - Long.numberOfLeadingZeros(digits));
        count += digits >= TENS[count] ? 1 : 0;
        int point = exponent + count; // the number is 0.ddd 10^point
        long all = digits * TENS[MOST_DIGITS - count];
        long upper = all / TENS[8];
        int first = (int) (upper / TENS[8]);
        text[0] = (byte) ('0' + first);
        eightDigits((int) (upper - first * TENS[8]), 1);
        eightDigits((int) (all - upper * TENS[8]), 9);
        int significant = MOST_DIGITS;
        while (significant > 1 && text[significant - 1] == '0') {
            significant--;
        }
        int end = at;
        boolean plain = -3 < point && point <= 7;
        if (plain && point <= 0) {
            to[end++] = '0';
            to[end++] = '.';
            for (int i = point; i < 0; i++) {
                to[end++] = '0';
            }
            System.arraycopy(text, 0, to, end, significant);
            return end + significant;
        }
        int whole = plain ? point : 1;
        System.arraycopy(text, 0, to, end, whole);
        end += whole;
        to[end++] = '.';
        int decimals = Math.max(1, significant - whole);
        System.arraycopy(text, whole, to, end, decimals);
        end += decimals;
        return plain ? end : exponent(point - 1, to, end);
    }

    /** In two halves, of which neither waits for the other. */
    private void eightDigits(int value, int at) {
        int upper = value / 10_000;
        int lower = value - upper * 10_000;
        for (int i = 3; i >= 0; i--) {
            text[at + i] = (byte) ('0' + upper % 10);
            text[at + 4 + i] = (byte) ('0' + lower % 10);
            upper /= 10;
            lower /= 10;
        }
    }

    private static int exponent(int ten, byte[] to, int at) {
        int end = at;
        to[end++] = 'E';
        if (ten < 0) {
            to[end++] = '-';
        }
        int left = Math.abs(ten);
        if (left >= 100) {
            to[end++] = (byte) ('0' + left / 100);
        }
        if (left >= 10) {
            to[end++] = (byte) ('0' + left / 10 % 10);
        }
        to[end++] = (byte) ('0' + left % 10);
        return end;
    }
}
