/**
 * How good a detector's scores and decisions are: counts beside rates, intervals beside estimates, every detector at the
 * same alert budget, and trivial detectors in every table.
 *
 * <p>Undefined is NaN in the API, {@code n/a} in text and {@code null} in JSON. Every metric is held to scikit-learn's by
 * a test where scikit-learn has it.
 */
package dev.octet.evaluate;
