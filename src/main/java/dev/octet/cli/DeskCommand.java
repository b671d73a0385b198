package dev.octet.cli;

import dev.octet.event.InputException;
import dev.octet.serve.DeskServer;
import dev.octet.serve.RunDesk;
import dev.octet.serve.ServiceSettings;
import dev.octet.serve.desk.AlertStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "desk",
        mixinStandardHelpOptions = true,
        header = "shows the alerts of a finished run on a page, to be judged",
        description =
                "Shows the alerts of a finished run on a page at this machine, where they are looked at and judged. See"
                        + " docs/desk.md. For alerts as they come: octet serve, or octet watch --desk.")
final class DeskCommand implements Callable<Integer> {
    /** Nothing of a finished run becomes too old. */
    private static final Duration FOR_EVER = Duration.ofDays(36_500);

    @Option(
            names = "--run",
            required = true,
            paramLabel = "DIRECTORY",
            description = "the output directory of octet run, e.g. models/demo; verdicts are kept in DIRECTORY/desk")
    private Path run;

    @Option(names = "--port", defaultValue = "8080", description = "0 for any free one (default: ${DEFAULT-VALUE})")
    private int port;

    @Mixin
    private Output console;

    @Override
    public Integer call() throws IOException, InterruptedException {
        DeskServer at;
        try {
            at = new DeskServer(port, Optional.ofNullable(System.getenv(ServiceSettings.TOKEN)), console::warn);
        } catch (InputException e) {
            throw console.wrongUsage(e.getMessage());
        }
        RunDesk desk = new RunDesk(run, AlertStore.Keep.of(FOR_EVER), at);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> close(desk), "octet-stop"));
        desk.join();
        return 0;
    }

    private static void close(RunDesk desk) {
        try {
            desk.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
