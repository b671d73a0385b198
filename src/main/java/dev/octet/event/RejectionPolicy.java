package dev.octet.event;

/**
 * How many rows of a source may be unreadable.
 *
 * @param maxShare largest allowed share of rejected rows, in [0, 1]
 * @param strict stop at the first rejected row
 */
public record RejectionPolicy(double maxShare, boolean strict) {
    /** At most 0.1 % rejected rows. */
    public static final RejectionPolicy DEFAULT = new RejectionPolicy(0.001, false);

    public RejectionPolicy {
        if (!(maxShare >= 0 && maxShare <= 1)) {
            throw new InputException("max-rejected must be in [0, 1], got " + maxShare);
        }
    }

    /** The same, or its strict twin. */
    public RejectionPolicy strictIf(boolean wanted) {
        return new RejectionPolicy(maxShare, strict || wanted);
    }
}
