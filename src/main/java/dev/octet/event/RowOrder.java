package dev.octet.event;

/** What a reader does with a row that is older than an earlier one by more than a minute. */
sealed interface RowOrder {
    RowOrder REQUIRED = new Required();
    RowOrder LIVE = new Live();

    /** Ends with an {@link OutOfOrderException}, so that the caller can sort the log. */
    record Required() implements RowOrder {}

    /**
     * Hands it over with its own time and in its own place, for a caller who sorts.
     *
     * @param within rows outside of it are left out
     */
    record Any(TimeSpan within) implements RowOrder {}

    /** Leaves it out: what came before has been dealt with. */
    record Live() implements RowOrder {}
}
