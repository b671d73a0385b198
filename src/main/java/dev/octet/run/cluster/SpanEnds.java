package dev.octet.run.cluster;

/**
 * Where the spans of a run end, in microseconds since 1970-01-01T00:00Z.
 *
 * @param trainFrom rows before it neither train nor are scored
 * @param trainUntil also the first moment of the validation span
 * @param validationUntil also the first moment of the test span
 * @param testUntil first moment after the test span
 */
public record SpanEnds(long trainFrom, long trainUntil, long validationUntil, long testUntil) {}
