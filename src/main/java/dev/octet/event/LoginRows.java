package dev.octet.event;

import dev.octet.event.RejectedRows.Reason;
import java.io.IOException;

/**
 * The rows of one source in its order: numbers them, looks at the order of their times, and tells {@link RejectedRows} what
 * could not be read. The same for every source. Not thread-safe.
 */
final class LoginRows {
    /** A row that is older than the newest by at most this counts as being as new: writers of a log are not in step. */
    static final long TOLERANCE_MICROS = 60_000_000;

    private final RowValues values;
    private final RejectedRows rejected;
    private final String unit;
    private final RowOrder order;
    private final String advice;
    private final boolean usersKnown;
    private long rows;
    private long firstMicros = Long.MAX_VALUE;
    private long lastMicros = Long.MIN_VALUE;
    private long lastLine;

    /**
     * @param unit what a place in the source is, "line" or "row"
     * @param order what is done with a row that comes too late
     * @param advice what to do about such rows where they are left out
     * @param usersKnown whether users are read
     */
    LoginRows(RowValues values, RejectedRows rejected, String unit, RowOrder order, String advice, boolean usersKnown) {
        this.values = values;
        this.rejected = rejected;
        this.unit = unit;
        this.order = order;
        this.advice = advice;
        this.usersKnown = usersKnown;
    }

    /** Of a file with lines. */
    static LoginRows ofFile(RowValues values, RowOrder order, ReadRequest request) {
        boolean usersKnown = request.needed().contains(LoginField.USER);
        return new LoginRows(values, request.rejected(), "line", order, "sort the file by time", usersKnown);
    }

    /** Rows so far, used or not. */
    long count() {
        return rows;
    }

    /** Time of the newest usable row so far; {@link Long#MIN_VALUE} before the first. */
    long newestMicros() {
        return lastMicros;
    }

    /** Goes on as if all rows before a place had been taken. */
    void goTo(PlacedSource.Place place) {
        rows = place.rows();
        lastMicros = place.newestMicros();
        lastLine = place.line() - 1;
    }

    /**
     * Takes the row that stands in the values.
     *
     * @param line where it begins, from 1 on
     * @return the login; null where the row cannot be used
     */
    Labelled<LoginEvent> take(long line) throws IOException {
        long number = rows++;
        if (values.isUsable() && values.timeMicros() < lastMicros) {
            takeLate(line);
        }
        if (order instanceof RowOrder.Any any && values.isUsable()) {
            values.requireWithin(any.within());
        }
        if (!values.problems().isEmpty()) {
            rejected.note(number, line, values);
        }
        if (!values.isUsable()) {
            return null;
        }
        if (values.timeMicros() > lastMicros) {
            lastMicros = values.timeMicros();
            lastLine = line;
        }
        firstMicros = Math.min(firstMicros, values.timeMicros());
        if (usersKnown && values.user().isEmpty()) {
            rejected.noteMissingUser();
        }
        return values.login(number);
    }

    /**
     * Passes over the row of which the values hold the time, the outcome and, if the filter asks for users, the user, where
     * nobody looks at it.
     *
     * @return false where somebody does, or it cannot be used: then {@link #take} is to follow
     */
    boolean leavesOut(RowFilter filter, long line) {
        if (!values.isUsable()) {
            return false;
        }
        boolean late = values.timeMicros() < lastMicros;
        if (!(Math.max(values.timeMicros(), lastMicros) < filter.fromMicros()
                || filter.users() != null && !filter.users().contains(values.user()))) {
            return false;
        }
        if (late) {
            takeLate(line);
        }
        rows++;
        if (values.isUsable() && values.timeMicros() > lastMicros) {
            lastMicros = values.timeMicros();
            lastLine = line;
        }
        firstMicros = Math.min(firstMicros, values.timeMicros());
        return true;
    }

    /** Deals with a row that is older than the newest one so far. */
    private void takeLate(long line) {
        if (order instanceof RowOrder.Any) {
            values.keepTime(lastMicros, TOLERANCE_MICROS);
        } else if (!values.catchUp(lastMicros, TOLERANCE_MICROS)) {
            String before = unit + " " + lastLine;
            if (order instanceof RowOrder.Required) {
                throw new OutOfOrderException(unit + " " + line + " (" + values.time() + ") is older than " + before
                        + " (" + RowValues.instant(lastMicros) + ")");
            }
            values.tooLate(lastMicros, before + "; " + advice);
        }
    }

    /** Takes a row of which not even the fields can be told apart. */
    void leaveOut(long line, Reason reason, String detail, String found) throws IOException {
        rejected.reject(rows++, line, "", reason, detail, found);
    }

    /** To be called at the end of the source. */
    void end() {
        rejected.noteEnd(firstMicros, lastMicros, values);
    }
}
