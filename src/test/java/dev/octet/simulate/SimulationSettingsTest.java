package dev.octet.simulate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.octet.event.InputException;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SimulationSettingsTest {
    private static void refused(String message, Runnable settings) {
        assertEquals(message, assertThrows(InputException.class, settings::run).getMessage());
    }

    @Test
    void tooFewRowsAreRefused() {
        refused(
                "rows: 999 is out of range; allowed is [1000, 1000000000]. The full RBA data set has 31269264.",
                () -> new SimulationSettings(999, 0, 1, Set.of(Attacker.CAMPAIGN)));
    }

    @Test
    void tooManyRowsAreRefused() {
        refused(
                "rows: 1000000001 is out of range; allowed is [1000, 1000000000]. The full RBA data set has 31269264.",
                () -> new SimulationSettings(1_000_000_001, 0, 1, Set.of(Attacker.CAMPAIGN)));
    }

    @Test
    void moreThanOneTakeoverInAHundredRowsIsRefused() {
        refused(
                "takeovers: 11 is out of range; allowed is [0, 10], one in a hundred of the 1000 rows. Ask for more rows or"
                        + " fewer takeovers.",
                () -> new SimulationSettings(1_000, 11, 1, Set.of(Attacker.CAMPAIGN)));
        refused(
                "takeovers: -1 is out of range; allowed is [0, 10], one in a hundred of the 1000 rows. Ask for more rows or"
                        + " fewer takeovers.",
                () -> new SimulationSettings(1_000, -1, 1, Set.of(Attacker.CAMPAIGN)));
    }

    @Test
    void noAttackerIsRefused() {
        refused(
                "attackers: none given; allowed are campaign, naive, vpn, targeted. Name at least one.",
                () -> new SimulationSettings(1_000, 1, 1, Set.of()));
    }

    @Test
    void anUnknownAttackerIsRefused() {
        refused(
                "attackers: 'botnet' is not an attacker; allowed are campaign, naive, vpn, targeted, separated by commas.",
                () -> SimulationSettings.parseAttackers("campaign,botnet"));
        refused(
                "attackers: '' is not an attacker; allowed are campaign, naive, vpn, targeted, separated by commas.",
                () -> SimulationSettings.parseAttackers(""));
    }

    @Test
    void attackersAreReadFromAList() {
        assertEquals(EnumSet.of(Attacker.NAIVE, Attacker.VPN), SimulationSettings.parseAttackers(" vpn, NAIVE"));
    }

    @Test
    void defaultsAreAMillionRowsWithThePublishedNumberOfTakeovers() {
        assertEquals(
                new SimulationSettings(1_000_000, 141, 1, Set.of(Attacker.CAMPAIGN)),
                SimulationSettings.withDefaults());
    }
}
