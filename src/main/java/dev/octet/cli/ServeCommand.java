package dev.octet.cli;

import dev.octet.event.InputException;
import dev.octet.serve.DeskSettings;
import dev.octet.serve.HangUp;
import dev.octet.serve.ScoreService;
import dev.octet.serve.ServiceSettings;
import dev.octet.serve.desk.AlertStore;
import dev.octet.serve.http.Limits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "serve",
        mixinStandardHelpOptions = true,
        header = "scores logins over HTTP, and remembers them",
        description = "Scores logins over HTTP, and remembers them. See docs/serve.md.")
final class ServeCommand implements Callable<Integer> {
    @Option(names = "--model", required = true, paramLabel = "BUNDLE", description = "the bundle's directory")
    private Path model;

    @Option(
            names = "--models",
            paramLabel = "DIRECTORY",
            description =
                    "where POST /v1/model may take other bundles from; the directory that BUNDLE lies in where not"
                            + " given")
    private Optional<Path> models = Optional.empty();

    @Option(
            names = "--state",
            paramLabel = "DIRECTORY",
            description = "directory for history, scores and verdicts (default: BUNDLE.state)")
    private Optional<Path> state = Optional.empty();

    @Option(
            names = "--history",
            defaultValue = "bundle",
            paramLabel = "START",
            description =
                    "what a state that is new remembers: bundle, what the bundle has seen, or cold, nothing (default:"
                            + " ${DEFAULT-VALUE})")
    private ScoreCommand.Start history;

    @Option(
            names = "--host",
            defaultValue = "127.0.0.1",
            description = "address to listen at (default: ${DEFAULT-VALUE}); another than this machine's own needs the"
                    + " environment variable OCTET_TOKEN")
    private String host;

    @Option(names = "--port", defaultValue = "8080", description = "0 for any free one (default: ${DEFAULT-VALUE})")
    private int port;

    @Option(
            names = "--keep-scores",
            defaultValue = "30",
            paramLabel = "DAYS",
            description = "how long scores are kept for feedback and rethreshold (default: ${DEFAULT-VALUE})")
    private long keepScores;

    @Option(
            names = "--no-desk",
            description = "leave out the page where alerts are looked at and judged, and what is kept for it")
    private boolean noDesk;

    @Option(
            names = "--watch",
            paramLabel = "LOG",
            description =
                    "also score this log while it grows, CSV or JSON lines, in the bundle's format or that of --format; may be"
                            + " repeated")
    private List<Path> watched = new ArrayList<>();

    @Mixin
    private LogOptions format;

    @Mixin
    private EnrichOptions addresses;

    @Mixin
    private Output console;

    @Override
    public Integer call() throws IOException, InterruptedException {
        ServiceSettings settings;
        try {
            settings = settings(System.getenv());
        } catch (InputException e) {
            throw console.wrongUsage(e.getMessage());
        }
        for (Path log : watched) {
            if (Files.isDirectory(log)) {
                throw console.wrongUsage("--watch " + log + " is a directory; name a file");
            }
            if (log.startsWith("kafka:")) {
                throw console.wrongUsage(
                        "--watch reads files; a topic is read by octet watch --input kafka://… --desk");
            }
        }
        if (noDesk && !watched.isEmpty()) {
            throw console.wrongUsage("--watch feeds the desk, which --no-desk leaves out; octet watch needs none");
        }
        Optional<DeskSettings> desk = noDesk
                ? Optional.empty()
                : Optional.of(new DeskSettings(
                        watched, format.given(console), AlertStore.Keep.of(Duration.ofDays(keepScores))));
        ScoreService service = ScoreService.start(
                settings, desk, text -> console.warn(Instant.now().truncatedTo(ChronoUnit.MILLIS) + " " + text));
        HangUp.handle(service::reload);
        Runtime.getRuntime().addShutdownHook(new Thread(service::close, "octet-stop"));
        service.join();
        return 0;
    }

    /** @throws InputException if the options or the environment cannot be used */
    ServiceSettings settings(Map<String, String> environment) {
        Path bundle = model.toAbsolutePath().normalize();
        return new ServiceSettings(
                model,
                models.orElse(bundle.getParent()),
                state.orElse(bundle.resolveSibling(bundle.getFileName() + ".state")),
                history == ScoreCommand.Start.COLD,
                host,
                port,
                Optional.ofNullable(environment.get(ServiceSettings.TOKEN)),
                Optional.ofNullable(environment.get(ServiceSettings.PSEUDONYM_KEY)),
                Duration.ofDays(keepScores),
                addresses.files(),
                Limits.defaults());
    }
}
