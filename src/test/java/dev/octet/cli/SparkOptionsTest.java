package dev.octet.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.octet.event.InputException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** How octet-spark.jar is started; that it runs, SparkIT shows. */
class SparkOptionsTest {
    @TempDir
    private Path home;

    @Command
    private static final class Asked {
        @Mixin
        private SparkOptions spark;
    }

    private static SparkOptions options(String... arguments) {
        Asked asked = new Asked();
        new CommandLine(asked).parseArgs(arguments);
        return asked.spark;
    }

    private static Path file(Path path) throws IOException {
        Files.createDirectories(path.getParent());
        return Files.createFile(path);
    }

    private String refused(String sparkHome) {
        return assertThrows(
                        InputException.class,
                        () -> options("--on", "spark://m:7077").command(List.of("doctor"), sparkHome, home))
                .getMessage();
    }

    @Test
    void saysWhatIsMissing() throws IOException {
        assertTrue(
                refused(null).contains("octet-spark.jar") && refused(null).contains("./mvnw -Pspark"), refused(null));
        file(home.resolve("octet-spark.jar"));
        assertTrue(refused(null).contains("SPARK_HOME"), refused(null));
        assertTrue(refused("/nowhere").contains("/nowhere/bin/spark-submit"), refused("/nowhere"));
    }

    @Test
    void startsTheSparkOfTheUser() throws IOException {
        Path jar = file(home.resolve("octet-spark.jar"));
        Path submit = file(home.resolve("spark-dist/bin/spark-submit"));
        List<String> command = options(
                        "--on", "yarn", "--conf", "spark.executor.memory=8g", "--conf", "spark.log.level=INFO")
                .command(List.of("score", "--csv"), home.resolve("spark-dist").toString(), home);
        assertEquals(List.of(submit.toString(), "--master", "yarn"), command.subList(0, 3));
        assertTrue(command.contains("spark.executor.memory=8g"), command.toString());
        assertTrue(command.contains("spark.log.level=INFO"), "the user's setting wins: " + command);
        int at = command.indexOf(jar.toString());
        assertEquals(List.of("--class", "dev.octet.spark.SparkMain"), command.subList(at - 2, at));
        assertEquals(List.of("score", "--csv"), command.subList(at + 1, command.size()));
    }

    @Test
    void startsTheJarsOfTheBuildWhereThereIsNoSpark() throws IOException {
        file(home.resolve("octet-spark.jar"));
        Files.createDirectories(home.resolve("spark/jars"));
        List<String> command = options("--on", "local[2]").command(List.of("doctor"), "", home);
        assertTrue(command.contains("org.apache.spark.deploy.SparkSubmit"), command.toString());
        assertTrue(command.contains("--add-opens=java.base/sun.nio.ch=ALL-UNNAMED"), command.toString());
    }

    @Test
    void scoreHandsItsOptionsOnAsTheyWereWritten() {
        ScoreCommand command = new ScoreCommand();
        new CommandLine(command)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .parseArgs(
                        "--on=yarn",
                        "--model=b",
                        "--input",
                        "hdfs://x/y",
                        "--input=z",
                        "--output=hdfs://x/out",
                        "--history=cold",
                        "--verdicts",
                        "v.ndjson",
                        "--alerts=ocsf",
                        "--alerts-to=a.ndjson",
                        "--json",
                        "-q",
                        "--strict");
        assertEquals(
                List.of(
                        "--alerts ocsf",
                        "--alerts-to a.ndjson",
                        "--history cold",
                        "--input hdfs://x/y",
                        "--input z",
                        "--json",
                        "--model b",
                        "--output hdfs://x/out",
                        "--strict",
                        "--verdicts v.ndjson",
                        "score"),
                Stream.of(String.join(" ", command.onSpark()).split(" (?=--)"))
                        .sorted()
                        .toList());
    }

    @Test
    void refusesWhatSparkDoesNotDo() {
        CommandLine commands = Octet.commandLine().setErr(new PrintWriter(new StringWriter()));
        assertEquals(
                2,
                commands.execute(
                        "score",
                        "--on",
                        "local[1]",
                        "--model",
                        "x",
                        "--input",
                        "y",
                        "--output",
                        "z",
                        "--alerts-to",
                        "kafka://no-port/topic"));
        assertEquals(2, commands.execute("score", "--model", "x", "--input", "y", "--output", "z", "--csv"));
        assertEquals(2, commands.execute("doctor", "--conf", "a=b"));
    }
}
