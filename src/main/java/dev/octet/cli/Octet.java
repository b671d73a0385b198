package dev.octet.cli;

import dev.octet.event.InputException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.Locale;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.Logger;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command line. Exit codes: 0 done, 1 a fault of Octet or of the machine, 2 input that it cannot work with. */
@Command(
        name = "octet",
        description = "Finds account takeovers in login logs.",
        mixinStandardHelpOptions = true,
        versionProvider = Octet.Version.class,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            RunCommand.class,
            ReplayCommand.class,
            TuneCommand.class,
            ScoreCommand.class,
            SimulateCommand.class,
            InspectCommand.class,
            VerifyCommand.class,
            DocsCommand.class,
            CommandLine.HelpCommand.class
        },
        footer = {"", "Start with: octet run configs/demo.yaml"})
public final class Octet {
    static final int INPUT_ERROR = 2;

    private Octet() {}

    public static void main(String[] arguments) {
        quietLibraries();
        int code;
        try {
            code = commandLine().execute(arguments);
        } catch (OutOfMemoryError e) {
            System.err.println("octet: out of memory (" + e.getMessage() + ", heap "
                    + (Runtime.getRuntime().maxMemory() >> 20)
                    + " MB); give it more, e.g. OCTET_JAVA_OPTIONS=-Xmx8g ./octet ...");
            code = CommandLine.ExitCode.SOFTWARE;
        }
        System.exit(code);
    }

    /** The command line as the launcher starts it; also used by the end-to-end tests. */
    static CommandLine commandLine() {
        CommandLine commands = new CommandLine(new Octet());
        commands.setCaseInsensitiveEnumValuesAllowed(true);
        commands.setExecutionExceptionHandler((exception, command, parsed) -> {
            String message = forTheUser(exception);
            if (message == null) {
                command.getErr().println("octet: this is a fault in Octet, please report it with the lines below");
                exception.printStackTrace(command.getErr());
                return CommandLine.ExitCode.SOFTWARE;
            }
            command.getErr().println("octet: " + printable(message));
            return INPUT_ERROR;
        });
        return commands;
    }

    /** The message of an exception that the user can do something about; {@code null} for a fault of ours. */
    private static String forTheUser(Exception exception) {
        if (exception instanceof InputException) {
            return exception.getMessage();
        } else if (exception instanceof UncheckedIOException unchecked) {
            return forTheUser(unchecked.getCause());
        } else if (exception instanceof NoSuchFileException missing) {
            return missing.getFile() + ": no such file or directory";
        } else if (exception instanceof AccessDeniedException denied) {
            return denied.getFile() + ": permission denied";
        } else if (exception instanceof FileAlreadyExistsException existing) {
            return existing.getFile() + ": exists already";
        } else if (exception instanceof DirectoryNotEmptyException full) {
            return full.getFile() + ": is a directory, and not empty";
        } else if (exception instanceof IOException) {
            return exception.getMessage() == null ? exception.toString() : exception.getMessage();
        }
        return null;
    }

    /** What a file said must not move the terminal's cursor: control characters but line ends are shown by number. */
    static String printable(String text) {
        StringBuilder plain = new StringBuilder();
        text.codePoints().forEach(c -> {
            boolean format = Character.getType(c) == Character.FORMAT;
            if (c != '\n' && (Character.isISOControl(c) || format)) {
                plain.append(String.format(Locale.ROOT, "\\u%04x", c));
            } else {
                plain.appendCodePoint(c);
            }
        });
        return plain.toString();
    }

    /** ND4J logs its start-up at INFO; only warnings are for the user. */
    private static void quietLibraries() {
        LogManager.getLogManager().reset();
        Logger root = Logger.getLogger("");
        root.setLevel(Level.WARNING);
        root.addHandler(new java.util.logging.ConsoleHandler());
    }

    /** Reads the version from the jar's manifest. */
    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Octet.class.getPackage().getImplementationVersion();
            return new String[] {
                "octet " + (version == null ? "(not from a jar)" : version),
                "Java " + Runtime.version() + ", " + System.getProperty("os.name") + " " + System.getProperty("os.arch")
            };
        }
    }
}
