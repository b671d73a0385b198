package dev.octet.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The launcher's choice of a device: stand-ins for nvidia-smi and for Java, the latter saying how it was started. */
@DisabledOnOs(OS.WINDOWS)
class LauncherTest {
    private static final String A100 = "8.0, 535.54, GPU-a, 40960, NVIDIA A100-PCIE-40GB";
    private static final String RTX_3060 = "8.6, 535.54, GPU-b, 12288, NVIDIA GeForce RTX 3060";
    private static final String L4 = "8.9, 535.54, GPU-c, 23034, NVIDIA L4";
    private static final String H100 = "9.0, 535.54, GPU-d, 81559, NVIDIA H100 80GB HBM3";
    private static final String RTX_5090 = "12.0, 570.1, GPU-e, 32607, NVIDIA GeForce RTX 5090";
    private static final String GTX_680 = "3.0, 470.1, GPU-f, 2048, NVIDIA GeForce GTX 680";

    @TempDir
    private Path home;

    private final Map<String, String> environment = new HashMap<>();

    /** The code, how Java was started (empty if it was not), and what was said. */
    private record Started(int code, String java, String said) {
        boolean has(String option) {
            return java.lines().anyMatch(option::equals);
        }
    }

    @BeforeEach
    void install() throws IOException {
        Files.createDirectories(home.resolve("gpu"));
        Files.createDirectories(home.resolve("bin"));
        Files.createDirectories(home.resolve("src/main"));
        Files.createDirectories(home.resolve("target"));
        Files.createDirectories(home.resolve("jdk/bin"));
        Files.copy(Path.of("octet"), home.resolve("octet"));
        Files.copy(Path.of("gpu/device.sh"), home.resolve("gpu/device.sh"));
        Files.createFile(home.resolve("pom.xml"));
        // Not the tools that happen to be on the PATH, for a driver may be among them.
        for (String tool : List.of(
                "bash",
                "cat",
                "dirname",
                "env",
                "find",
                "git",
                "head",
                "mv",
                "readlink",
                "rm",
                "sed",
                "sleep",
                "sysctl",
                "timeout",
                "touch",
                "uname",
                "wc")) {
            for (String folder : System.getenv("PATH").split(File.pathSeparator)) {
                Path file = Path.of(folder, tool);
                if (Files.isExecutable(file)) {
                    script("bin/" + tool, "#!/bin/sh", "exec " + file + " \"$@\"");
                    break;
                }
            }
        }
        Files.writeString(home.resolve("jdk/release"), "JAVA_VERSION=\"17.0.15\"\n");
        script(
                "jdk/bin/java",
                "case \"$*\" in *ArchiveClassesAtExit*) echo \"$*\" >'" + home.resolve("rehearsal")
                        + "'; exit ;; esac\nprintf '%s\\n' \"$@\"\nenv");
        Files.createFile(home.resolve("target/octet.jar"));
        build("nd4j-cuda-11.6");
    }

    private void script(String name, String text) throws IOException {
        script(name, "#!/usr/bin/env bash", text);
    }

    private void script(String name, String shell, String text) throws IOException {
        Path file = Files.writeString(home.resolve(name), shell + "\n" + text + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private void build(String cuda) throws IOException {
        String dl4j = cuda.equals("nd4j-cuda-11.2") ? "1.0.0-M1.1" : "1.0.0-M2.1";
        Files.writeString(home.resolve("target/octet.properties"), "dl4j=" + dl4j + "\ncuda=" + cuda + "\nredist=no\n");
    }

    /** Answers as nvidia-smi does, if it is asked what the launcher should ask. */
    private void cards(String... lines) throws IOException {
        script(
                "bin/nvidia-smi",
                "touch \"$(dirname \"$0\")/asked\"\n"
                        + "[ \"$1\" = --query-gpu=compute_cap,driver_version,uuid,memory.total,name ] || exit 2\n"
                        + "[ \"$2\" = --format=csv,noheader,nounits ] || exit 2\n"
                        + "cat <<'END'\n" + String.join("\n", lines) + "\nEND");
    }

    private Started octet(String... arguments) throws IOException, InterruptedException {
        List<String> command =
                new java.util.ArrayList<>(List.of(home.resolve("octet").toString()));
        command.addAll(Arrays.asList(arguments));
        Path out = home.resolve("out");
        Path err = home.resolve("err");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
        builder.environment().clear();
        builder.environment().putAll(environment);
        builder.environment().put("PATH", home.resolve("bin").toString());
        builder.environment().put("HOME", home.toString());
        builder.environment().put("JAVA_HOME", home.resolve("jdk").toString());
        Process process = builder.start();
        assertTrue(process.waitFor(30, TimeUnit.SECONDS), "the launcher hangs");
        return new Started(process.exitValue(), Files.readString(out), Files.readString(err));
    }

    private void assertOnGpu(Started started, String said) {
        assertEquals(0, started.code, started.said);
        assertTrue(started.said.contains("octet: training with CUDA on " + said), started.said);
        assertEquals(1, started.said.lines().count(), started.said);
        assertTrue(started.has("-Doctet.device=gpu"), started.java);
        assertFalse(started.java.contains("BACKEND_PRIORITY_CPU"), started.java);
    }

    private void assertOnCpu(Started started, String said) {
        assertEquals(0, started.code, started.said);
        assertEquals(said.isEmpty() ? "" : "octet: training on the CPU: " + said + "\n", started.said);
        assertTrue(started.has("BACKEND_PRIORITY_CPU=200"), started.java);
        assertFalse(started.has("-Doctet.device=gpu"), started.java);
    }

    @Test
    void withoutACardItTrainsOnTheCpuAndSaysNothing() throws Exception {
        assertOnCpu(octet("run", "x.yaml"), "");
        script("bin/nvidia-smi", "exit 0");
        assertOnCpu(octet("run", "x.yaml"), "nvidia-smi named no card with its compute capability: \"\"");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {A100 + "|A100-PCIE-40GB (8.0)", RTX_3060 + "|3060 (8.6)", L4 + "|L4 (8.9)"})
    void aSupportedCardIsUsed(String card, String name) throws Exception {
        cards(card);
        Started started = octet("run", "x.yaml", "--device", "auto");
        assertTrue(started.said.contains(name), started.said);
        assertOnGpu(started, "NVIDIA ");
        assertTrue(started.java.contains("\nCUDA_VISIBLE_DEVICES=GPU-"), started.java);
        assertTrue(started.java.contains("\nND4J_CUDA_MAX_DEVICE_CACHE="), started.java);
        assertOnGpu(octet("tune", "x.yaml", "--device=gpu"), "NVIDIA ");
    }

    private static long heap(Started started) {
        return mebibytes(started, "-Xmx").orElseThrow();
    }

    private static OptionalLong mebibytes(Started started, String option) {
        return started.java
                .lines()
                .filter(line -> line.startsWith(option))
                .mapToLong(line -> Long.parseLong(line.substring(4, line.length() - 1)))
                .findFirst();
    }

    /** An option that names no class of this project would do nothing, and a JVM that is not told to be quiet would say which it has. */
    @Test
    void theClassThatIsCompiledEarlyIsThereAndNobodyHearsOfIt() throws Exception {
        List<String> options = octet("run", "x.yaml")
                .java
                .lines()
                .filter(option -> option.startsWith("-XX:CompileCommand="))
                .toList();
        List<String> early = options.stream()
                .filter(option -> option.contains("CompileThresholdScaling,"))
                .toList();
        assertEquals(1, early.size(), options.toString());
        String name = early.get(0).split(",")[1];
        assertTrue(name.endsWith("::*"), name);
        Class.forName(name.substring(0, name.length() - 3), false, getClass().getClassLoader());
        // The benchmarks start a JVM of their own, and what they measure is to be what users have.
        assertTrue(Files.readString(Path.of("bench/run.sh")).contains(early.get(0)), early.toString());

        List<String> command = new java.util.ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(options);
        command.add("--version");
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), said);
        assertFalse(said.contains("Compile"), said);
        assertTrue(octet("inspect", "bundle").java.lines().noneMatch(options::contains));
    }

    /** A method that waits for a compiler when the archive is made is archived as waiting, and never compiled (JDK 17). */
    @Test
    void theArchiveOfClassesIsMadeWithNoCompilerInTheBackground() throws Exception {
        octet("run", "x.yaml");
        String rehearsal = Files.readString(home.resolve("rehearsal"));
        assertTrue(rehearsal.contains("-Xbatch ") || rehearsal.contains("-Xint "), rehearsal);
    }

    @Test
    void theHeapGrowsWithTheLogAndWithWhatABundleRemembers() throws Exception {
        long usual = heap(octet("run", "x.yaml"));
        Path log = home.resolve("log.csv");
        try (RandomAccessFile sparse = new RandomAccessFile(log.toFile(), "rw")) {
            sparse.setLength(40L << 30);
        }
        Started ofLarge = octet("run", "x.yaml", "--set", "data.train=" + log);
        long large = heap(ofLarge);
        assertTrue(large > usual, usual + ", then " + large);
        assertEquals(
                Math.min(large, (40L << 10) / 5), mebibytes(ofLarge, "-Xms").orElseThrow());
        assertTrue(mebibytes(octet("run", "x.yaml"), "-Xms").isEmpty());
        Path config = home.resolve("own.yaml");
        Files.writeString(config, "data:\n  format: rba\n  train: ['" + log + "'] # all of it\nview: attempt\n");
        assertEquals(large, heap(octet("run", config.toString())));
        assertEquals(usual, heap(octet("run", config.toString(), "--set", "data.train=small.csv")));
        Path bundle = Files.createDirectory(home.resolve("bundle"));
        try (RandomAccessFile sparse =
                new RandomAccessFile(bundle.resolve("history.bin").toFile(), "rw")) {
            sparse.setLength(5L << 30);
        }
        assertEquals(large, heap(octet("score", "--model", bundle.toString(), "--input", "small.csv")));
    }

    @Test
    void theDeviceCacheIsAQuarterOfTheCard() throws Exception {
        cards(RTX_3060);
        assertTrue(octet("run", "x.yaml").has("ND4J_CUDA_MAX_DEVICE_CACHE=" + (12288L << 20) / 4));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {H100 + "|NVIDIA H100 80GB HBM3 (9.0)", RTX_5090 + "|NVIDIA GeForce RTX 5090 (12.0)"})
    void aNewerCardIsNotUsedUnlessTheBuildHasPtxForIt(String card, String name) throws Exception {
        cards(card);
        String why = name + " is newer than this build's CUDA code, which ends at 8.9; -Pptx,cuda builds for it"
                + " (gpu/README.md)";
        assertOnCpu(octet("run", "x.yaml"), why);
        Started refused = octet("run", "x.yaml", "--device", "gpu");
        assertEquals(2, refused.code);
        assertEquals("octet: --device gpu: " + why + "\n", refused.said);
        assertEquals("", refused.java);

        build("nd4j-cuda-11.2");
        Started ptx = octet("run", "x.yaml");
        assertOnGpu(
                ptx, name + " by way of PTX: the first start compiles it for the card, which takes tens of minutes");
        assertTrue(ptx.has("CUDA_CACHE_MAXSIZE=4294967296"), ptx.java);
    }

    @Test
    void ofTwoCardsTheSupportedOneIsUsed() throws Exception {
        cards(H100, A100);
        Started started = octet("run", "x.yaml");
        assertOnGpu(started, "NVIDIA A100-PCIE-40GB (8.0), not on NVIDIA H100 80GB HBM3 (9.0): this build has no code");
        assertTrue(started.has("CUDA_VISIBLE_DEVICES=GPU-a"), started.java);
        cards(A100, RTX_3060);
        started = octet("run", "x.yaml");
        assertOnGpu(started, "NVIDIA A100-PCIE-40GB (8.0), NVIDIA GeForce RTX 3060 (8.6)");
        assertTrue(started.has("CUDA_VISIBLE_DEVICES=GPU-a,GPU-b"), started.java);
        assertTrue(started.has("ND4J_CUDA_MAX_DEVICE_CACHE=" + (12288L << 20) / 4), "of the smaller card");
    }

    @Test
    void aCardThatIsTooOldIsNotUsed() throws Exception {
        cards(GTX_680);
        assertOnCpu(octet("run", "x.yaml"), "NVIDIA GeForce GTX 680 (3.0) is older than this build's CUDA code");
    }

    @Test
    void aHangingDriverIsNotWaitedForLong() throws Exception {
        script("bin/nvidia-smi", "sleep 100");
        environment.put("OCTET_NVIDIA_SMI_SECONDS", "1");
        assertOnCpu(octet("run", "x.yaml"), "nvidia-smi did not answer within 1 s");
        Started refused = octet("run", "x.yaml", "--device=gpu");
        assertEquals(2, refused.code);
        assertEquals("octet: --device gpu: nvidia-smi did not answer within 1 s\n", refused.said);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "N/A, 535.54, GPU-a, 40960, NVIDIA A100",
                "[Not Supported]",
                "8, 535.54, GPU-a, 40960, NVIDIA A100",
                "8.0; rm -rf /",
                "8.0, 535.54, GPU-a, $(touch x), NVIDIA A100",
                "\u001b[31mred"
            })
    void garbageIsSaidToBeGarbage(String garbage) throws Exception {
        cards(garbage);
        assertOnCpu(
                octet("run", "x.yaml"),
                "nvidia-smi named no card with its compute capability: \"" + garbage.replace('\u001b', '?') + "\"");
    }

    @Test
    void aFailingDriverIsQuoted() throws Exception {
        script("bin/nvidia-smi", "echo 'Failed to initialize NVML: Driver/library version mismatch'; exit 18");
        String why = "nvidia-smi failed: \"Failed to initialize NVML: Driver/library version mismatch\"";
        assertOnCpu(octet("run", "x.yaml"), why);
        environment.put("OCTET_DEVICE", "gpu");
        Started refused = octet("run", "x.yaml");
        assertEquals(2, refused.code);
        assertEquals("octet: OCTET_DEVICE gpu: " + why + "\n", refused.said);
    }

    @Test
    void theUserMayForbidTheCard() throws Exception {
        cards(A100);
        assertOnCpu(octet("run", "x.yaml", "--device", "cpu"), "asked for");
        assertFalse(Files.exists(home.resolve("bin/asked")), "nvidia-smi need not be asked");
        environment.put("OCTET_DEVICE", "cpu");
        assertOnCpu(octet("run", "x.yaml"), "asked for");
        assertOnGpu(octet("run", "x.yaml", "--device", "gpu"), "NVIDIA A100");
        environment.clear();
        environment.put("BACKEND_PRIORITY_CPU", "200");
        assertOnCpu(octet("run", "x.yaml"), "BACKEND_PRIORITY_CPU is set");
        environment.clear();
        environment.put("CUDA_VISIBLE_DEVICES", "");
        assertOnCpu(octet("run", "x.yaml"), "");
    }

    @Test
    void anotherDeviceIsRefused() throws Exception {
        Started started = octet("run", "x.yaml", "--device", "tpu");
        assertEquals(2, started.code);
        assertEquals("octet: --device is 'tpu'; allowed are auto, cpu and gpu\n", started.said);
    }

    @Test
    void commandsThatTrainNothingAskNothing() throws Exception {
        cards(A100);
        for (String command : List.of("--help", "inspect", "score", "verify", "simulate")) {
            assertOnCpu(octet(command, "x"), "");
        }
        assertFalse(Files.exists(home.resolve("bin/asked")));
    }

    @Test
    void aBuildWithoutCudaSaysSoWhereTheGpuIsAskedFor() throws Exception {
        build("none");
        cards(H100);
        assertOnCpu(octet("run", "x.yaml"), "");
        assertFalse(Files.exists(home.resolve("bin/asked")), "the answer would change nothing");
        Started refused = octet("run", "x.yaml", "--device", "gpu");
        assertEquals(2, refused.code);
        assertEquals(
                "octet: --device gpu: this build has no CUDA in it; ./mvnw -B -DskipTests -Pptx,cuda package makes one"
                        + " that runs on NVIDIA H100 80GB HBM3 (9.0)\n",
                refused.said);
    }

    @Test
    void theDoctorIsToldOfAllCards() throws Exception {
        build("none");
        cards(A100, H100);
        Started started = octet("doctor");
        assertEquals("", started.said);
        assertTrue(started.java.contains("-Doctet.cards=" + A100 + "\n" + H100 + "\n"), started.java);
        assertTrue(
                started.has("-Doctet.device.reason=this build has no CUDA in it; ./mvnw -B -DskipTests -Pcuda package"
                        + " makes one that runs on NVIDIA A100-PCIE-40GB (8.0)"),
                started.java);
    }
}
