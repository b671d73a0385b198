package dev.octet.serve;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.octet.bundle.Bundle;
import dev.octet.bundle.Reasons;
import dev.octet.bundle.RowScorer;
import dev.octet.evaluate.drift.DriftReport;
import dev.octet.event.InputException;
import dev.octet.event.Label;
import dev.octet.event.Labelled;
import dev.octet.event.LoginEvent;
import dev.octet.event.LoginField;
import dev.octet.event.TemporaryFile;
import dev.octet.event.Verdicts;
import dev.octet.event.enrich.Enrichment;
import dev.octet.event.text.JsonText;
import dev.octet.feature.FeatureExtractor;
import dev.octet.feature.FeatureRequest;
import dev.octet.feature.RowFeatures;
import dev.octet.feature.RowWords;
import dev.octet.feature.View;
import dev.octet.feature.history.AttemptHistory;
import dev.octet.feature.history.HistoryOptions;
import dev.octet.feature.history.LoginHistory;
import dev.octet.feature.history.Memories;
import dev.octet.serve.http.RequestException;
import dev.octet.serve.http.RequestException.Why;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * Scores logins one after the other, through the code that {@code octet score} runs, and keeps the history that they update.
 *
 * <p>Every login is written to the {@link Journal} before it is answered, so an answer that was given is never
 * forgotten when the process dies; {@link #force} puts the journal on the disk, so a machine that dies forgets what came
 * since the last call. From time to time, and when it is closed, a snapshot takes the journal's place. Restoring is
 * reading the snapshot and updating it with the journal's logins; nothing is scored anew. A login that is handed in
 * again under the same id gets the answer that it had.
 *
 * <p>Thread-safe: one login at a time is scored, whatever thread brings it. If the journal cannot be written, nothing is
 * scored any more.
 */
final class LiveScorer implements AutoCloseable {
    /** A login that is older than the newest by at most this counts as being as new: clients' clocks differ. */
    static final Duration CLOCKS_DIFFER = Duration.ofSeconds(60);
    /** How far ahead of this machine's clock a login may be; beyond, all later ones would come too late. */
    static final Duration CLOCKS_AHEAD = Duration.ofMinutes(5);

    private static final Duration TELL_EVERY = Duration.ofMinutes(1);
    /** What was counted for drift, in the state directory; after kill -9 that of a minute may be missing. */
    private static final String DRIFT = "drift.json";

    private static final Duration SAVE_DRIFT_EVERY = Duration.ofMinutes(1);
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final double EXPECTED_SHARE = 0.001;
    private static final long SNAPSHOT_AFTER = 250_000;
    private static final Duration SNAPSHOT_EVERY = Duration.ofHours(1);
    /** A snapshot takes as long to write as some 100,000 logins to score, so under load there is no more than one in this time ... */
    private static final Duration SNAPSHOT_PAUSE = Duration.ofMinutes(1);
    /** ... unless so many logins came that a restart would read them for long. */
    private static final long SNAPSHOT_AT_ONCE = 1_500_000;

    /**
     * What changes while a snapshot is written is kept twice, at most as much as the history takes. Where that would leave less than
     * a third of the memory, requests wait until the snapshot is written.
     */
    private static final int COPIED_SHARE = 3;

    private final ReentrantLock lock = new ReentrantLock();
    /** Held while a snapshot is written; taken before {@link #lock}. */
    private final ReentrantLock saves = new ReentrantLock();
    /**
     * Held while a journal is forced, and from the beginning of a journal until the one before has been forced, so that the disk
     * never has a login without those before it; taken before {@link #lock}.
     */
    private final ReentrantLock forces = new ReentrantLock();

    /**
     * Scores the logins that other threads wait for. The history then stays in the cache of one core, and no thread has to wake up between two
     * requests. Batches of 100 took 5 % less CPU than with a lock that the threads of requests took in turn.
     */
    private final Executor scoring = scoring();

    private final StateDirectory state;
    private final ScoreArchive archive;
    private final ServiceMetrics metrics;
    private final Duration keepScores;
    private final Optional<AttemptHistory> history;
    private final Optional<PseudonymousMemory> pseudonymous;
    private final Optional<Pseudonyms> pseudonyms;
    private final String store;
    private final LatestAnswers answers = new LatestAnswers();
    private final FlaggedLogins withheld;
    private final List<EventRecord> batch = new ArrayList<>();

    /** Fields that could not be read since the start, and how often. */
    private final Map<String, Long> unreadableSinceStart = new TreeMap<>();

    /** Logins with fields that could not be read since that was told the last time, and how often which field. */
    private long loginsWithWarnings;

    private final Map<String, Long> unreadable = new TreeMap<>();
    private long toldSequence;
    private Instant toldAt = Instant.EPOCH;

    private volatile Model model;
    private Journal journal;
    private long sequence;
    /** Number of the newest login in the journal; for readers that must not wait for scoring, nor scoring for them. */
    private volatile long journaled;

    private long newestMicros;
    private long snapshotSequence;
    /** Whether a copy waits to be written, or is being written. */
    private boolean saving;

    private Instant snapshotAt = Instant.now();
    private String broken;
    private Instant driftSavedAt = Instant.now();
    private volatile boolean dirty;
    private volatile Runnable lastReader = () -> {};

    /** What scores at the moment. */
    private record Model(
            Bundle bundle,
            String id,
            UnaryOperator<LoginEvent> completing,
            RowScorer scorer,
            Reasons reasons,
            Map<String, Long> unseen,
            DriftWatch drift) {}

    /** The answer to a login, or why there is none. */
    record Result(Answer answer, boolean repeated, RequestException refused, List<Submission.FieldWarning> warnings) {}

    /** What was found at the start. */
    record Restored(
            boolean fresh,
            long fromSnapshot,
            long fromJournal,
            long cutOff,
            long users,
            Duration took,
            Optional<String> note) {
        /** For the person who starts it. */
        String text(Path state) {
            if (fresh) {
                return String.format(
                        Locale.ROOT, "%s is new: nothing to restore; the history starts with %,d users", state, users);
            }
            return String.format(
                    Locale.ROOT,
                    "restored %,d logins from %s in %.1f s: %,d by the snapshot, %,d by the journal; %,d users have history%s",
                    fromSnapshot + fromJournal,
                    state,
                    took.toMillis() / 1e3,
                    fromSnapshot,
                    fromJournal,
                    users,
                    cutOff == 0
                            ? ""
                            : String.format(
                                    Locale.ROOT,
                                    "; %,d bytes of a login that was being written when it ended were cut off",
                                    cutOff));
        }
    }

    private final Restored restored;

    /**
     * Opens the state directory and brings the history to where it was.
     *
     * @throws InputException if the state is damaged, in use, or belongs to another kind of model
     */
    static LiveScorer open(ServiceSettings settings, Bundle bundle, Enrichment enrichment, ServiceMetrics metrics)
            throws IOException {
        StateDirectory state = StateDirectory.open(settings.state());
        try {
            return new LiveScorer(settings, bundle, enrichment, metrics, state);
        } catch (IOException | RuntimeException e) {
            state.close();
            throw e;
        }
    }

    private LiveScorer(
            ServiceSettings settings,
            Bundle bundle,
            Enrichment enrichment,
            ServiceMetrics metrics,
            StateDirectory state)
            throws IOException {
        requireAttempts(bundle);
        long start = System.nanoTime();
        this.state = state;
        this.metrics = metrics;
        keepScores = settings.keepScores();
        archive = new ScoreArchive(state.path());
        Optional<StateDirectory.Snapshot> snapshot = state.load();
        boolean needed = needsHistory(bundle);
        if (snapshot.isPresent() && snapshot.get().history().isPresent() != needed) {
            throw new InputException(state.path() + (needed ? " holds no history, which " : " holds a history, and ")
                    + settings.model() + (needed ? " needs" : " has no use for one")
                    + "; give this bundle a --state of its own");
        }
        history = !needed
                ? Optional.empty()
                : Optional.of(
                        snapshot.isPresent()
                                ? new AttemptHistory(snapshot.get().history().orElseThrow())
                                : begin(bundle, settings.cold()));
        pseudonyms = settings.pseudonymKey()
                .map(key -> new Pseudonyms(
                        key,
                        history.map(memory -> memory.history().options().ipv4PrefixBits())
                                .orElse(HistoryOptions.defaults().ipv4PrefixBits()),
                        bundle.format().extraFields()));
        String keyCheck = keyCheck();
        if (snapshot.isPresent() && !snapshot.get().keyCheck().equals(keyCheck)) {
            throw new InputException(state.path() + " was made "
                    + (snapshot.get().keyCheck().isEmpty()
                            ? "without pseudonyms, and " + Pseudonyms.VARIABLE + " is set"
                            : keyCheck.isEmpty()
                                    ? "with pseudonyms, and " + Pseudonyms.VARIABLE + " is not set"
                                    : "with another " + Pseudonyms.VARIABLE + ", or for other personal fields")
                    + "; users would not be recognised: set it as it was, or give this one a --state of its own");
        }
        pseudonymous = history.isPresent()
                ? pseudonyms.map(names -> new PseudonymousMemory(history.get(), names))
                : Optional.empty();
        store = snapshot.map(StateDirectory.Snapshot::store).orElseGet(StateDirectory::newName);
        snapshot.ifPresent(saved -> saved.answers().forEach(answers::add));
        withheld = snapshot.map(StateDirectory.Snapshot::flagged).orElseGet(FlaggedLogins::new);
        sequence = snapshot.map(StateDirectory.Snapshot::sequence).orElse(0L);
        snapshotSequence = sequence;
        toldSequence = sequence;
        newestMicros = history.map(memory -> memory.history().newestMicros()).orElse(Long.MIN_VALUE);
        long before = sequence;
        long cutOff = snapshot.isPresent() ? replay() : 0;
        model = model(bundle, enrichment);
        Optional<String> driftNote = restoreDrift();
        if (snapshot.isEmpty()) {
            save();
        }
        journal = Journal.create(state.path(), sequence + 1);
        journaled = sequence;
        restored = new Restored(
                snapshot.isEmpty(),
                before,
                sequence - before,
                cutOff,
                history.map(memory -> (long) memory.history().users()).orElse(0L),
                Duration.ofNanos(System.nanoTime() - start),
                driftNote);
    }

    /** @throws InputException if its rows are not logins */
    static void requireAttempts(Bundle bundle) {
        if (!(bundle.model().view() instanceof View.Attempt)) {
            throw new InputException(bundle.directory() + " scores rows of the view "
                    + bundle.model().view().key()
                    + ", which are known only when their span is over; logins can be scored one by one by a bundle of the"
                    + " view attempt. Use octet score");
        }
    }

    private static boolean needsHistory(Bundle bundle) {
        return !Memories.neededFor(
                        bundle.model().view(), bundle.model().features().requests(), HistoryOptions.defaults())
                .isEmpty();
    }

    private static AttemptHistory begin(Bundle bundle, boolean cold) throws IOException {
        if (cold) {
            // a seed of its own, so that nobody can make names that collide
            return new AttemptHistory(new LoginHistory(
                    HistoryOptions.defaults().withHashSeed(new SecureRandom().nextLong()), extraFields(bundle)));
        }
        return memory(bundle);
    }

    private static List<LoginField> extraFields(Bundle bundle) {
        return FeatureRequest.extrasOf(bundle.model().features().requests());
    }

    /** The fields beyond the table that the model in use takes; any thread. */
    List<LoginField> extraFields() {
        return extraFields(model.bundle);
    }

    private static AttemptHistory memory(Bundle bundle) throws IOException {
        for (RowFeatures memory : bundle.extractor().memories()) {
            if (memory instanceof AttemptHistory attempts) {
                return attempts;
            }
        }
        throw new InputException(bundle.directory() + " needs a history and holds none; make it again");
    }

    private String keyCheck() {
        return pseudonyms.map(Pseudonyms::keyCheck).orElse("");
    }

    private Model model(Bundle bundle, Enrichment enrichment) {
        List<RowFeatures> memories = history.<List<RowFeatures>>map(
                        memory -> List.of(pseudonymous.isPresent() ? pseudonymous.get() : memory))
                .orElse(List.of());
        FeatureExtractor extractor = bundle.model().features().extractor(memories);
        pseudonyms.ifPresent(names -> extractor.nameTextsOf(
                pseudonymous.isPresent() ? pseudonymous.get()::named : row -> names.of((LoginEvent) row)));
        return new Model(
                bundle,
                bundle.id(),
                enrichment.completing(LoginField.all()),
                new RowScorer(bundle.model(), extractor),
                new Reasons(bundle.model().features().layout()),
                new HashMap<>(),
                drift(bundle));
    }

    private static DriftWatch drift(Bundle bundle) {
        try {
            return new DriftWatch(bundle);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Goes on with what was counted for drift; what cannot be read is put aside, and why is returned. */
    private Optional<String> restoreDrift() throws IOException {
        Path file = state.path().resolve(DRIFT);
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        try {
            model.drift.restore(MAPPER.readTree(Files.readAllBytes(file)));
            return Optional.empty();
        } catch (JsonProcessingException | InputException e) {
            Path aside = file.resolveSibling(DRIFT + ".unreadable");
            Files.move(file, aside, StandardCopyOption.REPLACE_EXISTING);
            return Optional.of(file + " cannot be used and was moved to " + aside + ": " + e.getMessage()
                    + ". The span that tells of drift begins anew");
        }
    }

    private void saveDrift() throws IOException {
        ObjectNode counted;
        lock.lock();
        try {
            counted = model.drift.toJson();
        } finally {
            lock.unlock();
        }
        byte[] line = JsonText.line(counted).getBytes(StandardCharsets.UTF_8);
        TemporaryFile.replace(state.path().resolve(DRIFT), temporary -> Files.write(temporary, line));
        driftSavedAt = Instant.now();
    }

    /** What the logins of the last full span say of the model in use; empty before the first one has ended. */
    Optional<DriftReport> drift() {
        return model.drift.last();
    }

    /** Whether the bundle in use has a sketch that tells of drift. */
    boolean tellsDrift() {
        return model.drift.isWatching();
    }

    /** Updates the history with the logins of the journals; the bytes that were cut off. */
    private long replay() throws IOException {
        List<Path> journals = Journal.in(state.path());
        long cutOff = 0;
        for (Path file : journals) {
            long good = Journal.read(file, record -> {
                long number = record.answer().sequence();
                if (number <= sequence) {
                    return; // in the snapshot already
                }
                if (number != sequence + 1) {
                    throw new InputException(file + ": login " + number + " follows login " + sequence
                            + "; logins between them are missing: bring the directory back from a copy, or begin with an"
                            + " empty one");
                }
                LoginEvent row = record.event();
                history.ifPresent(memory -> {
                    memory.observe(row);
                    memory.learn(row, record.updates());
                });
                keepIfWithheld(record);
                newestMicros = Math.max(newestMicros, record.event().timeMicros());
                sequence = number;
                answers.add(record.answer());
            });
            long bad = Files.size(file) - good;
            if (bad > 0 && holdLogins(journals.subList(journals.indexOf(file) + 1, journals.size()))) {
                throw new InputException(file + " is damaged after " + good + " bytes, and later logins are in "
                        + journals.get(journals.size() - 1).getFileName()
                        + "; bring the directory back from a copy, or begin with an empty one");
            }
            cutOff += Journal.truncate(file, good);
        }
        // those without a whole login; the next one may have the name of one of them
        for (Path file : journals) {
            if (Journal.firstSequence(file) > sequence) {
                Files.delete(file);
            }
        }
        return cutOff;
    }

    /** Whether a journal holds more than the bytes that it begins with. */
    private static boolean holdLogins(List<Path> journals) throws IOException {
        for (Path file : journals) {
            if (Journal.readRaw(file, 0, 1, (payload, length) -> {}) > Long.BYTES) {
                return true;
            }
        }
        return false;
    }

    Restored restored() {
        return restored;
    }

    /** One thread, which ends after ten idle seconds. */
    private static Executor scoring() {
        ThreadPoolExecutor one =
                new ThreadPoolExecutor(1, 1, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
                    Thread thread = new Thread(task, "octet-scoring");
                    thread.setDaemon(true);
                    return thread;
                });
        one.allowCoreThreadTimeOut(true);
        return one;
    }

    /** Scores logins in their order; they are kept when this returns. */
    List<Result> score(List<Submission> logins) {
        try {
            return CompletableFuture.supplyAsync(() -> scoreInTurn(logins), scoring)
                    .join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw e;
        }
    }

    private List<Result> scoreInTurn(List<Submission> logins) {
        lock.lock();
        try {
            return scoreAlone(logins);
        } finally {
            lock.unlock();
        }
    }

    /** As {@link #score}, unless another thread would have to be waited for; then nothing is scored. */
    Optional<List<Result>> scoreAtOnce(List<Submission> logins) {
        if (!lock.tryLock()) {
            return Optional.empty();
        }
        try {
            return Optional.of(scoreAlone(logins));
        } finally {
            lock.unlock();
        }
    }

    private List<Result> scoreAlone(List<Submission> logins) {
        List<Result> results = new ArrayList<>(logins.size());
        requireWorking();
        batch.clear();
        long latest = ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now().plus(CLOCKS_AHEAD));
        for (Submission login : logins) {
            results.add(score(login, latest));
        }
        if (!batch.isEmpty()) {
            write();
        }
        count();
        return results;
    }

    private void write() {
        try {
            journal.append(batch);
            dirty = true;
            journaled = sequence;
        } catch (IOException e) {
            stop("the journal cannot be written (" + e.getMessage() + ")");
            requireWorking();
        }
    }

    /** What is remembered and what is written differ now, so only a new start can go on. */
    private void stop(String why) {
        broken = why + "; nothing is scored any more: make room or repair the disk, and start the service again";
    }

    private void requireWorking() {
        if (broken != null) {
            throw new RequestException(Why.UNAVAILABLE, broken);
        }
    }

    private Result score(Submission login, long latestMicros) {
        LoginEvent event = login.event();
        int fingerprint =
                EventRecord.fingerprint(pseudonyms.map(names -> names.of(event)).orElse(event));
        if (login.id().isPresent()) {
            Answer before = answers.get(login.id().get());
            if (before != null) {
                return before.fingerprint() == fingerprint
                        ? new Result(before, true, null, login.warnings())
                        : refused(new RequestException(
                                Why.CONFLICT,
                                "the id " + before.id() + " was given to another login; an id is for one login only"));
            }
        }
        if (event.timeMicros() > latestMicros) {
            return refused(new RequestException(
                    Why.INVALID,
                    "time is more than " + CLOCKS_AHEAD.toMinutes()
                            + " minutes ahead of this machine's clock; all later logins would come too late"));
        }
        return score(login, fingerprint);
    }

    private static Result refused(RequestException why) {
        return new Result(null, false, why, List.of());
    }

    private Result score(Submission login, int fingerprint) {
        LoginEvent event = login.event();
        long number = sequence + 1;
        boolean late = false;
        LoginEvent counted = model.completing.apply(event).withRow(number);
        if (history.isPresent() && event.timeMicros() < newestMicros) {
            late = newestMicros - event.timeMicros() > CLOCKS_DIFFER.toNanos() / 1000;
            counted = late ? counted : counted.withTime(newestMicros);
        }
        Scored scored = new Scored();
        scored.known = known(counted);
        try {
            model.scorer.add(new Labelled<>(counted, Label.UNKNOWN), scored);
            model.scorer.flush(scored);
        } catch (InputException e) {
            return refused(new RequestException(Why.INVALID, e.getMessage()));
        } catch (IOException e) {
            throw new IllegalStateException("nothing is written while scoring", e);
        }
        Answer answer = new Answer(
                login.id().orElseGet(() -> store + "-" + number),
                number,
                counted.timeMicros(),
                scored.is,
                scored.score,
                scored.is ? model.bundle.model().threshold().value() : Double.NaN,
                scored.flagged,
                scored.known,
                late,
                model.id,
                scored.reasons,
                fingerprint);
        sequence = number;
        newestMicros = Math.max(newestMicros, counted.timeMicros());
        boolean updates = !scored.flagged || model.bundle.model().flaggedUpdate();
        LoginEvent kept = pseudonymous.isPresent()
                ? pseudonymous.get().named(counted)
                : pseudonyms.isPresent() ? pseudonyms.get().of(counted) : counted;
        EventRecord record = new EventRecord(kept, updates, answer);
        batch.add(record);
        keepIfWithheld(record);
        answers.add(answer);
        metrics.answered(answer);
        login.warnings().forEach(warning -> {
            metrics.unreadable(warning.field());
            unreadable.merge(warning.field(), 1L, Long::sum);
            unreadableSinceStart.merge(warning.field(), 1L, Long::sum);
        });
        loginsWithWarnings += login.warnings().isEmpty() ? 0 : 1;
        return new Result(answer, false, null, login.warnings());
    }

    private void keepIfWithheld(EventRecord record) {
        if (history.isPresent() && !record.updates() && !record.answer().late()) {
            withheld.add(record);
        }
    }

    /**
     * Takes what somebody said of a login: a benign one that was flagged updates its user's history from the next
     * login on; the way of a takeover never becomes familiar. The verdict log keeps verdicts, and a start takes them again
     * from there.
     */
    void judge(String id, Verdicts.Verdict verdict) {
        lock.lock();
        try {
            update(id, verdict);
        } finally {
            lock.unlock();
        }
    }

    private void update(String id, Verdicts.Verdict verdict) {
        Optional<EventRecord> login = withheld.find(id);
        if (login.isEmpty()) {
            return; // not flagged, or it has updated the history already
        }
        if (!verdict.isKnown()) {
            return; // what a benign one has changed stays
        }
        boolean benign = verdict == Verdicts.Verdict.BENIGN;
        history.ifPresent(memory -> memory.judge(login.get().event(), benign));
        if (benign) {
            withheld.remove(id);
        }
    }

    private Answer.History known(LoginEvent event) {
        if (history.isEmpty()) {
            return Answer.History.NONE_KEPT;
        }
        LoginEvent asKept = pseudonymous.map(memory -> memory.named(event)).orElse(event);
        return history.get().history().earlierSuccesses(asKept) > 0
                ? Answer.History.KNOWN_USER
                : Answer.History.NEW_USER;
    }

    /** Takes what the scorer says of one login. */
    private final class Scored implements RowScorer.Sink {
        private boolean is;
        private double score = Double.NaN;
        private boolean flagged;
        private String reasons = "[]";
        private Answer.History known;

        @Override
        public void scored(
                Labelled<?> row, double value, boolean above, float[] columns, double[] contributions, RowWords words) {
            is = true;
            score = value;
            flagged = above;
            model.drift.add(columns, value, above, row.row().timeMicros());
            reasons = AnswerJson.reasons(model.reasons.list(contributions, words));
        }
    }

    private void count() {
        model.scorer.unseen().forEach((feature, total) -> {
            long before = model.unseen.getOrDefault(feature, 0L);
            if (total > before) {
                metrics.unseen(feature, total - before);
                model.unseen.put(feature, total);
            }
        });
    }

    /** The bundle that scores at the moment. */
    Bundle bundle() {
        lock.lock();
        try {
            return model.bundle;
        } finally {
            lock.unlock();
        }
    }

    /** Number of the newest login in the journal; waits for nothing. */
    long journaled() {
        return journaled;
    }

    /** Users with history, and logins taken so far. */
    record Counts(long users, long logins) {}

    Counts counts() {
        lock.lock();
        try {
            return new Counts(
                    history.map(memory -> (long) memory.history().users()).orElse(0L), sequence);
        } finally {
            lock.unlock();
        }
    }

    /** Fields that could not be read since the start, and in how many logins. */
    Map<String, Long> unreadable() {
        lock.lock();
        try {
            return new TreeMap<>(unreadableSinceStart);
        } finally {
            lock.unlock();
        }
    }

    /** Logins taken since this process began. */
    long loginsSinceStart() {
        lock.lock();
        try {
            return sequence - restored.fromSnapshot() - restored.fromJournal();
        } finally {
            lock.unlock();
        }
    }

    /** Why nothing can be scored, if so. */
    Optional<String> broken() {
        lock.lock();
        try {
            return Optional.ofNullable(broken);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Lets another bundle score from the next login on; the history goes on.
     *
     * @throws InputException if it cannot take the place of this one
     */
    void swap(Bundle next, Enrichment enrichment) throws IOException {
        requireAttempts(next);
        pseudonyms.ifPresent(names -> names.requireSame(next.format().extraFields()));
        boolean needed = needsHistory(next);
        if (needed != history.isPresent()) {
            throw new InputException(next.directory()
                    + (needed
                            ? " needs a history, and the service keeps none"
                            : " has no use for the history that the service keeps")
                    + "; start a service with a --state of its own for it");
        }
        if (needed) {
            HistoryOptions its = memory(next).history().options();
            HistoryOptions ours = history.orElseThrow().history().options();
            if (its.ipv4PrefixBits() != ours.ipv4PrefixBits() || its.campaignCap() != ours.campaignCap()) {
                throw new InputException(next.directory() + " was trained with blocks of /" + its.ipv4PrefixBits()
                        + " and a campaign cap of " + its.campaignCap() + ", the history that the service keeps has /"
                        + ours.ipv4PrefixBits() + " and " + ours.campaignCap()
                        + "; start a service with a --state of its own for it");
            }
        }
        lock.lock();
        try {
            requireWorking();
            model = model(next, enrichment);
        } finally {
            lock.unlock();
        }
    }

    /** Finds the score of a login that was answered before. */
    Optional<ScoreArchive.Line> find(String id) throws IOException {
        List<ScoreArchive.Line> found = new ArrayList<>();
        for (Path file : Journal.in(state.path())) {
            try {
                Journal.readRaw(
                        file,
                        0,
                        Integer.MAX_VALUE,
                        (payload, length) -> EventRecord.readScore(payload, length)
                                .filter(line -> line.id().equals(id))
                                .ifPresent(found::add));
            } catch (NoSuchFileException e) {
                continue; // it has just been archived
            }
        }
        return found.isEmpty() ? archive.find(id) : Optional.of(found.get(found.size() - 1));
    }

    /** Puts what was journaled on the disk; to be called every second or oftener. */
    void force() {
        if (!dirty) {
            return;
        }
        dirty = false;
        forces.lock();
        try {
            force(journal());
        } finally {
            forces.unlock();
        }
    }

    private void force(Journal forced) {
        try {
            forced.force();
        } catch (IOException e) {
            lock.lock();
            try {
                stop("the journal cannot be forced to the disk (" + e.getMessage() + ")");
            } finally {
                lock.unlock();
            }
        }
    }

    private Journal journal() {
        lock.lock();
        try {
            return journal;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Makes a snapshot if it is time to.
     *
     * @param writer where it is written
     */
    void tidy(Consumer<String> notes, Executor writer) throws IOException {
        boolean due;
        lock.lock();
        try {
            tellUnreadable(notes);
            long since = sequence - snapshotSequence;
            Duration age = Duration.between(snapshotAt, Instant.now());
            due = broken == null
                    && !saving
                    && (since >= SNAPSHOT_AT_ONCE
                            || since >= SNAPSHOT_AFTER && age.compareTo(SNAPSHOT_PAUSE) > 0
                            || since > 0 && age.compareTo(SNAPSHOT_EVERY) > 0);
        } finally {
            lock.unlock();
        }
        if (due) {
            snapshot(notes, writer);
        }
        if (driftSavedAt.plus(SAVE_DRIFT_EVERY).isBefore(Instant.now())) {
            saveDrift();
        }
    }

    /**
     * Moves the scores of journals that a snapshot has taken the place of to the archive, and deletes what is too old. Scoring
     * waits for none of it. From one thread at a time.
     */
    void archive() throws IOException {
        long safe;
        lock.lock();
        try {
            safe = snapshotSequence;
        } finally {
            lock.unlock();
        }
        List<Path> journals = Journal.in(state.path());
        List<Path> over = new ArrayList<>();
        for (int i = 0; i + 1 < journals.size(); i++) {
            if (Journal.firstSequence(journals.get(i + 1)) <= safe + 1) {
                over.add(journals.get(i));
            }
        }
        archive(over);
    }

    /** Says how many logins had fields that could not be read, at most every so often. */
    private void tellUnreadable(Consumer<String> notes) {
        if (loginsWithWarnings == 0 || toldAt.plus(TELL_EVERY).isAfter(Instant.now())) {
            return;
        }
        long logins = sequence - toldSequence;
        notes.accept(String.format(
                Locale.ROOT,
                "%,d of the last %,d logins had fields that could not be read and count as not known: %s%s",
                loginsWithWarnings,
                logins,
                unreadable.entrySet().stream()
                        .map(each -> String.format(Locale.ROOT, "%s (%,d)", each.getKey(), each.getValue()))
                        .collect(Collectors.joining(", ")),
                loginsWithWarnings > EXPECTED_SHARE * logins
                        ? "; that is more than the expected 0.1 %: look at what hands logins in"
                        : ""));
        loginsWithWarnings = 0;
        unreadable.clear();
        toldSequence = sequence;
        toldAt = Instant.now();
    }

    /**
     * Makes a snapshot and begins a new journal. Requests wait while an image of the history is taken, and for no disk; where the
     * image might take too much memory, they wait until it is written. Until a snapshot is on the disk, a start goes on from the
     * one before and all journals since.
     */
    void snapshot(Consumer<String> notes, Executor writer) throws IOException {
        long start = System.nanoTime();
        Optional<Begun> begun;
        forces.lock();
        try {
            Journal before = journal();
            force(before); // so that little of it is left when the next one has begun
            Journal next = Journal.prepare(state.path());
            try {
                begun = begin(next);
            } finally {
                if (journal() != next) {
                    next.discard();
                }
            }
            if (journal() == next) {
                force(before);
                before.close();
                Journal.forceNames(state.path());
            }
        } finally {
            forces.unlock();
        }
        if (begun.isPresent() && begun.get().isWritten) {
            tell(begun.get(), start, notes);
        } else if (begun.isPresent()) {
            try {
                writer.execute(() -> write(begun.get(), start, notes));
            } catch (RejectedExecutionException e) {
                end();
                throw e;
            }
        }
    }

    /**
     * A snapshot of which requests do not have to wait any more.
     *
     * @param waited how long they had to, in nanoseconds
     */
    private record Begun(StateDirectory.Image image, long waited, boolean isWritten) {}

    /** Takes an image, and lets the next login begin the next journal, unless the one in use is empty. */
    private Optional<Begun> begin(Journal next) throws IOException {
        lock.lock();
        long start = System.nanoTime();
        try {
            if (saving || broken != null) {
                return Optional.empty();
            }
            saving = true;
            try {
                boolean later = history.map(memory -> memory.history().bytes()).orElse(0L)
                        < Runtime.getRuntime().maxMemory() / COPIED_SHARE;
                StateDirectory.Image image = image();
                if (!later) {
                    state.save(image);
                    snapshotSequence = sequence;
                    end();
                }
                if (Journal.firstSequence(journal.file()) <= sequence) {
                    next.begin(sequence + 1);
                    journal = next;
                }
                snapshotAt = Instant.now();
                long waited = System.nanoTime() - start;
                metrics.snapshot(waited);
                return Optional.of(new Begun(image, waited, !later));
            } catch (IOException | RuntimeException e) {
                end();
                throw e;
            }
        } finally {
            lock.unlock();
        }
    }

    /** No image is written any more. */
    private void end() {
        lock.lock();
        try {
            saving = false;
            answers.release();
            history.ifPresent(memory -> memory.history().release());
        } finally {
            lock.unlock();
        }
    }

    private void releaseAnswers() {
        lock.lock();
        try {
            answers.release();
        } finally {
            lock.unlock();
        }
    }

    private void write(Begun begun, long start, Consumer<String> notes) {
        saves.lock();
        try {
            if (isNewer(begun.image)) {
                state.save(begun.image);
                saved(begun.image);
                tell(begun, start, notes);
            }
        } catch (IOException | RuntimeException e) {
            notes.accept("a snapshot could not be written, the journal goes on: " + e.getMessage());
        } finally {
            saves.unlock();
            end();
        }
    }

    /** Whether no snapshot as late as this one has been written; the last one is written when the scorer is closed. */
    private boolean isNewer(StateDirectory.Image image) {
        lock.lock();
        try {
            return image.sequence() > snapshotSequence;
        } finally {
            lock.unlock();
        }
    }

    private void saved(StateDirectory.Image image) {
        lock.lock();
        try {
            snapshotSequence = image.sequence();
        } finally {
            lock.unlock();
        }
    }

    private static void tell(Begun begun, long start, Consumer<String> notes) {
        notes.accept(String.format(
                Locale.ROOT,
                "snapshot after login %,d written in %,d ms, of which requests waited %.1f ms",
                begun.image.sequence(),
                (System.nanoTime() - start) / 1_000_000,
                begun.waited / 1e6));
    }

    private StateDirectory.Image image() throws IOException {
        return new StateDirectory.Image(
                store,
                keyCheck(),
                sequence,
                answers.image(),
                this::releaseAnswers,
                history.isPresent() ? Optional.of(history.get().history().image()::save) : Optional.empty(),
                withheld.image());
    }

    private void save() throws IOException {
        state.save(image());
        end();
        snapshotSequence = sequence;
        snapshotAt = Instant.now();
    }

    /** Lets somebody who reads the journals read them to their end before they go. */
    void beforeJournalsGo(Runnable reader) {
        lastReader = reader;
    }

    private void archive(List<Path> journals) throws IOException {
        if (!journals.isEmpty()) {
            lastReader.run();
        }
        for (Path file : journals) {
            archive.take(file);
        }
        archive.forget(keepScores, Instant.now());
    }

    @Override
    public void close() throws IOException {
        saves.lock();
        lock.lock();
        try {
            journal.close();
            if (broken == null) {
                if (sequence > snapshotSequence) {
                    save();
                }
                broken = "the service is being stopped";
                List<Path> journals = new ArrayList<>(Journal.in(state.path()));
                if (Journal.firstSequence(journal.file()) > sequence) {
                    Files.delete(journal.file()); // its first login has not come
                    journals.remove(journal.file());
                }
                archive(journals);
                saveDrift();
            }
        } finally {
            lock.unlock();
            saves.unlock();
            state.close();
        }
    }
}
