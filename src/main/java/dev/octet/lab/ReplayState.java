package dev.octet.lab;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.octet.bundle.Bundle;
import dev.octet.bundle.GoldenRow;
import dev.octet.config.DetectorConfig;
import dev.octet.config.ExperimentConfig;
import dev.octet.config.ReplayConfig;
import dev.octet.evaluate.ReplayTable;
import dev.octet.event.InputException;
import dev.octet.event.TemporaryFile;
import dev.octet.event.text.JsonText;
import dev.octet.feature.FloatMatrix;
import dev.octet.run.DataFiles;
import dev.octet.run.Log;
import dev.octet.run.Provenance;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Where a replay stands after a span, as a directory of its own: both tracks of each detector as bundles, the rows that
 * the next threshold is chosen on, and the table so far. It appears under its name when it is complete, and only then the
 * one before it goes.
 */
final class ReplayState {
    private static final int VERSION = 1;
    private static final String PREFIX = "after-span-";
    private static final Pattern NAME = Pattern.compile(PREFIX + "\\d{6}");
    private static final String STATE = "replay.json";
    private static final String FIXED = "-fixed";
    private static final String UPDATED = "-updated";
    private static final String HELD_OUT = "-held-out.bin";

    private final Path directory;
    private final ExperimentConfig config;
    private final Log.Scan scan;
    private final DataFiles files;

    /**
     * States of one replay.
     *
     * @param directory where they lie
     * @param scan what the log held; a state of another log is refused
     * @param files provenance of what is read
     */
    ReplayState(Path directory, ExperimentConfig config, Log.Scan scan, DataFiles files) {
        this.directory = directory;
        this.config = config;
        this.scan = scan;
        this.files = files;
    }

    /** One detector's two tracks. */
    record Tracks(ReplayTrack fixed, ReplayTrack updated, LatestRows latest) {}

    /** Where a replay stands. */
    record Saved(int spansDone, ReplayTable table, List<Tracks> tracks) {}

    /** Where the updated bundle of a detector lies after so many spans. */
    Path updatedBundle(int spansDone, String detector) {
        return at(spansDone).resolve(detector + UPDATED);
    }

    private Path at(int spansDone) {
        return directory.resolve(String.format(Locale.ROOT, "%s%06d", PREFIX, spansDone));
    }

    /** Forgets what an earlier replay left. */
    void clear() throws IOException {
        if (!Files.isDirectory(directory)) {
            return;
        }
        for (Path old : states(true)) {
            TemporaryFile.deleteTree(old);
        }
    }

    private List<Path> states(boolean unfinished) throws IOException {
        try (Stream<Path> inside = Files.list(directory)) {
            return inside.filter(path -> NAME.matcher(path.getFileName().toString())
                                    .matches()
                            || unfinished && path.getFileName().toString().startsWith("." + PREFIX))
                    .sorted()
                    .toList();
        }
    }

    void save(Saved saved) throws IOException {
        Files.createDirectories(directory);
        Path target = at(saved.spansDone());
        Path temporary = Files.createDirectory(TemporaryFile.beside(target));
        for (Tracks tracks : saved.tracks()) {
            save(tracks.fixed(), temporary, FIXED);
            save(tracks.updated(), temporary, UPDATED);
            tracks.latest().write(temporary.resolve(tracks.fixed().detector() + HELD_OUT));
        }
        ObjectNode root = saved.table().tree();
        root.put("version", VERSION);
        root.put("spans_done", saved.spansDone());
        root.put("config", config.file().yaml());
        root.put("log", fingerprint());
        Files.writeString(temporary.resolve(STATE), JsonText.indented(root));
        Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
        for (Path old : states(true)) {
            if (!old.equals(target)) {
                TemporaryFile.deleteTree(old);
            }
        }
    }

    private void save(ReplayTrack track, Path temporary, String suffix) throws IOException {
        Bundle.save(
                temporary.resolve(track.detector() + suffix),
                track.model(),
                track.extractor(),
                config.data().reading().format(),
                config.file().yaml(),
                Provenance.of(files, scan, 0, 0),
                track.golden());
    }

    private String fingerprint() {
        return scan.rows() + " rows, " + Log.time(scan.firstMicros()) + " to " + Log.time(scan.lastMicros());
    }

    /** The latest state, if a replay of this config was begun. */
    Optional<Saved> load() throws IOException {
        if (!Files.isDirectory(directory)) {
            return Optional.empty();
        }
        List<Path> states = states(false);
        if (states.isEmpty()) {
            return Optional.empty();
        }
        Path latest = states.get(states.size() - 1);
        Path file = latest.resolve(STATE);
        JsonNode root;
        try {
            root = new ObjectMapper().readTree(Files.readString(file));
        } catch (JsonProcessingException e) {
            throw new InputException(file + " is damaged; begin the replay anew with --restart", e);
        }
        require(root.path("version").asInt() == VERSION, file, "was written by another version of Octet");
        require(
                root.path("config").asText().equals(config.file().yaml()),
                file,
                "belongs to another config than this one");
        require(
                root.path("log").asText().equals(fingerprint()),
                file,
                "belongs to a log of " + root.path("log").asText() + ", this one has " + fingerprint());
        List<Tracks> tracks = new ArrayList<>();
        for (DetectorConfig detector : config.detection().detectors()) {
            ReplayTrack updated = track(detector.name(), latest.resolve(detector.name() + UPDATED), config.replay());
            tracks.add(new Tracks(
                    track(detector.name(), latest.resolve(detector.name() + FIXED), config.replay()),
                    updated,
                    LatestRows.read(
                            latest.resolve(detector.name() + HELD_OUT),
                            updated.model().features().columns())));
        }
        return Optional.of(new Saved(root.path("spans_done").asInt(), ReplayTable.of(root), tracks));
    }

    private static void require(boolean holds, Path file, String what) {
        if (!holds) {
            throw new InputException(
                    file + " " + what + "; begin the replay anew with --restart, or choose another output");
        }
    }

    private static ReplayTrack track(String detector, Path directory, ReplayConfig replay) throws IOException {
        Bundle bundle = Bundle.load(directory);
        FloatMatrix golden = new FloatMatrix(bundle.model().features().columns());
        for (GoldenRow row : bundle.golden()) {
            float[] columns = new float[golden.columns()];
            for (int i = 0; i < columns.length; i++) {
                columns[i] = row.columns().get(i);
            }
            golden.append(columns);
        }
        return new ReplayTrack(detector, replay.holdOut(), bundle.model(), bundle.extractor(), golden);
    }
}
