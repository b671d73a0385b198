package dev.octet.spark;

import java.io.PrintStream;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;

/** Runs commands of SparkMain one after the other in one JVM: each line of a file is one, its arguments between tabs. */
public final class SparkCases {
    private SparkCases() {}

    /** Prints the exit code behind each command's own output. */
    public static void main(String[] arguments) throws Exception {
        // it is in octet-spark.jar, which the tests are not compiled with
        Method run = Class.forName("dev.octet.spark.SparkMain")
                .getDeclaredMethod("run", String[].class, PrintStream.class, PrintStream.class);
        run.setAccessible(true);
        for (String line : Files.readAllLines(Path.of(arguments[0]))) {
            Object code = run.invoke(null, line.split("\t"), System.out, System.out);
            System.out.println("exit code " + code);
        }
    }
}
