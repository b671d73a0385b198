package dev.octet.event;

import java.io.IOException;
import java.util.Set;

/** Somewhere that logins can be read from, as often as needed; every {@link #open} starts at the first row. */
public interface LoginSource {

    /**
     * Opens the source at its first row.
     *
     * @throws InputException if the source is missing, empty or not of the stated format
     * @return throws {@link OutOfOrderException} at a login that is more than a minute older than the newest before it,
     *     unless the source leaves it out
     */
    LoginReader open(RejectedRows rejected) throws IOException;

    /**
     * As above, for a caller who does not look at every field: texts that are not needed, the user too, may stay missing
     * in the events. Rows are checked all the same. Where one of {@link LoginField#ofUserAgent} is needed, a login that has
     * neither a browser nor an operating system comes with its user agent.
     */
    default LoginReader open(RejectedRows rejected, Set<LoginField> needed) throws IOException {
        return open(rejected);
    }

    /** As above, for a caller who does not look at every row: others may be left out, and then nothing is told of them. */
    default LoginReader open(RejectedRows rejected, Set<LoginField> needed, RowFilter filter) throws IOException {
        return open(rejected, needed);
    }

    /**
     * The same logins for a caller who sorts them: those that come too late have their own times and stand where they stand
     * in the source.
     *
     * @param within others are left out
     */
    default LoginSource inAnyOrder(TimeSpan within) {
        return this;
    }

    /** The same logins for a caller who reads them several times: the first whole reading may make later ones shorter. */
    default LoginSource readAgain() {
        return this;
    }

    /** The column that marks attacks; {@code null} where there is none. */
    default String labelColumn() {
        return null;
    }

    /** What a message calls this source, e.g. its path. */
    String name();
}
