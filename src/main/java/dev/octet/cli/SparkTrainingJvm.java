package dev.octet.cli;

import dev.octet.event.InputException;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Starts a command again in a JVM that has Spark's jars before Octet's, as engine dl4j-spark needs it: Spark does not start with
 * Octet's Jackson. System properties {@code spark.*} are Spark's settings, e.g. {@code spark.master}.
 *
 * @param home where this Octet was built or unpacked
 * @param sparkHome the directory of a Spark distribution; {@code null} or empty where there is none
 */
record SparkTrainingJvm(Path home, String sparkHome) {
    /**
     * Runs the command and waits for its end.
     *
     * @param arguments those of the command line
     * @return its exit code
     * @throws InputException if jars are missing, with what to do
     */
    int run(List<String> arguments) throws IOException {
        return SparkOptions.start(command(arguments), sparkHome, home);
    }

    /** The command that starts the JVM. */
    List<String> command(List<String> arguments) throws IOException {
        Path jars =
                (sparkHome == null || sparkHome.isEmpty() ? home.resolve("spark") : Path.of(sparkHome)).resolve("jars");
        Path octet = home.resolve("octet.jar");
        Path dl4j = home.resolve("spark").resolve("dl4j");
        Stream.of(octet, jars, dl4j)
                .filter(each -> !Files.exists(each))
                .findFirst()
                .ifPresent(missing -> {
                    throw new InputException(
                            "engine: dl4j-spark needs " + missing + ", which is not there: build it with"
                                    + " ./mvnw -Pspark -DskipTests package (docs/spark.md); or take engine: auto, which is faster"
                                    + " on one machine");
                });
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-Xmx" + (Runtime.getRuntime().maxMemory() >> 20) + "m");
        command.addAll(List.of("--add-modules", "jdk.incubator.vector"));
        SparkOptions.OPENED.forEach(name -> command.add("--add-opens=java.base/" + name + "=ALL-UNNAMED"));
        System.getProperties().stringPropertyNames().stream()
                .filter(name -> name.startsWith("spark.") || name.startsWith("octet."))
                .sorted()
                .forEach(name -> command.add("-D" + name + "=" + System.getProperty(name)));
        if (!System.getProperty("spark.master", "local").startsWith("local")) {
            command.add("-Dspark.jars=" + String.join(",", sent(octet, dl4j)));
        }
        command.add("-cp");
        command.add(String.join(
                File.pathSeparator,
                jars.resolve("*").toString(),
                octet.toString(),
                dl4j.resolve("*").toString()));
        command.add("dev.octet.cli.Octet");
        command.addAll(arguments);
        return command;
    }

    /** What the workers of a cluster need beyond Spark's jars. */
    private List<String> sent(Path octet, Path dl4j) throws IOException {
        List<String> sent = new ArrayList<>(List.of(octet.toString()));
        for (Path folder : List.of(home.resolve("lib"), dl4j)) {
            try (Stream<Path> files = Files.list(folder)) {
                files.map(Path::toString)
                        .filter(file -> file.endsWith(".jar") && !file.contains("slf4j"))
                        .sorted()
                        .forEach(sent::add);
            }
        }
        return sent;
    }
}
