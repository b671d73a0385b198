package dev.octet.run.cluster;

import java.util.List;

/**
 * What is to be read, and which features its rows need.
 *
 * @param inputs names of files, with their file system
 * @param format the log format, as a bundle has it
 * @param labelColumn column that marks attacks; {@code ""} where there is none
 * @param labelMayBeMissing whether a file may lack that column
 * @param enrichment what completes the logins, as a provenance has it
 * @param maxRejected share of rows that may be unreadable
 * @param strict whether the first row that cannot be read ends the run
 * @param features that the detector works on
 * @param failedToo whether rows of failed logins have features: they train or are scored
 * @param successfulOnly whether only successful logins are scored
 * @param attacksExcluded whether rows labelled an attack are kept out of what is normal
 * @param memory what features that look back remember before the first row; empty where none does
 */
public record LogRequest(
        List<String> inputs,
        String format,
        String labelColumn,
        boolean labelMayBeMissing,
        String enrichment,
        double maxRejected,
        boolean strict,
        List<AskedFeature> features,
        boolean failedToo,
        boolean successfulOnly,
        boolean attacksExcluded,
        byte[] memory) {
    public LogRequest {
        inputs = List.copyOf(inputs);
        features = List.copyOf(features);
    }

    /**
     * A feature, as {@code dev.octet.feature.FeatureRequest} has it.
     *
     * @param encoding key of its encoding
     */
    public record AskedFeature(String name, String encoding, int maxCategories) {}

    /** Whether a feature looks back. */
    public boolean looksBack() {
        return memory.length > 0;
    }
}
