package dev.octet.config;

import dev.octet.run.Experiment;

/** A published experiment that Octet can do again on its own terms, which are not those of an {@link Experiment}. */
public enum Reproduction {
    /** Molin, Hands-On Data Analysis with Pandas, 2nd edition, chapter 11. */
    BOOK
}
