package dev.octet.experiment;


/** How the score above which a row is an alert is chosen, on the validation span. */
public sealed interface ThresholdConfig {

    /** The percentile of the scores of validation normals, in (0, 100). */
    record Percentile(double percentile) implements ThresholdConfig {}

    /** So many alerts a day on validation normals. */
    record AlertsPerDay(double alerts) implements ThresholdConfig {}

    /** A fit of the tail of validation normals' scores: the share of normal rows that may lie above. */
    record ExtremeValue(double risk) implements ThresholdConfig {}

    /** From validation labels: both at least. */
    record PrecisionAndRecall(double minPrecision, double minRecall) implements ThresholdConfig {}

    /** From validation labels: false positives at most, true positives at least. */
    record FalseAndTruePositiveRate(double maxFpr, double minTpr) implements ThresholdConfig {}
}
