package dev.octet.experiment;

import java.time.LocalDateTime;
import java.util.Optional;
import java.util.OptionalDouble;

/** How the rows are split, always by time: training, then validation, then test. */
public sealed interface SplitConfig {

    /**
     * Shares of the time between the first and the last row of {@code data.train}, in this order; they add up to at
     * most 1, and rows behind them are left out.
     *
     * @param test empty where {@code data.test} names the test rows
     */
    record Shares(double train, double validation, OptionalDouble test) implements SplitConfig {}

    /**
     * Moments in the log's zone; each span ends before its moment and the next begins with it.
     *
     * @param trainFrom empty for the first row; rows before it only teach the features that look back
     * @param testUntil empty for all that follows, or where {@code data.test} names the test rows
     */
    record Dates(
            Optional<LocalDateTime> trainFrom,
            LocalDateTime trainUntil,
            LocalDateTime validationUntil,
            Optional<LocalDateTime> testUntil)
            implements SplitConfig {
        Dates(LocalDateTime trainUntil, LocalDateTime validationUntil, Optional<LocalDateTime> testUntil) {
            this(Optional.empty(), trainUntil, validationUntil, testUntil);
        }
    }
}
