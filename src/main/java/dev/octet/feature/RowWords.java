package dev.octet.feature;

/** The features of one row in an analyst's words, as they were when it was extracted. */
@FunctionalInterface
public interface RowWords {

    /**
     * Says why a feature has its value, e.g. "country RO, never seen for this user in 214 logins (0.4 % of all)"; empty
     * where the value is no reason to be suspicious.
     *
     * @throws IllegalArgumentException if it is not one of the row's features
     */
    String of(String feature);
}
