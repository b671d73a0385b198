package dev.octet.event;

/**
 * The policy for rows of a source that cannot be read.
 *
 * @param maxShare share of such rows that is expected, in [0, 1]; above it, a source is refused or a warning is loud
 * @param strict stop at the first of them
 * @param option what a user sets {@code maxShare} with, for messages
 * @param refuses whether a source above the share, or with a column that does not fit, is refused. Where rows come from
 *     outside while they are scored it is not: whoever logs in could stop the scoring
 */
public record RejectionPolicy(double maxShare, boolean strict, String option, boolean refuses) {
    /** At most 0.1 % rejected rows. */
    public static final RejectionPolicy DEFAULT = new RejectionPolicy(0.001, false);

    public RejectionPolicy {
        if (!(maxShare >= 0 && maxShare <= 1)) {
            throw new InputException("max-rejected must be in [0, 1], got " + maxShare);
        }
    }

    /** As a config sets it. */
    public RejectionPolicy(double maxShare, boolean strict) {
        this(maxShare, strict, "--set data.max-rejected", true);
    }

    /** For scoring: warns above the share, and never stops unless it is strict. */
    public static RejectionPolicy warning(double maxShare, boolean strict) {
        return new RejectionPolicy(maxShare, strict, "--max-rejected", false);
    }

    /** The same, or its strict twin. */
    public RejectionPolicy strictIf(boolean wanted) {
        return new RejectionPolicy(maxShare, strict || wanted, option, refuses);
    }
}
