package dev.octet.simulate;

/** What a planned login belongs to. Implementations are immutable. */
sealed interface Cause permits Attacker, LegitimateEvent {
    /** The name in options and files. */
    String label();
}
