package dev.octet.simulate;

/**
 * One row of the truth file: a takeover.
 *
 * @param row 0-based data row, equal to the row's {@code index}
 * @param attacker label of the attacker whose takeover it is
 * @param campaign number of the campaign, from 1 in time order; logins of one campaign share a network
 * @param user the victim's {@code User ID}
 * @param priorSuccesses successful rows of the victim above this one
 */
public record Takeover(long row, String attacker, int campaign, long user, int priorSuccesses) {
    static final String HEADER = "row,attacker,campaign,user,prior_successes\n";

    /** The line of the truth file, with its line end. */
    String csv() {
        return row + "," + attacker + "," + campaign + "," + user + "," + priorSuccesses + "\n";
    }
}
