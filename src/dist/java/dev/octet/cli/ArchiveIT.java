package dev.octet.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The archive that ./mvnw -Pdist package makes, unpacked and run with a JDK and nothing else. */
class ArchiveIT {
    private static final String VERSION = System.getProperty("octet.version");
    private static final Path ARCHIVE =
            Path.of("target", "octet-" + VERSION + ".tar.gz").toAbsolutePath();

    @TempDir
    private static Path directory;

    private static Path home;

    @BeforeAll
    static void unpack() throws Exception {
        started(directory, "tar", "-xzf", ARCHIVE.toString());
        home = directory.resolve("octet-" + VERSION);
    }

    /** Without Maven's and the user's settings, and with a home that has no repository. */
    private static String started(Path where, String... command) throws IOException, InterruptedException {
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(where.toFile()).redirectErrorStream(true);
        builder.environment().clear();
        builder.environment().put("PATH", "/usr/bin:/bin");
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().put("HOME", directory.toString());
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(process.waitFor(5, TimeUnit.MINUTES), output);
        assertEquals(0, process.exitValue(), output);
        return output;
    }

    private static String octet(String... arguments) throws IOException, InterruptedException {
        return started(
                home,
                Stream.concat(Stream.of(home.resolve("bin/octet").toString()), Stream.of(arguments))
                        .toArray(String[]::new));
    }

    @Test
    void saysItsVersionAndCommit() throws Exception {
        String first = octet("--version")
                .lines()
                .filter(line -> line.startsWith("octet "))
                .findFirst()
                .orElseThrow();
        assertEquals("octet " + VERSION + ", commit " + commit(), first);
    }

    /** Of this checkout; a copy without git has none. */
    private static String commit() throws IOException, InterruptedException {
        Process git = new ProcessBuilder("git", "describe", "--always", "--dirty", "--match", "").start();
        String said = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return git.waitFor() == 0 ? said.strip() : "unknown";
    }

    /** The demo on fewer rows: trains with Deeplearning4j's natives, exports ONNX, scores. */
    @Test
    void trainsScoresAndVerifies() throws Exception {
        String said = octet(
                "run",
                "configs/demo.yaml",
                "--set",
                "data.simulate.rows=6000",
                "--set",
                "data.simulate.takeovers=10",
                "--set",
                "detector.autoencoder.epochs=1");
        assertFalse(said.contains("incubator"), said);
        octet("verify", "models/demo/bundle");
        started(
                home,
                "./octet",
                "score",
                "--model",
                "models/demo/bundle",
                "--input",
                "models/demo/logins.csv",
                "--output",
                "scores.csv");
        assertTrue(Files.readAllLines(home.resolve("scores.csv")).size() > 1000);
    }

    @Test
    void theZipHoldsTheSame() throws IOException {
        Set<String> unpacked;
        try (Stream<Path> files = Files.walk(home)) {
            unpacked = files.filter(Files::isRegularFile)
                    .map(file -> directory.relativize(file).toString())
                    .filter(name -> !name.matches(".*/(models/demo/.*|scores\\.csv.*|octet\\.jsa)"))
                    .collect(Collectors.toCollection(TreeSet::new));
        }
        try (ZipFile zip = new ZipFile(ARCHIVE.toString().replace(".tar.gz", ".zip"))) {
            assertEquals(
                    unpacked,
                    Collections.list(zip.entries()).stream()
                            .filter(entry -> !entry.isDirectory())
                            .map(entry -> entry.getName())
                            .collect(Collectors.toCollection(TreeSet::new)));
        }
    }

    @Test
    void everyJarHasItsLicence() throws IOException {
        String licences = Files.readString(home.resolve("licences/DEPENDENCIES"));
        try (Stream<Path> jars = Files.list(home.resolve("lib"))) {
            List<String> without = jars.map(jar -> jar.getFileName().toString().replaceAll("-[0-9].*\\.jar$", ""))
                    .filter(artifact -> !licences.contains(":" + artifact + ":"))
                    .toList();
            assertEquals(List.of(), without);
        }
    }
}
