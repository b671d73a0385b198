package dev.octet.serve;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.octet.bundle.Bundle;
import dev.octet.bundle.Reasons;
import dev.octet.bundle.RowScorer;
import dev.octet.detect.Alarms;
import dev.octet.event.FollowedLog;
import dev.octet.event.InputException;
import dev.octet.event.LabelledLogin;
import dev.octet.event.LogFormat;
import dev.octet.event.LoginEvent;
import dev.octet.event.RejectedRows;
import dev.octet.event.RejectionPolicy;
import dev.octet.event.TemporaryFile;
import dev.octet.event.text.PlainText;
import dev.octet.feature.AttemptRow;
import dev.octet.feature.FeatureExtractor;
import dev.octet.feature.LabelledRow;
import dev.octet.feature.RowFeatures;
import dev.octet.feature.RowWords;
import dev.octet.feature.history.Memories;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.zip.CRC32C;
import java.util.zip.CheckedInputStream;
import java.util.zip.CheckedOutputStream;

/**
 * Scores a log while it grows, and tells of each alert as a line of JSON. Where it is, and the history, are kept in a state
 * file: every half a minute and at its end. After a crash the lines since then are read again, and their alerts told again
 * under the same ids. One thread runs it; {@link #stop} may come from another.
 */
public final class Watch {
    private static final long MAGIC = 0x4f63746574_577431L; // "OctetWt1"
    private static final Duration SAVE_EVERY = Duration.ofSeconds(30);
    /** Characters of a name in an alert. */
    private static final int LONGEST = 1000;

    private static final Duration POLL = Duration.ofMillis(200);

    private final Bundle bundle;
    private final Path input;
    private final LogFormat format;
    private final boolean follow;
    private final Path state;
    private final boolean cold;
    private final Consumer<String> alerts;
    private final Consumer<String> notes;
    private final String bundleId;
    private final Reasons reasons;
    private final Alarms alarms;

    private RowScorer scorer;
    private List<RowFeatures> memories;
    private FollowedLog log;
    private RejectedRows rejected;
    private long rows;
    private long scored;
    private long flagged;
    private long raised;
    private long rejectedTold;
    private long savedAt = System.nanoTime();
    private long savedRows;
    private volatile boolean stopping;

    /**
     * Sets up a watch.
     *
     * @param state the state file; made where it is missing
     * @param cold whether a watch that is new remembers nothing, not even what the bundle does
     * @param alerts takes each alert, a line without its end
     * @param notes what it does, for whoever runs it; names no user and no address
     */
    public Watch(
            Bundle bundle,
            Path input,
            LogFormat format,
            boolean follow,
            Path state,
            boolean cold,
            Consumer<String> alerts,
            Consumer<String> notes) {
        LiveScorer.requireAttempts(bundle);
        this.bundle = bundle;
        this.input = input;
        this.format = format;
        this.follow = follow;
        this.state = state;
        this.cold = cold;
        this.alerts = alerts;
        this.notes = notes;
        bundleId = bundle.id();
        reasons = new Reasons(bundle.model().features().layout());
        alarms = new Alarms(bundle.model().alarm());
    }

    /**
     * Reads to the end of the log or, if it follows it, until it is stopped.
     *
     * @throws InputException if the log or the state cannot be used
     */
    public void run() throws IOException {
        Optional<FollowedLog.Position> from = restore();
        rejected = RejectedRows.counted(input.toString(), new RejectionPolicy(1, false));
        try (FollowedLog opened = new FollowedLog(input, format, rejected, from, follow, POLL, this::idle)) {
            log = opened;
            for (LabelledLogin login = opened.next(); login != null && !stopping; login = opened.next()) {
                LoginEvent event = login.event().withRow(rows++);
                scorer.add(new LabelledRow(new AttemptRow(event), login.label(), false), this::tell);
                if (rows - savedRows >= 1 << 16) {
                    saveIfDue();
                }
            }
            scorer.flush(this::tell);
            tellRejected();
            save(opened.position().or(() -> from));
        }
        notes.accept(String.format(
                Locale.ROOT,
                "%s: %,d logins read, %,d scored, %,d flagged, %,d alerts, %,d lines that could not be read",
                input,
                rows,
                scored,
                flagged,
                raised,
                rejected.count()));
    }

    /** Ends it soon, with its state saved. */
    public void stop() {
        stopping = true;
    }

    private boolean idle() throws IOException {
        scorer.flush(this::tell);
        tellRejected();
        saveIfDue();
        return !stopping;
    }

    private void tellRejected() {
        if (rejected.count() > rejectedTold) {
            rejectedTold = rejected.count();
            notes.accept(String.format(
                    Locale.ROOT, "%,d lines could not be read so far and were passed over", rejectedTold));
        }
    }

    private void saveIfDue() throws IOException {
        if (rows > savedRows && System.nanoTime() - savedAt > SAVE_EVERY.toNanos() && log != null) {
            scorer.flush(this::tell);
            save(log.position());
        }
    }

    private void tell(
            LabelledRow row, double score, boolean above, float[] columns, double[] contributions, RowWords words)
            throws IOException {
        scored++;
        flagged += above ? 1 : 0;
        int before = alarms.alerts();
        alarms.add(row.row(), above);
        if (alarms.alerts() == before) {
            return; // no alert, or one of an alert that has been told
        }
        raised++;
        LoginEvent event = ((AttemptRow) row.row()).event();
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        try (JsonGenerator json = AnswerJson.generator(line)) {
            json.writeStartObject();
            json.writeStringField("id", bundleId + "-" + event.row());
            json.writeNumberField("row", event.row());
            json.writeStringField("time", AnswerJson.time(event.timeMicros()));
            json.writeStringField("user", PlainText.shortened(event.user(), LONGEST));
            json.writeStringField("ip", event.ip().toString());
            json.writeNumberField("score", score);
            json.writeFieldName("threshold");
            AnswerJson.number(bundle.model().threshold().value(), json);
            json.writeFieldName("reasons");
            json.writeRawValue(AnswerJson.reasons(reasons.list(contributions, words)));
            json.writeStringField("bundle", bundleId);
            json.writeEndObject();
        }
        alerts.accept(line.toString(StandardCharsets.UTF_8));
    }

    private void begin(List<RowFeatures> remembered) {
        memories = remembered;
        FeatureExtractor extractor = bundle.model().features().extractor(remembered);
        scorer = new RowScorer(bundle.model(), extractor);
    }

    private Optional<FollowedLog.Position> restore() throws IOException {
        if (!Files.exists(state)) {
            begin((cold ? bundle.coldExtractor() : bundle.extractor()).memories());
            notes.accept(state + " is new: reading " + input + " from its beginning");
            return Optional.empty();
        }
        try (InputStream stream = Files.newInputStream(state)) {
            CheckedInputStream checked = new CheckedInputStream(new BufferedInputStream(stream, 1 << 16), new CRC32C());
            DataInputStream in = new DataInputStream(checked);
            if (in.readLong() != MAGIC) {
                throw new InputException("it does not start like one");
            }
            rows = in.readLong();
            savedRows = rows;
            Optional<FollowedLog.Position> position = in.readBoolean()
                    ? Optional.of(new FollowedLog.Position(
                            in.readUTF(), in.readLong(), in.readInt(), in.readLong(), in.readUTF()))
                    : Optional.empty();
            List<RowFeatures> remembered =
                    in.readBoolean() ? Memories.load(bundle.model().view(), in) : List.of();
            long sum = checked.getChecksum().getValue();
            if (in.readLong() != sum || in.read() >= 0) {
                throw new InputException("its check value does not fit");
            }
            if (remembered.isEmpty() != bundle.coldExtractor().memories().isEmpty()) {
                throw new InputException("it belongs to another kind of model than " + bundle.directory());
            }
            begin(remembered);
            notes.accept(String.format(Locale.ROOT, "going on after %,d logins, by %s", rows, state));
            return position;
        } catch (InputException | EOFException e) {
            throw new InputException(
                    state + " cannot be used: " + e.getMessage() + "; remove it to begin anew, or name another --state",
                    e);
        }
    }

    private void save(Optional<FollowedLog.Position> position) throws IOException {
        Path target = state.toAbsolutePath();
        Files.createDirectories(target.getParent());
        Path temporary = TemporaryFile.beside(target);
        try (FileOutputStream stream = new FileOutputStream(temporary.toFile())) {
            CheckedOutputStream checked =
                    new CheckedOutputStream(new BufferedOutputStream(stream, 1 << 16), new CRC32C());
            DataOutputStream out = new DataOutputStream(checked);
            out.writeLong(MAGIC);
            out.writeLong(rows);
            out.writeBoolean(position.isPresent());
            if (position.isPresent()) {
                out.writeUTF(position.get().file());
                out.writeLong(position.get().head());
                out.writeInt(position.get().headLength());
                out.writeLong(position.get().offset());
                out.writeUTF(position.get().header());
            }
            out.writeBoolean(!memories.isEmpty());
            for (RowFeatures memory : memories) {
                memory.save(out); // there is one at most
            }
            out.writeLong(checked.getChecksum().getValue());
            out.flush();
            stream.getFD().sync();
        }
        Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        savedAt = System.nanoTime();
        savedRows = rows;
    }
}
