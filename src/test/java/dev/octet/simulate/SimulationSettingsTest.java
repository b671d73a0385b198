package dev.octet.simulate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.octet.Records;
import dev.octet.event.InputException;
import java.util.List;
import org.junit.jupiter.api.Test;

class SimulationSettingsTest {
    private static final SimulationSettings SMALL =
            Records.with(SimulationSettings.withDefaults(), "takeovers", 1, "rows", 1_000);

    private static void refused(String message, Runnable settings) {
        assertEquals(message, assertThrows(InputException.class, settings::run).getMessage());
    }

    @Test
    void tooFewRowsAreRefused() {
        refused(
                "rows: 999 is out of range; allowed is [1000, 1000000000]. The full RBA data set has 31269264.",
                () -> Records.with(SimulationSettings.withDefaults(), "takeovers", 0, "rows", 999));
    }

    @Test
    void tooManyRowsAreRefused() {
        refused(
                "rows: 1000000001 is out of range; allowed is [1000, 1000000000]. The full RBA data set has 31269264.",
                () -> Records.with(SimulationSettings.withDefaults(), "rows", 1_000_000_001));
    }

    @Test
    void moreThanOneTakeoverInAHundredRowsIsRefused() {
        refused(
                "takeovers: 11 is out of range; allowed is [0, 10], one in a hundred of the 1000 rows. Ask for more rows or"
                        + " fewer takeovers.",
                () -> Records.with(SMALL, "takeovers", 11));
        refused(
                "takeovers: -1 is out of range; allowed is [0, 10], one in a hundred of the 1000 rows. Ask for more rows or"
                        + " fewer takeovers.",
                () -> Records.with(SMALL, "takeovers", -1));
    }

    @Test
    void noAttackerIsRefused() {
        refused(
                "attackers: none given; name at least one, such as campaign.",
                () -> Records.with(SMALL, "attackers", List.of()));
    }

    @Test
    void anAttackerThatTheFormatCannotShowIsRefusedAndTheOtherFormatOffered() {
        List<Attacker> fatigue = Profile.standard().attackers("mfa-fatigue");
        InputException refused = assertThrows(InputException.class, () -> Records.with(SMALL, "attackers", fatigue));
        assertTrue(refused.getMessage().contains("mfa-fatigue"), refused.getMessage());
        assertTrue(refused.getMessage().contains("Ask for the format generic"), refused.getMessage());
        assertEquals(
                fatigue,
                Records.with(SMALL, "format", RowFormat.GENERIC, "attackers", fatigue)
                        .attackers());
    }

    @Test
    void publishedAttackersComeFirstAndEachOnce() {
        Profile profile = Profile.standard();
        Attacker stuffing = profile.attackers("stuffing").get(0);
        assertEquals(
                List.of(PublishedAttacker.CAMPAIGN, PublishedAttacker.VPN, stuffing),
                Records.with(
                                SMALL,
                                "attackers",
                                List.of(stuffing, PublishedAttacker.VPN, PublishedAttacker.CAMPAIGN, stuffing))
                        .attackers());
    }

    @Test
    void defaultsAreAMillionRowsWithThePublishedNumberOfTakeovers() {
        assertEquals(
                new SimulationSettings(
                        1_000_000, 141, 1, List.of(PublishedAttacker.CAMPAIGN), List.of(), RowFormat.RBA),
                SimulationSettings.withDefaults());
    }
}
