package dev.octet.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.octet.event.InputException;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How a JVM for engine dl4j-spark is started; that it trains, SparkLibrariesIT shows. */
class SparkTrainingJvmTest {
    @TempDir
    private Path home;

    private String refused() {
        return assertThrows(
                        InputException.class, () -> new SparkTrainingJvm(home, null).command(List.of("run", "x.yaml")))
                .getMessage();
    }

    private void build() throws IOException {
        Files.createDirectories(home.resolve("spark/jars"));
        Files.createDirectories(home.resolve("spark/dl4j"));
        Files.createDirectories(home.resolve("lib"));
        Files.createFile(home.resolve("octet.jar"));
        Files.createFile(home.resolve("lib/nd4j.jar"));
        Files.createFile(home.resolve("lib/slf4j-jdk14.jar"));
        Files.createFile(home.resolve("spark/dl4j/dl4j-spark.jar"));
    }

    @Test
    void saysWhatIsMissing() throws IOException {
        Files.createFile(home.resolve("octet.jar"));
        assertTrue(refused().contains(home.resolve("spark/jars").toString()), refused());
        assertTrue(refused().contains("./mvnw -Pspark"), refused());
        Files.createDirectories(home.resolve("spark/jars"));
        assertTrue(refused().contains(home.resolve("spark/dl4j").toString()), refused());
    }

    @Test
    void sparkComesBeforeOctet() throws IOException {
        build();
        List<String> command = new SparkTrainingJvm(home, "").command(List.of("run", "x.yaml", "-q"));
        assertEquals(
                List.of("dev.octet.cli.Octet", "run", "x.yaml", "-q"),
                command.subList(command.size() - 4, command.size()));
        assertEquals(
                String.join(
                        File.pathSeparator,
                        home.resolve("spark/jars/*").toString(),
                        home.resolve("octet.jar").toString(),
                        home.resolve("spark/dl4j/*").toString()),
                command.get(command.indexOf("-cp") + 1));
        Path distribution =
                Files.createDirectories(home.resolve("distribution/jars")).getParent();
        assertTrue(new SparkTrainingJvm(home, distribution.toString())
                .command(List.of("run")).stream()
                        .anyMatch(each ->
                                each.startsWith(distribution.resolve("jars").toString())));
    }

    /** Workers get Octet's jars; on this machine they are there. */
    @Test
    void settingsOfSparkAreHandedOn() throws IOException {
        build();
        System.setProperty("spark.master", "spark://m:7077");
        try {
            List<String> command = new SparkTrainingJvm(home, null).command(List.of("run"));
            assertTrue(command.contains("-Dspark.master=spark://m:7077"), command.toString());
            String sent = command.stream()
                    .filter(each -> each.startsWith("-Dspark.jars="))
                    .findFirst()
                    .orElseThrow();
            assertTrue(
                    sent.contains("octet.jar") && sent.contains("nd4j.jar") && sent.contains("dl4j-spark.jar"), sent);
            assertTrue(!sent.contains("slf4j"), sent);
            System.setProperty("spark.master", "local[2]");
            assertTrue(new SparkTrainingJvm(home, null)
                    .command(List.of("run")).stream().noneMatch(each -> each.startsWith("-Dspark.jars=")));
        } finally {
            System.clearProperty("spark.master");
        }
    }
}
