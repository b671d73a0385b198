package dev.octet.simulate;

import java.util.List;

/** A model of an attacker who takes accounts over. Implementations are immutable. */
public sealed interface Attacker extends Cause permits PublishedAttacker, Technique {
    /** The name in options and truth files, such as {@code distributed-stuffing}. */
    @Override
    String label();

    /** What the attacker does, in a few words. */
    String meaning();

    /** Identifiers of MITRE ATT&CK techniques, such as {@code T1110.004}. */
    List<String> mitre();

    /** Who describes it. */
    String source();

    /** Whether a format has the columns that show this attacker. */
    default boolean fits(RowFormat format) {
        return true;
    }
}
