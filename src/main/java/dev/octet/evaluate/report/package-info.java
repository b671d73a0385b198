/**
 * {@code report.html}: one file without network, for an engineer who judges a detector and an analyst who looks at its
 * alerts. {@link dev.octet.evaluate.report.ReportPage} draws what {@code evaluation.json} holds and nothing else; plots are
 * SVG of our own, so that the same input gives the same bytes.
 */
package dev.octet.evaluate.report;
