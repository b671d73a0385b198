/**
 * What all detectors share: {@link dev.octet.detect.Trainer}, {@link dev.octet.detect.Detector} and its stored state,
 * {@link dev.octet.detect.DetectorDefinition}, thresholds and the alerts that flagged rows become.
 *
 * <p>The detectors themselves are in the packages below: {@code autoencoder}, {@code baseline}, {@code surprise}. Uses {@code
 * event}, {@code onnx} and {@code feature}.
 */
package dev.octet.detect;
