package dev.octet.bundle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.octet.event.IpAddress;
import dev.octet.event.LoginEvent;
import dev.octet.feature.FeatureExtractor;
import dev.octet.feature.GraphRows;
import dev.octet.onnx.OnnxGraph;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The programs on docs/bundle.md do what they say, and the page names what there is. */
class BundlePageTest {
    private static final String PYTHON = "/usr/bin/python3";
    static final String NODE_PACKAGE = "onnxruntime-node@1.27.0";

    @TempDir
    private static Path directory;

    @BeforeAll
    static void makesBundles() throws IOException {
        Bundles.make(directory);
        Bundles.makeDemo(directory);
        Bundles.makeExtra(directory);
    }

    private static Path program(String name) throws IOException {
        return BundlePage.program(name, directory);
    }

    /** The login of the page, a Wednesday at 14, by a user whom nobody knows. */
    private static double expected(Bundle bundle) throws IOException {
        LoginEvent login = LoginEvent.at(
                        GraphRows.LATER_MICROS + Duration.ofHours(6 * 24 + 14).toMillis() * 1000, "nobody", true)
                .ip(IpAddress.parse("192.0.2.7"))
                .country("NO")
                .asn(29695)
                .device("mobile")
                .browser("Chrome Mobile 85.0.4183")
                .os("Android 10")
                .userAgent("Mozilla/5.0 (Linux; Android 10)")
                .build();
        FeatureExtractor extractor = bundle.extractor();
        float[] raw = new float[extractor.width()];
        float[] columns = new float[bundle.model().features().columns()];
        extractor.extract(login, raw);
        bundle.model().features().bind(extractor).encode(raw, columns);
        double[] score = new double[1];
        bundle.model().detector().score(columns, 1, score);
        return score[0];
    }

    private static void assertPrints(String output, String name) throws IOException {
        Bundle bundle = Bundle.load(directory.resolve(name));
        double score = expected(bundle);
        String[] words = output.strip().split(" ");
        assertEquals(2, words.length, output);
        assertEquals(score, Double.parseDouble(words[0]), OnnxCheck.TOLERANCE * Math.abs(score), output);
        assertEquals(Boolean.toString(bundle.model().threshold().flags(score)), words[1]);
    }

    @ParameterizedTest
    @ValueSource(strings = {"mse", "likelihood", "demo", "extra"})
    void theJavaProgram(String name) throws Exception {
        String runtime = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> new File(entry).getName().startsWith("onnxruntime-"))
                .collect(Collectors.joining(File.pathSeparator));
        assertPrints(
                BundlePage.run(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        runtime,
                        program("ScoreLogin.java").toString(),
                        directory.resolve(name).toString()),
                name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"mse", "likelihood"})
    void theNodeProgram(String name) throws Exception {
        Path node = NodeRuntime.directory(NODE_PACKAGE);
        Path program = Files.move(program("score.js"), node.resolve("score.js"), StandardCopyOption.REPLACE_EXISTING);
        assertPrints(
                BundlePage.run(
                        "node", program.toString(), directory.resolve(name).toString()),
                name);
    }

    /** The reader of the page scores the golden rows as Octet did; floats are summed in another order. */
    @ParameterizedTest
    @ValueSource(strings = {"mse", "likelihood", "demo", "extra"})
    void thePythonReader(String name) throws Exception {
        assumePython("numpy");
        double difference = Double.parseDouble(BundlePage.run(
                PYTHON,
                program("read_bundle.py").toString(),
                directory.resolve(name).toString()));
        assertTrue(difference < 2e-5, "differs by " + difference);
    }

    /** Detectors that the page says its reader does not read. */
    private static final Set<String> NOT_READ = Set.of("local-outlier-factor", "random-cut-forest", "dummy-stratified");

    @Test
    void thePythonReaderReadsEveryKindThatThePageSaysItDoes() throws Exception {
        assumePython("numpy");
        String page = Files.readString(BundlePage.PAGE);
        Path reader = program("read_bundle.py");
        List<String> read = new ArrayList<>();
        for (Path each : Bundles.ofEveryKind(Files.createDirectories(directory.resolve("kinds")))) {
            String kind = Bundle.load(each).model().detector().kind();
            assertTrue(page.contains("`" + kind + "`"), kind);
            if (NOT_READ.contains(kind)) {
                String refusal = assertThrows(
                                AssertionError.class, () -> BundlePage.run(PYTHON, reader.toString(), each.toString()))
                        .getMessage();
                assertTrue(refusal.contains("does not know " + kind), refusal);
                continue;
            }
            double difference = Double.parseDouble(BundlePage.run(PYTHON, reader.toString(), each.toString()));
            assertTrue(difference < 2e-5, kind + " differs by " + difference);
            read.add(kind);
        }
        assertTrue(read.size() >= 15, read.toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"mse", "likelihood", "demo", "extra"})
    void thePythonProgram(String name) throws Exception {
        assumePython("onnxruntime");
        String output = BundlePage.run(
                PYTHON,
                program("score_login.py").toString(),
                directory.resolve(name).toString());
        String[] words = output.strip().split(" ");
        assertEquals(Bundle.load(directory.resolve(name)).id(), words[2]);
        assertPrints(words[0] + " " + words[1].toLowerCase(Locale.ROOT), name);
    }

    private static void assumePython(String module) throws IOException, InterruptedException {
        boolean there = Files.isExecutable(Path.of(PYTHON))
                && new ProcessBuilder(PYTHON, "-c", "import " + module)
                                .redirectErrorStream(true)
                                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                                .start()
                                .waitFor()
                        == 0;
        if (!there) {
            System.err.println("SKIPPED: the Python programs of docs/bundle.md, for " + PYTHON + " has no " + module);
        }
        Assumptions.assumeTrue(there, PYTHON + " has no " + module);
    }

    @Test
    void theServiceOfThePage() throws Exception {
        String output = BundlePage.run(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                Bundles.scoringClasspath(),
                program("ScoreInService.java").toString(),
                directory.resolve("likelihood").toString());
        try (Scorer scorer = Scorer.load(directory.resolve("likelihood"))) {
            Scorer.Score score = scorer.score(
                            LoginEvent.at(Instant.parse("2020-06-03T14:00:00Z").toEpochMilli() * 1000, "alice", true)
                                    .ip(IpAddress.parse("192.0.2.7"))
                                    .country("NO")
                                    .asn(29695)
                                    .build())
                    .orElseThrow();
            assertEquals(score.value() + " " + score.flagged(), output.strip());
        }
    }

    @Test
    void thePageNamesTheFilesJarsAndVersions() throws IOException {
        String page = Files.readString(BundlePage.PAGE);
        for (String file : Bundle.load(directory.resolve("demo")).files().keySet()) {
            assertTrue(page.contains("`" + file + "`"), file);
        }
        Bundles.SCORING_JARS.forEach(jar -> assertTrue(page.contains("`" + jar + "`"), jar));
        assertTrue(page.contains(NODE_PACKAGE));
        assertTrue(page.contains("The model bundle, format " + Bundle.VERSION));
        assertTrue(
                page.contains("IR version " + OnnxGraph.IR_VERSION + ", operator set " + OnnxGraph.OPSET
                        + ", `ai.onnx.ml` " + OnnxGraph.ML_OPSET),
                "versions");
    }
}
