package dev.octet.serve;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.NamedCsvRecord;
import dev.octet.bundle.Bundle;
import dev.octet.bundle.Reasons;
import dev.octet.config.ConfigFile;
import dev.octet.config.ExperimentConfig;
import dev.octet.event.InputException;
import dev.octet.event.Labelled;
import dev.octet.event.LoginEvent;
import dev.octet.event.LoginReader;
import dev.octet.event.LoginSource;
import dev.octet.event.RejectedRows;
import dev.octet.event.SortedLog;
import dev.octet.event.Verdicts;
import dev.octet.event.enrich.Enrichment;
import dev.octet.run.Provenance;
import dev.octet.run.Sources;
import dev.octet.serve.desk.AlertStore;
import dev.octet.serve.desk.Desk;
import dev.octet.serve.desk.DeskHost;
import dev.octet.serve.desk.DeskLogin;
import dev.octet.serve.desk.HealthFact;
import dev.octet.serve.http.HttpServer;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;

/**
 * The desk on a finished run: its alerts, with the logins of its log around them. What is said there goes to {@code
 * RUN/desk/verdicts.ndjson}, which {@code octet rethreshold} and {@code octet learn} read.
 */
public final class RunDesk implements AutoCloseable {
    private static final int BATCH = 5_000;
    private static final String SCORES = "scores.csv";

    private final Path run;
    private final Path state;
    private final Consumer<String> notes;
    private final ExperimentConfig config;
    private final ModelChain models;
    private final VerdictLog verdicts;
    private final AlertStore store;
    private final HttpServer server;
    private final Desk desk;
    private final CountDownLatch closed = new CountDownLatch(1);
    private Bundle bundle;

    /**
     * Reads the run, where that was not done before, and listens.
     *
     * @param run what {@code octet run} wrote
     * @throws InputException if it is no finished run of logins, or its log is not there any more or has changed
     */
    public RunDesk(Path run, AlertStore.Keep keep, DeskServer at) throws IOException {
        this.run = run;
        notes = at.notes();
        for (String file : List.of("config.yaml", SCORES, "alerts.csv", "bundle")) {
            if (!Files.exists(run.resolve(file))) {
                throw new InputException(run + " is no finished run of one detector: it lacks " + file
                        + "; --run is the output directory of octet run, e.g. models/demo");
            }
        }
        config = ExperimentConfig.of(ConfigFile.read(run.resolve("config.yaml"), List.of(), Map.of()));
        if (!config.data().reading().test().isEmpty()) {
            throw new InputException(
                    run + " has a test log of its own (data.test), and the desk cannot show such a run; score"
                            + " that log with octet watch --desk");
        }
        state = run.resolve("desk");
        Files.createDirectories(state);
        ModelChain.Opened opened = ModelChain.open(state, run.resolve("bundle"), notes);
        models = opened.chain();
        bundle = opened.bundle();
        LiveScorer.requireAttempts(bundle);
        Path log = state.resolve(VerdictLog.NAME);
        verdicts = VerdictLog.open(log);
        store = AlertStore.open(state, keep, Clock.systemUTC(), notes);
        server = at.server();
        desk = new Desk(new Host(), store, server, state, Clock.systemUTC());
        try {
            read(keep);
            store.restore(Verdicts.lines(log));
            desk.addRoutes();
            server.start();
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
        notes.accept("the desk is at " + server.address() + "/");
    }

    /** Where it listens. */
    public int port() {
        return server.port();
    }

    /** A line of the run's scores. */
    private record Scored(long row, long timeMicros, double score, double threshold, String shares) {}

    private void read(AlertStore.Keep keep) throws IOException {
        long rows = 0;
        try (CsvReader<NamedCsvRecord> scores = CsvReader.builder().ofNamedCsvRecord(run.resolve(SCORES))) {
            for (NamedCsvRecord line : scores) {
                rows = Long.parseLong(line.getField("row")) + 1;
            }
        }
        if (store.last() == rows) {
            notes.accept("going on with what was read of " + run + " before");
            return;
        }
        requireSameLog();
        store.rewind(0);
        Map<Long, String> words = new HashMap<>();
        try (CsvReader<NamedCsvRecord> alerts = CsvReader.builder().ofNamedCsvRecord(run.resolve("alerts.csv"))) {
            for (NamedCsvRecord line : alerts) {
                words.put(Long.parseLong(line.getField("row")), line.getField("reasons"));
            }
        }
        notes.accept(String.format(Locale.ROOT, "reading %,d logins and %,d alerts of %s", rows, words.size(), run));
        List<LoginSource> sources = sources();
        if (sources.size() == 1 && SortedLog.isInOrder(sources.get(0))) {
            take(sources.get(0), words, rows, keep);
            return;
        }
        try (SortedLog sorted = SortedLog.inTemporaryFolder(sources, notes)) {
            take(sorted, words, rows, keep);
        }
    }

    /** Equal times and numbers of rows do not tell that a log is the one that was scored; checksums of its files do. */
    private void requireSameLog() throws IOException {
        if (config.data().reading().jdbc().isPresent()) {
            return;
        }
        JsonNode scored = bundle.provenance().path("data");
        JsonNode here = Provenance.files(config.data());
        for (int i = 0; i < here.size(); i++) {
            String was = scored.path(i).path(Provenance.CHECKSUM).asText();
            String is = here.get(i).path(Provenance.CHECKSUM).asText();
            if (!is.equals(was)) {
                throw new InputException(here.get(i).path("file").asText() + " is not the log that " + run
                        + " has scored: its SHA-256 is " + is + ", the run's was " + (was.isEmpty() ? "none" : was)
                        + "; the log has changed since. Run it again");
            }
        }
        if (scored.size() != here.size()) {
            throw new InputException(run + " has scored " + scored.size() + " files, and its config names "
                    + here.size() + " now; the log has changed since. Run it again");
        }
    }

    private List<LoginSource> sources() throws IOException {
        Enrichment enrichment = Sources.enrichment(config.data());
        return Sources.train(config.data(), enrichment, notes);
    }

    private void take(LoginSource log, Map<Long, String> words, long rows, AlertStore.Keep keep) throws IOException {
        String id = bundle.id();
        List<DeskLogin> batch = new ArrayList<>();
        long row = -1;
        try (RejectedRows rejected = RejectedRows.ignoring();
                LoginReader logins = log.open(rejected);
                Scores scores = new Scores(run.resolve(SCORES))) {
            Scored next = scores.next();
            for (Labelled<LoginEvent> login = logins.next(); login != null && next != null; login = logins.next()) {
                LoginEvent event = login.row();
                row = event.row();
                boolean scored = row == next.row;
                if (scored && next.timeMicros != event.timeMicros() || row > next.row) {
                    throw new InputException(log.name() + ": row " + row + " is not the one that " + run
                            + " has scored; the log has changed since, or is read in another order. Run it again");
                }
                if (row >= rows - keep.logins() || words.containsKey(row)) {
                    batch.add(new DeskLogin(
                            row + 1,
                            id + "-" + row,
                            event,
                            scored,
                            scored ? next.score : Double.NaN,
                            scored ? next.threshold : Double.NaN,
                            scored && words.containsKey(row),
                            id,
                            scored && words.containsKey(row) ? reasons(words.get(row), next.shares) : "[]"));
                }
                if (batch.size() == BATCH) {
                    desk.take(batch);
                    batch.clear();
                }
                next = scored ? scores.next() : next;
            }
            desk.take(batch);
        }
        if (store.last() != rows) {
            throw new InputException(log.name() + " ends before the last login that " + run
                    + " has scored; the log has changed since. Run it again");
        }
        desk.tidy();
    }

    /** Reads the scores in step with the log. */
    private static final class Scores implements Closeable {
        private final CsvReader<NamedCsvRecord> csv;
        private final Iterator<NamedCsvRecord> lines;

        Scores(Path file) throws IOException {
            csv = CsvReader.builder().ofNamedCsvRecord(file);
            lines = csv.iterator();
        }

        Scored next() {
            if (!lines.hasNext()) {
                return null;
            }
            NamedCsvRecord line = lines.next();
            return new Scored(
                    Long.parseLong(line.getField("row")),
                    ChronoUnit.MICROS.between(Instant.EPOCH, Instant.parse(line.getField("timestamp"))),
                    Double.parseDouble(line.getField("score")),
                    Double.parseDouble(line.getField("threshold")),
                    line.getField("reasons"));
        }

        @Override
        public void close() throws IOException {
            csv.close();
        }
    }

    /** A run writes all words together, and each feature's share; so the words stand beside the largest share. */
    private static String reasons(String words, String shares) {
        List<Reasons.Reason> reasons = new ArrayList<>();
        for (String each : shares.split(";")) {
            int equals = each.lastIndexOf('=');
            if (equals > 0) {
                String feature = each.substring(0, equals);
                reasons.add(new Reasons.Reason(
                        feature,
                        Double.parseDouble(each.substring(equals + 1)),
                        reasons.isEmpty() ? words : feature.replace('-', ' ')));
            }
        }
        return AnswerJson.reasons(reasons);
    }

    /** What the desk asks of the run. */
    private final class Host implements DeskHost {
        @Override
        public boolean isLive() {
            return false;
        }

        @Override
        public synchronized Bundle bundle() {
            return bundle;
        }

        @Override
        public void judge(List<Verdicts.Entry> entries) throws IOException {
            verdicts.append(entries);
        }

        private Rethreshold rethreshold() throws IOException {
            return Rethreshold.withOrWithoutVerdicts(bundle(), state.resolve(VerdictLog.NAME), run.resolve(SCORES));
        }

        @Override
        public ObjectNode thresholds() throws IOException {
            return rethreshold().curve();
        }

        private DeskLearning learner() throws IOException {
            List<LoginSource> read = sources();
            return new DeskLearning(
                    config.data().reading().train(), () -> read, state.resolve(VerdictLog.NAME), true, false);
        }

        @Override
        public ObjectNode learning() throws IOException {
            return learner().tree(bundle());
        }

        @Override
        public synchronized Bundle apply(double threshold) throws IOException {
            Rethreshold rethreshold = rethreshold();
            return use(rethreshold.apply(rethreshold.given(threshold), Rethreshold.nextVersion(bundle.directory())));
        }

        @Override
        public synchronized Bundle learn() throws IOException {
            return use(learner().apply(bundle));
        }

        private Bundle use(Bundle made) throws IOException {
            bundle = made;
            models.add(made);
            return made;
        }

        @Override
        public synchronized Bundle takeBack() throws IOException {
            if (!models.canTakeBack()) {
                throw new InputException("no model was applied at the desk, so there is nothing to take back");
            }
            bundle = Bundle.load(models.before());
            models.removeLast();
            return bundle;
        }

        @Override
        public synchronized boolean canTakeBack() {
            return models.canTakeBack();
        }

        @Override
        public List<HealthFact> health() {
            return List.of();
        }
    }

    /** Waits until it is closed. */
    public void join() throws InterruptedException {
        closed.await();
    }

    @Override
    public void close() throws IOException {
        try {
            desk.stopStreams();
            server.close();
            desk.close();
            verdicts.close();
        } finally {
            closed.countDown();
        }
    }
}
