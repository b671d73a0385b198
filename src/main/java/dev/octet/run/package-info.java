/**
 * One experiment from config to report: reading the log, fitting features and detectors, choosing thresholds, scoring
 * the test span, evaluating, and writing bundles, scores and tables. A step of a run belongs here. Uses {@code config}
 * and the floors below it, never {@code lab}.
 */
package dev.octet.run;
