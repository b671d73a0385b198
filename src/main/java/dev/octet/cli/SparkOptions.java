package dev.octet.cli;

import dev.octet.event.InputException;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;

/** Where a command runs that can run on Apache Spark; see {@code docs/spark.md}. */
final class SparkOptions {
    private static final String JAR = "octet-spark.jar";
    /** Packages of the JDK that Spark opens by itself where its own scripts start it. */
    static final List<String> OPENED = List.of(
            "java.lang",
            "java.lang.invoke",
            "java.lang.reflect",
            "java.io",
            "java.net",
            "java.nio",
            "java.util",
            "java.util.concurrent",
            "java.util.concurrent.atomic",
            "jdk.internal.ref",
            "sun.nio.ch",
            "sun.nio.cs",
            "sun.security.action",
            "sun.util.calendar");

    @Option(
            names = "--on",
            paramLabel = "MASTER",
            description =
                    "run on Apache Spark: spark://HOST:PORT, yarn, k8s://URL or local[N], by the spark-submit of $SPARK_HOME"
                            + " (docs/spark.md)")
    private Optional<String> master = Optional.empty();

    @Option(
            names = "--conf",
            paramLabel = "NAME=VALUE",
            description = "with --on: a setting of Spark, e.g. spark.executor.memory=8g; may be repeated")
    private Map<String, String> settings = new LinkedHashMap<>();

    /** Whether the command runs on Spark. */
    boolean given() {
        return master.isPresent();
    }

    /** Whether a setting of Spark was given without a cluster. */
    boolean settingsWithoutMaster() {
        return master.isEmpty() && !settings.isEmpty();
    }

    /**
     * Runs a command of octet-spark.jar and waits for its end.
     *
     * @return its exit code
     * @throws InputException if the jar or Spark is not there, with what to do
     */
    int run(List<String> arguments) throws IOException {
        return start(command(arguments, System.getenv("SPARK_HOME"), home()), System.getenv("SPARK_HOME"), home());
    }

    /**
     * Starts a JVM with Spark's jars and waits for its end.
     *
     * @param sparkHome the directory of a Spark distribution; {@code null} or empty where there is none
     * @param home where this Octet was built or unpacked
     * @return its exit code
     */
    static int start(List<String> command, String sparkHome, Path home) throws IOException {
        ProcessBuilder process = new ProcessBuilder(command).inheritIO();
        process.environment().put("OMP_NUM_THREADS", "1");
        if (sparkHome == null || sparkHome.isEmpty()) {
            process.environment().put("SPARK_HOME", home.resolve("spark").toString());
            process.environment().put("SPARK_SCALA_VERSION", "2.13");
        }
        Process running = process.start();
        try {
            return running.waitFor();
        } catch (InterruptedException e) {
            running.destroy();
            Thread.currentThread().interrupt();
            return 130;
        }
    }

    /**
     * The options that were given, as they were written: a path may be on another file system.
     *
     * @param wanted by their longest names
     */
    static List<String> asWritten(CommandSpec command, Predicate<String> wanted) {
        List<String> arguments = new ArrayList<>();
        ParseResult given = command.commandLine().getParseResult();
        for (OptionSpec option : command.options()) {
            String name = option.longestName();
            if (!wanted.test(name) || !given.hasMatchedOption(option)) {
                continue;
            }
            if (option.typeInfo().isBoolean()) {
                arguments.add(name);
            } else {
                option.originalStringValues().forEach(value -> arguments.addAll(List.of(name, value)));
            }
        }
        return arguments;
    }

    /** The command that starts Spark. */
    List<String> command(List<String> arguments, String sparkHome, Path home) {
        Path jar = home.resolve(JAR);
        if (!Files.isRegularFile(jar)) {
            throw new InputException("--on needs " + jar + ", which is not there: build it with ./mvnw -Pspark"
                    + " -DskipTests package (docs/spark.md)");
        }
        List<String> command = new ArrayList<>();
        if (sparkHome != null && !sparkHome.isEmpty()) {
            Path submit = Path.of(sparkHome, "bin", "spark-submit");
            if (!Files.isRegularFile(submit)) {
                throw new InputException("SPARK_HOME is " + sparkHome + ", but " + submit
                        + " is not there: set it to the directory of a Spark distribution");
            }
            command.add(submit.toString());
        } else {
            Path jars = home.resolve("spark").resolve("jars");
            if (!Files.isDirectory(jars)) {
                throw new InputException("--on " + master.orElseThrow() + " needs Apache Spark: set SPARK_HOME to the"
                        + " directory of a Spark distribution; to try it without one, ./mvnw -Pspark"
                        + " -DskipTests package brings Spark's jars to " + jars);
            }
            command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
            command.addAll(List.of("-Xmx" + (Runtime.getRuntime().maxMemory() >> 20) + "m", "-XX:+UseParallelGC"));
            command.addAll(List.of("--add-modules", "jdk.incubator.vector"));
            OPENED.forEach(name -> command.add("--add-opens=java.base/" + name + "=ALL-UNNAMED"));
            command.addAll(List.of("-cp", jars + File.separator + "*", "org.apache.spark.deploy.SparkSubmit"));
        }
        command.addAll(List.of("--master", master.orElseThrow()));
        Map<String, String> all = new LinkedHashMap<>();
        all.put("spark.serializer", "org.apache.spark.serializer.KryoSerializer");
        all.put("spark.executor.extraJavaOptions", "--add-modules jdk.incubator.vector");
        all.put("spark.driver.extraJavaOptions", "--add-modules jdk.incubator.vector");
        all.put("spark.executorEnv.OMP_NUM_THREADS", "1");
        all.put("spark.log.level", "WARN");
        all.putAll(settings);
        all.forEach((name, value) -> command.addAll(List.of("--conf", name + "=" + value)));
        command.addAll(List.of("--class", "dev.octet.spark.SparkMain", jar.toString()));
        command.addAll(arguments);
        return command;
    }

    /** The jar of this Octet, which names its libraries. */
    static Path octet() {
        return home().resolve("octet.jar");
    }

    /** Where this Octet was built or unpacked. */
    static Path home() {
        try {
            Path code = Path.of(SparkOptions.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            return code.toAbsolutePath().getParent();
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
