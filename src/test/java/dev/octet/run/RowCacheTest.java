package dev.octet.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.octet.config.ConfigFile;
import dev.octet.config.ExperimentConfig;
import dev.octet.detect.TrainingProgress;
import dev.octet.event.InputException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RowCacheTest {
    private static final String CONFIG = """
            name: cached
            data:
              format: {columns: {time: at, user: user, ip: ip, success: ok, country: country, device: device}}
              train: LOG
              labels: {column: attack}
            view: attempt
            features: [country, {device: code}, hour, ip-octets, new-country]
            detector: {autoencoder: {layers: [4], epochs: 1, batch-size: 256, seed: 1}}
            threshold: {percentile: 95}
            """;
    private static final String FOUND = "the features of the training rows are those of an earlier run";

    private static final String LOOKS_BACK = "detector={autoencoder: {reconstruction: likelihood, epochs: 1, seed: 1}}";

    @TempDir
    Path folder;

    private Path log;

    /** Remembers what a run notes. */
    private static final class Notes implements RunListener {
        private final List<String> notes = new ArrayList<>();

        @Override
        public void note(String text) {
            notes.add(text);
        }

        @Override
        public TrainingProgress training(String detector) {
            return new TrainingProgress() {
                @Override
                public void note(String text) {
                    notes.add(text);
                }
            };
        }
    }

    @BeforeEach
    void writeLog() throws IOException {
        SplittableRandom random = new SplittableRandom(1);
        StringBuilder text = new StringBuilder("at,user,ip,ok,country,device,attack\n");
        LocalDateTime at = LocalDateTime.of(2024, 1, 1, 0, 0);
        for (int i = 0; i < 3000; i++) {
            at = at.plusSeconds(1 + random.nextInt(600));
            text.append(at.toString().length() == 16 ? at + ":00" : at.toString())
                    .append(",u")
                    .append(random.nextInt(50))
                    .append(",10.0.")
                    .append(random.nextInt(256))
                    .append(".7,")
                    .append(random.nextInt(5) > 0)
                    .append(',')
                    .append(List.of("NO", "SE", "Ø").get(random.nextInt(3)))
                    .append(',')
                    .append(random.nextBoolean() ? "mobile" : "")
                    .append(',')
                    .append(i % 500 == 499)
                    .append('\n');
        }
        log = Files.writeString(folder.resolve("log.csv"), text);
    }

    private String scores(Notes notes, String... overrides) throws IOException {
        ExperimentConfig config = ExperimentConfig.of(ConfigFile.parse(
                "c.yaml",
                CONFIG.replace("LOG", log.toString()) + "output: " + folder.resolve("out") + "\n",
                List.of(overrides),
                Map.of()));
        return Files.readString(new Experiment(config, notes).run(true).scores().get(0));
    }

    private List<String> entries() throws IOException {
        Path cache = folder.resolve("out/cache");
        if (!Files.exists(cache)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(cache)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> !name.equals("files.txt"))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void rowsInFilesGiveTheSameScoresAndAreFoundAgain() throws IOException {
        String inMemory = scores(new Notes());
        assertEquals(List.of(), entries());

        Notes first = new Notes();
        assertEquals(inMemory, scores(first, "data.matrix-memory=0"));
        assertFalse(first.notes.contains(FOUND));
        List<String> kept = entries();
        assertEquals(2, kept.size(), kept.toString());
        assertTrue(kept.get(0).startsWith("rows-") && kept.get(1).startsWith("scan-"), kept.toString());

        Notes second = new Notes();
        assertEquals(inMemory, scores(second, "data.matrix-memory=0"));
        assertTrue(second.notes.contains(FOUND), second.notes.toString());
        assertEquals(kept, entries());
    }

    @Test
    void anotherLogOrSplitIsReadAnew() throws IOException {
        scores(new Notes(), "data.matrix-memory=0");
        List<String> kept = entries();

        Notes split = new Notes();
        scores(split, "data.matrix-memory=0", "split={by: time, train: 0.4, validation: 0.2, test: 0.4}");
        assertFalse(split.notes.contains(FOUND));
        List<String> afterSplit = entries();
        assertEquals(2, afterSplit.size());
        assertNotEquals(kept.get(0), afterSplit.get(0));
        assertEquals(kept.get(1), afterSplit.get(1), "the log is the same");

        Files.writeString(log, Files.readString(log).replaceFirst("mobile", "tablet"));
        Notes changed = new Notes();
        String files = scores(changed, "data.matrix-memory=0");
        assertFalse(changed.notes.contains(FOUND));
        assertEquals(2, entries().size());
        assertNotEquals(afterSplit.get(1), entries().get(1));
        assertEquals(files, scores(new Notes(), "data.matrix-memory=128", "output=" + folder.resolve("other")));
    }

    @Test
    void aDamagedEntryIsSaidAndMadeAnew() throws IOException {
        String scores = scores(new Notes(), "data.matrix-memory=0");
        Path rows = folder.resolve("out/cache").resolve(entries().get(0));
        try (FileChannel file = FileChannel.open(rows.resolve("train.f32"), StandardOpenOption.WRITE)) {
            file.truncate(100);
        }
        Path scan = folder.resolve("out/cache").resolve(entries().get(1));
        Files.write(scan, new byte[20]);
        Notes notes = new Notes();
        assertEquals(scores, scores(notes, "data.matrix-memory=0"));
        assertEquals(
                2,
                notes.notes.stream()
                        .filter(note -> note.contains("cannot be used") && note.endsWith("the log is read again"))
                        .count(),
                notes.notes.toString());
        Notes again = new Notes();
        assertEquals(scores, scores(again, "data.matrix-memory=0"));
        assertTrue(again.notes.contains(FOUND));
    }

    /** The memory is read while the training runs, so that damage is found late: said, removed, and the run started again. */
    @Test
    void aDamagedMemoryIsRemovedAndTheNextStartReadsTheLog() throws IOException {
        String scores = scores(new Notes(), "data.matrix-memory=0", LOOKS_BACK);
        Path memory = folder.resolve("out/cache").resolve(entries().get(0)).resolve("memory.bin");
        try (FileChannel file = FileChannel.open(memory, StandardOpenOption.WRITE)) {
            file.truncate(file.size() / 2);
        }
        InputException damaged =
                assertThrows(InputException.class, () -> scores(new Notes(), "data.matrix-memory=0", LOOKS_BACK));
        assertTrue(damaged.getMessage().contains(memory.toString()), damaged.getMessage());
        assertFalse(Files.exists(memory));
        Notes again = new Notes();
        assertEquals(scores, scores(again, "data.matrix-memory=0", LOOKS_BACK));
        assertTrue(
                again.notes.stream().anyMatch(note -> note.contains("cannot be used") && note.contains("memory.bin")),
                again.notes.toString());
        assertTrue(
                again.notes.stream().anyMatch(note -> note.contains("resuming") && note.contains("checkpoint")),
                again.notes.toString());
    }

    @Test
    void aLogIsFoundByItsSizeAndTimeAndComparedBeforeAnythingIsSaved() throws IOException {
        FileTime longAgo = FileTime.from(Instant.now().minusSeconds(3600));
        Files.setLastModifiedTime(log, longAgo);
        String scores = scores(new Notes(), "data.matrix-memory=0");
        assertEquals(
                1, Files.readAllLines(folder.resolve("out/cache/files.txt")).size());
        Notes again = new Notes();
        assertEquals(scores, scores(again, "data.matrix-memory=0"));
        assertTrue(again.notes.contains(FOUND));

        Files.writeString(log, Files.readString(log).replaceFirst("mobile", "tablet"));
        Files.setLastModifiedTime(log, longAgo);
        byte[] bundle = Files.readAllBytes(folder.resolve("out/bundle/checksums.sha256"));
        InputException changed = assertThrows(InputException.class, () -> scores(new Notes(), "data.matrix-memory=0"));
        assertTrue(changed.getMessage().contains(log.toString()), changed.getMessage());
        assertTrue(changed.getMessage().contains(folder.resolve("out/cache").toString()), changed.getMessage());
        assertArrayEquals(bundle, Files.readAllBytes(folder.resolve("out/bundle/checksums.sha256")));

        Files.setLastModifiedTime(log, FileTime.from(Instant.now().minusSeconds(60)));
        Notes other = new Notes();
        scores(other, "data.matrix-memory=0");
        assertFalse(other.notes.contains(FOUND));
    }
}
