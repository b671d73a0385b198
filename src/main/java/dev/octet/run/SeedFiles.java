package dev.octet.run;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.octet.bundle.Checksums;
import dev.octet.bundle.DetectorFiles;
import dev.octet.bundle.Detectors;
import dev.octet.config.ExperimentConfig;
import dev.octet.detect.Detector;
import dev.octet.detect.FittedThreshold;
import dev.octet.evaluate.TrainingCurve;
import dev.octet.event.InputException;
import dev.octet.event.TemporaryFile;
import dev.octet.event.text.JsonText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;

/**
 * Detectors that were trained with further seeds, as files, so that a run that was killed does not train them again: for
 * each a folder with {@code detector.json}, {@code weights.bin} and {@code seed.json}. They count only with the same
 * program, config and log. Not thread-safe.
 */
final class SeedFiles {
    private static final String DESCRIPTION = "seed.json";
    private static final ObjectMapper MAPPER = JsonMapper.builder().build();

    private final ExperimentConfig config;
    private final DataFiles data;
    private final Outputs outputs;
    private final RunListener listener;

    SeedFiles(ReadLog read, RunListener listener) {
        this.config = read.config();
        this.data = read.files();
        this.listener = listener;
        outputs = new Outputs(config);
    }

    /**
     * A detector with another seed.
     *
     * @param epochs its losses, empty where it does not train in epochs
     */
    record Seed(Detector detector, FittedThreshold threshold, List<TrainingCurve.Epoch> epochs) {}

    /** What {@code seed.json} holds; numbers that are infinite or NaN are texts. */
    private record Description(String key, FittedThreshold threshold, List<TrainingCurve.Epoch> epochs) {}

    private String key(String detector, int number) throws IOException {
        return Checksums.sha256(data.key() + "\n" + config.file().yaml() + "\n" + detector + "\n" + number);
    }

    private Path folder(String detector, int number) {
        return outputs.seeds(detector).resolve(Integer.toString(number));
    }

    /** @param number of the seed, from 2 */
    void save(String detector, int number, Seed seed) throws IOException {
        Path folder = folder(detector, number);
        Files.createDirectories(folder.getParent());
        Path temporary = Files.createDirectory(TemporaryFile.beside(folder));
        try {
            DetectorFiles.write(seed.detector.state(), temporary);
            Description description =
                    new Description(data.areFiles() ? key(detector, number) : "", seed.threshold, seed.epochs);
            Files.writeString(
                    temporary.resolve(DESCRIPTION), JsonText.indented(MAPPER.valueToTree(description)) + "\n");
            Folders.delete(folder);
            Files.move(temporary, folder, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Folders.delete(temporary);
        }
    }

    /** What an earlier start of this very run left. */
    Optional<Seed> find(String detector, int number) throws IOException {
        Path folder = folder(detector, number);
        Path file = folder.resolve(DESCRIPTION);
        if (!data.areFiles() || !Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            return Optional.empty();
        }
        try {
            Description description = MAPPER.readValue(file.toFile(), Description.class);
            if (!key(detector, number).equals(description.key())) {
                return Optional.empty();
            }
            return Optional.of(new Seed(
                    Detectors.restore(DetectorFiles.read(folder), folder),
                    description.threshold(),
                    description.epochs()));
        } catch (IOException | InputException e) {
            listener.note(folder + " cannot be used (" + e.getMessage() + "); this seed is trained again");
            return Optional.empty();
        }
    }

    /** Removes what was left of a detector; to be called once the report is written. */
    void forget(String detector) throws IOException {
        Folders.delete(outputs.seeds(detector));
    }
}
