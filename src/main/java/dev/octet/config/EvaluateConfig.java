package dev.octet.config;

import static dev.octet.config.ConfigTypes.count;
import static dev.octet.config.ConfigTypes.fileSafeName;
import static dev.octet.config.ConfigTypes.listOf;
import static dev.octet.config.ConfigTypes.number;
import static dev.octet.config.ConfigTypes.oneOf;
import static dev.octet.config.ConfigTypes.path;
import static dev.octet.config.ConfigTypes.someOf;

import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.List;

/**
 * The {@code evaluate} section of a config: rows, budgets and breakdowns of the table.
 *
 * @param on which rows are scored and counted
 * @param budgets shares of the rows that may be flagged, in percent, ascending
 * @param by what the table is broken down by, beside the whole
 * @param seeds how often each detector that draws at random is trained, each time with another seed
 * @param external scores of other programs, which are put into the table
 */
public record EvaluateConfig(Rows on, List<Double> budgets, List<Breakdown> by, int seeds, List<External> external) {

    /**
     * Scores that another program gave the rows of the log.
     *
     * @param name in tables
     * @param scores a CSV file with the columns {@code row} and {@code score}
     */
    public record External(String name, Path scores) {}

    /** Which rows of the test span are scored. */
    public enum Rows {
        /** Every row. */
        ALL,
        /** Successful logins only; view {@code attempt}. */
        SUCCESSFUL
    }

    /** What a table is broken down by. */
    public enum Breakdown {
        /** Calendar month of the row. */
        MONTH,
        /** Attacker named in {@code data.truth}. */
        ATTACKER,
        /** Whether the victim had an earlier successful login. */
        HISTORY
    }

    private static final Key<Rows> ON = Key.byDefault(
            "on",
            oneOf(Rows.class),
            "all",
            "which rows are scored, thresholded and counted; `successful` leaves failed logins out (they still count as"
                    + " history), which is the honest task where takeovers succeed and most logins fail");
    private static final Key<List<Double>> BUDGETS = Key.byDefault(
            "budgets", someOf(number("(0, 100)")), "[0.1, 0.5, 1, 5]", "shares of rows flagged, in percent");
    private static final Key<List<Breakdown>> BY = Key.byDefault(
            "by",
            listOf(oneOf(Breakdown.class)),
            "[]",
            "break the table down by calendar month, by the attacker that `data.truth` names, by whether the victim had"
                    + " a successful login before");

    private static final Key<Integer> SEEDS = Key.byDefault(
            "seeds",
            count(1, 100),
            "1",
            "train each detector that draws at random so many times, with its seed and those that follow it; the table"
                    + " then has mean and standard deviation. Bundle, scores and alerts are those of the first seed");

    private static final Key<String> EXTERNAL_NAME =
            Key.required("name", fileSafeName(), "of the detector, in tables; no detector of the config may have it");
    private static final Key<Path> EXTERNAL_SCORES = Key.required(
            "scores",
            path("a file"),
            "a CSV file with the columns `row`, the login's number as in `scores.csv`, and `score`, higher is more"
                    + " anomalous; it must have every row of the test span that is scored, and may have others. Where it"
                    + " has those of the validation span too, `threshold` is chosen on them");
    private static final Key<List<External>> EXTERNAL = Key.byDefault(
            "external",
            listOf(new Section<>(
                    "evaluate.external",
                    "Scores of a detector that is not Octet's, e.g. of a model in Python (docs/evaluation.md).",
                    List.of(EXTERNAL_NAME, EXTERNAL_SCORES),
                    settings -> new External(settings.get(EXTERNAL_NAME), settings.get(EXTERNAL_SCORES)))),
            "[]",
            "detectors of other programs, each by its scores, on the same rows in the same table; view `attempt`");

    static final Section<EvaluateConfig> SECTION = new Section<>(
            "evaluate",
            "What is counted on the test span.",
            List.of(ON, BUDGETS, BY, SEEDS, EXTERNAL),
            settings -> new EvaluateConfig(
                    settings.get(ON),
                    settings.get(BUDGETS),
                    settings.get(BY),
                    settings.get(SEEDS),
                    settings.get(EXTERNAL)));

    /** The budgets as shares of one. */
    public List<Double> budgetShares() {
        // in decimal: 0.3 / 100 is 0.0029999999999999996
        return budgets.stream()
                .map(percent -> BigDecimal.valueOf(percent).movePointLeft(2).doubleValue())
                .toList();
    }

    public EvaluateConfig {
        budgets = budgets.stream().sorted().distinct().toList();
        by = List.copyOf(by);
        external = List.copyOf(external);
    }
}
