package dev.octet.simulate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.octet.event.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProfileTest {
    private static final String EVENT = """
            events:
              move:
                meaning: people move
                source: "ours"
                incidents: 3
                accounts: 1
                newcomers: 0
                days: 0
                visits: {uniform: [1, 2]}
                starts: 0
                failures: 0
                failure-minutes: 0
                recovers: 1
                origin: {network: same-country, networks: 1, addresses: 1}
                device: own
            """;

    @Test
    void theShippedSetsHaveTheSameNamesAndOtherNumbers() {
        Profile standard = Profile.of("standard");
        Profile shifted = Profile.of("shifted");
        assertEquals(
                standard.attackers().stream().map(Attacker::label).toList(),
                shifted.attackers().stream().map(Attacker::label).toList());
        assertEquals(
                standard.events().stream().map(LegitimateEvent::label).toList(),
                shifted.events().stream().map(LegitimateEvent::label).toList());
        for (int i = 0; i < standard.events().size(); i++) {
            assertNotEquals(standard.events().get(i), shifted.events().get(i));
        }
        for (int i = PublishedAttacker.values().length; i < standard.attackers().size(); i++) {
            assertNotEquals(standard.attackers().get(i), shifted.attackers().get(i));
        }
    }

    @Test
    void everyAttackerNamesTechniquesAndEverythingASource() {
        for (String name : Profile.SHIPPED) {
            for (Attacker attacker : Profile.of(name).attackers()) {
                assertTrue(
                        !attacker.mitre().isEmpty()
                                && attacker.mitre().stream().allMatch(id -> id.matches("T[0-9]{4}(\\.[0-9]{3})?")),
                        attacker.label());
                assertTrue(!attacker.source().isBlank() && !attacker.meaning().isBlank(), attacker.label());
            }
            assertTrue(Profile.of(name).events().stream()
                    .noneMatch(
                            event -> event.source().isBlank() || event.meaning().isBlank()));
        }
    }

    @Test
    void theirTablesStandInTheDocumentation() throws IOException {
        String page = Files.readString(Path.of("docs/simulator.md"));
        assertTrue(
                page.contains(ProfileTables.markdown(Profile.standard())),
                "docs/simulator.md is not what './octet docs simulator' prints");
    }

    @Test
    void namesAreReadInAnyOrderAndCase() {
        Profile profile = Profile.standard();
        assertEquals(
                List.of("vpn", "travel"),
                profile.attackers(" Travel,VPN").stream().map(Attacker::label).toList());
        assertEquals(
                List.of("outage"),
                profile.events("outage").stream().map(LegitimateEvent::label).toList());
    }

    @Test
    void anUnknownNameIsRefusedWithTheAllowedOnes() {
        Profile profile = Profile.standard();
        String attacker = assertThrows(InputException.class, () -> profile.attackers("campaign,botnet"))
                .getMessage();
        assertTrue(attacker.contains("'botnet'") && attacker.contains("distributed-stuffing"), attacker);
        String event =
                assertThrows(InputException.class, () -> profile.events("")).getMessage();
        assertTrue(event.contains("''") && event.contains("shared-office"), event);
    }

    @Test
    void aFileOfOnesOwnIsRead(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("own.yaml"), EVENT);
        Profile profile = Profile.of(file.toString());
        assertEquals("move", profile.events().get(0).label());
        assertEquals(List.of(PublishedAttacker.values()), profile.attackers());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            incidents: 3            | incidents: {poisson: 3}          | events.move.incidents | log-uniform
            incidents: 3            | incidents: {uniform: [3, 1]}     | events.move.incidents | uniform
            incidents: 3            | incidents: -1                    | events.move.incidents | -1
            starts: 0               | start: 0                         | events.move           | start
            newcomers: 0            | newcomers: 1.5                   | events.move           | newcomers: 1.5
            network: same-country   | network: hosting                 | events.move           | belong to attackers
            network: same-country   | network: moon                    | network               | moon
            move:                   | Mo/ve:                           | Mo/ve                 | small letters
            device: own             | device: [                        | own.yaml              | flow
            """)
    void whatIsWrongInAFileIsNamed(String good, String bad, String where, String what, @TempDir Path folder)
            throws IOException {
        Path file = Files.writeString(folder.resolve("own.yaml"), EVENT.replace(good, bad));
        String message = assertThrows(InputException.class, () -> Profile.of(file.toString()))
                .getMessage();
        assertTrue(message.contains(where) && message.contains(what) && message.contains("own.yaml"), message);
    }

    @Test
    void aFileThatIsNotThereIsRefusedWithTheShippedNames() {
        String message =
                assertThrows(InputException.class, () -> Profile.of("no.yaml")).getMessage();
        assertTrue(message.contains("no.yaml") && message.contains("standard, shifted"), message);
    }
}
