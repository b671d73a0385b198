package dev.octet.simulate;

import dev.octet.event.InputException;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * The settings of a simulation. Immutable.
 *
 * @param rows logins to write, in [1000, 1,000,000,000]
 * @param takeovers rows labelled as takeovers, in [0, rows / 100]
 * @param seed same seed and settings, same bytes
 * @param attackers who takes accounts over; several share the takeovers in equal parts. Published attackers come first, in
 *     the order of their type; a repeated one counts once
 * @param events what legitimate users do beside their ordinary logins; may be empty
 * @param format columns of the file
 */
public record SimulationSettings(
        long rows, int takeovers, long seed, List<Attacker> attackers, List<LegitimateEvent> events, RowFormat format) {
    static final long MIN_ROWS = 1_000;
    static final long MAX_ROWS = 1_000_000_000;

    public SimulationSettings {
        Objects.requireNonNull(format, "format");
        events = events.stream().distinct().toList();
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
            throw new InputException("attackers: none given; name at least one, such as campaign.");
        }
        for (Attacker attacker : attackers) {
            if (!attacker.fits(format)) {
                throw new InputException("attackers: " + attacker.label()
                        + " shows only in the reasons of failed logins," + " which the " + format.label()
                        + " format does not have. Ask for the format generic.");
            }
        }
        attackers = Stream.concat(
                        attackers.stream()
                                .filter(PublishedAttacker.class::isInstance)
                                .map(PublishedAttacker.class::cast)
                                .sorted(),
                        attackers.stream().filter(Technique.class::isInstance))
                .<Attacker>map(attacker -> attacker)
                .distinct()
                .toList();
    }

    /** 1,000,000 rows in RBA format, 141 takeovers as in the RBA data set, seed 1, campaign attackers, no events. */
    public static SimulationSettings withDefaults() {
        return new SimulationSettings(1_000_000, 141, 1, List.of(PublishedAttacker.CAMPAIGN), List.of(), RowFormat.RBA);
    }
}
