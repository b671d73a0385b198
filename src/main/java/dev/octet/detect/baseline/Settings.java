package dev.octet.detect.baseline;

import dev.octet.event.InputException;

/** Checks of trainers' settings; written so that NaN fails. */
final class Settings {
    private Settings() {}

    static void atLeast(String kind, String setting, long value, long least) {
        if (value < least) {
            throw new InputException(kind + ": " + setting + " must be at least " + least + ", got " + value);
        }
    }

    static void positive(String kind, String setting, double value) {
        if (!(value > 0 && value < Double.POSITIVE_INFINITY)) {
            throw new InputException(kind + ": " + setting + " must be in (0, infinity), got " + value);
        }
    }

    static void notNegative(String kind, String setting, double value) {
        if (!(value >= 0 && value < Double.POSITIVE_INFINITY)) {
            throw new InputException(kind + ": " + setting + " must be in [0, infinity), got " + value);
        }
    }

    /** In (0, 1]. */
    static void fraction(String kind, String setting, double value) {
        if (!(value > 0 && value <= 1)) {
            throw new InputException(kind + ": " + setting + " must be in (0, 1], got " + value);
        }
    }
}
