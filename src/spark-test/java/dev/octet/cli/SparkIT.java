package dev.octet.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import dev.octet.bundle.Bundle;
import dev.octet.bundle.RowScorer;
import dev.octet.detect.AlertRate;
import dev.octet.detect.FittedThreshold;
import dev.octet.event.JudgedLogins;
import dev.octet.event.LoginField;
import dev.octet.event.LoginReader;
import dev.octet.event.RejectedRows;
import dev.octet.event.RejectionPolicy;
import dev.octet.event.enrich.AddressFiles;
import dev.octet.event.enrich.EnrichedSource;
import dev.octet.feature.FeatureExtractor;
import dev.octet.feature.RowReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * octet-spark.jar with a real Spark in JVMs of their own: every score file equals that of {@code octet score}, byte for byte.
 * The log has logins of some hundred users on several days with takeovers, so that every feature that looks back speaks.
 */
class SparkIT {
    private static final int ROWS = 20_000;
    private static final String CONFIG = """
            name: spark
            data: {format: rba, train: %s, labels: {column: Is Account Takeover, in-training: ignore}}
            split: {by: time, train: 0.5, validation: 0.1, test: 0.4}
            %s
            threshold: {percentile: 99, if-too-few: lower}
            evaluate: {on: successful}
            output: %s
            """;
    private static final String STATEFUL =
            "detector: {autoencoder: {reconstruction: likelihood, epochs: 2, batch-size: 256, seed: 1}}";
    private static final String STATELESS = "features: [country, device, hour, browser-family, round-trip-time]\n"
            + "detector: {autoencoder: {layers: [4], epochs: 2, seed: 1}}";

    /** By the scores of one machine, its alerts in words. */
    private static final Map<byte[], byte[]> ALERTS = new IdentityHashMap<>();

    @TempDir
    private static Path folder;

    private static Path log;
    private static Path stateful;
    private static Path stateless;

    @BeforeAll
    static void train() throws IOException {
        log = folder.resolve("log.csv");
        done(SparkRuns.octet("simulate", "--rows", ROWS, "--takeovers", 40, "--seed", 5, "--output", log));
        stateful = trained("stateful", STATEFUL);
        stateless = trained("stateless", STATELESS);
    }

    private static Path trained(String name, String detector) throws IOException {
        Path config = Files.writeString(
                folder.resolve(name + ".yaml"), CONFIG.formatted(log, detector, folder.resolve(name)));
        done(SparkRuns.octet("run", config, "-q"));
        return folder.resolve(name).resolve("bundle");
    }

    private static void done(SparkRuns.Said said) {
        assertEquals(0, said.code(), said.err());
    }

    /** The score file of one machine. */
    private static byte[] expected(Path bundle, Path input) throws IOException {
        Path out = Files.createTempFile(folder, "expected", ".csv");
        done(SparkRuns.octet("score", "--model", bundle, "--input", input, "--output", out, "--history", "cold", "-q"));
        byte[] scores = Files.readAllBytes(out);
        ALERTS.put(scores, Files.readAllBytes(alerts(out)));
        return scores;
    }

    private static Path alerts(Path scores) {
        return scores.resolveSibling(scores.getFileName() + ".alerts.csv");
    }

    /** The same bundle with a threshold that flags this share of a score file's rows. */
    private static Path flagging(Path bundle, byte[] scores, double share) throws IOException {
        double[] sorted = new String(scores, StandardCharsets.UTF_8)
                .lines()
                .skip(1)
                .mapToDouble(line -> Double.parseDouble(line.split(",")[3]))
                .sorted()
                .toArray();
        double value = sorted[(int) (sorted.length * (1 - share))];
        Path target = folder.resolve("flagging-" + share);
        Bundle.load(bundle)
                .withThreshold(
                        target,
                        new FittedThreshold(value, "a share of a test", new AlertRate(0, 0, 0), List.of()),
                        JsonNodeFactory.instance.objectNode());
        return target;
    }

    private static List<String> score(Path bundle, Object input, Path output, String... more) {
        List<String> arguments = new ArrayList<>(List.of(
                "score",
                "--model",
                bundle.toString(),
                "--input",
                input.toString(),
                "--output",
                output.toString(),
                "--csv",
                "--history",
                "cold"));
        arguments.addAll(List.of(more));
        return arguments;
    }

    private static void assertScored(byte[] expected, Path output, String said) throws IOException {
        assertTrue(said.endsWith("exit code 0"), said);
        byte[] found = Files.readAllBytes(output);
        if (!Arrays.equals(expected, found)) {
            List<String> one =
                    new String(expected, StandardCharsets.UTF_8).lines().toList();
            List<String> other =
                    new String(found, StandardCharsets.UTF_8).lines().toList();
            int at = 0;
            while (at < Math.min(one.size(), other.size()) && one.get(at).equals(other.get(at))) {
                at++;
            }
            assertEquals(
                    one.subList(at, Math.min(one.size(), at + 3)),
                    other.subList(at, Math.min(other.size(), at + 3)),
                    "line " + at + " of " + one.size() + " and " + other.size() + "\n" + said);
        }
        assertArrayEquals(expected, found);
        if (ALERTS.containsKey(expected)) {
            assertEquals(new String(ALERTS.get(expected), StandardCharsets.UTF_8), Files.readString(alerts(output)));
        }
    }

    private static int rounds(String said) {
        return (int) Pattern.compile("^round ", Pattern.MULTILINE)
                .matcher(said)
                .results()
                .count();
    }

    @Test
    void theJarHoldsNothingOfSparkUnderItsOwnName() throws IOException {
        try (JarFile jar = new JarFile(SparkRuns.JAR.toFile())) {
            assertEquals(null, jar.getManifest().getMainAttributes().getValue("Class-Path"));
            assertEquals(
                    "dev.octet.spark.SparkMain",
                    jar.getManifest().getMainAttributes().getValue("Main-Class"));
            List<String> foreign = jar.stream()
                    .map(entry -> entry.getName().replaceFirst("^META-INF/versions/[0-9]+/", ""))
                    .filter(name -> name.matches(
                            "(org/slf4j|com/fasterxml|scala|org/apache/(spark|hadoop|kafka|logging|commons/math3)"
                                    + "|picocli|it/unimi|org/nd4j|org/deeplearning4j|org/bytedeco"
                                    + "|dev/octet/(cli|serve/desk|serve/http)/).*|dev/octet/(serve|run)/[^/]+[.]class"))
                    .toList();
            assertEquals(List.of(), foreign);
        }
        assertTrue(Files.size(SparkRuns.JAR) < 9_500_000, "bytes: " + Files.size(SparkRuns.JAR));
    }

    /** What scoring on Spark names must be in the jar, since minimising may drop it. */
    @Test
    void theJarHoldsAllThatItNames() {
        JavaClasses classes = new ClassFileImporter().importUrl(url());
        TreeSet<String> missing = new TreeSet<>();
        for (JavaClass each : classes) {
            if (each.getPackageName().matches("dev\\.octet\\.(spark|bundle|feature|event|serve)(\\..*)?")) {
                each.getDirectDependenciesFromSelf().stream()
                        .map(dependency -> dependency
                                .getTargetClass()
                                .getBaseComponentType()
                                .getName())
                        .filter(name -> name.startsWith("dev.octet.") && !classes.contain(name))
                        .forEach(missing::add);
            }
        }
        assertEquals(new TreeSet<>(), missing);
    }

    /** As everywhere in Octet: no bytes name the class that they become. */
    @Test
    void nothingIsDeserialisedIntoClassesThatBytesName() {
        List<String> readers = new ClassFileImporter()
                .importUrl(url()).stream()
                        .filter(each -> each.getPackageName().matches("dev\\.octet\\.(?!shaded).*"))
                        .filter(each -> each.getDirectDependenciesFromSelf().stream()
                                .anyMatch(dependency ->
                                        dependency.getTargetClass().getName().equals("java.io.ObjectInputStream")))
                        .map(JavaClass::getName)
                        .toList();
        assertEquals(List.of(), readers);
    }

    private static URL url() {
        try {
            return new URL("jar:" + SparkRuns.JAR.toUri() + "!/");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aModelThatDoesNotLookBack() throws Exception {
        byte[] expected = expected(stateless, log);
        List<List<String>> cases = new ArrayList<>();
        List<Path> outputs = new ArrayList<>();
        for (String block : List.of("100000000", "1500000", "100000")) {
            Path out = folder.resolve("stateless-" + block + ".csv");
            outputs.add(out);
            cases.add(score(stateless, log, out, "--block-bytes", block));
        }
        // Spark's jars first, then the other way round below
        List<String> said = SparkRuns.spark(folder, false, cases);
        for (int i = 0; i < outputs.size(); i++) {
            assertScored(expected, outputs.get(i), said.get(i));
        }
    }

    @Test
    void aModelThatLooksBackInAnyChunksPartitionsAndThresholds() throws Exception {
        byte[] expected = expected(stateful, log);
        Path some = flagging(stateful, expected, 0.05);
        Path many = flagging(stateful, expected, 0.15);
        byte[] expectedSome = expected(some, log);
        byte[] expectedMany = expected(many, log);
        List<List<String>> cases = List.of(
                score(stateful, log, folder.resolve("0.csv")),
                score(stateful, log, folder.resolve("1.csv"), "--chunk-rows", "700", "--partitions", "7"),
                score(stateful, log, folder.resolve("2.csv"), "--chunk-rows", "100000", "--partitions", "1"),
                score(some, log, folder.resolve("3.csv"), "--chunk-rows", "2500", "--partitions", "3"),
                score(many, log, folder.resolve("4.csv"), "--chunk-rows", "6000", "--block-bytes", "300000"));
        List<String> said = SparkRuns.spark(folder, true, cases);
        List<byte[]> wanted = List.of(expected, expected, expected, expectedSome, expectedMany);
        for (int i = 0; i < cases.size(); i++) {
            assertScored(wanted.get(i), folder.resolve(i + ".csv"), said.get(i));
        }
        assertTrue(rounds(said.get(0)) <= 5, said.get(0));
        assertTrue(rounds(said.get(3)) <= 8, said.get(3));
        assertTrue(rounds(said.get(4)) <= 15, said.get(4));
    }

    @Test
    void logsOutOfOrderInSeveralFilesWithGapsAndFaults() throws Exception {
        List<String> lines = Files.readAllLines(log);
        String header = lines.get(0);
        List<String> rows = new ArrayList<>(lines.subList(1, 8001));
        Random random = new Random(4);
        // no AS number in most rows: networks are told apart by blocks of addresses, and change on the way
        List<String> blocks = new ArrayList<>();
        for (int i = 0; i < rows.size(); i++) {
            boolean without = i < 3000 ? random.nextInt(4) > 0 : i < 6000 && random.nextInt(10) == 0;
            blocks.add(without ? withoutAsn(header, rows.get(i)) : rows.get(i));
        }
        Path withoutAsn = write("without-asn.csv", header, blocks);
        List<String> spoilt = new ArrayList<>(rows);
        for (int i = 50; i < spoilt.size(); i += 397) {
            spoilt.set(i, i % 2 == 0 ? "not,a,row" : spoilt.get(i).replaceFirst("20[0-9][0-9]-", "yyyy-"));
        }
        Path faulty = write("faulty.csv", header, spoilt);
        List<String> shuffled = new ArrayList<>(rows);
        Collections.shuffle(shuffled, random);
        Path unsorted = write("unsorted.csv", header, shuffled);
        List<String> backwards = new ArrayList<>(rows);
        Collections.reverse(backwards);
        Path falling = write("falling.csv", header, backwards);
        List<String> late = new ArrayList<>(rows);
        for (int i = 100; i < late.size() - 1; i += 97) {
            Collections.swap(late, i, i + 1); // by some seconds, most of them
        }
        Path stumbling = write("stumbling.csv", header, late);
        List<Path> inputs = List.of(withoutAsn, faulty, unsorted, falling, stumbling);
        List<List<String>> cases = new ArrayList<>();
        for (Path input : inputs) {
            cases.add(score(
                    stateful,
                    input,
                    folder.resolve(input.getFileName() + ".scores"),
                    "--chunk-rows",
                    "900",
                    "--block-bytes",
                    "200000"));
        }
        List<String> said = SparkRuns.spark(folder, true, cases);
        for (int i = 0; i < inputs.size(); i++) {
            assertScored(
                    expected(stateful, inputs.get(i)),
                    folder.resolve(inputs.get(i).getFileName() + ".scores"),
                    said.get(i));
        }
        Path one = folder.resolve("faulty-one.csv");
        done(SparkRuns.octet(
                "score", "--model", stateful, "--input", faulty, "--output", one, "--history", "cold", "-q"));
        List<String> listed = Files.readAllLines(folder.resolve("faulty-one.csv.unreadable.csv"));
        assertTrue(listed.size() > 20, listed.toString());
        assertEquals(
                withoutHints(listed),
                withoutHints(Files.readAllLines(folder.resolve("faulty.csv.scores.unreadable.csv"))));
        assertFalse(Files.exists(folder.resolve("falling.csv.scores.unreadable.csv")));
    }

    /** A reader gives the hint on how times are written once, and may lose it: each block of a log has a reader (docs/spark.md). */
    private static List<String> withoutHints(List<String> listed) {
        return listed.stream()
                .map(line -> line.replace("; data.format.time-format says how times are written", ""))
                .toList();
    }

    private static String withoutAsn(String header, String row) {
        int column = Arrays.asList(header.split(",")).indexOf("ASN");
        String[] fields = row.split(",(?=(?:[^\"]*\"[^\"]*\")*[^\"]*$)", -1);
        fields[column] = "";
        return String.join(",", fields);
    }

    private static Path write(String name, String header, List<String> rows) throws IOException {
        return Files.writeString(
                folder.resolve(name), header + "\n" + rows.stream().collect(Collectors.joining("\n")) + "\n");
    }

    /** A table in any order, with a column that numbers its rows; and the columns of the result. */
    @Test
    void aTableAndAFolderOfParquetFiles() throws Exception {
        List<String> lines = Files.readAllLines(log).subList(0, 6001);
        String[] header = lines.get(0).split(",");
        List<String> rows = new ArrayList<>();
        for (int i = 1; i < lines.size(); i++) {
            ObjectNode row = JsonNodeFactory.instance.objectNode();
            String[] fields = lines.get(i).split(",(?=(?:[^\"]*\"[^\"]*\")*[^\"]*$)", -1);
            for (int f = 0; f < fields.length; f++) {
                row.put(header[f], fields[f].replaceAll("^\"|\"$", ""));
            }
            rows.add(row.put("place", i - 1).toString());
        }
        Collections.shuffle(rows, new Random(6));
        Path table = Files.write(folder.resolve("table.json"), rows);
        Path part = write("part.csv", lines.get(0), lines.subList(1, lines.size()));
        Path out = folder.resolve("table.parquet");
        Path json = folder.resolve("table-scores");
        List<String> whole = new ArrayList<>(
                score(stateful, table, out, "--table", "json", "--row-column", "place", "--chunk-rows", "900"));
        whole.remove("--csv");
        List<String> said = SparkRuns.spark(
                folder,
                true,
                List.of(
                        score(stateful, table, folder.resolve("table.csv"), "--table", "json", "--row-column", "place"),
                        whole,
                        List.of("json", out.toString(), json.toString())));
        byte[] expected = expected(stateful, part);
        assertScored(expected, folder.resolve("table.csv"), said.get(0));
        assertTrue(said.get(1).endsWith("exit code 0"), said.get(1));
        TreeMap<Long, JsonNode> scored = new TreeMap<>();
        try (Stream<Path> files = Files.list(json)) {
            for (Path file :
                    files.filter(each -> each.toString().endsWith(".json")).toList()) {
                for (String line : Files.readAllLines(file)) {
                    JsonNode row = new ObjectMapper().readTree(line);
                    scored.put(row.get("row").asLong(), row);
                }
            }
        }
        String id = Bundle.load(stateful).id();
        List<String> wanted =
                new String(expected, StandardCharsets.UTF_8).lines().skip(1).toList();
        assertEquals(wanted.size(), scored.size());
        for (String line : wanted) {
            String[] fields = line.split(",", 7);
            JsonNode row = scored.get(Long.parseLong(fields[0]));
            assertEquals(Double.parseDouble(fields[3]), row.get("score").asDouble(), 0, line);
            assertEquals(
                    Instant.parse(fields[1]),
                    OffsetDateTime.parse(row.get("time").asText()).toInstant(),
                    line);
            assertEquals(
                    List.of(fields[2], fields[4], fields[5].equals("1"), fields[6], id),
                    List.of(
                            row.get("user").asText(),
                            row.get("threshold").asText(),
                            row.get("flagged").asBoolean(),
                            row.get("reasons").asText(),
                            row.get("bundle").asText()));
        }
    }

    /** The memory of a bundle that has seen the log's beginning; the flagged ones of the week before come back to its users. */
    @Test
    void aBundleGoesOnFromWhatItHasSeen() throws Exception {
        List<String> lines = Files.readAllLines(log);
        Path before = write("before.csv", lines.get(0), lines.subList(1, 12001));
        Path after = write("after.csv", lines.get(0), lines.subList(12001, 17001));
        Path config = Files.writeString(
                folder.resolve("seen.yaml"),
                CONFIG.formatted(before, STATEFUL, folder.resolve("seen")).replace("percentile: 99", "percentile: 95"));
        done(SparkRuns.octet("run", config, "-q"));
        Path bundle = folder.resolve("seen").resolve("bundle");
        Path one = folder.resolve("seen-one.csv");
        done(SparkRuns.octet("score", "--model", bundle, "--input", after, "--output", one, "-q"));
        Path cold = folder.resolve("seen-cold.csv");
        List<List<String>> cases = new ArrayList<>();
        for (String rows : List.of("700", "100000")) {
            List<String> warm = score(bundle, after, folder.resolve("seen-" + rows + ".csv"), "--chunk-rows", rows);
            warm.set(warm.indexOf("cold"), "bundle");
            cases.add(with(warm, "--export-history", folder.resolve("seen-" + rows + ".bin")));
        }
        cases.add(score(bundle, after, cold));
        List<String> said = SparkRuns.spark(folder, true, cases);
        assertScored(Files.readAllBytes(one), folder.resolve("seen-700.csv"), said.get(0));
        assertScored(Files.readAllBytes(one), folder.resolve("seen-100000.csv"), said.get(1));
        Bundle loaded = Bundle.load(bundle);
        byte[] memory = remembered(loaded, loaded.extractor(), after);
        assertArrayEquals(memory, Files.readAllBytes(folder.resolve("seen-700.bin")));
        assertArrayEquals(memory, Files.readAllBytes(folder.resolve("seen-100000.bin")));
        assertFalse(
                Arrays.equals(Files.readAllBytes(one), Files.readAllBytes(cold)), "what was seen makes no difference");
    }

    /** A bundle whose memory holds fewer users than the log has: one machine forgets some, Spark does not, and says so. */
    @Test
    void aLogBeyondWhatOneMachineRemembersIsSaid() throws Exception {
        List<String> lines = Files.readAllLines(log);
        Path before = write("little-before.csv", lines.get(0), lines.subList(1, 6001));
        Path after = write("little-after.csv", lines.get(0), lines.subList(6001, 8001));
        Path config = Files.writeString(
                folder.resolve("little.yaml"),
                CONFIG.formatted(before, STATEFUL + "\nhistory: {max-users: 40}", folder.resolve("little")));
        done(SparkRuns.octet("run", config, "-q"));
        Path bundle = folder.resolve("little").resolve("bundle");
        List<String> bounded = score(bundle, after, folder.resolve("little.csv"));
        bounded.set(bounded.indexOf("cold"), "bundle");
        List<String> said =
                SparkRuns.spark(folder, true, List.of(bounded, score(bundle, after, folder.resolve("usual.csv"))));
        assertTrue(said.get(0).endsWith("exit code 0"), said.get(0));
        assertTrue(said.get(0).contains("WARNING: the log is beyond what one machine remembers"), said.get(0));
        assertTrue(said.get(0).contains("one machine remembers 40 in"), said.get(0));
        // without the bundle's memory the usual bounds count
        assertTrue(said.get(1).endsWith("exit code 0"), said.get(1));
        assertFalse(said.get(1).contains("beyond what one machine"), said.get(1));
    }

    /** What one machine remembers when it has scored these logs one after the other. */
    private static byte[] remembered(Bundle bundle, FeatureExtractor extractor, Path... inputs) throws IOException {
        return remembered(bundle, extractor, JudgedLogins.NONE, inputs);
    }

    private static byte[] remembered(Bundle bundle, FeatureExtractor extractor, JudgedLogins judged, Path... inputs)
            throws IOException {
        RowScorer scorer = new RowScorer(bundle.model(), extractor, false, judged);
        for (Path input : inputs) {
            EnrichedSource source = new EnrichedSource(
                    bundle.format().sources(List.of(input), false, note -> {}).get(0),
                    new AddressFiles(Map.of(), Path.of("")).open(bundle.enrichment(), note -> {}));
            try (LoginReader logins = source.open(
                            RejectedRows.counted(input.toString(), RejectionPolicy.warning(1, false)),
                            LoginField.all());
                    RowReader rows = bundle.model().view().read(logins, Optional.empty())) {
                scorer.score(rows, (row, score, flagged, columns, contributions, words) -> {});
            }
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        extractor.memories().get(0).save(bytes);
        return bytes.toByteArray();
    }

    private static List<String> with(List<String> arguments, Object... more) {
        return Stream.concat(arguments.stream(), Stream.of(more).map(Object::toString))
                .toList();
    }

    /**
     * A log in three parts through tables gives the scores of the whole, and the memory of one machine. The parts have chunks
     * and partitions of their own; the first contacts, days and returning logins cross their borders.
     */
    @Test
    void stateIsKeptInTablesBetweenRuns() throws Exception {
        byte[] expected = expected(stateful, log);
        Path bundle = flagging(stateful, expected, 0.08);
        List<String> lines = Files.readAllLines(log);
        List<Path> parts = new ArrayList<>();
        for (int[] part :
                new int[][] {{1, 2001}, {2001, 9001}, {9001, 15_001}, {15_001, 18_001}, {18_001, lines.size()}}) {
            parts.add(write("part-" + part[0] + ".csv", lines.get(0), lines.subList(part[0], part[1])));
        }
        Path state = folder.resolve("state");
        List<List<String>> cases = new ArrayList<>();
        String[] chunks = {"2000", "100", "100000", "1000", "1000"};
        for (int i = 0; i < chunks.length; i++) {
            cases.add(with(
                    score(bundle, parts.get(i), folder.resolve("state-" + i + ".csv"), "--chunk-rows", chunks[i]),
                    "--partitions",
                    i % 3 + 2,
                    "--state",
                    state,
                    "--export-history",
                    folder.resolve("state-" + i + ".bin")));
        }
        // the same part again is older than what was seen; another bundle has no part in the tables
        cases.add(with(score(bundle, parts.get(1), folder.resolve("again.csv")), "--state", state));
        cases.add(with(score(stateful, parts.get(1), folder.resolve("other.csv")), "--state", state));
        List<String> said = new ArrayList<>(SparkRuns.spark(folder, true, cases.subList(0, 1)));
        inFormat2(state);
        // a version of changes, and, as these are many, one of all records; what neither needs is gone
        said.addAll(SparkRuns.spark(folder, true, cases.subList(1, 3)));
        assertEquals(Map.of(1, 1, 2, 2, 3, 1), layers(state));
        said.addAll(SparkRuns.spark(folder, true, cases.subList(3, cases.size())));
        Bundle loaded = Bundle.load(bundle);
        FeatureExtractor extractor = loaded.coldExtractor();
        List<String> together = new ArrayList<>();
        for (int i = 0; i < chunks.length; i++) {
            assertTrue(said.get(i).endsWith("exit code 0"), said.get(i));
            assertArrayEquals(
                    remembered(loaded, extractor, parts.get(i)),
                    Files.readAllBytes(folder.resolve("state-" + i + ".bin")),
                    "memory after part " + i);
            Files.readAllLines(folder.resolve("state-" + i + ".csv")).stream()
                    .skip(1)
                    .map(line -> line.substring(line.indexOf(','))) // each part numbers its rows anew
                    .forEach(together::add);
        }
        assertEquals(
                new String(expected(bundle, log), StandardCharsets.UTF_8)
                        .lines()
                        .skip(1)
                        .map(line -> line.substring(line.indexOf(',')))
                        .toList(),
                together);
        assertTrue(said.get(5).contains("newest login") && said.get(5).endsWith("exit code 3"), said.get(5));
        assertTrue(said.get(6).contains(loaded.id()) && said.get(6).endsWith("exit code 3"), said.get(6));
        assertEquals(Map.of(3, 1, 4, 2, 5, 3), layers(state));
    }

    /** Turns the only version of a state into one of the format before versions had changes. */
    private static void inFormat2(Path state) throws IOException {
        Path manifest;
        try (Stream<Path> versions = Files.list(state)) {
            manifest = versions.map(each -> each.resolve("manifest.json"))
                    .filter(Files::exists)
                    .findFirst()
                    .orElseThrow();
        }
        ObjectNode tree = (ObjectNode) new ObjectMapper().readTree(Files.readString(manifest));
        JsonNode layer = tree.remove("layers").get(0);
        tree.put("format", 2);
        tree.set("values", layer.get("values"));
        tree.set("users", layer.get("users"));
        Files.writeString(manifest, tree + "\n");
        Files.deleteIfExists(manifest.resolveSibling(".manifest.json.crc")); // of the local file system of Hadoop
    }

    /** By complete version of a state, the number of versions that it is read from. */
    private static Map<Integer, Integer> layers(Path state) throws IOException {
        Map<Integer, Integer> layers = new TreeMap<>();
        try (Stream<Path> versions = Files.list(state)) {
            for (Path each : versions.toList()) {
                Path manifest = each.resolve("manifest.json");
                if (Files.exists(manifest)) {
                    JsonNode tree = new ObjectMapper().readTree(Files.readString(manifest));
                    layers.put(
                            Integer.parseInt(each.getFileName().toString().split("-")[1]),
                            tree.path("format").asInt() == 2
                                    ? 1
                                    : tree.path("layers").size());
                }
            }
        }
        return layers;
    }

    /** Complete states in a directory; it may not be there yet. */
    private static long versions(Path state) throws IOException {
        if (!Files.exists(state)) {
            return 0;
        }
        try (Stream<Path> kept = Files.list(state)) {
            return kept.filter(each -> Files.exists(each.resolve("manifest.json")))
                    .count();
        }
    }

    /**
     * What analysts said of flagged logins, of some that are not flagged and of none: a benign one updates its user's history, the
     * way of a takeover stays refused.
     */
    @Test
    void whatAnalystsSaidCounts() throws Exception {
        byte[] unjudged = expected(stateful, log);
        Path bundle = flagging(stateful, unjudged, 0.12);
        List<String> lines = new ArrayList<>();
        List<String> scored = new String(expected(bundle, log), StandardCharsets.UTF_8)
                .lines()
                .skip(1)
                .toList();
        for (int i = 0; i < scored.size(); i++) {
            String[] fields = scored.get(i).split(",", 7);
            boolean flagged = fields[5].equals("1");
            if (flagged && i % 3 > 0 || i % 97 == 0) {
                lines.add(verdict(fields, flagged && i % 3 == 1 ? "benign" : "takeover"));
            }
            if (flagged && i % 11 == 0) {
                lines.add(verdict(fields, "unsure")); // takes back what was said before
            }
        }
        lines.add(verdict(new String[] {"", "2001-01-01T00:00:00Z", "nobody", "1", "1", "1"}, "benign"));
        Path verdicts = Files.write(folder.resolve("verdicts.ndjson"), lines);
        Path one = folder.resolve("judged-one.csv");
        done(SparkRuns.octet(
                "score",
                "--model",
                bundle,
                "--input",
                log,
                "--output",
                one,
                "--history",
                "cold",
                "--verdicts",
                verdicts,
                "-q"));
        byte[] expected = Files.readAllBytes(one);
        ALERTS.put(expected, Files.readAllBytes(alerts(one)));
        assertFalse(Arrays.equals(expected(bundle, log), expected), "what was said makes no difference");
        List<List<String>> cases = new ArrayList<>();
        for (String rows : List.of("1500", "100000")) {
            cases.add(with(
                    score(bundle, log, folder.resolve("judged-" + rows + ".csv"), "--chunk-rows", rows),
                    "--partitions",
                    rows.length(),
                    "--verdicts",
                    verdicts,
                    "--export-history",
                    folder.resolve("judged-" + rows + ".bin")));
        }
        cases.add(with(score(bundle, log, folder.resolve("unread.csv")), "--verdicts", log));
        List<String> said = SparkRuns.spark(folder, true, cases);
        Bundle loaded = Bundle.load(bundle);
        byte[] memory = remembered(loaded, loaded.coldExtractor(), JudgedLogins.read(verdicts), log);
        assertFalse(Arrays.equals(remembered(loaded, loaded.coldExtractor(), log), memory));
        for (String rows : List.of("1500", "100000")) {
            assertScored(expected, folder.resolve("judged-" + rows + ".csv"), said.get(rows.equals("1500") ? 0 : 1));
            assertArrayEquals(memory, Files.readAllBytes(folder.resolve("judged-" + rows + ".bin")));
        }
        assertTrue(said.get(2).contains("not readable as JSON") && said.get(2).endsWith("exit code 3"), said.get(2));
    }

    private static String verdict(String[] scored, String verdict) {
        ObjectNode line = JsonNodeFactory.instance.objectNode();
        line.put("id", scored[1] + scored[2]).put("verdict", verdict).put("time", scored[1]);
        line.put("user", scored[2]).put("score", scored[3]).put("threshold", scored[4]);
        return line.put("flagged", scored[5].equals("1")).put("bundle", "b").toString();
    }

    /** The result as JSON, with its report of drift, and alerts in a form for other tools. */
    @Test
    void resultsAndAlertsForOtherTools() throws Exception {
        List<String> lines = Files.readAllLines(log);
        List<String> some = new ArrayList<>(lines.subList(12_001, 17_001));
        some.set(70, "not,a,row");
        some.set(99, some.get(99).replaceFirst(",[0-9]+[.][0-9.]+,", ",nowhere,"));
        Path part = write("others.csv", lines.get(0), some);
        List<String> results = new ArrayList<>();
        List<Path> outputs = new ArrayList<>();
        List<List<String>> cases = new ArrayList<>();
        for (Path bundle : List.of(stateful, stateless)) {
            Path one = folder.resolve("others-" + outputs.size() + "-one.csv");
            Path out = folder.resolve("others-" + outputs.size() + ".csv");
            Path told = folder.resolve(out.getFileName() + ".told");
            List<String> common = List.of("--alerts", "ndjson", "--max-rejected", "1", "--json");
            cases.add(with(score(bundle, part, out, "--chunk-rows", "900"), common.toArray()));
            cases.add(with(score(bundle, part, out), "--alerts-to", told, "--json"));
            List<String> alone = score(bundle, part, one);
            alone.remove("--csv");
            SparkRuns.Said said = SparkRuns.octet(with(alone, common.toArray()).toArray());
            done(said);
            results.add(result(said.out(), one));
            outputs.add(out);
        }
        List<String> said = SparkRuns.spark(folder, true, cases);
        for (int i = 0; i < said.size(); i++) {
            Path out = outputs.get(i / 2);
            assertTrue(said.get(i).endsWith("exit code 0"), said.get(i));
            assertEquals(results.get(i / 2), result(said.get(i), out));
            Path one = folder.resolve("others-" + i / 2 + "-one.csv.alerts.ndjson");
            Path other = out.resolveSibling(out.getFileName() + (i % 2 == 0 ? ".alerts.ndjson" : ".told"));
            assertTrue(Files.size(one) > 1000, "bytes: " + Files.size(one));
            assertEquals(Files.readString(one), Files.readString(other));
        }
        assertTrue(results.get(0).contains("\"drift\"") && results.get(0).contains("\"rejected\" : 1"), results.get(0));
    }

    /** A result as JSON, without the time that it took and the name of its output. */
    private static String result(String said, Path output) {
        return said.substring(said.indexOf("{\n"), said.indexOf("\n}\n") + 3)
                .replaceAll("\"seconds\" : [0-9.E-]+", "")
                .replace(output.toString(), "OUTPUT");
    }

    /** Killed before and while scores and state are written: nothing lies under their names, and the next run is as if it were first. */
    @Test
    void aDriverThatIsKilledLeavesNothingHalf() throws Exception {
        byte[] expected = expected(stateful, log);
        Path out = folder.resolve("killed.csv");
        Path state = folder.resolve("killed-state");
        List<String> arguments = with(score(stateful, log, out, "--chunk-rows", "2000"), "--state", state);
        for (String when : List.of("walking through them", "nothing changed")) {
            List<String> command = SparkRuns.java(true, "spark.master=local[2]");
            command.add("dev.octet.spark.SparkMain");
            command.addAll(arguments);
            Path said = Files.createTempFile(folder, "killed", ".txt");
            Process driver = SparkRuns.start(command, said);
            try {
                for (int i = 0; i < 2400 && !Files.readString(said).contains(when); i++) {
                    assertTrue(driver.isAlive(), Files.readString(said));
                    Thread.sleep(100);
                }
            } finally {
                driver.destroyForcibly().waitFor();
            }
            assertTrue(Files.readString(said).contains(when), Files.readString(said));
            assertFalse(Files.exists(out));
            assertEquals(0, versions(state));
        }
        List<String> said = SparkRuns.spark(folder, true, List.of(arguments));
        assertScored(expected, out, said.get(0));
        assertEquals(1, versions(state));
    }

    /** The bundle's own columns are others, and AS numbers are looked up; by octet score --on. */
    @Test
    void anotherFormatAndAnAddressDatabase() throws Exception {
        List<String> lines = Files.readAllLines(log).subList(0, 8001);
        List<String> names = Arrays.asList(lines.get(0).split(","));
        List<String> plain = new ArrayList<>(List.of("when,who,ok,from"));
        List<String> withoutAsn = new ArrayList<>(List.of(lines.get(0)));
        Map<String, String> ranges = new TreeMap<>();
        for (String line : lines.subList(1, lines.size())) {
            String[] fields = line.split(",(?=(?:[^\"]*\"[^\"]*\")*[^\"]*$)", -1);
            String address = fields[names.indexOf("IP Address")];
            plain.add(String.join(
                    ",",
                    fields[names.indexOf("Login Timestamp")],
                    fields[names.indexOf("User ID")],
                    fields[names.indexOf("Login Successful")],
                    address));
            if (address.matches("[0-9.]+")) {
                String block = address.replaceFirst("[.][0-9]+[.][0-9]+$", "");
                ranges.put(block, block + ".0.0," + block + ".255.255," + (64_512 + ranges.size() % 40) + ",of a test");
            }
            fields[names.indexOf("ASN")] = "";
            withoutAsn.add(String.join(",", fields));
        }
        assertTrue(ranges.size() > 40, ranges.size() + " blocks of addresses");
        Path database = Files.write(folder.resolve("ranges.csv"), ranges.values());
        Path own = Files.write(folder.resolve("plain.csv"), plain);
        Path other = Files.write(folder.resolve("without-asn.csv"), withoutAsn);
        Path config = Files.writeString(
                folder.resolve("enriched.yaml"), """
                        name: enriched
                        data: {format: {columns: {time: when, user: who, success: ok, ip: from}}, train: %s, enrich: {asn: %s}}
                        split: {by: time, train: 0.5, validation: 0.1, test: 0.4}
                        %s
                        threshold: {percentile: 99, if-too-few: lower}
                        evaluate: {on: successful}
                        output: %s
                        """.formatted(own, database, STATEFUL, folder.resolve("enriched")));
        done(SparkRuns.octet("run", config, "-q"));
        Path bundle = folder.resolve("enriched").resolve("bundle");
        List<byte[]> found = new ArrayList<>();
        for (List<String> where : List.of(List.<String>of(), List.of("--on", "local[2]", "--csv"))) {
            Path out = folder.resolve("enriched-" + where.size() + ".csv");
            List<Object> arguments = new ArrayList<>(List.of(
                    "score",
                    "--model",
                    bundle,
                    "--input",
                    other,
                    "--output",
                    out,
                    "--history",
                    "cold",
                    "--format",
                    "rba",
                    "--asn",
                    database));
            arguments.addAll(where);
            done(SparkRuns.octet(arguments.toArray()));
            found.add(Files.readAllBytes(out));
            found.add(Files.readAllBytes(alerts(out)));
        }
        assertTrue(found.get(0).length > 100_000, "bytes: " + found.get(0).length);
        assertArrayEquals(found.get(0), found.get(2));
        assertEquals(
                new String(found.get(1), StandardCharsets.UTF_8), new String(found.get(3), StandardCharsets.UTF_8));
        // without the database that the bundle was trained with it is refused
        List<String> said = SparkRuns.spark(folder, true, List.of(score(bundle, own, folder.resolve("refused.csv"))));
        assertTrue(said.get(0).contains("--asn FILE") && said.get(0).endsWith("exit code 3"), said.get(0));
    }

    @Test
    void refusesWhatItCannotDo() throws Exception {
        Path taken = Files.createDirectories(folder.resolve("taken"));
        List<String> warm = score(stateful, log, folder.resolve("warm.csv"));
        warm.set(warm.indexOf("cold"), "bundle");
        List<String> said = SparkRuns.spark(
                folder,
                true,
                List.of(
                        warm,
                        score(stateful, folder.resolve("nowhere.csv"), folder.resolve("x.csv")),
                        List.of(
                                "score",
                                "--model",
                                stateless.toString(),
                                "--input",
                                log.toString(),
                                "--output",
                                taken.toString()),
                        score(stateful, log, folder.resolve("x.csv"), "--chunk-rows", "-1"),
                        score(folder.resolve("nowhere"), log, folder.resolve("x.csv"))));
        // the log is the one that the bundle has seen
        assertTrue(said.get(0).contains("--history cold") && said.get(0).endsWith("exit code 3"), said.get(0));
        assertTrue(said.get(1).contains("nowhere.csv") && said.get(1).endsWith("exit code 3"), said.get(1));
        assertTrue(said.get(2).contains("exists already") && said.get(2).endsWith("exit code 3"), said.get(2));
        assertTrue(said.get(3).contains("chunk-rows") && said.get(3).endsWith("exit code 2"), said.get(3));
        assertTrue(said.get(4).contains("not a bundle") && said.get(4).endsWith("exit code 3"), said.get(4));
        assertFalse(Files.exists(folder.resolve("x.csv")));
    }
}
