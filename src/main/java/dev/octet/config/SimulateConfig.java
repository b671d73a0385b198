package dev.octet.config;

import static dev.octet.config.ConfigTypes.anySeed;
import static dev.octet.config.ConfigTypes.count;
import static dev.octet.config.ConfigTypes.listOf;
import static dev.octet.config.ConfigTypes.oneOf;
import static dev.octet.config.ConfigTypes.someOf;
import static dev.octet.config.ConfigTypes.whole;

import dev.octet.simulate.Attacker;
import dev.octet.simulate.LegitimateEvent;
import dev.octet.simulate.Profile;
import java.util.List;

/** The sample that is made when {@code data.train} does not exist; a simulation in RBA format. */
public record SimulateConfig(
        long rows, int takeovers, long seed, List<Attacker> attackers, List<LegitimateEvent> events) {

    private static final Profile PROFILE = Profile.standard();

    private static final Key<Long> ROWS =
            Key.required("rows", whole(1_000, 1_000_000_000), "login attempts in the file");
    private static final Key<Integer> TAKEOVERS =
            Key.required("takeovers", count(0, 1_000_000), "how many of them are account takeovers");
    private static final Key<Long> SEED = Key.byDefault("seed", anySeed(), "1", "same seed, same bytes");
    private static final Key<List<Attacker>> ATTACKERS = Key.byDefault(
            "attackers",
            someOf(oneOf(PROFILE.attackers(), Attacker::label)),
            "[campaign]",
            "attackers, sharing the takeovers; docs/simulator.md describes them");
    private static final Key<List<LegitimateEvent>> EVENTS = Key.byDefault(
            "events",
            listOf(oneOf(PROFILE.events(), LegitimateEvent::label)),
            "[]",
            "legitimate events; docs/simulator.md describes them");

    static final Section<SimulateConfig> SECTION = new Section<>(
            "data.simulate",
            "Makes `data.train` in RBA format when that file does not exist: a simulation, not real logins.",
            List.of(ROWS, TAKEOVERS, SEED, ATTACKERS, EVENTS),
            settings -> {
                if (settings.get(TAKEOVERS) > settings.get(ROWS) / 10) {
                    throw settings.error(
                            TAKEOVERS,
                            settings.get(TAKEOVERS) + " takeovers are more than a tenth of " + settings.get(ROWS)
                                    + " rows; give fewer takeovers or more rows");
                }
                return new SimulateConfig(
                        settings.get(ROWS),
                        settings.get(TAKEOVERS),
                        settings.get(SEED),
                        settings.get(ATTACKERS),
                        settings.get(EVENTS));
            });

    public SimulateConfig {
        attackers = List.copyOf(attackers);
        events = List.copyOf(events);
    }
}
