package dev.octet.serve;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.octet.bundle.Bundle;
import dev.octet.bundle.ScoringModel;
import dev.octet.evaluate.drift.DriftReport;
import dev.octet.event.InputException;
import dev.octet.event.LoginEvent;
import dev.octet.event.RejectedRows;
import dev.octet.event.RejectionPolicy;
import dev.octet.event.Verdicts;
import dev.octet.event.enrich.Enrichment;
import dev.octet.event.format.FormatSettings;
import dev.octet.event.format.Formats;
import dev.octet.event.text.JsonText;
import dev.octet.event.text.PlainText;
import dev.octet.feature.FeatureRequest;
import dev.octet.serve.RequestException.Why;
import io.javalin.Javalin;
import io.javalin.compression.CompressionStrategy;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.javalin.util.JavalinBindException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/**
 * A bundle as an HTTP service. What it offers is in {@code openapi.json}, which it hands out itself. Thread-safe.
 *
 * <p>Notes for whoever runs it go to a listener; they name no user and no address.
 */
public final class ScoreService implements AutoCloseable {
    private static final int THREADS = 200;
    private static final int LINES_AT_ONCE = 256;
    private static final long FORCE_EVERY_MILLIS = 500;
    private static final String JSON = "application/json";
    private static final List<String> NDJSON =
            List.of("application/x-ndjson", "application/ndjson", "application/jsonl");

    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(8)
                            .maxStringLength(4096)
                            .build())
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private final ServiceSettings settings;
    private final Consumer<String> notes;
    private final ServiceMetrics metrics = new ServiceMetrics();
    private final Access access;
    private final LiveScorer scorer;
    private final VerdictLog verdicts;
    private final Object swapLock = new Object();
    private final ScheduledExecutorService chores = Executors.newScheduledThreadPool(
            2,
            task -> { // forcing waits for no snapshot
                Thread thread = new Thread(task, "octet-chores");
                thread.setDaemon(true);
                return thread;
            });
    private final CountDownLatch closed = new CountDownLatch(1);
    private final byte[] openApi;
    private Javalin javalin;
    private boolean closing;

    private ScoreService(ServiceSettings settings, Consumer<String> notes) throws IOException {
        this.settings = settings;
        this.notes = notes;
        access = new Access(settings.token());
        openApi = openApi();
        Bundle bundle = Bundle.load(settings.model());
        scorer = LiveScorer.open(settings, bundle, enrichment(bundle), metrics);
        verdicts = VerdictLog.open(settings.state().resolve(VerdictLog.NAME));
        // What was said after the last snapshot teaches again; what the snapshot knows is found in it no more.
        Verdicts.read(settings.state().resolve(VerdictLog.NAME))
                .forEach(entry -> scorer.judge(entry.id(), entry.verdict()));
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
            case TOO_FEW_ROWS -> Double.NaN;
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
        ScoreService service = new ScoreService(settings, notes);
        try {
            service.listen();
        } catch (RuntimeException e) {
            service.close();
            if (e.getCause() instanceof IOException || e instanceof JavalinBindException) {
                throw new InputException(
                        "cannot listen at " + settings.host() + ":" + settings.port() + ": "
                                + (e.getCause() == null ? e : e.getCause()).getMessage() + "; choose another --port",
                        e);
            }
            throw e;
        }
        return service;
    }

    private static byte[] openApi() throws IOException {
        try (InputStream in = ScoreService.class.getResourceAsStream("openapi.json")) {
            return in.readAllBytes();
        }
    }

    private void listen() {
        notes.accept(scorer.restored().text(settings.state()));
        if (settings.pseudonymKey().isPresent()
                && !settings.cold()
                && scorer.restored().fresh()) {
            notes.accept(
                    "the bundle's history knows users by other names than the pseudonyms, so nobody is recognised at first;"
                            + " --history cold begins without it");
        }
        javalin = Javalin.create(this::configure);
        javalin.start();
        chores.scheduleWithFixedDelay(scorer::force, FORCE_EVERY_MILLIS, FORCE_EVERY_MILLIS, TimeUnit.MILLISECONDS);
        chores.scheduleWithFixedDelay(this::tidy, 1, 1, TimeUnit.SECONDS);
        notes.accept("scoring with " + name(scorer.bundle()) + " at http://"
                + (settings.host().contains(":") ? "[" + settings.host() + "]" : settings.host()) + ":" + port()
                + (settings.token().isPresent() ? ", token needed" : ", for this machine only"));
    }

    private static String name(Bundle bundle) {
        return bundle.model().name() + " (bundle " + bundle.id() + ")";
    }

    private void tidy() {
        try {
            scorer.tidy(notes);
        } catch (IOException | RuntimeException e) {
            notes.accept("the snapshot could not be written, the journal goes on: " + e.getMessage());
        }
    }

    private void configure(JavalinConfig config) {
        config.startup.showJavalinBanner = false;
        config.startup.showOldJavalinVersionWarning = false;
        config.startup.startupWatcherEnabled = false;
        config.http.prefer405over404 = true;
        config.http.compressionStrategy = CompressionStrategy.NONE;
        QueuedThreadPool threads = new QueuedThreadPool(THREADS, 8);
        threads.setName("octet-http");
        threads.setDaemon(true);
        config.jetty.threadPool = threads;
        config.jetty.addConnector(this::connector);
        config.jetty.modifyServer(server -> server.setStopTimeout(5000));
        config.routes.get("/healthz", open("/healthz", context -> json(context, 200, "{\"status\":\"up\"}")));
        config.routes.get("/readyz", open("/readyz", this::ready));
        config.routes.get("/metrics", guarded("/metrics", this::metrics));
        config.routes.get(
                "/openapi.json",
                guarded("/openapi.json", context -> context.contentType(JSON).result(openApi)));
        config.routes.get("/v1/model", guarded("/v1/model", context -> describe(context, scorer.bundle())));
        config.routes.post("/v1/model", guarded("/v1/model", this::swap));
        config.routes.post("/v1/score", guarded("/v1/score", this::score));
        config.routes.post("/v1/feedback", guarded("/v1/feedback", this::feedback));
        config.routes.error(404, context -> none(context, "there is nothing at this path; see /openapi.json"));
        config.routes.error(405, context -> none(context, "this path takes another method; see /openapi.json"));
    }

    private ServerConnector connector(Server server, HttpConfiguration http) {
        http.setSendServerVersion(false);
        http.setSendDateHeader(false);
        ServerConnector connector = new ServerConnector(server, 1, 1, new HttpConnectionFactory(http));
        connector.setHost(settings.host());
        connector.setPort(settings.port());
        connector.setShutdownIdleTimeout(100); // for connections that wait for nothing
        connector.setIdleTimeout(settings.limits().idle().toMillis());
        connector.addBean(new NetworkConnectionLimit(settings.limits().connections(), connector));
        return connector;
    }

    /** Where it listens. */
    public int port() {
        return javalin.port();
    }

    /** The routes, as {@code METHOD path}; what the OpenAPI document must list. */
    List<String> routes() {
        return javalin.unsafe.internalRouter.allHttpHandlers().stream()
                .map(entry -> entry.endpoint.method.name() + " " + entry.endpoint.path)
                .toList();
    }

    private void none(Context context, String message) throws IOException {
        if (context.resultInputStream() == null || !JSON.equals(context.res().getContentType())) {
            json(context, context.statusCode(), error(message));
        }
    }

    private Handler guarded(String route, Handler handler) {
        return open(route, context -> {
            access.check(context.header("Authorization"), context.header("Host"));
            handler.handle(context);
        });
    }

    /** Times a handler and turns what it throws into an answer. */
    private Handler open(String route, Handler handler) {
        return context -> {
            long start = System.nanoTime();
            try {
                handler.handle(context);
            } catch (RequestException e) {
                refuse(context, e);
            } catch (InputException e) {
                refuse(context, new RequestException(Why.INVALID, e.getMessage()));
            } catch (EofException e) {
                metrics.rejected(Why.GONE);
            } catch (Exception e) {
                // its message may hold what the client sent, so only its kind and place are told
                notes.accept(
                        "a fault in Octet at " + route + ": " + e.getClass().getName() + " at "
                                + (e.getStackTrace().length == 0 ? "an unknown place" : e.getStackTrace()[0]));
                json(context, 500, error("a fault in Octet; its log says where"));
            }
            metrics.request(route, context.statusCode(), System.nanoTime() - start);
        };
    }

    private void refuse(Context context, RequestException e) throws IOException {
        metrics.rejected(e.why());
        if (context.res().isCommitted()) {
            return;
        }
        if (e.why() == Why.UNAUTHORIZED) {
            context.header("WWW-Authenticate", "Bearer");
        }
        if (e.why() == Why.TOO_LARGE || e.why() == Why.TOO_SLOW) {
            context.header("Connection", "close"); // the rest of the body is not read
        }
        json(context, e.why().status(), error(e.getMessage()));
    }

    private static void json(Context context, int status, String body) {
        context.status(status).contentType(JSON).result(body.getBytes(StandardCharsets.UTF_8));
    }

    private static String error(String message) throws IOException {
        return JsonText.line(JsonNodeFactory.instance.objectNode().put("error", message));
    }

    private void ready(Context context) throws IOException {
        Optional<String> broken = scorer.broken();
        if (broken.isPresent()) {
            json(context, 503, error(broken.get()));
        } else {
            json(context, 200, "{\"status\":\"ready\"}");
        }
    }

    private void metrics(Context context) {
        context.contentType("text/plain; version=0.0.4; charset=utf-8").result(metrics.text());
    }

    private static String mediaType(Context context) {
        String type = context.contentType();
        if (type == null) {
            return "";
        }
        int parameters = type.indexOf(';');
        return (parameters < 0 ? type : type.substring(0, parameters)).strip().toLowerCase(Locale.ROOT);
    }

    private static void requireJson(Context context) {
        if (!mediaType(context).equals(JSON)) {
            throw new RequestException(
                    Why.MEDIA_TYPE, "the content type must be " + JSON + ", found " + found(context));
        }
    }

    private static String found(Context context) {
        String type = mediaType(context);
        return type.isEmpty() ? "none" : "\"" + PlainText.of(type, 60) + "\"";
    }

    private void score(Context context) throws IOException {
        String format = context.queryParam("format");
        if (format != null) {
            scoreAsWritten(context, format);
            return;
        }
        String type = mediaType(context);
        if (NDJSON.contains(type)) {
            stream(context);
            return;
        }
        if (!type.equals(JSON)) {
            throw new RequestException(
                    Why.MEDIA_TYPE,
                    "the content type must be " + JSON + " or " + NDJSON.get(0) + ", found " + found(context));
        }
        RequestBody body = new RequestBody(context.req(), settings.limits());
        byte[] bytes = body.all();
        LoginJson.Body logins = LoginJson.read(bytes, body.length(), scorer.extraFields(), Instant::now);
        List<LiveScorer.Result> results = scorer.score(logins.logins());
        ByteArrayOutputStream out = new ByteArrayOutputStream(512 * results.size());
        try (JsonGenerator json = AnswerJson.generator(out)) {
            if (logins.list()) {
                json.writeStartArray();
                for (LiveScorer.Result result : results) {
                    write(result, json);
                }
                json.writeEndArray();
            } else {
                if (results.get(0).refused() != null) {
                    throw results.get(0).refused();
                }
                write(results.get(0), json);
            }
        }
        context.contentType(JSON).result(out.toByteArray());
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
        RequestBody body = new RequestBody(context.req(), settings.limits());
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
        ByteArrayOutputStream out = new ByteArrayOutputStream(512 * (1 + results.size()));
        try (JsonGenerator json = AnswerJson.generator(out)) {
            json.writeStartArray();
            for (LiveScorer.Result result : results) {
                write(result, json);
            }
            json.writeEndArray();
        }
        context.contentType(JSON).result(out.toByteArray());
    }

    private void write(LiveScorer.Result result, JsonGenerator json) throws IOException {
        if (result.refused() != null) {
            metrics.rejected(result.refused().why());
            json.writeStartObject();
            json.writeStringField("error", result.refused().getMessage());
            json.writeEndObject();
        } else {
            AnswerJson.write(result, json);
        }
    }

    /** A line in, a line out, in order; a line that is wrong is answered with what is wrong, and the next one goes on. */
    private void stream(Context context) throws IOException {
        RequestBody body = new RequestBody(context.req(), settings.limits());
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
        ByteArrayOutputStream lines = new ByteArrayOutputStream(512 * numbers.size());
        try (JsonGenerator json = AnswerJson.generator(lines)) {
            json.setRootValueSeparator(null);
            for (int i = 0; i < numbers.size(); i++) {
                RequestException refused =
                        wrong.get(i) == null ? results.get(next).refused() : wrong.get(i);
                if (refused != null) {
                    metrics.rejected(refused.why());
                    json.writeStartObject();
                    json.writeNumberField("line", numbers.get(i));
                    json.writeStringField("error", refused.getMessage());
                    json.writeEndObject();
                } else {
                    AnswerJson.write(results.get(next), json);
                }
                next += wrong.get(i) == null ? 1 : 0;
                json.writeRaw('\n');
            }
        }
        logins.clear();
        wrong.clear();
        numbers.clear();
        out.write(lines.toByteArray());
        out.flush();
    }

    /** The one field of a small request. */
    private JsonNode small(Context context) throws IOException {
        requireJson(context);
        RequestBody body = new RequestBody(context.req(), settings.limits());
        byte[] bytes = body.all();
        try {
            JsonNode node = MAPPER.readTree(bytes, 0, body.length());
            if (!node.isObject()) {
                throw new RequestException(Why.INVALID, "a JSON object is expected, found " + node.getNodeType());
            }
            return node;
        } catch (JsonProcessingException e) {
            throw LoginJson.malformed(e);
        }
    }

    private static String text(JsonNode node, String name) {
        JsonNode value = node.path(name);
        if (!value.isTextual()) {
            throw new RequestException(
                    Why.INVALID, name + " must be a text, found " + PlainText.of(value.toString(), 60));
        }
        return value.textValue();
    }

    private static void requireOnly(JsonNode node, List<String> names) {
        node.fieldNames().forEachRemaining(name -> {
            if (!names.contains(name)) {
                throw new RequestException(
                        Why.INVALID,
                        "there is no field \"" + PlainText.of(name, 60) + "\"; allowed are "
                                + String.join(", ", names));
            }
        });
    }

    private void feedback(Context context) throws IOException {
        JsonNode node = small(context);
        requireOnly(node, List.of("id", "verdict"));
        String id = text(node, "id");
        Verdicts.Verdict verdict = Verdicts.Verdict.of(PlainText.of(text(node, "verdict"), 60));
        ScoreArchive.Line login = scorer.find(id)
                .orElseThrow(() -> new RequestException(
                        Why.UNKNOWN,
                        "no login with the id \"" + PlainText.of(id, 128)
                                + "\" was scored, or its score is not kept any" + " more"));
        verdicts.append(new Verdicts.Entry(
                login.id(),
                verdict,
                Instant.now(),
                login.timeMicros(),
                login.user(),
                login.score(),
                login.threshold(),
                login.flagged(),
                login.bundle()));
        scorer.judge(login.id(), verdict);
        metrics.verdict(verdict);
        json(
                context,
                200,
                JsonText.line(JsonNodeFactory.instance
                        .objectNode()
                        .put("id", login.id())
                        .put("verdict", verdict.spelled())));
    }

    private void swap(Context context) throws IOException {
        JsonNode node = small(context);
        requireOnly(node, List.of("path"));
        String text = text(node, "path");
        Path models = settings.models().toRealPath();
        Path path;
        try {
            path = models.resolve(text);
        } catch (InvalidPathException e) {
            throw new RequestException(Why.INVALID, "path cannot be used: " + PlainText.of(e.getMessage(), 120));
        }
        // where links lead counts, not where they lie; and nobody learns what exists outside
        if (!path.normalize().startsWith(models)
                || Files.exists(path) && !path.toRealPath().startsWith(models)) {
            throw new RequestException(
                    Why.FORBIDDEN, "path must lie in " + models + ", where models may be taken from (--models)");
        }
        if (!Files.isDirectory(path)) {
            throw new RequestException(Why.UNKNOWN, "there is no bundle at " + PlainText.of(text, 120));
        }
        describe(context, load(path.toRealPath()));
    }

    private Enrichment enrichment(Bundle bundle) throws IOException {
        return settings.addresses().open(bundle.enrichment(), notes);
    }

    /** Verifies a bundle and lets it score from the next login on. */
    private Bundle load(Path path) throws IOException {
        synchronized (swapLock) {
            Bundle bundle = Bundle.load(path);
            scorer.swap(bundle, enrichment(bundle));
            notes.accept("now scoring with " + name(bundle));
            return bundle;
        }
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

    private void describe(Context context, Bundle bundle) throws IOException {
        ScoringModel model = bundle.model();
        LiveScorer.Counts counts = scorer.counts();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (JsonGenerator json = AnswerJson.generator(out)) {
            json.writeStartObject();
            json.writeStringField("name", model.name());
            json.writeStringField("bundle", bundle.id());
            json.writeStringField("detector", model.detector().kind());
            json.writeStringField("scores", model.successfulOnly() ? "successful" : "all");
            json.writeArrayFieldStart("features");
            for (FeatureRequest feature : model.features().requests()) {
                json.writeString(feature.name());
            }
            json.writeEndArray();
            json.writeFieldName("threshold");
            AnswerJson.number(model.threshold().value(), json);
            json.writeStringField("threshold_policy", model.threshold().policy());
            json.writeFieldName("alerts_per_day");
            AnswerJson.number(model.threshold().alerts().perDay(), json);
            json.writeStringField("made", bundle.provenance().path("made").asText());
            json.writeNumberField("history_users", counts.users());
            json.writeNumberField("logins", counts.logins());
            json.writeEndObject();
        }
        context.contentType(JSON).result(out.toByteArray());
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
        if (javalin != null) {
            javalin.stop();
        }
        chores.shutdown();
        try {
            chores.awaitTermination(1, TimeUnit.MINUTES);
            verdicts.close();
            scorer.close();
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
