/** Writes ONNX graphs; knows nothing of what they compute. */
package dev.octet.onnx;
