package dev.octet.evaluate;

/**
 * A share with its 95 % confidence interval: {@code hits} of {@code of}. Undefined (NaN throughout) where {@code of} is 0.
 *
 * @param hits not negative, at most {@code of}; not whole where a tie is split in expectation
 * @param of not negative
 */
public record Proportion(double hits, double of) {
    /** The standard normal's 97.5 % quantile. */
    private static final double Z = 1.959963984540054;

    /** A share of nothing. */
    public static final Proportion UNDEFINED = new Proportion(0, 0);

    public Proportion {
        if (!(hits >= 0 && hits <= of)) {
            throw new IllegalArgumentException("hits must be in [0, " + of + "], got " + hits);
        }
    }

    /** The share, NaN if undefined. */
    public double value() {
        return of == 0 ? Double.NaN : hits / of;
    }

    /**
     * Lower end of the score interval of Wilson ("Probable Inference, the Law of Succession, and Statistical Inference",
     * JASA 1927), without continuity correction.
     */
    public double low() {
        return hits == 0 && of > 0 ? 0 : Math.max(0, centre() - halfWidth());
    }

    /** Upper end of the interval. */
    public double high() {
        return hits == of && of > 0 ? 1 : Math.min(1, centre() + halfWidth());
    }

    private double centre() {
        return (hits + Z * Z / 2) / (of + Z * Z) + undefined();
    }

    private double halfWidth() {
        return Z / (of + Z * Z) * Math.sqrt(hits * (of - hits) / of + Z * Z / 4);
    }

    private double undefined() {
        return of == 0 ? Double.NaN : 0;
    }
}
