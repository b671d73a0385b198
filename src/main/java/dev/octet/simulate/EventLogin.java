package dev.octet.simulate;

/**
 * One row of the events file: a login that belongs to a legitimate event.
 *
 * @param row 0-based data row
 * @param event the event
 * @param incident number of the event, from 1 in time order
 * @param user the account's {@code User ID}
 * @param success whether the login succeeded
 */
public record EventLogin(long row, LegitimateEvent event, int incident, long user, boolean success) {
    static final String HEADER = "row,event,incident,user,success\n";

    /** The line of the events file, with its line end. */
    String csv() {
        return row + "," + event.label() + "," + incident + "," + user + "," + success + "\n";
    }
}
