package dev.octet.serve;

import dev.octet.bundle.Bundle;
import dev.octet.bundle.Reasons;
import dev.octet.bundle.RowScorer;
import dev.octet.detect.Alarms;
import dev.octet.evaluate.drift.DriftReport;
import dev.octet.event.FollowedLog;
import dev.octet.event.FramedFile;
import dev.octet.event.InputException;
import dev.octet.event.JudgedLogins;
import dev.octet.event.Labelled;
import dev.octet.event.LogFormat;
import dev.octet.event.LoginEvent;
import dev.octet.event.LoginField;
import dev.octet.event.RejectedRows;
import dev.octet.event.RejectionPolicy;
import dev.octet.event.Verdicts;
import dev.octet.event.enrich.Enrichment;
import dev.octet.feature.FeatureExtractor;
import dev.octet.feature.RowFeatures;
import dev.octet.feature.RowWords;
import dev.octet.feature.history.Memories;
import dev.octet.serve.alert.Alert;
import dev.octet.serve.alert.AlertSink;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * Scores a log while it grows, and tells of each alert. Where it is, and the history, are kept in a state
 * file: every half a minute and at its end. After a crash the lines since then are read again, and their alerts told again
 * under the same ids. One thread runs it; {@link #stop} may come from another.
 */
public final class Watch {
    private static final byte[] KIND = "OctetWt2".getBytes(StandardCharsets.US_ASCII);
    /** Without flagged logins. */
    private static final byte[] EARLIER_KIND = "OctetWt1".getBytes(StandardCharsets.US_ASCII);

    private static final Duration SAVE_EVERY = Duration.ofSeconds(30);
    private static final int VERDICTS_EVERY = 1 << 12;
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration TELL_EVERY = Duration.ofSeconds(10);

    private final Bundle bundle;
    private final Path input;
    private final LogFormat format;
    private final boolean follow;
    private final Path state;
    private final boolean cold;
    private final Optional<Path> verdicts;
    private final UnaryOperator<LoginEvent> completing;
    private final AlertSink alerts;
    private final Consumer<String> notes;
    private final Consumer<String> warnings;
    private final double maxRejected;
    private final String bundleId;
    private final Reasons reasons;
    private final Alarms alarms;

    private final DriftWatch drift;
    private DriftReport.Decision driftTold = DriftReport.Decision.KEEP;

    private RowScorer scorer;
    private List<RowFeatures> memories;
    private FeatureExtractor extractor;
    private FlaggedLogins untaught = new FlaggedLogins();
    private JudgedLogins judged = JudgedLogins.NONE;
    private FileTime judgedAt = FileTime.fromMillis(0);
    private FollowedLog log;
    private RejectedRows rejected;
    private long rows;
    private long scored;
    private long flagged;
    private long raised;
    private long firstMicros = Long.MAX_VALUE;
    private boolean coldTold;
    private long rejectedTold;
    private long toldAt = System.nanoTime() - TELL_EVERY.toNanos();
    private long savedAt = System.nanoTime();
    private long savedRows;
    private Optional<WatchDesk> desk = Optional.empty();
    private volatile boolean stopping;

    /**
     * Sets up a watch.
     *
     * @param state the state file; made where it is missing
     * @param cold whether a watch that is new remembers nothing, not even what the bundle does
     * @param verdicts a verdict log, which may not exist yet and may grow; empty where there is none
     * @param enrichment completes each login
     * @param alerts takes each alert; stays open
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
            Optional<Path> verdicts,
            Enrichment enrichment,
            AlertSink alerts,
            Consumer<String> notes,
            Consumer<String> warnings,
            double maxRejected)
            throws IOException {
        LiveScorer.requireAttempts(bundle);
        this.bundle = bundle;
        this.input = input;
        this.format = format;
        this.follow = follow;
        this.state = state;
        this.cold = cold;
        this.verdicts = verdicts;
        completing = enrichment.completing(LoginField.all());
        this.alerts = alerts;
        this.notes = notes;
        this.warnings = warnings;
        this.maxRejected = maxRejected;
        bundleId = bundle.id();
        reasons = new Reasons(bundle.model().features().layout());
        alarms = new Alarms(bundle.model().alarm());
        drift = new DriftWatch(bundle);
    }

    /** Shows what it reads at a desk, too; before {@link #run}. */
    void show(WatchDesk at) {
        desk = Optional.of(at);
    }

    /**
     * Reads to the end of the log or, if it follows it, until it is stopped.
     *
     * @throws InputException if the log or the state cannot be used
     */
    public void run() throws IOException {
        Optional<FollowedLog.Position> from = restore();
        takeVerdicts();
        long before = rows;
        long olderBefore = older();
        rejected = RejectedRows.appendedTo(
                unreadableList(state), input.toString(), RejectionPolicy.warning(maxRejected, false));
        try (RejectedRows counted = rejected;
                FollowedLog opened = new FollowedLog(input, format, counted, from, follow, POLL, this::idle)) {
            log = opened;
            for (Labelled<LoginEvent> login = opened.next(); login != null && !stopping; login = opened.next()) {
                LoginEvent event = completing.apply(login.row()).withRow(rows++);
                desk.ifPresent(at -> at.read(event));
                scorer.add(new Labelled<>(event, login.label()), this::tell);
                if (rows % VERDICTS_EVERY == 0) {
                    takeVerdicts();
                }
                if (rows - savedRows >= 1 << 16) {
                    saveIfDue();
                }
            }
            scorer.flush(this::tell);
            if (drift.last().isEmpty()) {
                drift.sofar().ifPresent(this::tellDrift);
            }
            desk.ifPresent(WatchDesk::flush);
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

    /** Says once when a decision begins to hold. */
    private void tellDrift(DriftReport report) {
        DriftReport.Decision decision = report.decision();
        if (decision != DriftReport.Decision.TOO_FEW_ROWS && decision != driftTold) {
            driftTold = decision;
            (decision == DriftReport.Decision.KEEP ? notes : warnings).accept(report.text());
        }
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
        desk.ifPresent(WatchDesk::flush);
        takeVerdicts();
        tellRejected();
        saveIfDue();
        return !stopping;
    }

    /** Lets flagged logins teach that somebody called benign. */
    private void takeVerdicts() throws IOException {
        if (verdicts.isEmpty() || !Files.isRegularFile(verdicts.get())) {
            return;
        }
        scorer.flush(this::tell);
        FileTime changed = Files.getLastModifiedTime(verdicts.get());
        if (!changed.equals(judgedAt)) {
            judged = JudgedLogins.read(verdicts.get());
            judgedAt = changed;
        }
        untaught.all().forEach(this::teach);
    }

    private EventRecord flagged(LoginEvent event, double score) {
        Answer answer = new Answer(
                bundleId + "-" + event.row(),
                event.row(),
                event.timeMicros(),
                true,
                score,
                bundle.model().threshold().value(),
                true,
                Answer.History.KNOWN_USER,
                false,
                bundleId,
                "[]",
                EventRecord.fingerprint(event));
        return new EventRecord(event, false, answer);
    }

    private void teach(EventRecord login) {
        judged.of(login.event()).ifPresent(verdict -> {
            boolean benign = verdict == Verdicts.Verdict.BENIGN;
            extractor.judge(login.event(), benign);
            if (benign) {
                untaught.remove(login.answer().id());
            }
        });
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
            Labelled<?> row, double score, boolean above, float[] columns, double[] contributions, RowWords words)
            throws IOException {
        scored++;
        firstMicros = Math.min(firstMicros, row.row().timeMicros());
        flagged += above ? 1 : 0;
        drift.add(columns, score, above, row.row().timeMicros()).ifPresent(this::tellDrift);
        if (above && !bundle.model().flaggedUpdate() && !memories.isEmpty()) {
            untaught.add(flagged((LoginEvent) row.row(), score));
        }
        int before = alarms.alerts();
        alarms.add(row.row(), above, () -> reasons.cause(contributions));
        boolean told = alarms.alerts() > before;
        desk.ifPresent(
                at -> at.scored(row.row().row(), score, told, told ? reasons.list(contributions, words) : List.of()));
        if (!told) {
            return; // no alert, or one of an alert that has been told
        }
        raised++;
        if (cold && !coldTold) {
            Optional<String> warning =
                    ColdStart.warning(bundle, raised, firstMicros, row.row().timeMicros());
            coldTold = warning.isPresent();
            warning.ifPresent(warnings);
        }
        alerts.accept(new Alert(row.row(), score, reasons.list(contributions, words)));
    }

    private void begin(List<RowFeatures> remembered) {
        memories = remembered;
        extractor = bundle.model().features().extractor(remembered);
        scorer = new RowScorer(bundle.model(), extractor);
    }

    private Optional<FollowedLog.Position> restore() throws IOException {
        if (!Files.exists(state)) {
            begin((cold ? bundle.coldExtractor() : bundle.extractor()).memories());
            notes.accept(state + " is new: reading " + input + " from its beginning");
            return Optional.empty();
        }
        try {
            boolean earlier = FramedFile.isOf(state, EARLIER_KIND);
            Optional<FollowedLog.Position> position =
                    FramedFile.read(state, earlier ? EARLIER_KIND : KIND, in -> restore(in, earlier));
            notes.accept(String.format(Locale.ROOT, "going on after %,d logins, by %s", rows, state));
            return position;
        } catch (InputException e) {
            throw new InputException(
                    state + " cannot be used: " + e.getMessage() + "; remove it to begin anew, or name another --state",
                    e);
        }
    }

    private Optional<FollowedLog.Position> restore(DataInputStream in, boolean earlier) throws IOException {
        rows = in.readLong();
        savedRows = rows;
        Optional<FollowedLog.Position> position = in.readBoolean()
                ? Optional.of(new FollowedLog.Position(
                        in.readUTF(), in.readLong(), in.readInt(), in.readLong(), in.readUTF()))
                : Optional.empty();
        List<RowFeatures> remembered =
                in.readBoolean() ? Memories.load(bundle.model().view(), in) : List.of();
        untaught = earlier ? new FlaggedLogins() : FlaggedLogins.load(in);
        if (remembered.isEmpty() != bundle.coldExtractor().memories().isEmpty()) {
            throw new InputException("it belongs to another kind of model than " + bundle.directory());
        }
        begin(remembered);
        return position;
    }

    private void save(Optional<FollowedLog.Position> position) throws IOException {
        desk.ifPresent(WatchDesk::flush);
        alerts.flush(); // once the state is written, nobody tells them again
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
            untaught.save(out);
        });
        savedAt = System.nanoTime();
        savedRows = rows;
    }
}
