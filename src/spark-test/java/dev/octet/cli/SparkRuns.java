package dev.octet.cli;

import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine;

/** Runs Octet on one machine, and octet-spark.jar with the jars of a Spark in a JVM of its own. */
final class SparkRuns {
    static final Path JAR = Path.of("target/octet-spark.jar").toAbsolutePath();
    /** Of the Spark that is tried; OCTET_SPARK_JARS names those of another version. */
    static final Path JARS = Path.of(System.getenv().getOrDefault("OCTET_SPARK_JARS", "target/spark/jars"))
            .toAbsolutePath();

    private static final String JAVA =
            Path.of(System.getProperty("java.home"), "bin", "java").toString();

    private SparkRuns() {}

    record Said(int code, String out, String err) {}

    /** Octet's command line on this machine. */
    static Said octet(Object... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine commands = Octet.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
        int code = commands.execute(Stream.of(arguments).map(Object::toString).toArray(String[]::new));
        commands.getOut().flush();
        commands.getErr().flush();
        return new Said(code, out.toString(), err.toString());
    }

    /** The start of a JVM with Spark's jars: what spark-submit would set, and a loopback address. */
    static List<String> java(boolean jarFirst, String... properties) {
        List<String> command = new ArrayList<>(List.of(JAVA, "-Xmx1500m", "--add-modules", "jdk.incubator.vector"));
        SparkOptions.OPENED.forEach(name -> command.add("--add-opens=java.base/" + name + "=ALL-UNNAMED"));
        for (String property : properties) {
            command.add("-D" + property);
        }
        command.add("-Dspark.driver.host=127.0.0.1");
        command.add("-Dspark.driver.bindAddress=127.0.0.1");
        command.add("-Dspark.ui.enabled=false");
        command.add("-Dspark.log.level=ERROR");
        command.add("-Dspark.serializer=org.apache.spark.serializer.KryoSerializer");
        String tests = Path.of("target/test-classes").toAbsolutePath().toString();
        String spark = JARS + File.separator + "*";
        command.add("-cp");
        command.add(
                jarFirst
                        ? String.join(File.pathSeparator, JAR.toString(), spark, tests)
                        : String.join(File.pathSeparator, spark, JAR.toString(), tests));
        return command;
    }

    static Process start(List<String> command, Path output) throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
        builder.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
        builder.environment().put("SPARK_SCALA_VERSION", "2.13");
        builder.environment().put("SPARK_HOME", JARS.getParent().toString());
        builder.environment().put("OMP_NUM_THREADS", "1");
        return builder.start();
    }

    /** Runs commands of octet-spark one after the other in one JVM; what they said, a text each. */
    static List<String> spark(Path folder, boolean jarFirst, List<List<String>> cases)
            throws IOException, InterruptedException {
        Path list = Files.createTempFile(folder, "cases", ".txt");
        Files.write(list, cases.stream().map(each -> String.join("\t", each)).toList(), StandardCharsets.UTF_8);
        // a machine that stands still for some minutes is no reason to give up
        List<String> command = java(
                jarFirst,
                "spark.master=local[2]",
                "spark.network.timeout=1200s",
                "spark.storage.blockManagerHeartbeatTimeoutMs=1200000");
        command.addAll(List.of("dev.octet.spark.SparkCases", list.toString()));
        Path said = Files.createTempFile(folder, "said", ".txt");
        Process process = start(command, said);
        try {
            if (!process.waitFor(600, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new AssertionError(Files.readString(said));
            }
        } finally {
            process.destroyForcibly();
        }
        String text = Files.readString(said);
        List<String> parts = Arrays.stream(text.split("(?<=exit code [0-9])\n"))
                .filter(part -> part.contains("exit code "))
                .collect(Collectors.toList());
        if (parts.size() != cases.size()) {
            throw new AssertionError(text);
        }
        return parts;
    }
}
