package dev.octet.evaluate;

/**
 * A stretch of time on the timeline: an attack, or an alarm.
 *
 * @param from ISO 8601
 * @param until first moment after it
 * @param hit of an attack whether an alarm met it, of an alarm whether it met an attack
 */
public record TimeSpan(String from, String until, boolean hit) {}
