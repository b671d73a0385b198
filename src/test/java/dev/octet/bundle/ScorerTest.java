package dev.octet.bundle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.octet.cli.OctetProcess;
import dev.octet.event.CsvFormat;
import dev.octet.event.CsvSource;
import dev.octet.event.InputException;
import dev.octet.event.Label;
import dev.octet.event.Labelled;
import dev.octet.event.LoginEvent;
import dev.octet.event.LoginReader;
import dev.octet.event.RejectedRows;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A bundle inside another program. */
class ScorerTest {
    @TempDir
    private static Path directory;

    @BeforeAll
    static void makesBundles() throws IOException {
        Bundles.make(directory);
    }

    /** Logins from all over of the log that the bundles were made from. */
    private static List<LoginEvent> logins(int count) throws IOException {
        Bundle bundle = Bundle.load(directory.resolve("mse"));
        List<LoginEvent> logins = new ArrayList<>();
        try (LoginReader reader = new CsvSource(directory.resolve("logins.csv"), (CsvFormat) bundle.format())
                .open(RejectedRows.ignoring())) {
            for (Labelled<LoginEvent> login = reader.next(); login != null; login = reader.next()) {
                logins.add(login.row());
            }
        }
        int step = logins.size() / count;
        return IntStream.range(0, count).mapToObj(i -> logins.get(i * step)).toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"mse", "likelihood"})
    void eightThreadsGetTheScoresOfOne(String name) throws Exception {
        List<LoginEvent> logins = logins(4000);
        try (Scorer scorer = Scorer.load(directory.resolve(name))) {
            List<Optional<Scorer.Score>> serial =
                    logins.stream().map(scorer::score).toList();
            long different = serial.stream()
                    .flatMap(Optional::stream)
                    .map(Scorer.Score::value)
                    .distinct()
                    .count();
            assertTrue(different > 100, "only " + different + " scores");
            ExecutorService threads = Executors.newFixedThreadPool(8);
            try {
                List<Future<List<Optional<Scorer.Score>>>> all = new ArrayList<>();
                for (int thread = 0; thread < 8; thread++) {
                    all.add(threads.submit(
                            () -> logins.stream().map(scorer::score).toList()));
                }
                for (Future<List<Optional<Scorer.Score>>> one : all) {
                    assertEquals(serial, one.get());
                }
            } finally {
                threads.shutdownNow();
            }
        }
    }

    /** What `octet score` gives, bit for bit: each login held against the bundle's history alone. */
    @Test
    void scoresAreThoseOfTheRowScorer() throws IOException {
        Bundle bundle = Bundle.load(directory.resolve("likelihood"));
        List<LoginEvent> logins = logins(200);
        try (Scorer scorer = Scorer.load(bundle.directory())) {
            assertEquals(bundle.id(), scorer.bundleId());
            assertEquals(bundle.model().threshold().value(), scorer.threshold());
            for (LoginEvent login : logins) {
                RowScorer one = new RowScorer(bundle.model(), bundle.extractor());
                List<Scorer.Score> expected = new ArrayList<>();
                Reasons reasons = new Reasons(bundle.model().features().layout());
                RowScorer.Sink sink = (row, score, flagged, columns, contributions, words) -> expected.add(
                        new Scorer.Score(score, flagged, flagged ? reasons.inWords(contributions, words) : ""));
                one.add(new Labelled<>(login, Label.UNKNOWN), sink);
                one.flush(sink);
                assertEquals(expected, scorer.score(login).stream().toList(), login.toString());
            }
        }
    }

    /** The check that saving makes is real: the graph of another bundle does not pass. */
    @ParameterizedTest
    @ValueSource(strings = {"model.onnx", "encoded.onnx"})
    void aGraphThatDisagreesIsRefused(String file) throws IOException {
        Path other = directory.resolve("other-" + file);
        Bundles.make(directory, "mse", 6000, 2, other);
        Path mixed = directory.resolve("mixed-" + file);
        Files.createDirectory(mixed);
        for (String name : Bundle.load(other).files().keySet()) {
            Files.copy(other.resolve(name), mixed.resolve(name));
        }
        Files.copy(directory.resolve("mse").resolve(file), mixed.resolve(file), StandardCopyOption.REPLACE_EXISTING);
        Checksums.write(mixed);
        Bundle bundle = Bundle.load(mixed);
        InputException foreign = assertThrows(InputException.class, bundle::verify);
        assertTrue(
                foreign.getMessage().contains(file + " is not the graph that this Octet writes"), foreign.getMessage());
        InputException refusal =
                assertThrows(InputException.class, () -> OnnxCheck.run(bundle, bundle.coldExtractor()));
        assertTrue(refusal.getMessage().contains(file), refusal.getMessage());
        assertTrue(refusal.getMessage().contains("by ONNX Runtime, "), refusal.getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"mse", "likelihood"})
    void theGraphsOfABundleAreVerifiedAfterItWasRead(String name) throws IOException {
        double difference = Bundle.load(directory.resolve(name)).verify().orElseThrow();
        assertTrue(difference > 0 && difference <= 1e-5, "differs by " + difference);
    }

    @Test
    void aClosedScorerSaysSo() throws IOException {
        Scorer scorer = Scorer.load(directory.resolve("mse"));
        scorer.close();
        IllegalStateException refusal = assertThrows(
                IllegalStateException.class, () -> scorer.score(logins(1).get(0)));
        assertTrue(refusal.getMessage().contains("is closed"), refusal.getMessage());
    }

    /** Another JVM with our classes and the few jars of docs/bundle.md; none of the large ones is looked for. */
    @ParameterizedTest
    @ValueSource(strings = {"mse", "likelihood"})
    void aServiceNeedsFewJars(String name) throws Exception {
        Path loaded = directory.resolve(name + ".classes");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-Xlog:class+load:file=" + loaded,
                        "-cp",
                        Bundles.scoringClasspath(),
                        ScorerMain.class.getName(),
                        directory.resolve(name).toString())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), output);
        try (Scorer scorer = Scorer.load(directory.resolve(name))) {
            assertEquals(
                    Double.toString(
                            scorer.score(ScorerMain.login()).orElseThrow().value()),
                    output.strip());
        }
        assertNothingLarge(loaded);
    }

    /** The command line has every jar at hand, and still loads none of the large ones. */
    @Test
    void scoreStartsWithoutNd4j() throws Exception {
        Path log = directory.resolve("few.csv");
        try (var lines = Files.lines(directory.resolve("logins.csv"))) {
            Files.write(log, lines.limit(50).toList());
        }
        Path loaded = directory.resolve("score.classes");
        Process process = new ProcessBuilder(OctetProcess.command(
                        List.of("-Xmx512m", "-Xlog:class+load:file=" + loaded),
                        "score",
                        "--model",
                        directory.resolve("likelihood"),
                        "--history",
                        "cold",
                        "--input",
                        log,
                        "--output",
                        directory.resolve("scores.csv")))
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), output);
        assertNothingLarge(loaded);
    }

    private static void assertNothingLarge(Path loaded) throws IOException {
        List<String> large = List.of("org.nd4j.", "org.deeplearning4j.", "org.datavec.", "ai.onnxruntime.", "onnx.");
        String classes = Files.readString(loaded);
        assertTrue(classes.contains("dev.octet.bundle.Bundle "), "the log of classes is none");
        for (String line : classes.lines().toList()) {
            String name = line.substring(line.indexOf("] ") + 2);
            assertFalse(large.stream().anyMatch(name::startsWith), line);
        }
    }
}
