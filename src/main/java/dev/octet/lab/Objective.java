package dev.octet.lab;

/** The objective that a search maximises on the validation span; the test span has no part in it. */
public enum Objective {
    /** Recall, at the budgets, of made-up takeovers: logins with another user's client; no label is used. */
    SWAPPED_LOGINS,
    /** Overlap of the alerts, at the budgets, of detectors trained from different seeds; no label is used. */
    ALERT_STABILITY,
    /** Share of the variance of the validation normals that an autoencoder gives back; no label is used. */
    RECONSTRUCTION,
    /** Recall, at the budgets, of the labelled attacks. */
    RECALL,
    /** F1 of the labelled attacks at the candidate's own threshold. */
    F1;

    boolean needsLabels() {
        return switch (this) {
            case RECALL, F1 -> true;
            case SWAPPED_LOGINS, ALERT_STABILITY, RECONSTRUCTION -> false;
        };
    }
}
