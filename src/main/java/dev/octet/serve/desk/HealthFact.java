package dev.octet.serve.desk;

/**
 * One thing to know about how well logins are scored.
 *
 * @param key its name for machines
 * @param title its name for people
 * @param value for people
 * @param ok whether it is in its range
 * @param text what it means, and where it is out of range what to do
 */
public record HealthFact(String key, String title, String value, boolean ok, String text) {}
