package dev.octet.evaluate;

/**
 * A performance target of a team, marked in the plots.
 *
 * @param minRecall share of the attacks found, at least
 * @param maxFalsePositiveRate share of the normals flagged, at most
 * @param minPrecision share of attacks among the flagged, at least
 * @param chosenBy who says so, in words
 */
public record Target(double minRecall, double maxFalsePositiveRate, double minPrecision, String chosenBy) {
    /** Where nobody said anything. */
    public static final Target DEFAULT = new Target(0.7, 0.01, 0.5, "Octet's default");
}
