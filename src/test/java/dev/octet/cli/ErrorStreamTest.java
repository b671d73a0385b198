package dev.octet.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The error stream of the launcher with a real Java: without Java's warning about the vector module, and all else in order. */
@DisabledOnOs(OS.WINDOWS)
class ErrorStreamTest {
    /** Refused as soon as Octet runs, with code 3. */
    private static final String REFUSED = "./octet score --model missing --input missing.csv --output scores.csv";

    @TempDir
    private static Path home;

    /** A checkout whose build is a jar that names the class path of the tests. */
    @BeforeAll
    static void install() throws IOException {
        for (String folder : List.of("gpu", "src/main", "target")) {
            Files.createDirectories(home.resolve(folder));
        }
        Files.copy(Path.of("octet"), home.resolve("octet"));
        Files.copy(Path.of("gpu/device.sh"), home.resolve("gpu/device.sh"));
        Files.createFile(home.resolve("pom.xml"));
        Files.writeString(home.resolve("target/octet.properties"), "dl4j=1.0.0-M2.1\ncuda=none\nredist=no\n");
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes()
                .put(
                        Attributes.Name.CLASS_PATH,
                        OctetProcess.classpath().stream()
                                .map(entry -> entry.toUri().toString())
                                .collect(Collectors.joining(" ")));
        Path jar = home.resolve("target/octet.jar");
        try (OutputStream out = Files.newOutputStream(jar)) {
            new JarOutputStream(out, manifest).close();
        }
        // An empty file says that no archive of classes can be made.
        Path classes = Files.createFile(home.resolve("target/octet.jsa"));
        long now = System.currentTimeMillis();
        Files.setLastModifiedTime(jar, FileTime.fromMillis(now + 10_000));
        Files.setLastModifiedTime(classes, FileTime.fromMillis(now + 20_000));
    }

    private record Ended(int code, String out, String err) {}

    /** What a shell's script printed, read as soon as it ended. */
    private static Ended shell(String script) throws IOException, InterruptedException {
        Path out = home.resolve("out.txt");
        Path err = home.resolve("err.txt");
        ProcessBuilder builder = new ProcessBuilder("bash", "-c", script)
                .directory(home.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().remove("OCTET_JAVA_OPTIONS");
        Process process = builder.start();
        try {
            assertTrue(process.waitFor(2, TimeUnit.MINUTES), () -> "it hangs: " + script);
        } finally {
            process.destroyForcibly();
        }
        return new Ended(process.exitValue(), Files.readString(out), Files.readString(err));
    }

    @Test
    void javasWarningDoesNotArrive() throws Exception {
        Ended ended = shell(REFUSED);
        assertEquals(Octet.INPUT_ERROR, ended.code, ended.err);
        assertEquals(1, ended.err.lines().count(), ended.err);
        assertTrue(ended.err.startsWith("octet: "), ended.err);
        // The kernels have the module all the same.
        Ended doctor = shell("./octet doctor");
        assertEquals(0, doctor.code, doctor.err);
        assertEquals("", doctor.err);
        assertEquals(vectors(Said.octet("doctor").out()), vectors(doctor.out));
    }

    private static String vectors(String doctor) {
        return doctor.lines()
                .filter(line -> line.startsWith("vectors"))
                .findFirst()
                .orElseThrow();
    }

    /** A file that a shell opened once: what is written to it before, by Octet, and afterwards stands in this order. */
    @Test
    void whatAShellWritesToTheSameFileStaysInOrder() throws Exception {
        Ended ended =
                shell("echo before >&2; " + REFUSED + "; " + REFUSED + " 2>&1 | sed 's/^/piped /' >&2; echo after >&2");
        List<String> lines = ended.err.lines().toList();
        assertEquals(4, lines.size(), ended.err);
        assertEquals("before", lines.get(0));
        assertTrue(lines.get(1).startsWith("octet: "), ended.err);
        assertEquals("piped " + lines.get(1), lines.get(2));
        assertEquals("after", lines.get(3));
    }

    @Test
    void withoutAnErrorStreamItEndsAsAlways() throws Exception {
        Ended ended = shell(REFUSED + " 2>&-");
        assertEquals(Octet.INPUT_ERROR, ended.code);
        assertEquals("", ended.err);
    }

    /** What the JVM itself says comes through the filter, maybe after the end of the process. */
    @Test
    void whatTheJvmSaysArrives() throws Exception {
        Ended ended = shell("OCTET_JAVA_OPTIONS=-XX:MaxHeapFreeRatio=x " + REFUSED);
        assertEquals(1, ended.code, ended.err);
        String said = ended.err;
        for (int i = 0; i < 100 && !said.contains("Could not create the Java Virtual Machine"); i++) {
            Thread.sleep(100);
            said = Files.readString(home.resolve("err.txt"));
        }
        assertTrue(said.contains("Could not create the Java Virtual Machine"), said);
    }

    /** The terminal sends the signal to the filter too. */
    @Test
    void afterCtrlCTheLastWordsArrive() throws Exception {
        Files.writeString(home.resolve("long.yaml"), """
                data: {format: rba, train: long.csv, simulate: {rows: 20000, takeovers: 0}}
                features: [country, device, hour]
                detector: {autoencoder: {layers: [8, 2, 8], epochs: 100000, patience: 100000}}
                """);
        Ended ended = shell("""
                set -m
                ./octet run long.yaml 2>run.txt &
                until grep -q 'epoch 2/' run.txt || ! kill -0 $!; do sleep 0.1; done
                kill -INT -- -$!
                wait $!
                code=$?
                cat run.txt >&2
                exit $code
                """);
        assertEquals(130, ended.code, ended.err);
        assertTrue(ended.err.contains("octet: interrupted; what was done is kept"), ended.err);
        assertFalse(ended.err.contains("incubator"), ended.err);
    }
}
