package dev.octet.experiment;

/** A published experiment that Octet can do again on its own terms, which are not those of an {@link Experiment}. */
public enum Reproduction {
    /** Molin, Hands-On Data Analysis with Pandas, 2nd edition, chapter 11. */
    BOOK
}
