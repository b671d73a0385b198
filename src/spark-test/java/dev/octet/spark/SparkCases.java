package dev.octet.spark;

import dev.octet.event.TemporaryFile;
import java.io.PrintStream;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.spark.sql.SparkSession;

/**
 * Runs commands of SparkMain one after the other in one JVM: each line of a file is one, its arguments between tabs. Other
 * commands: {@code json} writes a table as JSON lines, {@code move} moves a file, {@code remove} removes a folder.
 */
public final class SparkCases {
    private SparkCases() {}

    /** Prints the exit code behind each command's own output. */
    public static void main(String[] arguments) throws Exception {
        // it is in octet-spark.jar, which the tests are not compiled with
        Method run = Class.forName("dev.octet.spark.SparkMain")
                .getDeclaredMethod("run", String[].class, PrintStream.class, PrintStream.class);
        run.setAccessible(true);
        for (String line : Files.readAllLines(Path.of(arguments[0]))) {
            String[] words = line.split("\t");
            Object code = 0;
            switch (words[0]) {
                case "json" -> toJson(words[1], words[2]);
                case "move" -> Files.move(Path.of(words[1]), Path.of(words[2]));
                case "remove" -> TemporaryFile.deleteTree(Path.of(words[1]));
                default -> code = run.invoke(null, words, System.out, System.out);
            }
            System.out.println("exit code " + code);
        }
    }

    /** Writes a folder of Parquet files as one of JSON lines. */
    private static void toJson(String parquet, String json) {
        SparkSession session = SparkSession.builder().getOrCreate();
        session.read().parquet(parquet).coalesce(1).write().json(json);
        session.stop();
    }
}
