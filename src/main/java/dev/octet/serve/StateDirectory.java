package dev.octet.serve;

import dev.octet.event.FramedFile;
import dev.octet.event.InputException;
import dev.octet.feature.history.LoginHistory;
import java.io.DataInputStream;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The directory of what a service keeps: a snapshot of the history and the journal of the logins after it. One process at
 * a time; not thread-safe.
 *
 * <pre>
 * lock                          held while a service runs
 * snapshot-NUMBER.bin           the history after login NUMBER, the latest answers and flagged logins
 * journal-NUMBER.log            the logins from NUMBER on
 * scores/scores-NUMBER.csv      the scores of logins that are in the snapshot
 * verdicts.ndjson               what analysts said
 * </pre>
 */
final class StateDirectory implements AutoCloseable {
    private static final byte[] KIND = "OctetSn2".getBytes(StandardCharsets.US_ASCII);
    /** Without flagged logins. */
    private static final byte[] EARLIER_KIND = "OctetSn1".getBytes(StandardCharsets.US_ASCII);

    private static final Pattern SNAPSHOT = Pattern.compile("snapshot-\\d{16}\\.bin");
    /** Answers that can be given again. */
    static final int MAX_ANSWERS = 1 << 16;

    private final Path directory;
    private final FileChannel lockFile;

    /**
     * What a snapshot holds.
     *
     * @param store a short name of this directory's own, made once
     * @param keyCheck of the pseudonyms' key; empty where there are none
     * @param sequence number of the last login in it
     * @param answers the latest, the oldest first
     * @param history empty where the model keeps none
     * @param flagged logins that did not update the history
     */
    record Snapshot(
            String store,
            String keyCheck,
            long sequence,
            List<Answer> answers,
            Optional<LoginHistory> history,
            FlaggedLogins flagged) {}

    private StateDirectory(Path directory, FileChannel lockFile) {
        this.directory = directory;
        this.lockFile = lockFile;
    }

    /** @throws InputException if another process uses it */
    static StateDirectory open(Path directory) throws IOException {
        Files.createDirectories(directory);
        FileChannel lockFile = FileChannel.open(
                directory.resolve("lock"),
                StandardOpenOption.CREATE,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE);
        try {
            FileLock lock = lockFile.tryLock();
            if (lock == null) {
                throw new OverlappingFileLockException();
            }
        } catch (OverlappingFileLockException e) {
            lockFile.close();
            throw new InputException(
                    directory + " is in use by another service; stop it, or give this one a --state of its own", e);
        }
        return new StateDirectory(directory, lockFile);
    }

    Path path() {
        return directory;
    }

    static String newName() {
        return HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextInt());
    }

    private List<Path> snapshots() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(path ->
                            SNAPSHOT.matcher(path.getFileName().toString()).matches())
                    .sorted()
                    .toList();
        }
    }

    /**
     * The latest snapshot.
     *
     * @throws InputException if it is damaged
     */
    Optional<Snapshot> load() throws IOException {
        List<Path> snapshots = snapshots();
        if (snapshots.isEmpty()) {
            if (!Journal.in(directory).isEmpty()) {
                throw new InputException(directory + " holds a journal but no snapshot that it goes on from;"
                        + " bring the directory back from a copy, or begin with an empty one");
            }
            return Optional.empty();
        }
        Path file = snapshots.get(snapshots.size() - 1);
        try {
            boolean earlier = FramedFile.isOf(file, EARLIER_KIND);
            return Optional.of(FramedFile.read(file, earlier ? EARLIER_KIND : KIND, in -> readSnapshot(in, earlier)));
        } catch (InputException | ArrayIndexOutOfBoundsException e) {
            throw new InputException(
                    file + " is damaged, or no snapshot of this Octet: " + e.getMessage()
                            + "; bring the directory back from a copy, or begin with an empty one",
                    e);
        }
    }

    private static Snapshot readSnapshot(DataInputStream in, boolean earlier) throws IOException {
        String store = in.readUTF();
        String keyCheck = in.readUTF();
        long sequence = in.readLong();
        int count = in.readInt();
        if (count < 0 || count > MAX_ANSWERS) {
            throw new InputException("it says that it holds " + count + " answers");
        }
        List<Answer> answers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            answers.add(readAnswer(in));
        }
        Optional<LoginHistory> history = in.readBoolean() ? Optional.of(LoginHistory.load(in)) : Optional.empty();
        FlaggedLogins flagged = earlier ? new FlaggedLogins() : FlaggedLogins.load(in);
        return new Snapshot(store, keyCheck, sequence, answers, history, flagged);
    }

    /**
     * A snapshot to be written, at any time and on any thread: what it was made of may have changed since.
     *
     * @param answers the latest
     * @param answersWritten called when the answers have been written, and need not be kept any more
     * @param history writes the history, or nothing where none is kept
     * @param flagged writes the flagged logins
     */
    record Image(
            String store,
            String keyCheck,
            long sequence,
            LatestAnswers.Image answers,
            Runnable answersWritten,
            Optional<FramedFile.Content> history,
            FramedFile.Content flagged) {}

    /** Writes a snapshot in place of the one before; journals and scores are left alone. */
    void save(Image image) throws IOException {
        Path target = directory.resolve(String.format(Locale.ROOT, "snapshot-%016d.bin", image.sequence));
        FramedFile.write(target, KIND, out -> {
            out.writeUTF(image.store);
            out.writeUTF(image.keyCheck);
            out.writeLong(image.sequence);
            out.writeInt(image.answers.count());
            image.answers.write(out);
            image.answersWritten.run();
            out.writeBoolean(image.history.isPresent());
            if (image.history.isPresent()) {
                image.history.get().write(out); // leaves it open
            }
            image.flagged.write(out);
        });
        Journal.forceNames(directory);
        for (Path old : snapshots()) {
            if (!old.equals(target)) {
                Files.delete(old);
            }
        }
    }

    static void write(Answer answer, DataOutput out) throws IOException {
        out.writeUTF(answer.id());
        out.writeLong(answer.sequence());
        out.writeLong(answer.timeMicros());
        out.writeBoolean(answer.scored());
        out.writeDouble(answer.score());
        out.writeDouble(answer.threshold());
        out.writeBoolean(answer.flagged());
        out.writeByte(answer.history().ordinal());
        out.writeBoolean(answer.late());
        out.writeUTF(answer.bundle());
        out.writeUTF(answer.reasons());
        out.writeInt(answer.fingerprint());
    }

    static Answer readAnswer(DataInputStream in) throws IOException {
        return new Answer(
                in.readUTF(),
                in.readLong(),
                in.readLong(),
                in.readBoolean(),
                in.readDouble(),
                in.readDouble(),
                in.readBoolean(),
                Answer.History.values()[in.readUnsignedByte()],
                in.readBoolean(),
                in.readUTF(),
                in.readUTF(),
                in.readInt());
    }

    @Override
    public void close() throws IOException {
        lockFile.close();
    }
}
