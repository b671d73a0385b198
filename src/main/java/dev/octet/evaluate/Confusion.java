package dev.octet.evaluate;

/**
 * Decisions against labels.
 *
 * @param truePositives attacks flagged
 * @param falsePositives normals flagged
 * @param falseNegatives attacks missed
 * @param trueNegatives normals left alone
 */
public record Confusion(long truePositives, long falsePositives, long falseNegatives, long trueNegatives) {

    public long flagged() {
        return truePositives + falsePositives;
    }

    /** Share of the flagged that are attacks; undefined if nothing is flagged. */
    public Proportion precision() {
        return new Proportion(truePositives, flagged());
    }

    /** Share of the attacks that are flagged; undefined without attacks. */
    public Proportion recall() {
        return new Proportion(truePositives, truePositives + falseNegatives);
    }

    /** Share of the normals that are flagged; undefined without normals. */
    public Proportion falsePositiveRate() {
        return new Proportion(falsePositives, falsePositives + trueNegatives);
    }

    /** Harmonic mean of precision and recall, 2 TP / (2 TP + FP + FN); NaN without attacks. */
    public double f1() {
        return truePositives + falseNegatives == 0
                ? Double.NaN
                : 2.0 * truePositives / (2.0 * truePositives + falsePositives + falseNegatives);
    }
}
