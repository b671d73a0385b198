package dev.octet.feature;

import dev.octet.event.InputException;
import java.util.Locale;

/**
 * An affine map of one column: (x - center) / width. Never clamps.
 *
 * @param center finite
 * @param width finite and above 0
 */
record Scale(double center, double width) {
    static final Scale IDENTITY = new Scale(0, 1);

    Scale {
        if (!(Math.abs(center) <= Double.MAX_VALUE) || !(width > 0 && width <= Double.MAX_VALUE)) {
            throw new InputException(String.format(
                    Locale.ROOT,
                    "a column cannot be scaled by center %s and width %s: %s",
                    center,
                    width,
                    "both must be finite and the width above 0"));
        }
    }

    /** The scale that {@code scaling} takes from what the training normals were. */
    static Scale fit(Scaling scaling, double minimum, double maximum, double mean, double deviation) {
        boolean constant = !(maximum > minimum);
        return switch (scaling) {
            case MIN_MAX -> new Scale(minimum, constant ? 1 : maximum - minimum);
            case STANDARD -> new Scale(constant ? minimum : mean, constant || !(deviation > 0) ? 1 : deviation);
            case NONE -> IDENTITY;
        };
    }

    /** The scale of a column that is 1 on the given share of the training normals and 0 on the rest. */
    static Scale fitIndicator(Scaling scaling, double share) {
        return switch (scaling) {
            case MIN_MAX, NONE -> IDENTITY;
            case STANDARD -> fit(scaling, share < 1 ? 0 : 1, share > 0 ? 1 : 0, share, Math.sqrt(share * (1 - share)));
        };
    }

    float apply(double x) {
        return (float) ((x - center) / width);
    }
}
