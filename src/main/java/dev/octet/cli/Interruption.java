package dev.octet.cli;

import dev.octet.event.TemporaryFile;
import dev.octet.event.text.PlainText;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * What Ctrl-C (SIGINT) and SIGTERM do while a command works: half-written files are removed, and the user is told
 * whether and how the work goes on. The JVM then ends with 128 + the signal's number: 130 or 143.
 */
final class Interruption implements AutoCloseable {
    private static volatile boolean happened;

    private final Thread hook;

    /** What to do after an interruption. */
    record Advice(String text) {
        /** There is nothing to go on from. */
        static final Advice NONE = new Advice("interrupted; nothing is left half-written");

        /** The same command goes on, since it has left its state. */
        static Advice goOn(Output output, List<Path> states) {
            return new Advice(
                    states.isEmpty()
                            ? "interrupted before there was anything to go on from; begin anew with " + output.again()
                            : "interrupted; what was done is kept in "
                                    + states.stream().map(Path::toString).collect(Collectors.joining(", "))
                                    + ". Go on with " + output.again());
        }
    }

    /** Watches until it is closed. */
    Interruption(PrintWriter err, Runnable clearLine, Supplier<Advice> advice) {
        hook = new Thread(
                () -> {
                    happened = true;
                    TemporaryFile.deleteUnfinished();
                    clearLine.run();
                    err.println("octet: " + PlainText.lines(advice.get().text()));
                    err.flush();
                },
                "interruption");
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /** Whether this process is ending because of a signal; what fails from then on is no fault. */
    static boolean happened() {
        return happened;
    }

    @Override
    public void close() {
        if (!happened) {
            try {
                Runtime.getRuntime().removeShutdownHook(hook);
            } catch (IllegalStateException e) {
                happened = true; // the signal came just now
            }
        }
    }
}
