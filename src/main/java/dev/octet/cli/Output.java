package dev.octet.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.octet.event.text.JsonText;
import dev.octet.event.text.PlainText;
import java.io.PrintWriter;
import java.util.List;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * How much a command says and in what form; mixed into every command that has a result. The result goes to the standard
 * output, as text or with {@code --json} as one JSON object and nothing else; everything else goes to the error stream.
 * Not thread-safe.
 */
final class Output {
    static final String VERBOSE = "--verbose";

    @Option(names = "--json", description = "print the result as one JSON object")
    private boolean json;

    @Option(
            names = {"-q", "--quiet"},
            description = "print the result and what went wrong, no progress and no hints")
    private boolean quiet;

    @Option(
            names = {"-v", VERBOSE},
            description = "also print the time of every step, library messages and the causes of errors")
    private boolean verbose;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    private PrintWriter out;
    private PrintWriter err;

    /** Whether the result is wanted as JSON; {@link #print} then writes it. */
    boolean json() {
        return json;
    }

    boolean quiet() {
        return quiet;
    }

    boolean verbose() {
        return verbose;
    }

    /** Where the result goes; whatever is printed there reaches the terminal without hidden characters. */
    PrintWriter out() {
        if (out == null) {
            out = out(command);
        }
        return out;
    }

    /** Where everything else goes; as safe as {@link #out}. */
    PrintWriter err() {
        if (err == null) {
            err = err(command);
        }
        return err;
    }

    /** The same for a command without these options. */
    static PrintWriter out(CommandSpec command) {
        boolean coloured = terminal(command).colouredOut();
        return new PrintWriter(new TerminalWriter(command.commandLine().getOut(), coloured), true);
    }

    /** The same for a command without these options. */
    static PrintWriter err(CommandSpec command) {
        return safe(command.commandLine().getErr());
    }

    /** A stream without colours through which hidden characters are written by number. */
    static PrintWriter safe(PrintWriter stream) {
        return new PrintWriter(new TerminalWriter(stream, false), true);
    }

    private static Terminal terminal(CommandSpec command) {
        return ((Octet) command.root().userObject()).terminal();
    }

    Terminal terminal() {
        return terminal(command);
    }

    /** Prints the result as JSON. */
    void print(JsonNode result) {
        out().println(JsonText.indented(result));
        out().flush();
    }

    /** Prints a line of the result at once. */
    void line(String text) {
        out().println(text);
        out().flush();
    }

    /** What the user could do next; not with {@code --quiet} or {@code --json}. */
    void hint(String text) {
        if (!quiet && !json) {
            out().println(PlainText.lines(text));
            out().flush();
        }
    }

    /** Something that the user should know although the command goes on. */
    void warn(String text) {
        err().println(PlainText.lines(text));
        err().flush();
    }

    /** The error for options that contradict each other or lie outside of what is allowed. */
    CommandLine.ParameterException wrongUsage(String message) {
        return new CommandLine.ParameterException(command.commandLine(), message);
    }

    /** Shows the steps of a run, and what to do after Ctrl-C. */
    Steps steps() {
        return new Steps(this, () -> Interruption.Advice.NONE);
    }

    /** As above, for a run that can go on later. */
    Steps steps(Supplier<Interruption.Advice> advice) {
        return new Steps(this, advice);
    }

    /** All arguments of the command line, as they were given. */
    List<String> arguments() {
        return command.root().commandLine().getParseResult().originalArgs();
    }

    /** The command line again, as a shell reads it. */
    String again() {
        StringBuilder text = new StringBuilder("./octet");
        for (String argument : arguments()) {
            boolean plain = argument.matches("[\\w./:=,@%+-]+");
            text.append(' ').append(plain ? argument : "'" + argument.replace("'", "'\\''") + "'");
        }
        return text.toString();
    }
}
