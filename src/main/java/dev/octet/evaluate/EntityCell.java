package dev.octet.evaluate;

/**
 * Entities that lie close together: those in one cell of a logarithmic grid.
 *
 * @param attempts login attempts of an entity, at the cell's centre
 * @param longestGapMinutes longest time between two attempts, likewise; 0 for entities of one attempt
 * @param entities in the cell
 * @param attacks among them, by label
 * @param flagged among them
 * @param found attacks among the flagged
 */
public record EntityCell(
        double attempts, double longestGapMinutes, long entities, long attacks, long flagged, long found) {}
