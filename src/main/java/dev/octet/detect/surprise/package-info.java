/**
 * Detectors that are weighted sums of history features. Nothing is trained; every trained detector is measured against them.
 * Uses {@code detect}, {@code feature} and {@code onnx}.
 */
package dev.octet.detect.surprise;
