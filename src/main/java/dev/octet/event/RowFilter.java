package dev.octet.event;

import java.util.Set;

/**
 * A filter of the usable rows that a caller looks at. A source may leave out others before it reads all of their
 * fields; it need not.
 *
 * @param fromMicros first moment that is looked at
 * @param users the only users that are looked at; null for all
 */
public record RowFilter(long fromMicros, Set<String> users) {
    /** Lets every row through. */
    public static final RowFilter ALL = new RowFilter(Long.MIN_VALUE, null);

    /** Rows from some moment on. */
    public static RowFilter from(long micros) {
        return new RowFilter(micros, null);
    }

    /** Rows of some users. */
    public static RowFilter of(Set<String> users) {
        return new RowFilter(Long.MIN_VALUE, Set.copyOf(users));
    }

    /** Whether the field must be known before a row can be left out. */
    boolean needs(LoginField field) {
        return field == LoginField.TIME || field == LoginField.SUCCESS || users != null && field == LoginField.USER;
    }
}
