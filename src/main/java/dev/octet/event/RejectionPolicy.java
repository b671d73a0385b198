package dev.octet.event;

/**
 * How many rows of a source may be unreadable.
 *
 * @param maxShare largest allowed share of rejected rows, in [0, 1]
 * @param strict stop at the first rejected row
 * @param option what a user sets {@code maxShare} with, for messages
 */
public record RejectionPolicy(double maxShare, boolean strict, String option) {
    /** At most 0.1 % rejected rows. */
    public static final RejectionPolicy DEFAULT = new RejectionPolicy(0.001, false);

    public RejectionPolicy {
        if (!(maxShare >= 0 && maxShare <= 1)) {
            throw new InputException("max-rejected must be in [0, 1], got " + maxShare);
        }
    }

    /** As a config sets it. */
    public RejectionPolicy(double maxShare, boolean strict) {
        this(maxShare, strict, "--set data.max-rejected");
    }

    /** The same, or its strict twin. */
    public RejectionPolicy strictIf(boolean wanted) {
        return new RejectionPolicy(maxShare, strict || wanted, option);
    }
}
