package dev.octet.serve;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.octet.bundle.Bundle;
import dev.octet.bundle.Reasons;
import dev.octet.bundle.RowScorer;
import dev.octet.detect.Alarms;
import dev.octet.event.FollowedLog;
import dev.octet.event.FramedFile;
import dev.octet.event.InputException;
import dev.octet.event.LabelledLogin;
import dev.octet.event.LogFormat;
import dev.octet.event.LoginEvent;
import dev.octet.event.RejectedRows;
import dev.octet.event.RejectionPolicy;
import dev.octet.event.text.PlainText;
import dev.octet.feature.AttemptRow;
import dev.octet.feature.FeatureExtractor;
import dev.octet.feature.LabelledRow;
import dev.octet.feature.RowFeatures;
import dev.octet.feature.RowWords;
import dev.octet.feature.history.Memories;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Scores a log while it grows, and tells of each alert as a line of JSON. Where it is, and the history, are kept in a state
 * file: every half a minute and at its end. After a crash the lines since then are read again, and their alerts told again
 * under the same ids. One thread runs it; {@link #stop} may come from another.
 */
public final class Watch {
    private static final byte[] KIND = "OctetWt1".getBytes(StandardCharsets.US_ASCII);
    private static final Duration SAVE_EVERY = Duration.ofSeconds(30);
    /** Characters of a name in an alert. */
    private static final int LONGEST = 1000;

    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration TELL_EVERY = Duration.ofSeconds(10);

    private final Bundle bundle;
    private final Path input;
    private final LogFormat format;
    private final boolean follow;
    private final Path state;
    private final boolean cold;
    private final Consumer<String> alerts;
    private final Consumer<String> notes;
    private final Consumer<String> warnings;
    private final double maxRejected;
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
    private long toldAt = System.nanoTime() - TELL_EVERY.toNanos();
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
     * @param warnings what must not be missed: at the end, what could not be read, with an example from the log
     * @param maxRejected share of lines that are expected to be unreadable; above it a warning says so
     */
    public Watch(
            Bundle bundle,
            Path input,
            LogFormat format,
            boolean follow,
            Path state,
            boolean cold,
            Consumer<String> alerts,
            Consumer<String> notes,
            Consumer<String> warnings,
            double maxRejected) {
        LiveScorer.requireAttempts(bundle);
        this.bundle = bundle;
        this.input = input;
        this.format = format;
        this.follow = follow;
        this.state = state;
        this.cold = cold;
        this.alerts = alerts;
        this.notes = notes;
        this.warnings = warnings;
        this.maxRejected = maxRejected;
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
        long before = rows;
        long olderBefore = older();
        rejected = RejectedRows.appendedTo(
                unreadableList(state), input.toString(), RejectionPolicy.warning(maxRejected, false));
        try (RejectedRows counted = rejected;
                FollowedLog opened = new FollowedLog(input, format, counted, from, follow, POLL, this::idle)) {
            log = opened;
            for (LabelledLogin login = opened.next(); login != null && !stopping; login = opened.next()) {
                LoginEvent event = login.event().withRow(rows++);
                scorer.add(new LabelledRow(new AttemptRow(event), login.label(), false), this::tell);
                if (rows - savedRows >= 1 << 16) {
                    saveIfDue();
                }
            }
            scorer.flush(this::tell);
            rejected.flush();
            rejected.warnings(rows - before + rejected.count()).forEach(warnings);
            long older = older() - olderBefore;
            if (older > 0) {
                warnings.accept(String.format(
                        Locale.ROOT,
                        "%,d logins are older than what the bundle or this watch has seen already: they are scored with"
                                + " knowledge of later logins, and do not update the history",
                        older));
            }
            opened.unfinished()
                    .ifPresent(length -> notes.accept(String.format(
                            Locale.ROOT,
                            "%s ends with %,d bytes that have no line end yet; they are left for the next time",
                            input,
                            length)));
            save(opened.position().or(() -> from));
        }
        notes.accept(String.format(
                Locale.ROOT,
                "%s: %,d logins read, %,d scored, %,d flagged, %,d alerts, %,d lines left out, %,d with unreadable fields",
                input,
                rows,
                scored,
                flagged,
                raised,
                rejected.count(),
                rejected.kept()));
    }

    /** The list of what a watch with this state file could not read; it goes on from one watch to the next. */
    public static Path unreadableList(Path state) {
        return state.resolveSibling(state.getFileName() + ".unreadable.csv");
    }

    private long older() {
        return memories.stream().mapToLong(RowFeatures::olderRows).sum();
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

    private void tellRejected() throws IOException {
        long now = rejected.count() + rejected.kept();
        if (now > rejectedTold && System.nanoTime() - toldAt > TELL_EVERY.toNanos()) {
            rejectedTold = now;
            toldAt = System.nanoTime();
            rejected.flush();
            warnings.accept(String.format(
                    Locale.ROOT,
                    "so far %,d lines were left out and %,d have fields that could not be read; listed in %s",
                    rejected.count(),
                    rejected.kept(),
                    unreadableList(state)));
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
        try {
            Optional<FollowedLog.Position> position = FramedFile.read(state, KIND, this::restore);
            notes.accept(String.format(Locale.ROOT, "going on after %,d logins, by %s", rows, state));
            return position;
        } catch (InputException e) {
            throw new InputException(
                    state + " cannot be used: " + e.getMessage() + "; remove it to begin anew, or name another --state",
                    e);
        }
    }

    private Optional<FollowedLog.Position> restore(DataInputStream in) throws IOException {
        rows = in.readLong();
        savedRows = rows;
        Optional<FollowedLog.Position> position = in.readBoolean()
                ? Optional.of(new FollowedLog.Position(
                        in.readUTF(), in.readLong(), in.readInt(), in.readLong(), in.readUTF()))
                : Optional.empty();
        List<RowFeatures> remembered =
                in.readBoolean() ? Memories.load(bundle.model().view(), in) : List.of();
        if (remembered.isEmpty() != bundle.coldExtractor().memories().isEmpty()) {
            throw new InputException("it belongs to another kind of model than " + bundle.directory());
        }
        begin(remembered);
        return position;
    }

    private void save(Optional<FollowedLog.Position> position) throws IOException {
        Path target = state.toAbsolutePath();
        Files.createDirectories(target.getParent());
        FramedFile.write(target, KIND, out -> {
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
        });
        savedAt = System.nanoTime();
        savedRows = rows;
    }
}
