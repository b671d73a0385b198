package dev.octet.run;

import dev.octet.bundle.Bundle;
import dev.octet.config.DetectorConfig;
import dev.octet.config.ExperimentConfig;
import dev.octet.event.InputException;
import dev.octet.event.TemporaryFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The files that a run of a config writes, all under its output directory. With several detectors, those of one detector
 * have its name.
 */
public record Outputs(ExperimentConfig config) {

    /** Where the model bundle of a detector lies. */
    public Path bundle(String detector) {
        return of("bundle", detector, "");
    }

    Path scores(String detector) {
        return of("scores", detector, ".csv");
    }

    Path alerts(String detector) {
        return of("alerts", detector, ".csv");
    }

    /** Where a training that was killed goes on from; gone once its bundle is written. */
    Path checkpoint(String detector) {
        return of("checkpoint", detector, ".bin");
    }

    /** The same for the training that only finds the rows to leave out. */
    Path firstCheckpoint(String detector) {
        return of("checkpoint-first", detector, ".bin");
    }

    /** Where a run that failed after training goes on from; gone once its report is written. */
    Path trained(String detector) {
        return of("trained", detector, "");
    }

    /** Where further seeds of a detector lie until the report is written. */
    Path seeds(String detector) {
        return of("seeds", detector, "");
    }

    /** Ranks of the attacks of the test span, for comparisons with other runs. */
    Path attacks() {
        return config.output().resolve(AttackFile.NAME);
    }

    /** The table's figures as CSV. */
    Path figures() {
        return config.output().resolve("figures.csv");
    }

    /** Losses by epoch as CSV. */
    Path losses() {
        return config.output().resolve("losses.csv");
    }

    Path evaluation() {
        return config.output().resolve("evaluation.json");
    }

    Path report() {
        return config.output().resolve("report.html");
    }

    Path table() {
        return config.output().resolve("table.md");
    }

    Path configCopy() {
        return config.output().resolve("config.yaml");
    }

    private Path of(String what, String detector, String ending) {
        boolean alone = config.detection().detectors().size() == 1
                && config.detection().detectors().get(0).name().equals(detector);
        String name = alone ? what : what + "-" + detector;
        return config.output().resolve(name + ending);
    }

    private List<String> detectors() {
        return config.detection().detectors().stream().map(DetectorConfig::name).toList();
    }

    /** What an interrupted run of this config has left to go on from; empty where the next one begins anew. */
    public List<Path> resumable() {
        return detectors().stream()
                .flatMap(detector ->
                        Stream.of(checkpoint(detector), firstCheckpoint(detector), trained(detector), seeds(detector)))
                .filter(Files::exists)
                .toList();
    }

    /** Deletes the checkpoints of a detector; to be called once what was trained is safe. */
    public void forgetCheckpoints(String detector) throws IOException {
        Files.deleteIfExists(checkpoint(detector));
        Files.deleteIfExists(firstCheckpoint(detector));
    }

    /**
     * Checks that everything can be written, before hours of training.
     *
     * @param cache the folder of the {@link RowCache}
     * @throws IOException if a directory cannot be made or written to
     * @throws InputException if something else lies where a file belongs
     */
    void requireWritable(Path cache) throws IOException {
        requireWritableFolder(config.output(), "output");
        if (!cache.startsWith(config.output())) {
            requireWritableFolder(cache, "data.matrix-cache");
        }
        List<Path> files =
                new ArrayList<>(List.of(evaluation(), report(), table(), configCopy(), attacks(), figures(), losses()));
        for (String detector : detectors()) {
            Bundle.requireReplaceable(bundle(detector));
            files.addAll(List.of(scores(detector), alerts(detector), checkpoint(detector), firstCheckpoint(detector)));
        }
        for (Path file : files) {
            if (Files.exists(file, LinkOption.NOFOLLOW_LINKS) && !Files.isRegularFile(file)) {
                throw new InputException(file + " is no plain file, and the run writes one there; it is left as it is:"
                        + " move it away or choose another output");
            }
        }
    }

    private static void requireWritableFolder(Path folder, String key) throws IOException {
        Path probe = TemporaryFile.beside(folder.resolve("probe"));
        try {
            Files.createDirectories(folder);
            Files.createFile(probe);
            Files.delete(probe);
        } catch (IOException e) {
            throw new IOException(
                    key + ": " + folder + " cannot be written to ("
                            + e.getClass().getSimpleName() + ": " + e.getMessage() + "); choose another folder with "
                            + key,
                    e);
        }
    }
}
