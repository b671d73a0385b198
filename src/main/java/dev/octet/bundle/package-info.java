/**
 * A model bundle: writing, checking and reading its files, and scoring with it in this or another program
 * ({@link dev.octet.bundle.Scorer}). {@code docs/bundle.md} describes the files.
 *
 * <p>What a bundle holds belongs here, and so do the score and alert files that scoring writes. {@code octet-scorer} is what
 * {@code Scorer} reaches, so this package and the floors below it must not need ND4J to score. Uses {@code event}, {@code
 * feature}, {@code detect} and {@code onnx}.
 */
package dev.octet.bundle;
