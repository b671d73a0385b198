package dev.octet.evaluate;

/**
 * The subject of a report.
 *
 * @param name the experiment's name
 * @param data what was read, e.g. {@code data/rba-sample.csv, 1,000,000 rows}
 * @param split how the rows were divided, with the spans
 * @param evaluatedOn which rows of the test span count, e.g. {@code successful logins}
 * @param simulated whether the data was simulated; the table then says so
 */
public record Subject(String name, String data, String split, String evaluatedOn, boolean simulated) {}
