/**
 * The classical detectors that the autoencoder is compared with: each is a {@code …Trainer}, an immutable record whose
 * {@code withDefaults()} lists the usual settings, and a {@code …Detector}, its immutable and thread-safe product.
 *
 * <p>A higher score is more anomalous everywhere, whatever sign the paper uses. The scores of the supervised detectors
 * are log-odds or margins, so that 0 is the classifier's own decision, except where a class says otherwise. Rows with a
 * value that is not finite are refused by the name of the feature.
 *
 * <p>A new one is a trainer with its {@code definition()}, its detector, and a line in
 * {@link dev.octet.detect.baseline.Baselines}; configs, their reference, tables and bundles follow. Uses {@code detect},
 * {@code feature} and {@code onnx}, and no other detector's package.
 *
 * <p>{@link dev.octet.detect.baseline.Baselines#restore} makes any of them again from its state.
 */
package dev.octet.detect.baseline;
