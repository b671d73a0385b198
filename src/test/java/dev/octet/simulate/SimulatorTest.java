package dev.octet.simulate;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.github.luben.zstd.ZstdInputStream;
import dev.octet.Records;
import dev.octet.event.CsvSource;
import dev.octet.event.InputException;
import dev.octet.event.Label;
import dev.octet.event.Labelled;
import dev.octet.event.LoginEvent;
import dev.octet.event.LoginReader;
import dev.octet.event.RejectedRows;
import dev.octet.event.RejectionPolicy;
import dev.octet.event.format.ColumnFormats;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SimulatorTest {
    /** One pattern a column, over the raw text between unquoted commas. */
    private static final String[] COLUMNS = {
        "0|[1-9][0-9]*",
        "202[01]-[01][0-9]-[0-3][0-9] [0-2][0-9]:[0-5][0-9]:[0-5][0-9]\\.[0-9]{3}",
        "-?[1-9][0-9]{0,18}",
        "|[1-9][0-9]*\\.0",
        "[0-9]{1,3}(\\.[0-9]{1,3}){3}",
        "[A-Z]{2}",
        "[^,\"]*",
        "[^,\"]*",
        "[1-9][0-9]{1,5}",
        "\"[^\"]*,[^\"]*\"|[^,\"]+",
        "[0-9A-Za-z][^,\"]*",
        "(iOS|Android|Mac OS X|Chrome OS|Chromecast|Windows Phone|KaiOS|Fedora) [0-9.]+|Other ",
        "mobile|desktop|tablet|bot|unknown|",
        "True|False",
        "True|False",
        "True|False"
    };

    private static final int ROWS = 200_000;
    private static final int TAKEOVERS = 800;
    private static final SimulationSettings SETTINGS =
            new SimulationSettings(ROWS, TAKEOVERS, 11, List.of(PublishedAttacker.values()), List.of(), RowFormat.RBA);

    /** Keeps rows, split, and truth. */
    private static final class Kept implements RowSink {
        String header = "";
        final List<String> lines = new ArrayList<>();
        final List<String[]> rows = new ArrayList<>();
        final List<Takeover> truth = new ArrayList<>();

        @Override
        public void line(byte[] bytes, int length) {
            assertEquals('\n', bytes[length - 1]);
            String line = new String(bytes, 0, length - 1, UTF_8);
            if (header.isEmpty()) {
                header = line;
            } else {
                lines.add(line);
                rows.add(Calibration.split(line));
            }
        }

        @Override
        public void takeover(Takeover row) {
            truth.add(row);
        }
    }

    private final Kept kept = new Kept();
    private Simulation simulation;

    @BeforeAll
    void simulate() throws IOException {
        simulation = new Simulator(SETTINGS).generate(kept, SimulationProgress.NONE);
    }

    private static SimulationSettings settings(long rows, int takeovers, long seed, Attacker attacker) {
        return new SimulationSettings(rows, takeovers, seed, List.of(attacker), List.of(), RowFormat.RBA);
    }

    private static String digest(SimulationSettings settings, int spanRows)
            throws IOException, NoSuchAlgorithmException {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        new Simulator(settings, spanRows)
                .generate((bytes, length) -> digest.update(bytes, 0, length), SimulationProgress.NONE);
        return HexFormat.of().formatHex(digest.digest());
    }

    @Test
    void theHeaderIsThatOfTheDataSet() {
        assertEquals(
                "index,Login Timestamp,User ID,Round-Trip Time [ms],IP Address,Country,Region,City,ASN,User Agent String,"
                        + "Browser Name and Version,OS Name and Version,Device Type,Login Successful,Is Attack IP,"
                        + "Is Account Takeover",
                kept.header);
    }

    @Test
    void everyColumnHasTheFormatOfTheDataSet() {
        assertEquals(ROWS, kept.rows.size());
        Pattern[] patterns = Stream.of(COLUMNS).map(Pattern::compile).toArray(Pattern[]::new);
        Pattern field = Pattern.compile("(\"[^\"]*\"|[^,\"]*)(,|$)");
        for (String line : kept.lines) {
            Matcher fields = field.matcher(line);
            for (int column = 0; column < 16; column++) {
                assertTrue(fields.find(), line);
                String text = fields.group(1);
                assertTrue(patterns[column].matcher(text).matches(), () -> kept.header + "\n" + line + "\n" + text);
            }
            assertTrue(fields.hitEnd(), line);
        }
    }

    @Test
    void everyQuirkOfTheDataSetIsThere() {
        assertTrue(kept.rows.stream().anyMatch(row -> row[4].startsWith("10.") && Integer.parseInt(row[8]) >= 500_000));
        assertTrue(kept.rows.stream().anyMatch(row -> row[4].startsWith("10.") && Integer.parseInt(row[8]) < 500_000));
        assertTrue(kept.rows.stream().anyMatch(row -> row[6].equals("-") && !row[7].equals("-")));
        assertTrue(kept.rows.stream().anyMatch(row -> row[6].isEmpty()));
        assertTrue(kept.rows.stream().anyMatch(row -> row[7].isEmpty()));
        assertTrue(kept.rows.stream().anyMatch(row -> row[7].equals("Tromsø")));
        assertTrue(kept.rows.stream().anyMatch(row -> row[9].startsWith("Mozilla/5.0  (")));
        assertTrue(kept.rows.stream().anyMatch(row -> row[9].startsWith("Mozilla/5.0 (Macintosh")));
        assertTrue(kept.rows.stream().anyMatch(row -> row[9].startsWith("Mozilla/5.0667")));
        assertTrue(kept.rows.stream().anyMatch(row -> row[9].contains(" variation/")));
        assertTrue(kept.rows.stream().anyMatch(row -> row[9].length() < 15));
        assertTrue(kept.rows.stream().anyMatch(row -> row[9].contains("github.com/das-group/rba-dataset")));
        assertTrue(kept.rows.stream().anyMatch(row -> row[10].startsWith("Android ") && row[11].startsWith("iOS ")));
        assertTrue(kept.rows.stream().anyMatch(row -> row[11].equals("Other ")));
    }

    @Test
    void rowsAreNumberedAndSortedWithinThePublishedPeriod() {
        String before = "2020-02-03 12:43:30.772";
        for (int i = 0; i < ROWS; i++) {
            String[] row = kept.rows.get(i);
            assertEquals(Integer.toString(i), row[0]);
            assertTrue(row[1].compareTo(before) >= 0, row[1]);
            before = row[1];
        }
        assertTrue(before.compareTo("2021-02-28 23:59:58.000") <= 0, before);
        assertTrue(kept.rows.get(0)[1].startsWith("2020-02-03"));
        assertTrue(before.startsWith("2021-02-28"), before);
    }

    @Test
    void theAttackFlagAndTheNetworkAreConstantsOfAnAddress() {
        Map<String, String> byAddress = new HashMap<>();
        for (String[] row : kept.rows) {
            String traits = String.join("|", row[14], row[8], row[5], row[6], row[7]);
            String first = byAddress.putIfAbsent(row[4], traits);
            assertTrue(first == null || first.equals(traits), () -> row[4] + ": " + first + " and " + traits);
        }
    }

    @Test
    void ourOwnReaderTakesEveryRow(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("logins.csv");
        new Simulator(Records.with(SETTINGS, "takeovers", 50, "rows", 20_000)).write(file, SimulationProgress.NONE);
        RejectedRows rejected = RejectedRows.counted("logins.csv", RejectionPolicy.DEFAULT);
        int rows = 0;
        int attacks = 0;
        try (LoginReader reader =
                new CsvSource(file, ColumnFormats.RBA.withLabelColumn("Is Account Takeover")).open(rejected)) {
            for (Labelled<LoginEvent> login = reader.next(); login != null; login = reader.next()) {
                rows++;
                attacks += login.label() == Label.ATTACK ? 1 : 0;
            }
        }
        assertEquals(0, rejected.count());
        assertEquals(20_000, rows);
        assertEquals(50, attacks);
    }

    @Test
    void theSameSeedGivesTheSameBytesAndAnotherSeedOthers() throws IOException, NoSuchAlgorithmException {
        SimulationSettings small = Records.with(SETTINGS, "takeovers", 100, "rows", 20_000);
        String once = digest(small, 8_000_000);
        assertEquals(once, digest(small, 8_000_000));
        assertNotEquals(once, digest(Records.with(small, "seed", 12), 8_000_000));
        assertEquals(once, digest(small, 1_500), "spans that are sorted apart change nothing");
    }

    /** Digests of the files that commit e69b65e wrote, which had the published attackers only. */
    @Test
    void filesOfThePublishedAttackersAreThoseOfEarlierVersions() throws IOException, NoSuchAlgorithmException {
        assertEquals(
                "271c7a8dd4c9d376ff8344adb4db45c7cb3eb7b7f6bb8e840dfd853030b3b022",
                digest(Records.with(SETTINGS, "takeovers", 100, "rows", 20_000), 8_000_000));
        assertEquals(
                "89dae163357ba75f814b0dd683a5363fadcfc076d7a77421a66dc189739ed19c",
                digest(settings(20_000, 50, 5, PublishedAttacker.CAMPAIGN), 8_000_000));
    }

    @Test
    void takeoversAreExactInNumberAndInEqualParts() {
        assertEquals(TAKEOVERS, simulation.takeovers());
        assertEquals(
                TAKEOVERS,
                kept.rows.stream().filter(row -> row[15].equals("True")).count());
        for (Attacker attacker : PublishedAttacker.values()) {
            assertEquals(
                    TAKEOVERS / 4,
                    kept.truth.stream()
                            .filter(row -> row.attacker().equals(attacker.label()))
                            .count(),
                    attacker.label());
        }
    }

    @Test
    void takeoversOfOneAttackerAreAllHis() throws IOException {
        Kept one = new Kept();
        new Simulator(settings(20_000, 77, 3, PublishedAttacker.VPN)).generate(one, SimulationProgress.NONE);
        assertEquals(77, one.truth.size());
        assertTrue(one.truth.stream().allMatch(row -> row.attacker().equals("vpn")));
    }

    @Test
    void withoutTakeoversThereIsNone() throws IOException {
        Kept none = new Kept();
        new Simulator(settings(1_000, 0, 3, PublishedAttacker.CAMPAIGN)).generate(none, SimulationProgress.NONE);
        assertEquals(1_000, none.rows.size());
        assertTrue(none.rows.stream().allMatch(row -> row[15].equals("False")));
        assertTrue(none.truth.isEmpty());
    }

    @Test
    void theTruthAgreesWithTheRows() {
        Map<String, Integer> successes = new HashMap<>();
        int next = 0;
        for (int i = 0; i < ROWS; i++) {
            String[] row = kept.rows.get(i);
            if (row[15].equals("True")) {
                Takeover truth = kept.truth.get(next++);
                assertEquals(i, truth.row());
                assertEquals(row[2], Long.toString(truth.user()));
                assertEquals(successes.getOrDefault(row[2], 0), truth.priorSuccesses(), () -> String.join(",", row));
            }
            if (row[13].equals("True")) {
                successes.merge(row[2], 1, Integer::sum);
            }
        }
        assertEquals(kept.truth.size(), next);
    }

    @Test
    void victimsAreAccountsWithRowsOfTheirOwn() {
        Set<Long> owners = new HashSet<>();
        kept.rows.stream().filter(row -> row[15].equals("False")).forEach(row -> owners.add(Long.valueOf(row[2])));
        assertTrue(kept.truth.stream().allMatch(row -> owners.contains(row.user())));
        assertTrue(kept.truth.stream().noneMatch(row -> row.user() == Published.BIN_USER));
    }

    @Test
    void aCampaignIsABurstOnAFewVictimsFromOneNetwork() {
        Map<Integer, List<String[]>> campaigns = new HashMap<>();
        for (Takeover truth : kept.truth) {
            if (truth.attacker().equals("campaign")) {
                campaigns
                        .computeIfAbsent(truth.campaign(), key -> new ArrayList<>())
                        .add(kept.rows.get((int) truth.row()));
            }
        }
        Map<String, Integer> networks = new HashMap<>();
        for (List<String[]> campaign : campaigns.values()) {
            assertTrue(campaign.size() <= 8);
            assertEquals(1, campaign.stream().map(row -> row[8]).distinct().count());
            assertEquals(1, campaign.stream().map(row -> row[9]).distinct().count());
            networks.merge(campaign.get(0)[8], 1, Integer::sum);
        }
        assertTrue(networks.values().stream().anyMatch(times -> times > 1), "a network returns");
        assertTrue(networks.size() > campaigns.size() / 4, "and is replaced");
    }

    @Test
    void attackersAlsoFail() {
        Set<String> addresses = new HashSet<>();
        for (Takeover truth : kept.truth) {
            if (truth.attacker().equals("campaign")) {
                addresses.add(kept.rows.get((int) truth.row())[4]);
            }
        }
        assertTrue(kept.rows.stream()
                        .filter(row -> addresses.contains(row[4]) && row[13].equals("False") && row[15].equals("False"))
                        .count()
                > 20);
    }

    /** A victim's latest earlier row, if it has one. */
    private String[] before(Takeover truth) {
        for (int i = (int) truth.row() - 1; i >= 0; i--) {
            if (kept.rows.get(i)[2].equals(Long.toString(truth.user()))) {
                return kept.rows.get(i);
            }
        }
        return new String[0];
    }

    private double shareSame(Attacker attacker, int column) {
        long same = 0;
        long all = 0;
        for (Takeover truth : kept.truth) {
            if (truth.attacker().equals(attacker.label()) && truth.priorSuccesses() > 0) {
                String[] usual = before(truth);
                all++;
                same += usual[column].equals(kept.rows.get((int) truth.row())[column]) ? 1 : 0;
            }
        }
        return same / (double) all;
    }

    @Test
    void attackersKnowWhatTheirModelSays() {
        assertTrue(shareSame(PublishedAttacker.NAIVE, 5) < 0.1, "the naive one comes from another country");
        assertTrue(shareSame(PublishedAttacker.VPN, 5) > 0.85, "the VPN is in the victim's country");
        assertTrue(shareSame(PublishedAttacker.VPN, 8) < 0.15, "but another network");
        assertTrue(shareSame(PublishedAttacker.TARGETED, 5) > 0.85);
        assertTrue(shareSame(PublishedAttacker.TARGETED, 7) > 0.8, "the targeted one is in the victim's city");
        assertTrue(shareSame(PublishedAttacker.TARGETED, 8) < 0.15, "with a neighbouring provider");
        assertTrue(shareSame(PublishedAttacker.TARGETED, 12) > 0.9, "and a device like the victim's");
        assertTrue(shareSame(PublishedAttacker.NAIVE, 12) < 0.8);
    }

    @Test
    void takeoversHaveThePublishedMargins() {
        // Drawn independently for each takeover, so four standard deviations of a binomial of 800 hold them.
        near(Published.TAKEOVER_SUCCESS, share(row -> row[13].equals("True")), TAKEOVERS, "success");
        near(
                Published.TAKEOVER_HISTORY[0],
                kept.truth.stream().filter(row -> row.priorSuccesses() == 0).count() / (double) TAKEOVERS,
                TAKEOVERS,
                "without history");
        // Logins of one campaign share addresses: about 1.5 to an address.
        near(Published.TAKEOVER_ATTACK_IP, share(row -> row[14].equals("True")), TAKEOVERS / 1.5, "attack IP");
    }

    private double share(Predicate<String[]> predicate) {
        return kept.truth.stream()
                        .filter(row -> predicate.test(kept.rows.get((int) row.row())))
                        .count()
                / (double) TAKEOVERS;
    }

    /** Within four standard deviations of a binomial share. */
    static void near(double published, double simulated, double n, String what) {
        double bound = 4 * Math.sqrt(published * (1 - published) / n);
        assertEquals(published, simulated, bound, what);
    }

    @Test
    void filesAreWrittenCompressedByName(@TempDir Path folder) throws IOException {
        SimulationSettings small = Records.with(SETTINGS, "takeovers", 10, "rows", 2_000);
        Simulator simulator = new Simulator(small);
        Path plain = folder.resolve("a.csv");
        Path gzip = folder.resolve("b.csv.gz");
        Path zstd = folder.resolve("c.csv.zst");
        simulator.write(plain, SimulationProgress.NONE);
        simulator.write(gzip, SimulationProgress.NONE);
        simulator.write(zstd, SimulationProgress.NONE);
        byte[] bytes = Files.readAllBytes(plain);
        try (GZIPInputStream in = new GZIPInputStream(Files.newInputStream(gzip))) {
            assertArrayEquals(bytes, in.readAllBytes());
        }
        try (ZstdInputStream in = new ZstdInputStream(Files.newInputStream(zstd))) {
            assertArrayEquals(bytes, in.readAllBytes());
        }
        List<String> truth = Files.readAllLines(folder.resolve("b.truth.csv"));
        assertEquals("row,attacker,campaign,user,prior_successes", truth.get(0));
        assertEquals(11, truth.size());
        assertEquals(truth, Files.readAllLines(folder.resolve("a.truth.csv")));
        assertEquals(truth, Files.readAllLines(folder.resolve("c.truth.csv")));
        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(6, files.count(), "no temporary file is left");
        }
    }

    @Test
    void anInterruptedRunLeavesNothing(@TempDir Path folder) throws IOException {
        Simulator simulator = new Simulator(SETTINGS);
        Path file = folder.resolve("a.csv");
        assertThrows(
                IllegalStateException.class,
                () -> simulator.write(file, (done, total) -> {
                    throw new IllegalStateException("stopped");
                }));
        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(0, files.count());
        }
    }

    @Test
    void aFolderThatIsNotThereIsNamed(@TempDir Path folder) {
        Path missing = folder.resolve("no/a.csv");
        assertEquals(
                "output: the folder " + folder.resolve("no").toAbsolutePath()
                        + " of a.csv does not exist; make it first.",
                assertThrows(
                                InputException.class,
                                () -> new Simulator(SETTINGS).write(missing, SimulationProgress.NONE))
                        .getMessage());
        assertEquals(
                "output: " + folder + " is a folder; name a file, such as logins.csv.",
                assertThrows(InputException.class, () -> new Simulator(SETTINGS).write(folder, SimulationProgress.NONE))
                        .getMessage());
    }

    @Test
    void progressGrowsToTheTotal() throws IOException {
        List<Long> seen = new ArrayList<>();
        new Simulator(SETTINGS).generate((bytes, length) -> {}, (done, total) -> {
            assertEquals(ROWS, total);
            seen.add(done);
        });
        assertEquals(List.of(100_000L, 200_000L, 200_000L), seen);
    }

    @Test
    @Tag("slow")
    void heapStaysBoundedForTenMillionRows() throws IOException {
        long[] most = new long[1];
        Runtime runtime = Runtime.getRuntime();
        new Simulator(settings(10_000_000, 141, 1, PublishedAttacker.CAMPAIGN))
                .generate((bytes, length) -> {}, (done, total) -> {
                    if (done % 1_000_000 == 0) {
                        System.gc();
                        most[0] = Math.max(most[0], runtime.totalMemory() - runtime.freeMemory());
                    }
                });
        // 8 million rows of a span at 14 bytes, the day's attempts, the world.
        assertTrue(most[0] < 400L << 20, () -> most[0] + " bytes in use");
        assertFalse(most[0] == 0);
    }
}
