package dev.octet.bundle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.octet.event.IpAddress;
import dev.octet.event.LoginEvent;
import dev.octet.feature.AttemptRow;
import dev.octet.feature.FeatureExtractor;
import dev.octet.feature.GraphRows;
import dev.octet.onnx.OnnxGraph;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The programs on docs/bundle.md do what they say, and the page names what there is. */
class BundlePageTest {
    private static final Path PAGE = Path.of("docs/bundle.md");
    static final String NODE_PACKAGE = "onnxruntime-node@1.27.0";

    @TempDir
    private static Path directory;

    @BeforeAll
    static void makesBundles() throws IOException {
        Bundles.make(directory);
    }

    /** The indented lines that follow a comment with the name of the file. */
    private static Path program(String name) throws IOException {
        List<String> lines = Files.readAllLines(PAGE);
        int marker = lines.indexOf("<!-- " + name + " -->");
        assertTrue(marker >= 0, PAGE + " has no " + name);
        String text = lines.subList(marker + 1, lines.size()).stream()
                .takeWhile(line -> line.isEmpty() || line.startsWith("    "))
                .map(line -> line.isEmpty() ? line : line.substring(4))
                .collect(Collectors.joining("\n"));
        assertFalse(text.isBlank(), PAGE + ": " + name + " is empty");
        return Files.writeString(directory.resolve(name), text + "\n");
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
        extractor.extract(new AttemptRow(login), raw);
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
    @ValueSource(strings = {"mse", "likelihood"})
    void theJavaProgram(String name) throws Exception {
        String runtime = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> new File(entry).getName().startsWith("onnxruntime-"))
                .collect(Collectors.joining(File.pathSeparator));
        assertPrints(
                run(
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
        assertPrints(run("node", program.toString(), directory.resolve(name).toString()), name);
    }

    @Test
    void thePageNamesTheFilesJarsAndVersions() throws IOException {
        String page = Files.readString(PAGE);
        for (String file : Bundle.load(directory.resolve("likelihood")).files().keySet()) {
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

    private static String run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.PIPE)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        String errors = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(process.waitFor(60, TimeUnit.SECONDS), String.join(" ", command));
        assertEquals(0, process.exitValue(), errors + output);
        return output;
    }
}
