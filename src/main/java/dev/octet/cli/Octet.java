package dev.octet.cli;

import dev.octet.config.ConfigException;
import dev.octet.event.InputException;
import dev.octet.event.Spelling;
import dev.octet.event.text.PlainText;
import dev.octet.run.Provenance;
import java.io.BufferedWriter;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.logging.ConsoleHandler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help;

/**
 * The command line. Exit codes: 0 done, 1 failed (a fault of Octet or of the machine), 2 wrong usage (of the command line
 * or in a config), 3 input refused (a log, a bundle, a database), 130 interrupted by Ctrl-C.
 */
@Command(
        name = "octet",
        description = "Finds account takeovers in login logs.",
        mixinStandardHelpOptions = true,
        versionProvider = Octet.Version.class,
        synopsisSubcommandLabel = "COMMAND")
public final class Octet {
    static final int USAGE_ERROR = CommandLine.ExitCode.USAGE;
    static final int INPUT_ERROR = 3;

    /** In the order of the help page. */
    private static final List<Class<?>> COMMANDS = List.of(
            InitCommand.class,
            RunCommand.class,
            CompareCommand.class,
            MatrixCommand.class,
            ConvertCommand.class,
            ReplayCommand.class,
            TuneCommand.class,
            ExploreCommand.class,
            ScoreCommand.class,
            SimulateCommand.class,
            InspectCommand.class,
            VerifyCommand.class,
            ServeCommand.class,
            DeskCommand.class,
            WatchCommand.class,
            StreamCommand.class,
            RethresholdCommand.class,
            LearnCommand.class,
            DocsCommand.class,
            DoctorCommand.class,
            TrialCommand.class,
            CompletionCommand.class);

    /** Those that show the others. */
    private static final Set<Class<?>> OF_ALL = Set.of(DocsCommand.class, CompletionCommand.class);

    private final Terminal terminal;

    private Octet(Terminal terminal) {
        this.terminal = terminal;
    }

    public static void main(String[] arguments) {
        Terminal terminal = Terminal.ofProcess();
        FileDescriptor err = ErrorStream.ofProcess();
        System.setErr(new PrintStream(new FileOutputStream(err), true, terminal.charset()));
        int code;
        try {
            CommandLine commands = commandLine(terminal, arguments)
                    .setOut(writer(FileDescriptor.out, terminal))
                    .setErr(writer(err, terminal));
            code = commands.execute(arguments);
            commands.getOut().flush();
            commands.getErr().flush();
        } catch (OutOfMemoryError e) {
            System.err.println("octet: out of memory (" + e.getMessage() + ", heap "
                    + (Runtime.getRuntime().maxMemory() >> 20)
                    + " MB); give it more, e.g. OCTET_JAVA_OPTIONS=-Xmx8g ./octet ...");
            code = CommandLine.ExitCode.SOFTWARE;
        }
        System.exit(code);
    }

    private static PrintWriter writer(FileDescriptor stream, Terminal terminal) {
        return new PrintWriter(
                new BufferedWriter(new OutputStreamWriter(new FileOutputStream(stream), terminal.charset())), true);
    }

    Terminal terminal() {
        return terminal;
    }

    /** The command line without a terminal, for the end-to-end tests. */
    static CommandLine commandLine() {
        return commandLine(Terminal.NONE);
    }

    /**
     * The command line as the launcher starts it.
     *
     * @param arguments with the name of a command before all else, that one is enough: to set up all takes a quarter of a second
     */
    static CommandLine commandLine(Terminal terminal, String... arguments) {
        CommandLine commands = new CommandLine(new Octet(terminal));
        Optional<Class<?>> named = COMMANDS.stream()
                .filter(each -> arguments.length > 0 && name(each).equals(arguments[0]) && !OF_ALL.contains(each))
                .findFirst();
        named.map(List::<Class<?>>of).orElse(COMMANDS).forEach(commands::addSubcommand);
        commands.setCaseInsensitiveEnumValuesAllowed(true);
        commands.setColorScheme(
                CommandLine.Help.defaultColorScheme(terminal.colouredOut() ? Help.Ansi.ON : Help.Ansi.OFF));
        HelpPage.on(commands);
        commands.setExecutionStrategy(parsed -> {
            quietLibraries(verbose(parsed) ? Level.INFO : Level.WARNING);
            return new CommandLine.RunLast().execute(parsed);
        });
        commands.setParameterExceptionHandler((exception, given) -> {
            CommandLine command = exception.getCommandLine();
            if (given.length == 0) {
                command.usage(command.getErr());
                return USAGE_ERROR;
            }
            CommandLine.ParameterException mistake = exception;
            if (exception instanceof CommandLine.MissingParameterException
                    && !command.getUnmatchedArguments().isEmpty()) {
                // what is missing was mistyped
                mistake = new CommandLine.UnmatchedArgumentException(command, command.getUnmatchedArguments());
            }
            Optional<String> unknown = unknownCommand(command, mistake);
            if (unknown.isPresent()) {
                Optional<String> meant = Spelling.nearest(
                        unknown.orElseThrow(), command.getSubcommands().keySet());
                command.getErr()
                        .println("octet: there is no command " + PlainText.of(unknown.orElseThrow())
                                + meant.map(name -> "; did you mean " + name + "?")
                                        .orElse(""));
            } else {
                command.getErr().println("octet: " + PlainText.lines(mistake.getMessage()));
                CommandLine.UnmatchedArgumentException.printSuggestions(mistake, command.getErr());
            }
            command.getErr().println("See ./" + command.getCommandSpec().qualifiedName() + " --help");
            return USAGE_ERROR;
        });
        commands.setExecutionExceptionHandler((exception, command, parsed) -> {
            if (Interruption.happened()) {
                return CommandLine.ExitCode.SOFTWARE; // the signal's code is the process's; what to do has been said
            }
            String message = forTheUser(exception);
            if (message == null) {
                command.getErr().println("octet: this is a fault in Octet, please report it with the lines below");
                exception.printStackTrace(Output.safe(command.getErr()));
                return CommandLine.ExitCode.SOFTWARE;
            }
            command.getErr()
                    .println("octet: "
                            + (exception instanceof ConfigException
                                    ? PlainText.lines(message)
                                    : PlainText.of(message))); // a log's name must not begin a line
            if (verbose(parsed)) {
                exception.printStackTrace(Output.safe(command.getErr()));
            }
            return exitCode(exception);
        });
        return commands;
    }

    private static String name(Class<?> command) {
        return command.getAnnotation(Command.class).name();
    }

    /** The word that stands where a command must. */
    private static Optional<String> unknownCommand(CommandLine command, CommandLine.ParameterException mistake) {
        return mistake instanceof CommandLine.UnmatchedArgumentException unmatched
                        && !unmatched.isUnknownOption()
                        && !command.getSubcommands().isEmpty()
                ? Optional.of(unmatched.getUnmatched().get(0))
                : Optional.empty();
    }

    private static boolean verbose(CommandLine.ParseResult parsed) {
        return parsed.hasMatchedOption(Output.VERBOSE)
                || parsed.subcommands().stream().anyMatch(Octet::verbose);
    }

    private static int exitCode(Exception exception) {
        if (exception instanceof ConfigException) {
            return USAGE_ERROR;
        }
        return exception instanceof InputException ? INPUT_ERROR : CommandLine.ExitCode.SOFTWARE;
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

    /** ND4J logs its start-up at INFO; only warnings are for the user who did not ask for more. */
    private static void quietLibraries(Level level) {
        LogManager.getLogManager().reset();
        Logger root = Logger.getLogger("");
        root.setLevel(level);
        ConsoleHandler handler = new ConsoleHandler();
        handler.setFormatter(new SimpleFormatter() {
            @Override
            public String format(LogRecord line) {
                return PlainText.lines(super.format(line)); // a library may log what a client sent
            }
        });
        root.addHandler(handler);
    }

    /** The version and the commit in the jar's manifest. */
    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() throws IOException {
            String version = Octet.class.getPackage().getImplementationVersion();
            return new String[] {
                "octet " + (version == null ? "(not from a jar)" : version) + ", commit " + Provenance.commit(),
                "Java " + Runtime.version() + ", " + System.getProperty("os.name") + " " + System.getProperty("os.arch")
            };
        }
    }
}
