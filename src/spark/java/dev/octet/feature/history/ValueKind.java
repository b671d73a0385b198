package dev.octet.feature.history;

/** What is counted along the chunks of a log: values of each {@link Field}, users, and failures by {@link PressureKey}. */
final class ValueKind {
    /** Users with a successful login. */
    static final int USERS = Field.COUNT;

    private static final int FIRST_FAILURES = USERS + 1;
    /** Number of kinds. */
    static final int COUNT = FIRST_FAILURES + PressureKey.COUNT;

    private ValueKind() {}

    static int failures(PressureKey key) {
        return FIRST_FAILURES + key.ordinal();
    }

    static boolean isFailures(int kind) {
        return kind >= FIRST_FAILURES;
    }

    static PressureKey pressureKey(int kind) {
        return PressureKey.at(kind - FIRST_FAILURES);
    }
}
