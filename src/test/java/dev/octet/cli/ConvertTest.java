package dev.octet.cli;

import static dev.octet.cli.Said.octet;
import static dev.octet.cli.Said.printed;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Fields beyond the table through {@code convert}: what is read back makes the same features. */
class ConvertTest {
    private static final String[] EXTRA = {
        "--extra", "tenant=org", "--extra", "managed:boolean=managedDevice", "--extra", "risk-score:number=risk"
    };
    private static final String[] READ_BACK = {
        "--format",
        "octet",
        "--extra",
        "tenant=tenant",
        "--extra",
        "managed:boolean=managed",
        "--extra",
        "risk-score:number=risk_score"
    };

    @TempDir
    private static Path folder;

    private static Path log;
    private static Path format;
    private static Path original;

    @BeforeAll
    static void runsOnTheLogItself() throws IOException {
        Random random = new Random(3);
        StringBuilder lines = new StringBuilder("when,who,ok,from,org,managedDevice,risk\n");
        for (int i = 0; i < 3_000; i++) {
            int user = random.nextInt(40);
            lines.append(Instant.parse("2024-03-01T00:00:00Z").plusSeconds(900L * i))
                    .append(",user" + user + ",true,198.51.100." + user)
                    .append(i % 97 == 0 ? ",\"odd, \"\"one\"\"\"" : ",tenant-" + user % 5)
                    .append(i % 11 == 0 ? "," : i % 101 == 0 ? ",No" : ",yes")
                    .append(i % 7 == 0 ? "," : "," + (10 + 3 * random.nextGaussian()))
                    .append('\n');
        }
        log = Files.writeString(folder.resolve("logins.csv"), lines);
        format = Files.writeString(folder.resolve("ours.yaml"), """
                title: ours
                records: [{csv: {}}]
                time: {from: when, formats: [iso]}
                success: {from: ok, success: ["true"], failure: ["false"]}
                user: who
                ip: from
                """);
        original = run("original", log, format.toString(), "org", "managedDevice", "risk");
    }

    private static Path run(String name, Path data, String format, String tenant, String managed, String risk)
            throws IOException {
        Path output = folder.resolve(name);
        Path config = Files.writeString(
                folder.resolve(name + ".yaml"), """
                name: %s
                data:
                  format:
                    name: %s
                    extra: {tenant: %s, managed: {column: %s, type: boolean}, risk-score: {column: %s, type: number}}
                  train: %s
                features: [hour, tenant, managed, risk-score, new-tenant, surprise-managed, rarity-tenant]
                split: {by: time, train: 0.5, validation: 0.2, test: 0.3}
                detector: {autoencoder: {layers: [8, 3, 8], epochs: 2, batch-size: 64, seed: 1}}
                threshold: {percentile: 99, if-too-few: lower}
                output: %s
                """.formatted("same", format, tenant, managed, risk, data, output));
        printed("run", config);
        return output;
    }

    private static Object[] arguments(String[] extra, Object... others) {
        return java.util.stream.Stream.concat(java.util.Arrays.stream(others), java.util.Arrays.stream(extra))
                .toArray();
    }

    @ParameterizedTest
    @ValueSource(strings = {"csv", "ndjson", "parquet"})
    void whatConvertWritesTrainsAndScoresAsTheLogItself(String kind) throws IOException {
        Path converted = folder.resolve("converted." + kind);
        Said said = octet(arguments(EXTRA, "convert", log, "--format", format, "--output", converted));
        assertEquals(0, said.code(), said.err());
        assertFalse(said.err().contains("no login has"), said.err());
        Path again = run("again-" + kind, converted, "octet", "tenant", "managed", "risk_score");
        List<String> scores = Files.readAllLines(original.resolve("scores.csv"));
        assertEquals(scores, Files.readAllLines(again.resolve("scores.csv")));
        assertTrue(scores.stream().anyMatch(line -> line.contains("tenant=")), scores.get(1));

        Path first = folder.resolve("first." + kind + ".csv");
        Path second = folder.resolve("second." + kind + ".csv");
        String[] cold = {"--history", "cold"};
        printed(arguments(cold, "score", "--model", again.resolve("bundle"), "--input", converted, "--output", first));
        printed(arguments(
                cold,
                arguments(
                        READ_BACK,
                        "score",
                        "--model",
                        original.resolve("bundle"),
                        "--input",
                        converted,
                        "--output",
                        second)));
        assertEquals(Files.readString(first), Files.readString(second));
        assertEquals(3_001, Files.readAllLines(first).size());
    }

    @Test
    void aPlaceThatHoldsNothingIsTold() {
        Said said = octet(
                "convert", log, "--format", format, "--output", folder.resolve("none.csv"), "--extra", "mfa=mfaResutl");
        assertEquals(0, said.code(), said.err());
        assertTrue(said.err().contains("mfa at mfaResutl"), said.err());
    }

    @ParameterizedTest
    @ValueSource(strings = {"mfa:truth=org", "Mfa=org", "mfa= ", "country=org", "mfa"})
    void aFieldThatCannotBeIsRefused(String extra) {
        Path output = folder.resolve("refused.csv");
        Said said = octet("convert", log, "--format", format, "--output", output, "--extra", extra);
        assertTrue(
                said.code() != 0
                        && said.err().toLowerCase(java.util.Locale.ROOT).contains("extra"),
                said.err());
        assertFalse(Files.exists(output));
    }

    @Test
    void aBundleReadsItsOwnFieldsUnlessAFormatIsNamed() {
        Said said = octet(
                "score",
                "--model",
                original.resolve("bundle"),
                "--input",
                log,
                "--output",
                folder.resolve("x.csv"),
                "--extra",
                "tenant=org");
        assertTrue(said.code() != 0 && said.err().contains("--format"), said.err());
    }

    @Test
    void initWritesTheFieldsIntoItsConfig() throws IOException {
        Path converted = folder.resolve("for-init.csv");
        printed(arguments(EXTRA, "convert", log, "--format", format, "--output", converted));
        Path config = folder.resolve("init.yaml");
        printed(arguments(READ_BACK, "init", converted, "--output", config));
        String yaml = Files.readString(config);
        assertTrue(yaml.contains("risk-score: {column: risk_score, type: number}"), yaml);
    }
}
