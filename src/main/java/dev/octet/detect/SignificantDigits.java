package dev.octet.detect;

import java.math.BigDecimal;
import java.math.MathContext;

/** Writes a number short enough for a sentence or a table. */
public final class SignificantDigits {
    private SignificantDigits() {}

    /**
     * {@code value} rounded to {@code digits} significant digits, without trailing zeros: {@code 0.0123}, {@code 12},
     * {@code 1.2e-7}; {@code n/a} for NaN.
     */
    public static String of(double value, int digits) {
        if (Double.isNaN(value)) {
            return "n/a";
        }
        if (Double.isInfinite(value)) {
            return value > 0 ? "infinity" : "-infinity";
        }
        if (value == 0) {
            return "0";
        }
        BigDecimal rounded = new BigDecimal(value)
                .round(new MathContext(digits, java.math.RoundingMode.HALF_EVEN))
                .stripTrailingZeros();
        int exponent = rounded.precision() - rounded.scale() - 1;
        if (exponent < -4 || exponent > 8) {
            BigDecimal mantissa = rounded.movePointLeft(exponent).stripTrailingZeros();
            return mantissa.toPlainString() + "e" + exponent;
        }
        return rounded.toPlainString();
    }
}
