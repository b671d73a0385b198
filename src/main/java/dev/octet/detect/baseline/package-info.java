/**
 * The classical detectors that the autoencoder is compared with: each is a {@code …Trainer}, an immutable record whose
 * {@code withDefaults()} lists the usual settings, and a {@code …Detector}, its immutable and thread-safe product.
 *
 * <p>A higher score is more anomalous everywhere, whatever sign the paper uses. The scores of the supervised detectors
 * are log-odds or margins, so that 0 is the classifier's own decision, except where a class says otherwise. Rows with a
 * value that is not finite are refused by the name of the feature.
 *
 * <p>{@link dev.octet.detect.baseline.Baselines#restore} makes any of them again from its state.
 */
package dev.octet.detect.baseline;
