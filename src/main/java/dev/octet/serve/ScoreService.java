package dev.octet.serve;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.octet.bundle.Bundle;
import dev.octet.bundle.ScoringModel;
import dev.octet.evaluate.drift.DriftReport;
import dev.octet.event.InputException;
import dev.octet.event.LogFormat;
import dev.octet.event.LoginEvent;
import dev.octet.event.RejectedRows;
import dev.octet.event.RejectionPolicy;
import dev.octet.event.Verdicts;
import dev.octet.event.enrich.Enrichment;
import dev.octet.event.format.FormatSettings;
import dev.octet.event.format.Formats;
import dev.octet.event.text.JsonBytes;
import dev.octet.event.text.PlainText;
import dev.octet.serve.desk.AlertStore;
import dev.octet.serve.desk.Desk;
import dev.octet.serve.desk.DeskHost;
import dev.octet.serve.desk.HealthFact;
import dev.octet.serve.http.Access;
import dev.octet.serve.http.Exchange;
import dev.octet.serve.http.HttpServer;
import dev.octet.serve.http.RequestBody;
import dev.octet.serve.http.RequestException;
import dev.octet.serve.http.RequestException.Why;
import dev.octet.serve.http.Tokens;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A bundle as an HTTP service. What it offers is in {@code openapi.json}, which it hands out itself. Thread-safe.
 *
 * <p>Notes for whoever runs it go to a listener; they name no user and no address.
 */
public final class ScoreService implements AutoCloseable {
    private static final int LINES_AT_ONCE = 256;
    private static final long FORCE_EVERY_MILLIS = 500;
    private static final List<String> NDJSON =
            List.of("application/x-ndjson", "application/ndjson", "application/jsonl");

    private final ServiceSettings settings;
    private final Consumer<String> notes;
    private final ServiceMetrics metrics = new ServiceMetrics();
    private final HttpServer server;
    private final LiveScorer scorer;
    private final ModelChain models;
    private final VerdictLog verdicts;
    private final Object swapLock = new Object();
    /** Forcing the journal, and snapshots: neither waits for the other. */
    private final ScheduledExecutorService chores =
            Executors.newScheduledThreadPool(2, task -> thread(task, "octet-chores", Thread.NORM_PRIORITY));
    /** Work that holds no lock that scoring needs, and may wait while there is something to score. */
    private final ScheduledExecutorService background =
            Executors.newScheduledThreadPool(1, task -> thread(task, "octet-later", Thread.MIN_PRIORITY));

    private final CountDownLatch closed = new CountDownLatch(1);
    private final byte[] openApi;
    private final Optional<Desk> desk;
    private final Optional<JournalTail> tail;
    private final List<LogFeed> feeds = new ArrayList<>();
    private boolean listening;
    private boolean closing;

    private ScoreService(ServiceSettings settings, Optional<DeskSettings> wanted, Consumer<String> notes)
            throws IOException {
        this.settings = settings;
        this.notes = notes;
        server = new HttpServer(
                settings.host(),
                settings.port(),
                settings.limits(),
                new Access(Tokens.of(settings.token()), Clock.systemUTC()),
                new Metered());
        openApi = openApi();
        ModelChain.Opened opened = ModelChain.open(settings.state(), settings.model(), notes);
        Bundle bundle = opened.bundle();
        models = opened.chain();
        scorer = LiveScorer.open(settings, bundle, enrichment(bundle), metrics);
        Path log = settings.state().resolve(VerdictLog.NAME);
        verdicts = VerdictLog.open(log);
        // What was said after the last snapshot updates the history again; what the snapshot knows is found in it no
        // more.
        List<Verdicts.Entry> said = Verdicts.lines(log);
        said.forEach(entry -> scorer.judge(entry.id(), entry.verdict()));
        if (wanted.isPresent()) {
            AlertStore store = AlertStore.open(settings.state(), wanted.get().keep(), Clock.systemUTC(), notes);
            store.restore(said);
            Desk made = new Desk(new Host(store), store, server, settings.state(), Clock.systemUTC());
            desk = Optional.of(made);
            tail = Optional.of(new JournalTail(settings.state(), made, store, scorer::journaled, notes));
            scorer.beforeJournalsGo(tail.get()::catchUp);
            LogFormat format = wanted.get().format().orElse(bundle.format());
            InStep inStep = new InStep();
            for (Path each : wanted.get().watched()) {
                feeds.add(new LogFeed(each, format, settings.state(), scorer, inStep, notes));
            }
        } else {
            desk = Optional.empty();
            tail = Optional.empty();
        }
        metrics.show(
                "octet.history.users",
                "users with history",
                () -> scorer.counts().users());
        metrics.show(
                "octet.history.logins",
                "logins taken since the state began",
                () -> scorer.counts().logins());
        metrics.show(
                "octet.drift.decision",
                "what the last 2,000 scored logins or more, of a day or more, say of the model: 0 keep, 1 choose the"
                        + " threshold anew, 2 train again; NaN before",
                () -> scorer.drift().map(ScoreService::level).orElse(Double.NaN));
        metrics.show(
                "octet.drift.scores",
                "population stability index of the same logins' scores against the validation span's; NaN before",
                () -> scorer.drift().map(report -> report.score().index()).orElse(Double.NaN));
    }

    private static double level(DriftReport report) {
        return switch (report.decision()) {
            case TOO_FEW_ROWS, OLDER_LOG -> Double.NaN;
            case KEEP -> 0;
            case RETHRESHOLD -> 1;
            case RETRAIN -> 2;
        };
    }

    /**
     * Restores what is kept, then listens.
     *
     * @param notes what it does, for whoever runs it
     * @throws InputException if the bundle, the state or the address cannot be used
     */
    public static ScoreService start(ServiceSettings settings, Consumer<String> notes) throws IOException {
        return start(settings, Optional.empty(), notes);
    }

    /**
     * As above, with a desk.
     *
     * @param desk what it needs; empty for a service without one
     */
    public static ScoreService start(ServiceSettings settings, Optional<DeskSettings> desk, Consumer<String> notes)
            throws IOException {
        ScoreService service = new ScoreService(settings, desk, notes);
        try {
            service.listen();
        } catch (RuntimeException e) {
            service.close();
            throw e;
        }
        return service;
    }

    /** Counts requests. */
    private final class Metered implements HttpServer.Listener {
        @Override
        public void request(String route, int status, long nanos) {
            metrics.request(route, status, nanos);
        }

        @Override
        public void rejected(Why why) {
            metrics.rejected(why);
        }

        @Override
        public void fault(String text) {
            notes.accept(text);
        }
    }

    private static byte[] openApi() throws IOException {
        try (InputStream in = ScoreService.class.getResourceAsStream("openapi.json")) {
            return in.readAllBytes();
        }
    }

    private void listen() {
        notes.accept(scorer.restored().text(settings.state()));
        scorer.restored().note().ifPresent(notes);
        if (settings.pseudonymKey().isPresent()
                && !settings.cold()
                && scorer.restored().fresh()) {
            notes.accept(
                    "the bundle's history knows users by other names than the pseudonyms, so nobody is recognised at first;"
                            + " --history cold begins without it");
        }
        addRoutes();
        desk.ifPresent(Desk::addRoutes);
        server.start();
        listening = true;
        tail.ifPresent(JournalTail::start);
        LogFeed.start(feeds);
        chores.scheduleWithFixedDelay(scorer::force, FORCE_EVERY_MILLIS, FORCE_EVERY_MILLIS, TimeUnit.MILLISECONDS);
        chores.scheduleWithFixedDelay(this::tidy, 1, 1, TimeUnit.SECONDS);
        background.scheduleWithFixedDelay(this::archive, 1, 1, TimeUnit.SECONDS);
        desk.ifPresent(made -> background.scheduleWithFixedDelay(() -> tidy(made), 1, 1, TimeUnit.MINUTES));
        notes.accept("scoring with " + name(scorer.bundle()) + " at " + server.address()
                + (settings.token().isPresent() ? ", token needed" : ", for this machine only"));
        desk.ifPresent(made -> notes.accept("the desk is at " + server.address() + "/"));
    }

    private static Thread thread(Runnable task, String name, int priority) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.setPriority(priority);
        return thread;
    }

    private void tidy(Desk made) {
        try {
            made.tidy();
        } catch (RuntimeException e) {
            notes.accept("what is too old for the desk could not be deleted: " + e.getMessage());
        }
    }

    private static String name(Bundle bundle) {
        return bundle.model().name() + " (bundle " + bundle.id() + ")";
    }

    private void tidy() {
        try {
            scorer.tidy(notes, background);
        } catch (IOException | RuntimeException e) {
            notes.accept("a snapshot could not be written, the journal goes on: " + e.getMessage());
        }
    }

    private void archive() {
        try {
            scorer.archive();
        } catch (IOException | RuntimeException e) {
            notes.accept("scores could not be moved to the archive, they stay in the journal: " + e.getMessage());
        }
    }

    private void addRoutes() {
        server.open(HandlerType.GET, "/healthz", context -> HttpServer.json(context, 200, "{\"status\":\"up\"}"));
        server.open(HandlerType.GET, "/readyz", this::ready);
        server.guarded(HandlerType.GET, "/metrics", this::metrics);
        server.guarded(
                HandlerType.GET,
                "/openapi.json",
                context -> context.contentType(HttpServer.JSON).result(openApi));
        server.guarded(HandlerType.GET, "/v1/model", context -> describe(context, scorer.bundle()));
        server.guarded(HandlerType.POST, "/v1/model", this::swap);
        server.direct("/v1/score", this::score, this::score);
        server.guarded(HandlerType.POST, "/v1/feedback", this::feedback);
    }

    /** Where it listens. */
    public int port() {
        return server.port();
    }

    /** The routes, as {@code METHOD path}; what the OpenAPI document must list. */
    List<String> routes() {
        return server.routes();
    }

    private void ready(Context context) throws IOException {
        Optional<String> broken = scorer.broken();
        if (broken.isPresent()) {
            throw new RequestException(Why.UNAVAILABLE, broken.get());
        } else {
            HttpServer.json(context, 200, "{\"status\":\"ready\"}");
        }
    }

    private void metrics(Context context) {
        context.contentType("text/plain; version=0.0.4; charset=utf-8").result(metrics.text());
    }

    private void score(Context context) throws IOException {
        String format = context.queryParam("format");
        if (format != null) {
            scoreAsWritten(context, format);
            return;
        }
        String type = HttpServer.mediaType(context);
        if (NDJSON.contains(type)) {
            stream(context);
            return;
        }
        if (!type.equals(HttpServer.JSON)) {
            throw new RequestException(
                    Why.MEDIA_TYPE,
                    "the content type must be " + HttpServer.JSON + " or " + NDJSON.get(0) + ", found "
                            + HttpServer.foundType(context));
        }
        score(HttpServer.exchange(context), true);
    }

    /** Scores a login or an array of them, unless it would have to wait and may not; whether it did. */
    private boolean score(Exchange exchange, boolean mayWait) throws IOException {
        RequestBody body = new RequestBody(exchange, settings.limits());
        byte[] bytes = body.all();
        LoginJson.Body logins = LoginJson.read(bytes, body.length(), scorer.extraFields(), Instant::now);
        Optional<List<LiveScorer.Result>> results =
                mayWait ? Optional.of(scorer.score(logins.logins())) : scorer.scoreAtOnce(logins.logins());
        if (results.isEmpty()) {
            return false;
        }
        if (logins.list()) {
            answerAll(exchange, results.get());
            return true;
        }
        LiveScorer.Result result = results.get().get(0);
        if (result.refused() != null) {
            throw result.refused();
        }
        JsonBytes json = new JsonBytes();
        AnswerJson.write(result, json);
        exchange.answer(200, json.bytes(), json.length());
        return true;
    }

    private void answerAll(Exchange exchange, List<LiveScorer.Result> results) {
        JsonBytes json = new JsonBytes();
        for (LiveScorer.Result result : results) {
            json.raw(json.length() == 0 ? "[" : ",");
            if (result.refused() != null) {
                metrics.rejected(result.refused().why());
                json.raw("{\"error\":").text(result.refused().getMessage()).raw("}");
            } else {
                AnswerJson.write(result, json);
            }
        }
        json.raw(results.isEmpty() ? "[]" : "]");
        exchange.answer(200, json.bytes(), json.length());
    }

    /** Scores the events of a vendor as they are: of any content type, since the format says how the body is read. */
    private void scoreAsWritten(Context context, String name) throws IOException {
        if (!Formats.names().contains(name)) {
            // a name is never a path here: whoever sends a request chooses no file of this machine
            throw new RequestException(
                    Why.INVALID,
                    "there is no format \"" + PlainText.of(name, 60) + "\"; allowed are "
                            + String.join(", ", Formats.names()));
        }
        RequestBody body = new RequestBody(HttpServer.exchange(context), settings.limits());
        byte[] bytes = Arrays.copyOf(body.all(), body.length());
        RejectedRows rejected = RejectedRows.counted("the body", new RejectionPolicy(1, false));
        List<LoginEvent> logins;
        try {
            logins = Formats.find(name, FormatSettings.DEFAULT).read(bytes, rejected, LoginJson.MAX_LOGINS);
        } catch (InputException e) {
            throw new RequestException(Why.INVALID, PlainText.of(e.getMessage(), 400));
        }
        if (rejected.count() > 0) {
            throw new RequestException(Why.INVALID, PlainText.of(rejected.first(), 400));
        }
        List<LiveScorer.Result> results = scorer.score(logins.stream()
                .map(login -> new Submission(login, Optional.empty(), List.of()))
                .toList());
        answerAll(HttpServer.exchange(context), results);
    }

    /** A line in, a line out, in order; a line that is wrong is answered with what is wrong, and the next one goes on. */
    private void stream(Context context) throws IOException {
        RequestBody body = new RequestBody(HttpServer.exchange(context), settings.limits());
        context.contentType(NDJSON.get(0));
        OutputStream out = context.outputStream();
        List<Submission> logins = new ArrayList<>();
        List<RequestException> wrong = new ArrayList<>(); // one a line; null where a login could be read
        List<Long> numbers = new ArrayList<>();
        long line = 0;
        try {
            while (body.nextLine()) {
                line++;
                int start = body.lineStart();
                if (!blank(body.line(), start, body.lineEnd())) {
                    numbers.add(line);
                    try {
                        byte[] text = Arrays.copyOfRange(body.line(), start, body.lineEnd());
                        LoginJson.Body read = LoginJson.read(text, text.length, scorer.extraFields(), Instant::now);
                        if (read.list()) {
                            throw new RequestException(Why.INVALID, "a line is one login, found a list");
                        }
                        logins.add(read.logins().get(0));
                        wrong.add(null);
                    } catch (RequestException e) {
                        wrong.add(e);
                    }
                }
                if (numbers.size() == LINES_AT_ONCE || !body.ready()) {
                    answer(logins, wrong, numbers, out);
                }
            }
            answer(logins, wrong, numbers, out);
        } catch (RequestException e) {
            if (line == 0) {
                throw e;
            }
            // the status has been sent: the last line says why the stream ends here
            metrics.rejected(e.why());
            wrong.add(e);
            numbers.add(line + 1);
            answer(logins, wrong, numbers, out);
        }
    }

    private static boolean blank(byte[] bytes, int from, int to) {
        for (int i = from; i < to; i++) {
            if (bytes[i] > ' ' || bytes[i] < 0) {
                return false;
            }
        }
        return true;
    }

    private void answer(List<Submission> logins, List<RequestException> wrong, List<Long> numbers, OutputStream out)
            throws IOException {
        List<LiveScorer.Result> results = scorer.score(logins);
        int next = 0;
        JsonBytes lines = new JsonBytes();
        for (int i = 0; i < numbers.size(); i++) {
            RequestException refused = wrong.get(i) == null ? results.get(next).refused() : wrong.get(i);
            if (refused != null) {
                metrics.rejected(refused.why());
                lines.raw("{\"line\":")
                        .number(numbers.get(i))
                        .raw(",\"error\":")
                        .text(refused.getMessage())
                        .raw("}");
            } else {
                AnswerJson.write(results.get(next), lines);
            }
            next += wrong.get(i) == null ? 1 : 0;
            lines.raw("\n");
        }
        logins.clear();
        wrong.clear();
        numbers.clear();
        out.write(lines.bytes(), 0, lines.length());
        out.flush();
    }

    private void feedback(Context context) throws IOException {
        JsonNode node = server.object(context, List.of("id", "verdict", "note"));
        String id = HttpServer.text(node, "id");
        Verdicts.Verdict verdict = Verdicts.Verdict.of(PlainText.of(HttpServer.text(node, "verdict"), 60));
        String note = node.has("note") ? HttpServer.text(node, "note") : "";
        ScoreArchive.Line login = scorer.find(id)
                .orElseThrow(() -> new RequestException(
                        Why.UNKNOWN,
                        "no login with the id \"" + PlainText.of(id, 128)
                                + "\" was scored, or its score is not kept any" + " more"));
        List<Verdicts.Entry> entries = List.of(new Verdicts.Entry(
                login.id(),
                verdict,
                Instant.now(),
                login.timeMicros(),
                login.user(),
                login.score(),
                login.threshold(),
                login.flagged(),
                login.bundle(),
                HttpServer.visitor(context).name(),
                note));
        if (desk.isPresent()) {
            desk.get().keep(entries);
        } else {
            judge(entries);
        }
        HttpServer.json(
                context,
                JsonNodeFactory.instance.objectNode().put("id", login.id()).put("verdict", verdict.spelled()));
    }

    private void judge(List<Verdicts.Entry> entries) throws IOException {
        verdicts.append(entries);
        for (Verdicts.Entry entry : entries) {
            scorer.judge(entry.id(), entry.verdict());
            metrics.verdict(entry.verdict());
        }
    }

    /** What a desk asks of the service. */
    private final class Host implements DeskHost {
        private final AlertStore store;

        Host(AlertStore store) {
            this.store = store;
        }

        @Override
        public Bundle bundle() {
            return scorer.bundle();
        }

        @Override
        public void judge(List<Verdicts.Entry> entries) throws IOException {
            ScoreService.this.judge(entries);
        }

        private Rethreshold rethreshold() throws IOException {
            return Rethreshold.withOrWithoutVerdicts(
                    scorer.bundle(), settings.state().resolve(VerdictLog.NAME), settings.state());
        }

        @Override
        public ObjectNode thresholds() throws IOException {
            return rethreshold().curve();
        }

        @Override
        public ObjectNode learning() throws IOException {
            return learner().tree(scorer.bundle());
        }

        private DeskLearning learner() {
            List<Path> logs = feeds.stream().map(LogFeed::log).toList();
            LogFormat format =
                    feeds.isEmpty() ? scorer.bundle().format() : feeds.get(0).format();
            return new DeskLearning(
                    logs,
                    () -> format.sources(logs, false, notes),
                    settings.state().resolve(VerdictLog.NAME),
                    settings.cold(),
                    settings.pseudonymKey().isPresent());
        }

        @Override
        public boolean isLive() {
            return true;
        }

        @Override
        public Bundle apply(double threshold) throws IOException {
            Rethreshold rethreshold = rethreshold();
            Path target = Rethreshold.nextVersion(scorer.bundle().directory());
            return use(rethreshold.apply(rethreshold.given(threshold), target));
        }

        @Override
        public Bundle learn() throws IOException {
            return use(learner().apply(scorer.bundle()));
        }

        private Bundle use(Bundle made) throws IOException {
            synchronized (swapLock) {
                Bundle bundle = loaded(made.directory());
                models.add(bundle);
                return bundle;
            }
        }

        @Override
        public Bundle takeBack() throws IOException {
            synchronized (swapLock) {
                if (!models.canTakeBack()) {
                    throw new InputException("no model was applied at the desk, so there is nothing to take back");
                }
                Bundle bundle = loaded(models.before());
                models.removeLast();
                return bundle;
            }
        }

        @Override
        public boolean canTakeBack() {
            synchronized (swapLock) {
                return models.canTakeBack();
            }
        }

        @Override
        public List<HealthFact> health() {
            List<HealthFact> facts = new ArrayList<>();
            facts.add(ServiceHealth.unreadable(scorer.unreadable(), scorer.loginsSinceStart()));
            facts.add(ServiceHealth.drift(scorer.drift(), scorer.tellsDrift()));
            facts.addAll(ServiceHealth.databases(settings.addresses(), scorer.bundle(), Clock.systemUTC()));
            scorer.broken().ifPresent(why -> facts.add(new HealthFact("scoring", "Scoring", "stopped", false, why)));
            return facts;
        }
    }

    private void swap(Context context) throws IOException {
        JsonNode node = server.object(context, List.of("path"));
        String text = HttpServer.text(node, "path");
        Path folder = settings.models().toRealPath();
        Path path;
        try {
            path = folder.resolve(text);
        } catch (InvalidPathException e) {
            throw new RequestException(Why.INVALID, "path cannot be used: " + PlainText.of(e.getMessage(), 120));
        }
        // where links lead counts, not where they lie; and nobody learns what exists outside
        if (!path.normalize().startsWith(folder)
                || Files.exists(path) && !path.toRealPath().startsWith(folder)) {
            throw new RequestException(
                    Why.FORBIDDEN, "path must lie in " + folder + ", where models may be taken from (--models)");
        }
        if (!Files.isDirectory(path)) {
            throw new RequestException(Why.UNKNOWN, "there is no bundle at " + PlainText.of(text, 120));
        }
        describe(context, load(path.toRealPath()));
    }

    private Enrichment enrichment(Bundle bundle) throws IOException {
        return settings.addresses().open(bundle.enrichment(), notes);
    }

    /** Lets a bundle score that somebody names, from the next login on. */
    private Bundle load(Path path) throws IOException {
        synchronized (swapLock) {
            Bundle bundle = loaded(path);
            models.restart(bundle);
            return bundle;
        }
    }

    /** Verifies a bundle and lets it score. */
    private Bundle loaded(Path path) throws IOException {
        Bundle bundle = Bundle.load(path);
        scorer.swap(bundle, enrichment(bundle));
        notes.accept("now scoring with " + name(bundle));
        return bundle;
    }

    /**
     * Takes the bundle of the start from its place again, which may hold another by now. If that cannot be used, the one
     * before goes on.
     */
    public void reload() {
        try {
            load(settings.model());
        } catch (IOException | RuntimeException e) {
            notes.accept("the bundle was not taken again, the one before goes on: " + e.getMessage());
        }
    }

    private void describe(Context context, Bundle bundle) {
        ScoringModel model = bundle.model();
        LiveScorer.Counts counts = scorer.counts();
        ObjectNode tree = JsonNodeFactory.instance.objectNode();
        tree.put("name", model.name());
        tree.put("bundle", bundle.id());
        tree.put("detector", model.detector().kind());
        tree.put("scores", model.successfulOnly() ? "successful" : "all");
        ArrayNode features = tree.putArray("features");
        model.features().requests().forEach(feature -> features.add(feature.name()));
        tree.set("threshold", number(model.threshold().value()));
        tree.put("threshold_policy", model.threshold().policy());
        tree.set("alerts_per_day", number(model.threshold().alerts().perDay()));
        tree.put("made", bundle.provenance().path("made").asText());
        tree.put("history_users", counts.users());
        tree.put("logins", counts.logins());
        HttpServer.json(context, tree);
    }

    /** A number; null where JSON has none, as for an infinite threshold. */
    private static JsonNode number(double value) {
        return Double.isFinite(value) ? DoubleNode.valueOf(value) : NullNode.getInstance();
    }

    /** Waits until it is closed. */
    public void join() throws InterruptedException {
        closed.await();
    }

    /** Answers what was asked, writes a snapshot and stops. */
    @Override
    public void close() {
        synchronized (closed) {
            if (closing) {
                return;
            }
            closing = true;
        }
        desk.ifPresent(Desk::stopStreams);
        feeds.forEach(LogFeed::close);
        if (listening) {
            server.close();
        }
        chores.shutdown();
        background.shutdown();
        try {
            chores.awaitTermination(1, TimeUnit.MINUTES);
            background.awaitTermination(1, TimeUnit.MINUTES);
            tail.ifPresent(JournalTail::close);
            verdicts.close();
            scorer.close(); // reads the journals to their end for the desk
            if (desk.isPresent()) {
                desk.get().close();
            }
            notes.accept("stopped");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            closed.countDown();
        }
    }
}
