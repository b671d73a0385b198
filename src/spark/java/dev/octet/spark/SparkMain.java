package dev.octet.spark;

import dev.octet.event.InputException;
import dev.octet.event.text.PlainText;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.util.function.Consumer;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;

/**
 * The main class that {@code spark-submit octet-spark.jar} runs: {@code score}, {@code run}, {@code stream} and {@code doctor}. Exit
 * codes as those of {@code octet}: 0 done, 1 failed, 2 wrong usage, 3 input refused.
 */
@Command(
        name = "octet-spark",
        mixinStandardHelpOptions = true,
        description = "Octet on Apache Spark; see docs/spark.md.",
        subcommands = {ScoreOnSpark.class, RunOnSpark.class, StreamOnSpark.class, DoctorOnSpark.class})
public final class SparkMain {
    private static final int INPUT_REFUSED = 3;

    private SparkMain() {}

    /** Runs a command and ends the JVM with its exit code. */
    public static void main(String[] arguments) {
        int code = run(arguments, System.out, System.err);
        // Spark in cluster mode takes any call of exit for a failure
        if (code != 0) {
            System.exit(code);
        }
    }

    static int run(String[] arguments, PrintStream out, PrintStream err) {
        CommandLine line = new CommandLine(new SparkMain());
        line.setOut(new PrintWriter(out, true));
        line.setErr(new PrintWriter(err, true));
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setExecutionExceptionHandler((e, command, result) -> {
            InputException wrong = inputException(e);
            if (wrong == null) {
                throw e;
            }
            err.println("octet-spark: " + PlainText.lines(String.valueOf(wrong.getMessage())));
            return INPUT_REFUSED;
        });
        return line.execute(arguments);
    }

    /** Prints lines of a command's result at once, without hidden characters. */
    static Consumer<String> lines(CommandSpec command) {
        PrintWriter out = command.commandLine().getOut();
        return line -> {
            out.println(PlainText.of(line));
            out.flush();
        };
    }

    /** A session for one command. */
    static SparkSession session(String name) {
        return SparkSession.builder()
                .appName(name)
                // every record stands alone, and the names of two classes are not written with each
                .config("spark.kryo.referenceTracking", "false")
                .config("spark.kryo.classesToRegister", UserKey.class.getName() + "," + OrderKey.class.getName())
                .getOrCreate();
    }

    /** What a user can do something about, wherever it was thrown; a task's arrives as its text only. */
    private static InputException inputException(Throwable thrown) {
        for (Throwable each = thrown; each != null; each = each.getCause()) {
            if (each instanceof InputException wrong) {
                return wrong;
            }
        }
        return null;
    }
}
