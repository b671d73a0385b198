package dev.octet.evaluate;

/**
 * Counts of one detector on one day in UTC.
 *
 * @param day ISO 8601, e.g. {@code 2018-02-01}
 * @param rows rows scored
 * @param flagged rows above the threshold
 * @param alerts alerts raised
 * @param attacks rows labelled an attack
 * @param found those of them that were flagged
 */
public record DayCounts(String day, long rows, long flagged, long alerts, long attacks, long found) {}
