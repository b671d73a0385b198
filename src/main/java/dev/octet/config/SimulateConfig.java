package dev.octet.config;

import static dev.octet.config.ConfigTypes.anySeed;
import static dev.octet.config.ConfigTypes.count;
import static dev.octet.config.ConfigTypes.oneOf;
import static dev.octet.config.ConfigTypes.someOf;
import static dev.octet.config.ConfigTypes.whole;

import java.util.List;

/** The sample that is made when {@code data.train} does not exist; a simulation in RBA format. */
public record SimulateConfig(long rows, int takeovers, long seed, List<Attacker> attackers) {

    /** How takeovers are shaped. */
    public enum Attacker {
        /** Short bursts on a few victims from rare networks, as the published takeovers. */
        CAMPAIGN,
        /** Random foreign network and device (Wiefling et al.). */
        NAIVE,
        /** In the victim's country (Wiefling et al.). */
        VPN,
        /** With the victim's city and device (Wiefling et al.). */
        TARGETED
    }

    private static final Key<Long> ROWS =
            Key.required("rows", whole(1_000, 1_000_000_000), "login attempts in the file");
    private static final Key<Integer> TAKEOVERS =
            Key.required("takeovers", count(0, 1_000_000), "how many of them are account takeovers");
    private static final Key<Long> SEED = Key.byDefault("seed", anySeed(), "1", "same seed, same bytes");
    private static final Key<List<Attacker>> ATTACKERS = Key.byDefault(
            "attackers", someOf(oneOf(Attacker.class)), "[campaign]", "attacker models, sharing the takeovers");

    static final Section<SimulateConfig> SECTION = new Section<>(
            "data.simulate",
            "Makes `data.train` in RBA format when that file does not exist: a simulation, not real logins.",
            List.of(ROWS, TAKEOVERS, SEED, ATTACKERS),
            settings -> {
                if (settings.get(TAKEOVERS) > settings.get(ROWS) / 10) {
                    throw settings.error(
                            TAKEOVERS,
                            settings.get(TAKEOVERS) + " takeovers are more than a tenth of " + settings.get(ROWS)
                                    + " rows; give fewer takeovers or more rows");
                }
                return new SimulateConfig(
                        settings.get(ROWS), settings.get(TAKEOVERS), settings.get(SEED), settings.get(ATTACKERS));
            });

    public SimulateConfig {
        attackers = List.copyOf(attackers);
    }
}
