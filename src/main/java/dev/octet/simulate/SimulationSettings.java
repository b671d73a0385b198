package dev.octet.simulate;

import dev.octet.event.InputException;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;

/**
 * What to simulate. Immutable.
 *
 * @param rows logins to write, in [1000, 1,000,000,000]
 * @param takeovers rows labelled {@code Is Account Takeover}, in [0, rows / 100]
 * @param seed same seed and settings, same bytes
 * @param attackers who takes accounts over; several share the takeovers in equal parts
 */
public record SimulationSettings(long rows, int takeovers, long seed, Set<Attacker> attackers) {
    static final long MIN_ROWS = 1_000;
    static final long MAX_ROWS = 1_000_000_000;

    public SimulationSettings {
        Objects.requireNonNull(attackers, "attackers");
        if (rows < MIN_ROWS || rows > MAX_ROWS) {
            throw new InputException(String.format(
                    Locale.ROOT,
                    "rows: %d is out of range; allowed is [%d, %d]. The full RBA data set has 31269264.",
                    rows,
                    MIN_ROWS,
                    MAX_ROWS));
        }
        if (takeovers < 0 || takeovers > rows / 100) {
            throw new InputException(String.format(
                    Locale.ROOT,
                    "takeovers: %d is out of range; allowed is [0, %d], one in a hundred of the %d rows. Ask for more"
                            + " rows or fewer takeovers.",
                    takeovers,
                    rows / 100,
                    rows));
        }
        if (attackers.isEmpty()) {
            throw new InputException("attackers: none given; allowed are " + allowed() + ". Name at least one.");
        }
        attackers = Collections.unmodifiableSet(EnumSet.copyOf(attackers));
    }

    /** 1,000,000 rows, 141 takeovers as in the RBA data set, seed 1, campaign attackers. */
    public static SimulationSettings withDefaults() {
        return new SimulationSettings(1_000_000, 141, 1, Set.of(Attacker.CAMPAIGN));
    }

    public SimulationSettings withRows(long value) {
        return new SimulationSettings(value, takeovers, seed, attackers);
    }

    public SimulationSettings withTakeovers(int value) {
        return new SimulationSettings(rows, value, seed, attackers);
    }

    public SimulationSettings withSeed(long value) {
        return new SimulationSettings(rows, takeovers, value, attackers);
    }

    public SimulationSettings withAttackers(Set<Attacker> value) {
        return new SimulationSettings(rows, takeovers, seed, value);
    }

    /**
     * Reads a comma-separated list of attackers, such as {@code campaign,vpn}.
     *
     * @throws InputException if a name is unknown or the list is empty
     */
    public static Set<Attacker> parseAttackers(String list) {
        Set<Attacker> attackers = EnumSet.noneOf(Attacker.class);
        for (String name : list.split(",", -1)) {
            String wanted = name.strip();
            attackers.add(Arrays.stream(Attacker.values())
                    .filter(attacker -> attacker.label().equalsIgnoreCase(wanted))
                    .findFirst()
                    .orElseThrow(() -> new InputException("attackers: '" + wanted + "' is not an attacker; allowed are "
                            + allowed() + ", separated by commas.")));
        }
        return Collections.unmodifiableSet(attackers);
    }

    private static String allowed() {
        return String.join(
                ", ", Arrays.stream(Attacker.values()).map(Attacker::label).toList());
    }
}
