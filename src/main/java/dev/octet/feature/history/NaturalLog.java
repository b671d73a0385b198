package dev.octet.feature.history;

/**
 * The natural logarithm with exactly the bits of {@link StrictMath#log}, which is a call out of Java in Java 17 and takes twice
 * as long. A login needs some twenty. The algorithm and its constants are those of fdlibm 5.3 (e_log.c), of which Sun Microsystems
 * says:
 *
 * <pre>
 * Copyright (C) 1993 by Sun Microsystems, Inc. All rights reserved.
 * Developed at SunPro, a Sun Microsystems, Inc. business.
 * Permission to use, copy, modify, and distribute this software is freely granted, provided that this notice is preserved.
 * </pre>
 *
 * <p>x = 2^k (1 + f) with 1 + f from √½ to √2, s = f / (2 + f), and ln(1 + f) = 2s + s R(s²) with a polynomial R. Pure functions.
 */
public final class NaturalLog {
    private static final double LN2_HIGH = 6.93147180369123816490e-01;
    private static final double LN2_LOW = 1.90821492927058770002e-10;
    private static final double R1 = 6.666666666666735130e-01;
    private static final double R2 = 3.999999999940941908e-01;
    private static final double R3 = 2.857142874366239149e-01;
    private static final double R4 = 2.222219843214978396e-01;
    private static final double R5 = 1.818357216161805012e-01;
    private static final double R6 = 1.531383769920937332e-01;
    private static final double R7 = 1.479819860511658591e-01;

    private static final int BIAS = 1023;
    private static final int MANTISSA = 0xfffff;
    /** Upper half of the smallest number that is not subnormal. */
    private static final int NORMAL = 0x00100000;
    /** Upper half of infinity. */
    private static final int INFINITE = 0x7ff00000;

    private NaturalLog() {}

    /** ln x, as {@link StrictMath#log}. */
    public static double of(double x) {
        int high = (int) (Double.doubleToRawLongBits(x) >>> 32);
        if (high < NORMAL || high >= INFINITE) {
            return StrictMath.log(x); // at most 0, subnormal, infinite or no number
        }
        int mantissa = high & MANTISSA;
        int half = mantissa + 0x95f64 & NORMAL;
        long low = Double.doubleToRawLongBits(x) & 0xffffffffL;
        double f = Double.longBitsToDouble((long) (mantissa | half ^ 0x3ff00000) << 32 | low) - 1;
        double k = (high >> 20) - BIAS + (half >> 20);
        if ((MANTISSA & 2 + mantissa) < 3) {
            double r = f * f * (0.5 - 0.33333333333333333 * f);
            return f == 0 ? k * LN2_HIGH + k * LN2_LOW : k == 0 ? f - r : k * LN2_HIGH - ((r - k * LN2_LOW) - f);
        }
        double s = f / (2 + f);
        double z = s * s;
        double w = z * z;
        double odd = z * (R1 + w * (R3 + w * (R5 + w * R7)));
        double even = w * (R2 + w * (R4 + w * R6));
        double r = odd + even;
        if ((mantissa - 0x6147a | 0x6b851 - mantissa) > 0) {
            double halfSquare = 0.5 * f * f;
            double rest = s * (halfSquare + r);
            return k == 0 ? f - (halfSquare - rest) : k * LN2_HIGH - ((halfSquare - (rest + k * LN2_LOW)) - f);
        }
        double rest = s * (f - r);
        return k == 0 ? f - rest : k * LN2_HIGH - ((rest - k * LN2_LOW) - f);
    }
}
