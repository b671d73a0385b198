package dev.octet.simulate;

/** One login in the making; reused from row to row. Not thread-safe. */
final class LoginRow {
    long millis;
    long user;
    int network;
    int prefix;
    int host;
    final Agent agent = new Agent();
    boolean success;
    /** Why it failed; without meaning where it succeeded. */
    FailureReason reason = FailureReason.WRONG_PASSWORD;

    boolean takeover;
    /** Random bits of the row for what needs no plan, such as the round-trip time. */
    long bits;
}
