package dev.octet.serve;

import dev.octet.event.FollowedLog;
import dev.octet.event.FramedFile;
import dev.octet.event.InputException;
import dev.octet.event.Labelled;
import dev.octet.event.LogFormat;
import dev.octet.event.LoginEvent;
import dev.octet.event.RejectedRows;
import dev.octet.event.RejectionPolicy;
import dev.octet.serve.http.RequestException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.zip.CRC32C;

/**
 * Hands the logins of a log in while it grows, as a client of the service would: each under an id that is made of the log's
 * name and its number, so that what is read again after a kill counts once. Several logs are read in step by time until each
 * has come to its end. A thread of its own reads each.
 */
final class LogFeed implements AutoCloseable {
    private static final byte[] KIND = "OctetLf1".getBytes(StandardCharsets.US_ASCII);
    private static final int BATCH = 256;
    /** Fewer than the answers that are remembered, so that what is read again is recognised. */
    private static final long SAVE_AFTER = 1 << 14;

    private static final Duration SAVE_EVERY = Duration.ofSeconds(5);
    private static final Duration POLL = Duration.ofMillis(200);

    private final Path log;
    private final LogFormat format;
    private final Path state;
    private final LiveScorer scorer;
    private final Consumer<String> notes;
    private final InStep inStep;
    private final String prefix;
    private final Thread thread;
    private final List<Submission> batch = new ArrayList<>();
    private long rows;
    private long savedRows;
    private long savedAt = System.nanoTime();
    private long refused;
    private long refusedTold;
    private FollowedLog reading;
    private volatile boolean closed;

    /**
     * Reads a log.
     *
     * @param directory the state directory, in which its position is kept
     * @param inStep shared by the feeds of a service
     */
    LogFeed(Path log, LogFormat format, Path directory, LiveScorer scorer, InStep inStep, Consumer<String> notes) {
        this.log = log.toAbsolutePath().normalize();
        this.format = format;
        this.scorer = scorer;
        this.inStep = inStep;
        this.notes = notes;
        CRC32C name = new CRC32C();
        name.update(this.log.toString().getBytes(StandardCharsets.UTF_8));
        prefix = String.format(Locale.ROOT, "log-%08x-", name.getValue());
        state = directory.resolve("watched-" + prefix.substring(4, 12) + ".position");
        thread = new Thread(this::run, "octet-log");
        thread.setDaemon(true);
    }

    Path log() {
        return log;
    }

    LogFormat format() {
        return format;
    }

    /** Begins to read feeds together. */
    static void start(List<LogFeed> feeds) {
        feeds.forEach(feed -> feed.inStep.add(feed.log));
        feeds.forEach(feed -> feed.thread.start());
    }

    private void run() {
        try {
            read();
        } catch (IOException | RuntimeException e) {
            if (!closed) {
                notes.accept(log.getFileName() + " is not read any more: " + e.getMessage()
                        + "; repair it and start the service again");
            }
        } finally {
            inStep.ended(log);
        }
    }

    private void read() throws IOException {
        Optional<FollowedLog.Position> from = Files.exists(state) ? Optional.of(restore()) : Optional.empty();
        Path list = state.resolveSibling(state.getFileName().toString().replace(".position", ".unreadable.csv"));
        try (RejectedRows rejected =
                        RejectedRows.appendedTo(list, log.toString(), RejectionPolicy.warning(0.001, false));
                FollowedLog opened = new FollowedLog(log, format, rejected, from, true, POLL, this::idle)) {
            reading = opened;
            for (Labelled<LoginEvent> login = opened.next(); login != null && !closed; login = opened.next()) {
                waitForOthers(login.row().timeMicros());
                batch.add(new Submission(login.row(), Optional.of(prefix + rows), List.of()));
                rows++;
                if (batch.size() == BATCH) {
                    handIn();
                    saveIfDue();
                }
            }
            handIn();
            save();
            rejected.flush();
        }
    }

    private void waitForOthers(long micros) {
        if (inStep.several()) {
            handIn(); // before another log may go on beyond it
            inStep.reached(log, micros, () -> closed);
        }
    }

    private boolean idle() throws IOException {
        handIn();
        inStep.ended(log);
        saveIfDue();
        return !closed;
    }

    private void handIn() {
        if (batch.isEmpty()) {
            return;
        }
        List<LiveScorer.Result> results = scorer.score(batch);
        batch.clear();
        for (LiveScorer.Result result : results) {
            refused += result.refused() == null ? 0 : 1;
        }
        if (refused > 2 * refusedTold) {
            refusedTold = refused;
            notes.accept(String.format(
                    Locale.ROOT,
                    "%,d logins of %s could not be scored; the last: %s",
                    refused,
                    log.getFileName(),
                    results.stream()
                            .map(LiveScorer.Result::refused)
                            .filter(why -> why != null)
                            .map(RequestException::getMessage)
                            .reduce((first, second) -> second)
                            .orElse("")));
        }
    }

    private void saveIfDue() throws IOException {
        if (rows > savedRows
                && (rows - savedRows >= SAVE_AFTER || System.nanoTime() - savedAt > SAVE_EVERY.toNanos())) {
            handIn();
            save();
        }
    }

    private void save() throws IOException {
        Optional<FollowedLog.Position> position = reading.position();
        if (position.isEmpty() || rows == savedRows) {
            return;
        }
        FramedFile.write(state, KIND, out -> {
            out.writeLong(rows);
            out.writeUTF(position.get().file());
            out.writeLong(position.get().head());
            out.writeInt(position.get().headLength());
            out.writeLong(position.get().offset());
            byte[] header = position.get().header().getBytes(StandardCharsets.UTF_8);
            out.writeInt(header.length);
            out.write(header);
        });
        savedRows = rows;
        savedAt = System.nanoTime();
    }

    private FollowedLog.Position restore() throws IOException {
        try {
            return FramedFile.read(state, KIND, in -> {
                rows = in.readLong();
                savedRows = rows;
                String file = in.readUTF();
                long head = in.readLong();
                int headLength = in.readInt();
                long offset = in.readLong();
                byte[] header = in.readNBytes(in.readInt());
                return new FollowedLog.Position(
                        file, head, headLength, offset, new String(header, StandardCharsets.UTF_8));
            });
        } catch (InputException e) {
            throw new InputException(
                    state + " cannot be used: " + e.getMessage() + "; remove it to read the log again", e);
        }
    }

    @Override
    public void close() {
        closed = true;
        try {
            thread.join(10_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
