package dev.octet.serve;

import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.NamedCsvRecord;
import dev.octet.event.CsvOutput;
import dev.octet.event.text.CsvLines;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The scores of logins whose journal is not needed any more, as CSV files that anybody can read: {@code
 * id,sequence,timestamp,user,score,threshold,flagged,bundle}. Files appear whole, and leave when they are too old. Not
 * thread-safe.
 */
final class ScoreArchive {
    private static final Pattern NAME = Pattern.compile("scores-\\d{16}\\.csv");

    private final Path directory;

    /** A login's score, as feedback and re-thresholding need it. */
    record Line(
            String id,
            long sequence,
            long timeMicros,
            String user,
            double score,
            double threshold,
            boolean flagged,
            String bundle) {}

    ScoreArchive(Path state) {
        directory = state.resolve("scores");
    }

    /** The files, the oldest first. */
    List<Path> files() throws IOException {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(
                            path -> NAME.matcher(path.getFileName().toString()).matches())
                    .sorted()
                    .toList();
        }
    }

    /** Moves the scores of a journal here; the journal is deleted once they are safe. */
    void take(Path journal) throws IOException {
        Files.createDirectories(directory);
        Path target = directory.resolve(String.format(Locale.ROOT, "scores-%016d.csv", Journal.firstSequence(journal)));
        try (CsvOutput csv = CsvOutput.forced(
                target, "id", "sequence", "timestamp", "user", "score", "threshold", "flagged", "bundle")) {
            CsvLines lines = csv.lines();
            Journal.readRaw(journal, 0, Integer.MAX_VALUE, (payload, length) -> {
                Optional<Line> scored = EventRecord.readScore(payload, length);
                if (scored.isPresent()) {
                    Line line = scored.get();
                    lines.exact(line.id());
                    lines.number(line.sequence());
                    lines.timestamp(line.timeMicros());
                    lines.exact(line.user());
                    lines.number(line.score());
                    lines.number(line.threshold());
                    lines.exact(line.flagged() ? "1" : "0");
                    lines.exact(line.bundle());
                    csv.end();
                }
            });
            csv.complete();
        }
        Journal.forceNames(directory);
        Files.delete(journal);
    }

    /** Deletes files written longer ago than this. */
    void forget(Duration age, Instant now) throws IOException {
        for (Path file : files()) {
            if (Files.getLastModifiedTime(file).toInstant().isBefore(now.minus(age))) {
                Files.delete(file);
            }
        }
    }

    /** Takes lines. */
    @FunctionalInterface
    interface Reader {
        void take(Line line) throws IOException;
    }

    /** Reads a file. */
    static void read(Path file, Reader reader) throws IOException {
        try (CsvReader<NamedCsvRecord> csv = CsvReader.builder().ofNamedCsvRecord(file)) {
            for (NamedCsvRecord line : csv) {
                reader.take(new Line(
                        line.getField("id"),
                        Long.parseLong(line.getField("sequence")),
                        ChronoUnit.MICROS.between(Instant.EPOCH, Instant.parse(line.getField("timestamp"))),
                        line.getField("user"),
                        Double.parseDouble(line.getField("score")),
                        Double.parseDouble(line.getField("threshold")),
                        line.getField("flagged").equals("1"),
                        line.getField("bundle")));
            }
        }
    }

    /** Looks for a login, the newest file first; reads until it is found. */
    Optional<Line> find(String id) throws IOException {
        List<Path> files = files();
        for (int i = files.size() - 1; i >= 0; i--) {
            Line[] found = new Line[1];
            try {
                read(files.get(i), line -> found[0] = line.id().equals(id) ? line : found[0]);
            } catch (NoSuchFileException e) {
                continue; // it has just become too old
            }
            if (found[0] != null) {
                return Optional.of(found[0]);
            }
        }
        return Optional.empty();
    }
}
