package dev.octet.run;

import dev.octet.config.DataConfig;
import dev.octet.config.SimulateConfig;
import dev.octet.event.InputException;
import dev.octet.simulate.RowFormat;
import dev.octet.simulate.SimulationFiles;
import dev.octet.simulate.SimulationProgress;
import dev.octet.simulate.SimulationSettings;
import dev.octet.simulate.Simulator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** The simulated log that a config can ask for where it has no real one. */
final class Sample {
    private Sample() {}

    static void makeIfMissing(DataConfig data, RunListener listener) throws IOException {
        if (data.simulate().isEmpty() || Files.exists(data.reading().train().get(0))) {
            return;
        }
        SimulateConfig wanted = data.simulate().get();
        Path file = data.reading().train().get(0);
        listener.stage(String.format(Locale.ROOT, "simulating %,d logins in RBA format: %s", wanted.rows(), file));
        Files.createDirectories(file.toAbsolutePath().getParent());
        new Simulator(new SimulationSettings(
                        wanted.rows(),
                        wanted.takeovers(),
                        wanted.seed(),
                        wanted.attackers(),
                        wanted.events(),
                        RowFormat.RBA))
                .write(file, SimulationProgress.NONE);
    }

    /** Whether a file that is read was simulated: the simulator writes its truth beside it. */
    static boolean isSimulated(DataConfig data) {
        return Stream.concat(data.reading().train().stream(), data.reading().test().stream())
                .anyMatch(file -> Files.isRegularFile(SimulationFiles.truthPath(file)));
    }

    /** The file that may name campaigns: the one that the config names, or the one beside a simulated log. */
    static Optional<Path> truthIfAny(DataConfig data) {
        Path file = data.truth()
                .orElseGet(() -> SimulationFiles.truthPath(
                        data.reading().test().isEmpty()
                                ? data.reading().train().get(0)
                                : data.reading().test().get(0)));
        return Optional.of(file).filter(Files::isRegularFile);
    }

    /** The file that names the attackers. */
    static Path truth(DataConfig data) {
        Path file = data.truth()
                .orElseGet(
                        () -> SimulationFiles.truthPath(data.reading().train().get(0)));
        if (!Files.isRegularFile(file)) {
            throw new InputException(file + " does not exist, and evaluate.by: attacker needs it; name the truth file"
                    + " with data.truth, or remove the simulated log so that both are made anew");
        }
        return file;
    }
}
