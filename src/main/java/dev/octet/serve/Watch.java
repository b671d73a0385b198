package dev.octet.serve;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.octet.bundle.Bundle;
import dev.octet.bundle.Reasons;
import dev.octet.bundle.RowScorer;
import dev.octet.detect.Alarms;
import dev.octet.evaluate.drift.DriftReport;
import dev.octet.event.FollowedLog;
import dev.octet.event.FramedFile;
import dev.octet.event.GrowingLog;
import dev.octet.event.InputException;
import dev.octet.event.JudgedLogins;
import dev.octet.event.Labelled;
import dev.octet.event.LogPlace;
import dev.octet.event.LoginEvent;
import dev.octet.event.LoginField;
import dev.octet.event.RejectedRows;
import dev.octet.event.RejectionPolicy;
import dev.octet.event.Verdicts;
import dev.octet.event.enrich.Enrichment;
import dev.octet.event.text.JsonText;
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
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * Scores a log while it grows, and tells of each alert. Where it is, and the history, are kept in a state
 * file: every half a minute and at its end. After a crash the lines since then are read again. An alert that was told already
 * is left out where its destination can be read back, and told again under the same id elsewhere. One thread runs it; {@link
 * #stop} may come from another.
 */
public final class Watch {
    private static final byte[] KIND = "OctetWt3".getBytes(StandardCharsets.US_ASCII);
    /** With places in files only, and without alarms, the ends of alert files and what was counted for drift. */
    private static final byte[] SECOND_KIND = "OctetWt2".getBytes(StandardCharsets.US_ASCII);
    /** Without flagged logins, too. */
    private static final byte[] FIRST_KIND = "OctetWt1".getBytes(StandardCharsets.US_ASCII);

    private static final int MAX_DRIFT_BYTES = 1 << 26;
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private static final Duration SAVE_EVERY = Duration.ofSeconds(30);
    private static final int VERDICTS_EVERY = 1 << 12;
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration TELL_EVERY = Duration.ofSeconds(10);

    private final Bundle bundle;
    private final WatchInput input;
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
    private FlaggedLogins withheld = new FlaggedLogins();
    private JudgedLogins judged = JudgedLogins.NONE;
    private FileTime judgedAt = FileTime.fromMillis(0);
    private GrowingLog log;
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
            WatchInput input,
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

    /** What tells of drift. */
    DriftWatch drift() {
        return drift;
    }

    /**
     * Reads to the end of the log or, if it follows it, until it is stopped.
     *
     * @throws InputException if the log or the state cannot be used
     */
    public void run() throws IOException {
        boolean begins = !Files.exists(state);
        Optional<LogPlace> from = restore();
        if (begins) {
            input.begin();
        }
        takeVerdicts();
        long before = rows;
        long olderBefore = older();
        rejected = RejectedRows.appendedTo(
                unreadableList(state), input.name(), RejectionPolicy.warning(maxRejected, false));
        try (RejectedRows counted = rejected;
                GrowingLog opened = input.open(from, counted, follow, POLL, this::idle)) {
            log = opened;
            if (begins) {
                save(from); // from here on, alerts that were told are known after a crash
            }
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
                            input.name(),
                            length)));
            Optional<? extends LogPlace> end = opened.position();
            save(end.isPresent() ? end : from);
        }
        notes.accept(String.format(
                Locale.ROOT,
                "%s: %,d logins read, %,d scored, %,d flagged, %,d alerts, %,d lines left out, %,d with unreadable fields",
                input.name(),
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

    /** Updates the history with flagged logins that somebody called benign. */
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
        withheld.all().forEach(this::update);
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

    private void update(EventRecord login) {
        judged.of(login.event()).ifPresent(verdict -> {
            boolean benign = verdict == Verdicts.Verdict.BENIGN;
            extractor.judge(login.event(), benign);
            if (benign) {
                withheld.remove(login.answer().id());
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
            withheld.add(flagged((LoginEvent) row.row(), score));
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

    private Optional<LogPlace> restore() throws IOException {
        if (!Files.exists(state)) {
            begin((cold ? bundle.coldExtractor() : bundle.extractor()).memories());
            notes.accept(state + " is new: reading " + input.name() + " from its beginning");
            return Optional.empty();
        }
        try {
            Optional<LogPlace> place;
            if (FramedFile.isOf(state, FIRST_KIND)) {
                place = FramedFile.read(state, FIRST_KIND, in -> restore(in, false, false));
            } else if (FramedFile.isOf(state, SECOND_KIND)) {
                place = FramedFile.read(state, SECOND_KIND, in -> restore(in, true, false));
            } else {
                place = FramedFile.read(state, KIND, in -> restore(in, true, true));
            }
            notes.accept(String.format(Locale.ROOT, "going on after %,d logins, by %s", rows, state));
            return place;
        } catch (InputException e) {
            throw new InputException(
                    state + " cannot be used: " + e.getMessage() + "; remove it to begin anew, or name another --state",
                    e);
        }
    }

    private Optional<LogPlace> restore(DataInputStream in, boolean withFlagged, boolean isLatest) throws IOException {
        rows = in.readLong();
        savedRows = rows;
        Optional<LogPlace> place = Optional.empty();
        if (in.readBoolean()) {
            place = Optional.of(isLatest ? LogPlace.read(in) : FollowedLog.Position.read(in));
        }
        List<RowFeatures> remembered =
                in.readBoolean() ? Memories.load(bundle.model().view(), in) : List.of();
        withheld = withFlagged ? FlaggedLogins.load(in) : new FlaggedLogins();
        Map<String, String> ends = new HashMap<>();
        if (isLatest) {
            alarms.load(in);
        }
        for (int left = isLatest ? in.readInt() : 0; left > 0; left--) {
            ends.put(in.readUTF(), in.readUTF());
        }
        if (isLatest) {
            int length = in.readInt();
            if (length < 0 || length > MAX_DRIFT_BYTES) {
                throw new InputException("its counts for drift have " + length + " bytes");
            }
            drift.restore(MAPPER.readTree(in.readNBytes(length)));
            drift.last().ifPresent(report -> driftTold = report.decision());
        }
        if (remembered.isEmpty() != bundle.coldExtractor().memories().isEmpty()) {
            throw new InputException("it belongs to another kind of model than " + bundle.directory());
        }
        begin(remembered);
        alerts.resume(ends);
        return place;
    }

    private void save(Optional<? extends LogPlace> place) throws IOException {
        desk.ifPresent(WatchDesk::flush);
        alerts.flush(); // once the state is written, nobody tells them again
        Map<String, String> ends = alerts.ends();
        Path target = state.toAbsolutePath();
        Files.createDirectories(target.getParent());
        FramedFile.write(target, KIND, out -> {
            out.writeLong(rows);
            out.writeBoolean(place.isPresent());
            if (place.isPresent()) {
                LogPlace.write(place.get(), out);
            }
            out.writeBoolean(!memories.isEmpty());
            for (RowFeatures memory : memories) {
                memory.save(out); // there is one at most
            }
            withheld.save(out);
            alarms.save(out);
            out.writeInt(ends.size());
            for (Map.Entry<String, String> end : ends.entrySet()) {
                out.writeUTF(end.getKey());
                out.writeUTF(end.getValue());
            }
            byte[] counted = JsonText.line(drift.toJson()).getBytes(StandardCharsets.UTF_8);
            out.writeInt(counted.length);
            out.write(counted);
        });
        if (log != null && place.isPresent()) {
            log.saved(place.get());
        }
        savedAt = System.nanoTime();
        savedRows = rows;
    }
}
