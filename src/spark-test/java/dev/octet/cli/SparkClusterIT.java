package dev.octet.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A standalone cluster on loopback: a master and two workers in JVMs of their own, one of which is killed. */
class SparkClusterIT {
    private static final String CONFIG = """
            name: cluster
            data: {format: rba, train: %s, labels: {column: Is Account Takeover, in-training: ignore}}
            split: {by: time, train: 0.5, validation: 0.1, test: 0.4}
            detector: {autoencoder: {reconstruction: likelihood, epochs: 1, batch-size: 256, seed: 1}}
            threshold: {percentile: 97, if-too-few: lower}
            evaluate: {on: successful}
            output: %s
            """;

    @TempDir
    private static Path folder;

    private static Path log;
    private static Path bundle;
    private static byte[] expected;

    private final List<Process> processes = new ArrayList<>();
    private final List<Process> workers = new ArrayList<>();
    private String master;

    @BeforeEach
    void start() throws Exception {
        train();
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        master = "spark://127.0.0.1:" + port;
        Path said = folder.resolve("master" + port + ".log");
        daemon(
                said,
                "org.apache.spark.deploy.master.Master",
                "--host",
                "127.0.0.1",
                "--port",
                Integer.toString(port),
                "--webui-port",
                "0");
        waitFor(said, "I have been elected leader", 120);
        for (int i = 0; i < 2; i++) {
            Path worker = folder.resolve("worker" + port + "-" + i + ".log");
            workers.add(daemon(
                    worker,
                    "org.apache.spark.deploy.worker.Worker",
                    "--host",
                    "127.0.0.1",
                    "--cores",
                    "1",
                    "--memory",
                    "1200m",
                    "--webui-port",
                    "0",
                    "--work-dir",
                    folder.resolve("work").toString(),
                    master));
            waitFor(worker, "Successfully registered with master", 120);
        }
    }

    private static void train() throws IOException {
        if (expected != null) {
            return;
        }
        log = folder.resolve("log.csv");
        octet("simulate", "--rows", 12000, "--takeovers", 30, "--seed", 8, "--output", log);
        Path config = Files.writeString(folder.resolve("run.yaml"), CONFIG.formatted(log, folder.resolve("run")));
        octet("run", config, "-q");
        bundle = folder.resolve("run").resolve("bundle");
        Path scores = folder.resolve("expected.csv");
        octet("score", "--model", bundle, "--input", log, "--output", scores, "--history", "cold", "-q");
        expected = Files.readAllBytes(scores);
    }

    private static void octet(Object... arguments) {
        SparkRuns.Said said = SparkRuns.octet(arguments);
        assertEquals(0, said.code(), said.err());
    }

    private Process daemon(Path said, String... command) throws IOException {
        List<String> whole = SparkRuns.java(true);
        whole.set(whole.indexOf("-Xmx1500m"), "-Xmx256m");
        whole.remove("-Dspark.log.level=ERROR");
        whole.addAll(List.of(command));
        Process process = SparkRuns.start(whole, said);
        processes.add(process);
        return process;
    }

    private static void waitFor(Path said, String text, int seconds) throws Exception {
        for (int i = 0; i < 10 * seconds; i++) {
            if (Files.exists(said) && Files.readString(said).contains(text)) {
                return;
            }
            Thread.sleep(100);
        }
        throw new AssertionError("no \"" + text + "\" in " + seconds + " s:\n" + Files.readString(said));
    }

    @AfterEach
    void stop() throws InterruptedException {
        for (Process process : processes) {
            kill(process);
        }
        for (Process process : processes) {
            process.waitFor(30, TimeUnit.SECONDS);
        }
    }

    /** With all that it has started, as kill -9 does. */
    private static void kill(Process process) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }

    private Process submit(Path said, String... arguments) throws IOException {
        List<String> command = SparkRuns.java(true);
        command.addAll(List.of(
                "org.apache.spark.deploy.SparkSubmit",
                "--master",
                master,
                "--conf",
                "spark.executor.memory=1g",
                "--conf",
                "spark.executor.extraJavaOptions=--add-modules jdk.incubator.vector",
                "--class",
                "dev.octet.spark.SparkMain",
                SparkRuns.JAR.toString()));
        command.addAll(List.of(arguments));
        Process process = SparkRuns.start(command, said);
        processes.add(process);
        return process;
    }

    /** Killed while chunks are walked through, and in a round. */
    @ParameterizedTest
    @ValueSource(strings = {"walking through them", "round 0"})
    void aWorkerThatIsKilledChangesNoByte(String when) throws Exception {
        Path said = folder.resolve("driver" + when.hashCode() + ".log");
        Path out = folder.resolve("scores" + when.hashCode() + ".csv");
        Process driver = submit(
                said,
                "score",
                "--model",
                bundle.toString(),
                "--input",
                log.toString(),
                "--output",
                out.toString(),
                "--csv",
                "--history",
                "cold",
                "--chunk-rows",
                "1000",
                "--partitions",
                "4",
                "--block-bytes",
                "400000");
        waitFor(said, when, 240);
        assertTrue(workers.get(0).descendants().findAny().isPresent(), "the worker has an executor");
        kill(workers.get(0));
        assertTrue(driver.waitFor(400, TimeUnit.SECONDS), () -> "not done:\n" + read(said));
        assertEquals(0, driver.exitValue(), () -> read(said));
        assertArrayEquals(expected, Files.readAllBytes(out));
    }

    /** Features, threshold and scores on the workers, training on the driver: the files are those of one machine. */
    @Test
    void aRunWritesTheFilesOfOneMachine() throws Exception {
        Path config = folder.resolve("run.yaml");
        Path one = folder.resolve("run-one");
        Path other = folder.resolve("run-cluster");
        octet("run", config, "--set", "data.sample-rows=900", "--set", "output=" + one, "-q");
        Path said = folder.resolve("run.log");
        Process driver = submit(
                said,
                "run",
                config.toString(),
                "--octet",
                Path.of("target/octet.jar").toAbsolutePath().toString(),
                "--set",
                "data.sample-rows=900",
                "--set",
                "output=" + other,
                "--chunk-rows",
                "1000",
                "--partitions",
                "3",
                "--block-bytes",
                "400000");
        assertTrue(driver.waitFor(400, TimeUnit.SECONDS), () -> "not done:\n" + read(said));
        assertEquals(0, driver.exitValue(), () -> read(said));
        SparkRunIT.assertSame(one, other);
    }

    @Test
    void theDoctorSeesTheCluster() throws Exception {
        Path said = folder.resolve("doctor.log");
        Process driver = submit(said, "doctor");
        assertTrue(driver.waitFor(240, TimeUnit.SECONDS), () -> read(said));
        String text = read(said);
        assertEquals(0, driver.exitValue(), text);
        assertTrue(text.contains("Spark 4.2.0 at " + master) && text.contains("vector instructions"), text);
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return e.toString();
        }
    }
}
