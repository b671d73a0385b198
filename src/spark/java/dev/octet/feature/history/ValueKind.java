package dev.octet.feature.history;

/** What is counted along the chunks of a log: values of each {@link Field}, users, and failures by {@link PressureKey}. */
final class ValueKind {
    /** Users with a successful login. */
    static final int USERS = Field.COUNT;

    private static final int FIRST_FAILURES = USERS + 1;
    /** When a network had its first successful login. */
    static final int FIRST_SEEN = FIRST_FAILURES + PressureKey.COUNT;
    /** Number of kinds. */
    static final int COUNT = FIRST_SEEN + 1;

    private ValueKind() {}

    static int failures(PressureKey key) {
        return FIRST_FAILURES + key.ordinal();
    }

    static boolean isFailures(int kind) {
        return kind >= FIRST_FAILURES && kind < FIRST_SEEN;
    }

    static PressureKey pressureKey(int kind) {
        return PressureKey.at(kind - FIRST_FAILURES);
    }
}
