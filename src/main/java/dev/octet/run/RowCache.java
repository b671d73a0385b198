package dev.octet.run;

import dev.octet.event.InputException;
import dev.octet.event.TemporaryFile;
import dev.octet.feature.FeatureExtractor;
import dev.octet.feature.FeatureRequest;
import dev.octet.feature.FloatMatrix;
import dev.octet.feature.RowFeatures;
import dev.octet.feature.View;
import it.unimi.dsi.fastutil.longs.Long2BooleanMap;
import it.unimi.dsi.fastutil.longs.Long2BooleanOpenHashMap;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.BitSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Where the rows of a run's training and validation spans are: in memory, or in files once they are many. What went to
 * files stays in the cache's folder as an entry that the next run with the same key takes up, instead of reading the log
 * again. An entry is written under a temporary name and moved into place; it is used only under the very key that it was
 * written with; entries that a run had no use for are removed at its end, so that the folder does not grow.
 *
 * <p>An entry {@code rows-KEY} is a folder: {@code train.f32} and {@code validation.f32} hold the raw feature values,
 * row-major and little-endian, {@code memory.bin} and {@code memory-trained.bin} what the features remember at the end of the
 * validation and of the training span, {@code rows.bin} the rest. {@code scan-KEY} is what the first pass over the log found. Not
 * thread-safe.
 */
final class RowCache {
    /** To be changed whenever what an entry holds changes. */
    static final String FORMAT = "octet rows 4";

    private static final String MEMORY = "memory.bin";
    private static final String MEMORY_TRAINED = "memory-trained.bin";
    private static final int SHORT_KEY = 16;
    private static final int MAX_BYTES = 1 << 30;
    private static final int MAX_NAMES = 1 << 21;

    private final Path folder;
    private final long mostBytes;
    private final RunListener listener;
    private final Set<Path> used = new HashSet<>();

    /**
     * @param folder made when it is needed
     * @param mostBytes what a matrix may take in memory
     */
    RowCache(Path folder, long mostBytes, RunListener listener) {
        this.folder = folder;
        this.mostBytes = mostBytes;
        this.listener = listener;
    }

    /** What the first pass over a log found, and how many rows each of its files has. */
    record Scanned(Log.Scan scan, List<Long> rowsOfFile) {}

    /** A matrix that moves to a file of its own, which vanishes with the process, when it outgrows the memory. */
    FloatMatrix matrix(int columns) {
        return new FloatMatrix(columns, mostBytes, () -> {
            Files.createDirectories(folder);
            return FileChannel.open(
                    TemporaryFile.beside(folder.resolve("matrix")),
                    StandardOpenOption.CREATE_NEW,
                    StandardOpenOption.READ,
                    StandardOpenOption.WRITE,
                    StandardOpenOption.DELETE_ON_CLOSE);
        });
    }

    /** Whether there is any entry, so that it is worth while to compute a key. */
    boolean hasEntries() throws IOException {
        if (!Files.isDirectory(folder)) {
            return false;
        }
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder, "{rows,scan}-*")) {
            return entries.iterator().hasNext();
        }
    }

    private Path rowsEntry(String key) {
        return folder.resolve("rows-" + key.substring(0, SHORT_KEY));
    }

    private Path scanEntry(String key) {
        return folder.resolve("scan-" + key.substring(0, SHORT_KEY));
    }

    /**
     * The rows that were kept under a key; empty where there are none, or they are damaged, which is said.
     *
     * @param empty empty memories of the features that look back
     */
    Optional<TrainingRows> find(
            String key, View view, List<FeatureRequest> requests, List<RowFeatures> empty, boolean labelsCount)
            throws IOException {
        Path entry = rowsEntry(key);
        if (!Files.isDirectory(entry)) {
            return Optional.empty();
        }
        try (DataInputStream in = input(entry.resolve("rows.bin"))) {
            if (!header(in).equals(key)) {
                return Optional.empty();
            }
            Map<String, List<String>> dictionaries = new LinkedHashMap<>();
            for (int left = count(in); left > 0; left--) {
                String feature = text(in);
                int size = count(in);
                if (size > MAX_NAMES) {
                    throw new IOException(size + " names of one feature are damage");
                }
                String[] names = new String[size];
                for (int i = 0; i < names.length; i++) {
                    names[i] = text(in);
                }
                dictionaries.put(feature, List.of(names));
            }
            FeatureExtractor extractor = FeatureExtractor.withDictionaries(view, requests, empty, dictionaries);
            TrainingRows.Part train = part(in, entry.resolve("train.f32"), extractor.width());
            TrainingRows.Part validation = part(in, entry.resolve("validation.f32"), extractor.width());
            Optional<MemorySnapshot> trained = empty.isEmpty()
                    ? Optional.empty()
                    : Optional.of(MemorySnapshot.in(entry.resolve(MEMORY_TRAINED), view));
            Optional<LoadingMemories> memories =
                    empty.isEmpty() ? Optional.empty() : Optional.of(new LoadingMemories(entry.resolve(MEMORY), view));
            used.add(entry);
            return Optional.of(TrainingRows.kept(this, extractor, train, validation, trained, memories));
        } catch (IOException | InputException e) {
            damaged(entry, e);
            return Optional.empty();
        }
    }

    private void damaged(Path entry, Exception why) {
        listener.note(entry + " cannot be used (" + why.getMessage() + "); the log is read again");
    }

    private static TrainingRows.Part part(DataInputStream in, Path file, int width) throws IOException {
        int rows = count(in);
        BitSet attacks = BitSet.valueOf(bytes(in));
        BitSet scored = BitSet.valueOf(bytes(in));
        if (attacks.length() > rows || scored.length() > rows) {
            throw new IOException("marks of rows that are not there");
        }
        int[] days = new int[count(in)];
        for (int day = 0; day < days.length; day++) {
            days[day] = in.readInt();
            if (days[day] < (day == 0 ? 0 : days[day - 1]) || days[day] > rows) {
                throw new IOException("days of rows that are not there");
            }
        }
        return new TrainingRows.Part(FloatMatrix.of(FileChannel.open(file), width, rows), attacks, scored, days);
    }

    /** Keeps rows under a key. */
    void keep(String key, TrainingRows rows) throws IOException {
        Path entry = rowsEntry(key);
        Path temporary = TemporaryFile.beside(entry);
        try {
            Files.createDirectories(temporary);
            write(temporary.resolve("train.f32"), rows.train().raw());
            write(temporary.resolve("validation.f32"), rows.validation().raw());
            try (DataOutputStream out = output(temporary.resolve("rows.bin"))) {
                header(out, key);
                Map<String, List<String>> dictionaries = rows.extractor().dictionaries();
                out.writeInt(dictionaries.size());
                for (Map.Entry<String, List<String>> dictionary : dictionaries.entrySet()) {
                    text(out, dictionary.getKey());
                    out.writeInt(dictionary.getValue().size());
                    for (String name : dictionary.getValue()) {
                        text(out, name);
                    }
                }
                for (TrainingRows.Part part : List.of(rows.train(), rows.validation())) {
                    out.writeInt(part.rows());
                    bytes(out, part.attacks().toByteArray());
                    bytes(out, part.scored().toByteArray());
                    int[] days = part.days();
                    out.writeInt(days.length);
                    for (int first : days) {
                        out.writeInt(first);
                    }
                }
            }
            for (RowFeatures memory : rows.memories()) {
                try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(temporary.resolve(MEMORY)))) {
                    memory.save(out);
                }
            }
            if (rows.trained().isPresent()) {
                rows.trained().get().copyTo(temporary.resolve(MEMORY_TRAINED));
            }
            remove(entry);
            Files.move(temporary, entry, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            remove(temporary);
        }
        used.add(entry);
    }

    private static void write(Path file, FloatMatrix matrix) throws IOException {
        try (FileChannel out = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            matrix.write(out);
        }
    }

    /** What was found of the log with this key; empty where that is not known. */
    Optional<Scanned> findScan(String key) throws IOException {
        Path entry = scanEntry(key);
        if (!Files.isRegularFile(entry)) {
            return Optional.empty();
        }
        try (DataInputStream in = input(entry)) {
            if (!header(in).equals(key)) {
                return Optional.empty();
            }
            Long[] rowsOfFile = new Long[count(in)];
            for (int i = 0; i < rowsOfFile.length; i++) {
                rowsOfFile[i] = in.readLong();
            }
            long rows = in.readLong();
            long first = in.readLong();
            long last = in.readLong();
            long successes = in.readLong();
            boolean labelled = in.readBoolean();
            Long2BooleanOpenHashMap attacks = new Long2BooleanOpenHashMap();
            for (int left = count(in); left > 0; left--) {
                attacks.put(in.readLong(), in.readBoolean());
            }
            used.add(entry);
            return Optional.of(new Scanned(
                    new Log.Scan(rows, Map.of(), List.of(), List.of(), first, last, successes, attacks, labelled),
                    List.of(rowsOfFile)));
        } catch (IOException e) {
            damaged(entry, e);
            return Optional.empty();
        }
    }

    /** Keeps what was found of a log in which everything could be read. */
    void keepScan(String key, Scanned scanned) throws IOException {
        Path entry = scanEntry(key);
        Path temporary = TemporaryFile.beside(entry);
        Files.createDirectories(folder);
        try {
            try (DataOutputStream out = output(temporary)) {
                header(out, key);
                out.writeInt(scanned.rowsOfFile.size());
                for (long rows : scanned.rowsOfFile) {
                    out.writeLong(rows);
                }
                out.writeLong(scanned.scan.rows());
                out.writeLong(scanned.scan.firstMicros());
                out.writeLong(scanned.scan.lastMicros());
                out.writeLong(scanned.scan.successes());
                out.writeBoolean(scanned.scan.labelled());
                out.writeInt(scanned.scan.attacks().size());
                for (Long2BooleanMap.Entry attack : scanned.scan.attacks().long2BooleanEntrySet()) {
                    out.writeLong(attack.getLongKey());
                    out.writeBoolean(attack.getBooleanValue());
                }
            }
            Files.move(temporary, entry, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            remove(temporary);
        }
        used.add(entry);
    }

    /** Removes entries that this run neither found nor made. */
    void removeUnused() throws IOException {
        if (!Files.isDirectory(folder)) {
            return;
        }
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder, "{rows,scan}-*")) {
            for (Path entry : entries) {
                if (!used.contains(entry)) {
                    remove(entry);
                }
            }
        }
    }

    private static void remove(Path entry) throws IOException {
        if (Files.isDirectory(entry)) {
            try (DirectoryStream<Path> files = Files.newDirectoryStream(entry)) {
                for (Path file : files) {
                    Files.delete(file);
                }
            }
        }
        Files.deleteIfExists(entry);
    }

    private static DataInputStream input(Path file) throws IOException {
        return new DataInputStream(new BufferedInputStream(Files.newInputStream(file)));
    }

    private static DataOutputStream output(Path file) throws IOException {
        return new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file)));
    }

    private static void header(DataOutputStream out, String key) throws IOException {
        text(out, FORMAT);
        text(out, key);
    }

    /** The key that a file was written with. */
    private static String header(DataInputStream in) throws IOException {
        if (!text(in).equals(FORMAT)) {
            throw new IOException("it is of another format");
        }
        return text(in);
    }

    private static void text(DataOutputStream out, String text) throws IOException {
        bytes(out, text.getBytes(StandardCharsets.UTF_8));
    }

    private static String text(DataInputStream in) throws IOException {
        return new String(bytes(in), StandardCharsets.UTF_8);
    }

    private static void bytes(DataOutputStream out, byte[] bytes) throws IOException {
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    private static byte[] bytes(DataInputStream in) throws IOException {
        int length = count(in);
        byte[] bytes = in.readNBytes(length);
        if (bytes.length != length) {
            throw new IOException("it ends early");
        }
        return bytes;
    }

    private static int count(DataInputStream in) throws IOException {
        int count = in.readInt();
        if (count < 0 || count > MAX_BYTES) {
            throw new IOException("a count of " + count + " is damage");
        }
        return count;
    }
}
