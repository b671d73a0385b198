package dev.octet.cli;

import dev.octet.bundle.Bundle;
import dev.octet.serve.Watch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "watch",
        mixinStandardHelpOptions = true,
        header = "scores a log while it grows, and prints its alerts",
        description = "Scores a log while it grows, CSV or JSON lines, and prints its alerts as lines of JSON.")
final class WatchCommand implements Callable<Integer> {
    @Option(names = "--model", required = true, paramLabel = "BUNDLE", description = "the bundle's directory")
    private Path model;

    @Option(names = "--input", required = true, paramLabel = "FILE", description = "the log; not packed")
    private Path input;

    @Option(
            names = "--follow",
            description =
                    "wait for more at the end of the log, also when it is rotated or emptied; without it, read what"
                            + " is new and stop")
    private boolean follow;

    @Option(
            names = "--state",
            paramLabel = "FILE",
            description =
                    "where it is kept how far the log was read, and the history; BUNDLE.watch-FILE where not given")
    private Optional<Path> state = Optional.empty();

    @Option(
            names = "--history",
            defaultValue = "bundle",
            paramLabel = "START",
            description =
                    "what a watch that is new remembers: bundle, what the bundle has seen, or cold, nothing (default:"
                            + " ${DEFAULT-VALUE})")
    private ScoreCommand.Start history;

    @Mixin
    private LogOptions options;

    @Mixin
    private Output console;

    @Override
    public Integer call() throws IOException {
        if (input.getFileName() == null) {
            throw console.wrongUsage("--input " + input + " is no file");
        }
        Bundle bundle = Bundle.load(model);
        Path directory = model.toAbsolutePath().normalize();
        Watch watch = new Watch(
                bundle,
                input,
                options.given().orElse(bundle.format()),
                follow,
                state.orElse(directory.resolveSibling(directory.getFileName() + ".watch-" + input.getFileName())),
                history == ScoreCommand.Start.COLD,
                line -> {
                    console.out().println(line);
                    console.out().flush();
                },
                note -> {
                    if (!console.quiet()) {
                        console.warn(note);
                    }
                });
        CountDownLatch saved = new CountDownLatch(1);
        Thread stop = new Thread(
                () -> {
                    watch.stop();
                    try {
                        saved.await(30, TimeUnit.SECONDS);
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                },
                "octet-stop");
        Runtime.getRuntime().addShutdownHook(stop);
        try {
            watch.run();
        } finally {
            saved.countDown();
        }
        return 0;
    }
}
