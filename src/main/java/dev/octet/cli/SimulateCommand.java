package dev.octet.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.octet.event.InputException;
import dev.octet.simulate.Profile;
import dev.octet.simulate.RowFormat;
import dev.octet.simulate.SimulationFiles;
import dev.octet.simulate.SimulationSettings;
import dev.octet.simulate.Simulator;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "simulate",
        mixinStandardHelpOptions = true,
        header = "writes simulated logins with takeovers, as the RBA data",
        description = {
            "Writes simulated logins in the format of the RBA data set, and a truth file beside them.",
            "docs/simulator.md describes the attackers and the events."
        })
final class SimulateCommand implements Callable<Integer> {
    @Option(names = "--rows", defaultValue = "1000000", description = "logins (default: ${DEFAULT-VALUE})")
    private long rows;

    @Option(
            names = "--takeovers",
            defaultValue = "141",
            description = "takeovers among them (default: ${DEFAULT-VALUE})")
    private int takeovers;

    @Option(names = "--seed", defaultValue = "1", description = "same seed, same bytes (default: ${DEFAULT-VALUE})")
    private long seed;

    @Option(
            names = "--attackers",
            defaultValue = "campaign",
            paramLabel = "LIST",
            description =
                    "who takes accounts over, in equal parts: campaign, naive, vpn, targeted, or a technique of the"
                            + " profile, such as stuffing (default: ${DEFAULT-VALUE})")
    private String attackers;

    @Option(
            names = "--events",
            paramLabel = "LIST",
            description =
                    "legitimate events of the profile, such as shared-office,outage; NAME.events.csv lists their rows")
    private String events;

    @Option(
            names = "--profile",
            defaultValue = "standard",
            paramLabel = "NAME|FILE",
            description =
                    "numbers of techniques and events: standard, shifted, or a YAML file (default: ${DEFAULT-VALUE})")
    private String profile;

    @Option(
            names = "--format",
            defaultValue = "rba",
            description =
                    "columns: ${COMPLETION-CANDIDATES}; generic has reasons of failures (default: ${DEFAULT-VALUE})")
    private RowFormat format;

    @Option(
            names = "--output",
            required = true,
            paramLabel = "FILE",
            description = "the CSV file; .gz and .zst by name")
    private Path output;

    @Mixin
    private Output console;

    @Override
    public Integer call() throws IOException {
        long start = System.nanoTime();
        SimulationSettings settings;
        try {
            Profile set = Profile.of(profile);
            settings = new SimulationSettings(
                    rows,
                    takeovers,
                    seed,
                    set.attackers(attackers),
                    events == null ? List.of() : set.events(events),
                    format);
        } catch (InputException e) {
            throw console.wrongUsage(e.getMessage());
        }
        try (Steps steps = console.steps()) {
            new Simulator(settings).write(output, (done, total) -> steps.reading(done, (double) done / total));
        }
        Optional<Path> eventsFile =
                settings.events().isEmpty() ? Optional.empty() : Optional.of(SimulationFiles.eventsPath(output));
        double seconds = (System.nanoTime() - start) / 1e9;
        if (console.json()) {
            ObjectNode tree = JsonNodeFactory.instance.objectNode();
            tree.put("file", output.toString());
            tree.put("rows", rows);
            tree.put("takeovers", takeovers);
            tree.put("truth", SimulationFiles.truthPath(output).toString());
            eventsFile.ifPresent(file -> tree.put("events", file.toString()));
            tree.put("seed", seed);
            tree.put("seconds", seconds);
            console.print(tree);
            return 0;
        }
        console.out()
                .printf(
                        Locale.ROOT,
                        "%s: %,d simulated logins, %,d takeovers named in %s%s, in %.1f s%n",
                        output,
                        rows,
                        takeovers,
                        SimulationFiles.truthPath(output),
                        eventsFile.map(file -> ", events in " + file).orElse(""),
                        seconds);
        return 0;
    }
}
