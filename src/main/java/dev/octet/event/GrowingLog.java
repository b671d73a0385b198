package dev.octet.event;

import java.io.IOException;
import java.util.Optional;
import java.util.OptionalLong;

/** A log that grows while it is read, and that a later process goes on with. Not thread-safe. */
public interface GrowingLog extends LoginReader {

    /** Told when there is nothing more to read for now. */
    @FunctionalInterface
    interface Waiter {
        /** @return whether to go on waiting */
        boolean idle() throws IOException;
    }

    /** Where the log goes on after the logins handed out so far; empty where that is its beginning. */
    Optional<? extends LogPlace> position() throws IOException;

    /** Bytes at the end of the log that are not read yet, since their record is not complete; empty where there are none. */
    default OptionalLong unfinished() {
        return OptionalLong.empty();
    }

    /** Says that a place was saved: the log need not remember how it came there. */
    default void saved(LogPlace place) throws IOException {
        // a file has one order, whoever reads it
    }
}
