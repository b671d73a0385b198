package dev.octet.evaluate;

/**
 * One alert, for a reader.
 *
 * @param detector that raised it
 * @param time when, ISO 8601
 * @param who the user or entity, {@code ""} for a window
 * @param score of the row that raised it
 * @param reasons in words
 */
public record TopAlert(String detector, String time, String who, double score, String reasons) {}
