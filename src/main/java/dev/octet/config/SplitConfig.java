package dev.octet.config;

import java.time.Duration;
import java.time.LocalDateTime;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * The split of the rows, always by time: training, then validation, then test; and, where {@link #testUsers} is given,
 * by user as well.
 */
public sealed interface SplitConfig {
    /**
     * Share of the users that neither train nor validate, and that alone are tested; empty where all users do all.
     */
    OptionalDouble testUsers();

    /**
     * Shares of the time between the first and the last row of {@code data.train}, in this order; they add up to at
     * most 1, and rows behind them are left out.
     *
     * @param test empty where {@code data.test} names the test rows
     * @param folds number of test spans, one after the other, each with all that comes before it for training; 1 for a
     *     single split
     */
    record Shares(double train, double validation, OptionalDouble test, OptionalDouble testUsers, int folds)
            implements SplitConfig {}

    /** Where a span begins or ends. */
    sealed interface Moment {
        /** As a config has it. */
        String text();
    }

    /** A moment in the log's zone. */
    record At(LocalDateTime moment) implements Moment {
        @Override
        public String text() {
            return moment.toString();
        }
    }

    /** So long after the start of the day that the log's first row lies in: the same in the log of any year. */
    record Elapsed(Duration time) implements Moment {
        @Override
        public String text() {
            return time.toDays() * 24 == time.toHours() && time.toMinutes() % 60 == 0 && time.toDays() > 0
                    ? time.toDays() + "d"
                    : time.toString();
        }
    }

    /**
     * Moments; each span ends before its moment and the next begins with it.
     *
     * @param trainFrom empty for the first row; rows before it only update the history
     * @param testUntil empty for all that follows, or where {@code data.test} names the test rows
     */
    record Moments(
            Optional<Moment> trainFrom,
            Moment trainUntil,
            Moment validationUntil,
            Optional<Moment> testUntil,
            OptionalDouble testUsers)
            implements SplitConfig {}
}
