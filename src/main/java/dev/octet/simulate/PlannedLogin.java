package dev.octet.simulate;

/**
 * A login of an attacker, planned before the rows are drawn.
 *
 * @param account number of the victim, or -1 for a guessed name that is no account
 * @param succeeds whether it gets in; a takeover nearly always does
 */
record PlannedLogin(
        long millis,
        Attacker attacker,
        int campaign,
        int account,
        boolean takeover,
        boolean succeeds,
        int network,
        int prefix,
        int host,
        Agent agent,
        long bits) {

    void fill(LoginRow row, Population population) {
        row.millis = millis;
        row.user = account < 0 ? Published.BIN_USER : population.id(account);
        row.network = network;
        row.prefix = prefix;
        row.host = host;
        row.agent.copy(agent);
        row.success = succeeds;
        row.takeover = takeover;
        row.bits = bits;
    }
}
