package dev.octet.cli;

import dev.octet.simulate.SimulationFiles;
import dev.octet.simulate.SimulationProgress;
import dev.octet.simulate.SimulationSettings;
import dev.octet.simulate.Simulator;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "simulate",
        mixinStandardHelpOptions = true,
        description = "Writes simulated logins in the format of the RBA data set, and a truth file beside them.")
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
            description = "campaign, naive, vpn, targeted, in equal parts (default: ${DEFAULT-VALUE})")
    private String attackers;

    @Option(
            names = "--output",
            required = true,
            paramLabel = "FILE",
            description = "the CSV file; .gz and .zst by name")
    private Path output;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        long start = System.nanoTime();
        new Simulator(new SimulationSettings(rows, takeovers, seed, SimulationSettings.parseAttackers(attackers)))
                .write(output, SimulationProgress.NONE);
        double seconds = (System.nanoTime() - start) / 1e9;
        spec.commandLine()
                .getOut()
                .printf(
                        Locale.ROOT,
                        "%s: %,d simulated logins, %,d takeovers named in %s, in %.1f s%n",
                        output,
                        rows,
                        takeovers,
                        SimulationFiles.truthPath(output),
                        seconds);
        return 0;
    }
}
