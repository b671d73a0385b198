package dev.octet.run;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.octet.bundle.Bundle;
import dev.octet.bundle.BundleDrift;
import dev.octet.bundle.Checksums;
import dev.octet.config.ExperimentConfig;
import dev.octet.detect.SortedScores;
import dev.octet.evaluate.TrainingCurve;
import dev.octet.event.InputException;
import dev.octet.event.TemporaryFile;
import dev.octet.event.text.JsonText;
import dev.octet.feature.FloatMatrix;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a run leaves beside a detector's bundle until its report is written, so that the same command goes on from the bundle
 * where scoring, tables or report failed: a folder with {@code trained.json}, {@code validation.f64} (scores of the
 * validation normals), {@code reference.f32} (training rows for the report) and, where features look back, {@code
 * history.bin} as it was at the end of the validation span. It counts only with the same program, config and log and the
 * bundle that it was left with. Not thread-safe.
 */
final class TrainedFiles {
    private static final String DESCRIPTION = "trained.json";
    private static final String VALIDATION = "validation.f64";
    private static final String REFERENCE = "reference.f32";
    private static final int MAX_ROWS = 1 << 27;
    private static final ObjectMapper MAPPER = JsonMapper.builder().build();

    private final ExperimentConfig config;
    private final DataFiles data;
    private final RunListener listener;
    private final Outputs outputs;

    /**
     * What {@code trained.json} holds.
     *
     * @param key of program, config and log
     * @param bundle checksums of those files of the bundle that scoring does not change
     */
    record Description(
            String key,
            Map<String, String> bundle,
            long trainRows,
            long validationRows,
            int validationNormals,
            int referenceRows,
            List<TrainingCurve.Epoch> epochs,
            List<String> notes) {}

    TrainedFiles(ReadLog read, RunListener listener) {
        this.config = read.config();
        this.data = read.files();
        this.listener = listener;
        outputs = new Outputs(config);
    }

    private String key() throws IOException {
        return Checksums.sha256(data.key() + "\n" + config.file().yaml());
    }

    /** Those of a bundle's files that stay as they are when its memory goes on. */
    private static SortedMap<String, String> lasting(Bundle bundle) {
        SortedMap<String, String> files = new TreeMap<>(bundle.files());
        files.keySet().removeAll(Bundle.FILES_THAT_FOLLOW_THE_MEMORY);
        return files;
    }

    /** Leaves what a detector's test needs; the detector with its memory's file. */
    TrainedDetector save(Bundle bundle, TrainedDetector trained) throws IOException {
        Path folder = outputs.trained(trained.name());
        Path temporary = Files.createDirectory(TemporaryFile.beside(folder));
        try {
            SortedScores normals = trained.validationNormals();
            writeScores(temporary.resolve(VALIDATION), normals);
            try (FileChannel out = FileChannel.open(
                    temporary.resolve(REFERENCE), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                trained.reference().write(out);
            }
            if (bundle.hasHistory()) {
                TemporaryFile.linkOrCopy(bundle.directory().resolve(Bundle.HISTORY), temporary.resolve(Bundle.HISTORY));
            }
            Description description = new Description(
                    data.areFiles() ? key() : "",
                    lasting(bundle),
                    trained.trainRows(),
                    trained.validationRows(),
                    normals.count(),
                    trained.reference().rows(),
                    trained.epochs(),
                    trained.notes());
            Files.writeString(
                    temporary.resolve(DESCRIPTION), JsonText.indented(MAPPER.valueToTree(description)) + "\n");
            Folders.delete(folder);
            Files.move(temporary, folder, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Folders.delete(temporary);
        }
        return withMemory(trained, folder, bundle);
    }

    private static TrainedDetector withMemory(TrainedDetector trained, Path folder, Bundle bundle) throws IOException {
        return new TrainedDetector(
                trained.name(),
                trained.model(),
                bundle.hasHistory() ? Optional.of(folder.resolve(Bundle.HISTORY)) : Optional.empty(),
                trained.trainRows(),
                trained.validationRows(),
                trained.epochs(),
                trained.validationNormals(),
                trained.reference(),
                BundleDrift.reference(bundle),
                trained.notes());
    }

    private static void writeScores(Path file, SortedScores scores) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(1 << 16).order(ByteOrder.LITTLE_ENDIAN);
        try (FileChannel out = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            for (int i = 0; i < scores.count(); i++) {
                bytes.putDouble(scores.at(i));
                if (!bytes.hasRemaining() || i == scores.count() - 1) {
                    bytes.flip();
                    while (bytes.hasRemaining()) {
                        out.write(bytes);
                    }
                    bytes.clear();
                }
            }
        }
    }

    private static SortedScores readScores(Path file, int count) throws IOException {
        if (count < 0 || count > MAX_ROWS || Files.size(file) != (long) count * Double.BYTES) {
            throw new IOException(file + " does not hold " + count + " scores");
        }
        double[] scores = new double[count];
        ByteBuffer.wrap(Files.readAllBytes(file))
                .order(ByteOrder.LITTLE_ENDIAN)
                .asDoubleBuffer()
                .get(scores);
        return SortedScores.of(scores, count, new BitSet(), false);
    }

    /** What an earlier run of this very config on this very log left of a detector. */
    Optional<TrainedDetector> find(String detector) throws IOException {
        Path folder = outputs.trained(detector);
        Path file = folder.resolve(DESCRIPTION);
        if (!data.areFiles() || !Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            return Optional.empty();
        }
        try {
            Description description = MAPPER.readValue(file.toFile(), Description.class);
            if (!key().equals(description.key())) {
                return Optional.empty();
            }
            Bundle bundle = Bundle.load(outputs.bundle(detector));
            if (!lasting(bundle).equals(description.bundle())) {
                return Optional.empty();
            }
            TrainedDetector trained = new TrainedDetector(
                    detector,
                    bundle.model(),
                    Optional.empty(),
                    description.trainRows(),
                    description.validationRows(),
                    description.epochs(),
                    readScores(folder.resolve(VALIDATION), description.validationNormals()),
                    reference(
                            folder.resolve(REFERENCE),
                            bundle.model().features().columns(),
                            description.referenceRows()),
                    Optional.empty(),
                    description.notes());
            listener.note(detector + ": an earlier start of this run has trained it and failed later; going on from "
                    + outputs.bundle(detector));
            return Optional.of(withMemory(trained, folder, bundle));
        } catch (IOException | InputException e) {
            listener.note(folder + " cannot be used (" + e.getMessage() + "); " + detector + " is trained again");
            return Optional.empty();
        }
    }

    private static FloatMatrix reference(Path file, int columns, int rows) throws IOException {
        FloatMatrix inMemory = new FloatMatrix(columns);
        try (FileChannel in = FileChannel.open(file)) {
            FloatMatrix inFile = FloatMatrix.of(in, columns, rows);
            float[] row = new float[columns];
            for (int i = 0; i < rows; i++) {
                inFile.copyRows(i, 1, row);
                inMemory.append(row);
            }
        }
        return inMemory;
    }

    /** Removes what was left of a detector; to be called once the report is written. */
    void forget(String detector) throws IOException {
        Folders.delete(outputs.trained(detector));
    }
}
