package dev.octet.simulate;

/**
 * A login of an attacker or of an event, planned before the rows are drawn.
 *
 * @param cause what it belongs to
 * @param incident number of the campaign or event that it belongs to
 * @param account number of the account, or -1 for a guessed name that is no account
 * @param succeeds whether it gets in; a takeover nearly always does
 * @param reason why it fails, where it does
 */
record PlannedLogin(
        long millis,
        Cause cause,
        int incident,
        int account,
        boolean takeover,
        boolean succeeds,
        FailureReason reason,
        int network,
        int prefix,
        int host,
        Agent agent,
        long bits) {

    /** Why a login of an account, or of a name that is none (-1), fails where no other reason is given. */
    static FailureReason reason(int account) {
        return account < 0 ? FailureReason.UNKNOWN_USER : FailureReason.WRONG_PASSWORD;
    }

    PlannedLogin withIncident(int number) {
        return new PlannedLogin(
                millis, cause, number, account, takeover, succeeds, reason, network, prefix, host, agent, bits);
    }

    void fill(LoginRow row, Population population) {
        row.millis = millis;
        row.user = account < 0 ? Published.BIN_USER : population.id(account);
        row.network = network;
        row.prefix = prefix;
        row.host = host;
        row.agent.copy(agent);
        row.success = succeeds;
        row.reason = reason;
        row.takeover = takeover;
        row.bits = bits;
    }
}
