package dev.octet.serve.desk;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.octet.bundle.Bundle;
import dev.octet.event.InputException;
import dev.octet.event.Verdicts;
import dev.octet.event.text.JsonText;
import dev.octet.event.text.PlainText;
import dev.octet.serve.alert.AlertForm;
import dev.octet.serve.alert.AlertSource;
import dev.octet.serve.desk.AlertStore.Judgeable;
import dev.octet.serve.http.HttpServer;
import dev.octet.serve.http.RequestException;
import dev.octet.serve.http.RequestException.Why;
import dev.octet.serve.http.Sessions;
import dev.octet.serve.http.Visitor;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.javalin.http.HandlerType;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The desk: its page, and the HTTP interface behind it, which other pages can use as well; {@code openapi.json} describes
 * it. Whoever scores hands logins in with {@link #take}. Thread-safe.
 */
public final class Desk implements AutoCloseable {
    /** Alerts that can be judged at once. */
    static final int MAX_AT_ONCE = 1000;
    /** Characters of a note. */
    static final int LONGEST_NOTE = 2000;

    private static final String POLICY =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
                    + " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none';"
                    + " require-trusted-types-for 'script'; trusted-types 'none'";

    private static final String STYLE = "text/css; charset=utf-8";
    private static final String SCRIPT = "text/javascript; charset=utf-8";
    /** The page's files, with their content types; the report's style is the desk's, too. */
    private static final Map<String, String> FILES = Map.ofEntries(
            Map.entry("report.css", STYLE),
            Map.entry("desk.css", STYLE),
            Map.entry("icon.svg", "image/svg+xml"),
            Map.entry("theme.js", SCRIPT),
            Map.entry("app.js", SCRIPT),
            Map.entry("server.js", SCRIPT),
            Map.entry("elements.js", SCRIPT),
            Map.entry("words.js", SCRIPT),
            Map.entry("queue.js", SCRIPT),
            Map.entry("alert.js", SCRIPT),
            Map.entry("timeline.js", SCRIPT),
            Map.entry("model.js", SCRIPT),
            Map.entry("health.js", SCRIPT));

    private static final String REPORT_STYLE = "/dev/octet/evaluate/report/report.css";

    private final DeskHost host;
    private final AlertStore store;
    private final HttpServer server;
    private final AuditLog audit;
    private final Clock clock;
    private final EventStream stream = new EventStream();
    private final RecentAnswers lists;
    private final TakenPerMinute taken;
    private final Object judging = new Object();
    private final Object models = new Object();

    /**
     * A desk.
     *
     * @param store closed with the desk
     * @param directory where the audit log is kept
     */
    public Desk(DeskHost host, AlertStore store, HttpServer server, Path directory, Clock clock) throws IOException {
        this.host = host;
        this.store = store;
        this.server = server;
        this.clock = clock;
        taken = new TakenPerMinute(clock);
        lists = new RecentAnswers(store::changes, System::nanoTime);
        audit = new AuditLog(directory, clock);
    }

    /** Adds the routes; before the server starts. */
    public void addRoutes() {
        server.open(HandlerType.GET, "/", page(context -> file(context, "index.html", "text/html; charset=utf-8")));
        server.open(HandlerType.GET, "/desk/{file}", page(this::file));
        server.open(HandlerType.POST, "/v1/desk/session", api(this::signIn));
        server.own(HandlerType.GET, "/v1/desk/session", api(this::session));
        server.own(HandlerType.DELETE, "/v1/desk/session", api(this::signOut));
        server.guarded(HandlerType.GET, "/v1/alerts", api(this::list));
        server.guarded(HandlerType.GET, "/v1/alerts/stream", stream::serve);
        server.guarded(HandlerType.GET, "/v1/alerts/{id}", api(this::alert));
        server.guarded(HandlerType.POST, "/v1/verdicts", api(this::judge));
        server.guarded(HandlerType.GET, "/v1/desk/threshold", api(this::thresholds));
        server.guarded(HandlerType.POST, "/v1/desk/threshold", api(this::apply));
        server.guarded(HandlerType.DELETE, "/v1/desk/threshold", api(this::takeBack));
        server.guarded(HandlerType.GET, "/v1/desk/learning", api(context -> HttpServer.json(context, host.learning())));
        server.guarded(HandlerType.POST, "/v1/desk/learning", api(this::learn));
        server.guarded(HandlerType.GET, "/v1/desk/health", api(this::health));
    }

    /** Takes logins that were scored, in the order of their numbers, and tells open desks of alerts. */
    public void take(List<DeskLogin> logins) {
        take(logins, logins.isEmpty() ? 0 : logins.get(logins.size() - 1).number(), 0);
    }

    /**
     * As above, where some were left out.
     *
     * @param last number of the last login, also where that was left out
     * @param leftOut logins without an alert that are not among these
     */
    public void take(List<DeskLogin> logins, long last, long leftOut) {
        if (logins.isEmpty() && leftOut == 0) {
            return;
        }
        List<DeskLogin> alerts = store.take(logins, last, leftOut);
        taken.add(logins.size() + leftOut);
        if (!alerts.isEmpty()) {
            stream.tell(
                    "alert",
                    JsonText.line(JsonNodeFactory.instance
                            .objectNode()
                            .put("number", alerts.get(alerts.size() - 1).number())
                            .put("alerts", alerts.size())));
        }
    }

    private static Handler page(Handler handler) {
        return context -> {
            context.header("Content-Security-Policy", POLICY)
                    .header("X-Content-Type-Options", "nosniff")
                    .header("Referrer-Policy", "no-referrer")
                    .header("Cross-Origin-Opener-Policy", "same-origin")
                    .header("Cross-Origin-Resource-Policy", "same-origin")
                    .header("Cache-Control", "no-cache");
            handler.handle(context);
        };
    }

    private static Handler api(Handler handler) {
        return context -> {
            context.header("Cache-Control", "no-store")
                    .header("X-Content-Type-Options", "nosniff")
                    .header("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
            handler.handle(context);
        };
    }

    private void file(Context context) throws IOException {
        String name = context.pathParam("file");
        String type = FILES.get(name);
        if (type == null) {
            throw new RequestException(Why.UNKNOWN, "the desk has no file of this name");
        }
        file(context, name, type);
    }

    private static void file(Context context, String name, String type) throws IOException {
        try (InputStream in = Desk.class.getResourceAsStream(name.equals("report.css") ? REPORT_STYLE : name)) {
            context.contentType(type).result(in.readAllBytes());
        }
    }

    private void signIn(Context context) throws IOException {
        JsonNode body = server.object(context, List.of("token"));
        String secret = HttpServer.text(body, "token");
        if (!server.needsToken()) {
            throw new RequestException(Why.INVALID, "no token is set, so nobody needs to sign in");
        }
        Sessions.Session session = server.signIn(context, secret);
        audit.add(session.name(), "signed in", JsonNodeFactory.instance.objectNode());
        HttpServer.json(context, session(session.name(), session.judges(), session.csrf()));
    }

    private void session(Context context) {
        Visitor visitor = HttpServer.visitor(context);
        HttpServer.json(
                context,
                session(
                        visitor.name(),
                        visitor.judges(),
                        visitor.session().map(Sessions.Session::csrf).orElse("")));
    }

    private ObjectNode session(String name, boolean judges, String csrf) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("name", name)
                .put("judges", judges)
                .put("csrf", csrf)
                .put("token_needed", server.needsToken());
    }

    private void signOut(Context context) {
        server.signOut(context);
        HttpServer.json(context, JsonNodeFactory.instance.objectNode().put("signed_out", true));
    }

    private void list(Context context) {
        Filter filter = Filter.of(context);
        Optional<AlertStore.Group> group = group(context.queryParam("group"));
        Bundle bundle = host.bundle();
        String question = bundle.id() + "?" + context.queryString();
        HttpServer.json(context, 200, lists.of(question, () -> JsonText.line(list(filter, group, bundle))));
    }

    private static Optional<AlertStore.Group> group(String text) {
        if (text == null) {
            return Optional.empty();
        }
        for (AlertStore.Group each : AlertStore.Group.values()) {
            if (each.key().equals(text)) {
                return Optional.of(each);
            }
        }
        throw new RequestException(
                Why.INVALID, "group must be campaign or technique, found \"" + PlainText.of(text, 60) + "\"");
    }

    private ObjectNode list(Filter filter, Optional<AlertStore.Group> group, Bundle bundle) {
        ObjectNode tree = JsonNodeFactory.instance.objectNode();
        tree.setAll(store.newest());
        double expected = bundle.model().threshold().alerts().perDay();
        if (Double.isFinite(expected)) {
            tree.put("expected_per_day", expected);
        } else {
            tree.putNull("expected_per_day");
        }
        tree.set("counts", store.counts(filter));
        tree.set("choices", store.choices());
        if (group.isEmpty()) {
            tree.set("alerts", store.list(filter));
        } else {
            tree.set(group.get().key() + "s", store.groups(filter, group.get()));
        }
        return tree;
    }

    private void alert(Context context) {
        String id = context.pathParam("id");
        ObjectNode alert = store.alert(id)
                .orElseThrow(() -> new RequestException(
                        Why.UNKNOWN,
                        "there is no alert with the id \"" + PlainText.of(id, 128) + "\", or it is not kept any more"));
        alert.put("sentence", AlertWords.sentence(alert));
        AlertSource source = AlertSource.of(host.bundle());
        ObjectNode copies = alert.putObject("copies");
        copies.put("ocsf", AlertWords.line(alert, AlertForm.OCSF, source, clock));
        copies.put("ecs", AlertWords.line(alert, AlertForm.ECS, source, clock));
        HttpServer.json(context, alert);
    }

    /** One that is judged: its id, and the version of the verdict that whoever judges has seen, 0 where there was none. */
    private record Judged(String id, long version) {}

    private void judge(Context context) throws IOException {
        JsonNode body = server.object(context, List.of("alerts", "verdict", "note"));
        Verdicts.Verdict verdict = Verdicts.Verdict.of(PlainText.of(HttpServer.text(body, "verdict"), 60));
        String note = body.has("note") ? HttpServer.text(body, "note") : "";
        if (note.length() > LONGEST_NOTE) {
            throw new RequestException(
                    Why.INVALID, "note has " + note.length() + " characters; at most " + LONGEST_NOTE + " are allowed");
        }
        List<Judged> judged = judged(body.path("alerts"));
        String by = HttpServer.visitor(context).name();
        ArrayNode answer = JsonNodeFactory.instance.arrayNode();
        synchronized (judging) {
            List<Verdicts.Entry> entries = new ArrayList<>();
            for (Judged each : judged) {
                Judgeable alert = store.judgeable(each.id)
                        .orElseThrow(() -> new RequestException(
                                Why.UNKNOWN,
                                "there is no alert with the id \"" + PlainText.of(each.id, 128)
                                        + "\", or it is not kept any more; nothing was changed"));
                if (alert.version() != each.version) {
                    throw conflict(each, alert);
                }
                entries.add(
                        alert.withoutVerdict().said(verdict, clock.instant().truncatedTo(ChronoUnit.MILLIS), by, note));
            }
            keep(entries);
            for (Verdicts.Entry entry : entries) {
                answer.addObject()
                        .put("id", entry.id())
                        .put("verdict", verdict.isShown() ? verdict.spelled() : null)
                        .put(
                                "version",
                                store.judgeable(entry.id())
                                        .map(Judgeable::version)
                                        .orElse(0L));
            }
        }
        HttpServer.json(context, JsonNodeFactory.instance.objectNode().set("judged", answer));
    }

    private RequestException conflict(Judged each, Judgeable alert) {
        JsonNode latest = store.verdicts(each.id).path(0);
        return new RequestException(
                Why.CONFLICT,
                "somebody else has judged " + PlainText.of(each.id, 128) + " meanwhile: "
                        + latest.path("by").asText("nobody")
                        + " said " + latest.path("verdict").asText("nothing") + " (version " + alert.version()
                        + ", yours is " + each.version + "); nothing was changed. Look at it again");
    }

    private static List<Judged> judged(JsonNode alerts) {
        if (!alerts.isArray() || alerts.isEmpty() || alerts.size() > MAX_AT_ONCE) {
            throw new RequestException(
                    Why.INVALID, "alerts must be a list of 1 to " + MAX_AT_ONCE + " objects with id and version");
        }
        List<Judged> judged = new ArrayList<>();
        Set<String> ids = new LinkedHashSet<>();
        for (JsonNode each : alerts) {
            String id = HttpServer.text(each, "id");
            JsonNode version = each.path("version");
            if (!version.isIntegralNumber()) {
                throw new RequestException(
                        Why.INVALID,
                        "version must be the number that the alert came with, 0 where nobody has judged it, found "
                                + PlainText.of(version.toString(), 60));
            }
            if (!ids.add(id)) {
                throw new RequestException(Why.INVALID, "the alert " + PlainText.of(id, 128) + " is there twice");
            }
            judged.add(new Judged(id, version.longValue()));
        }
        return judged;
    }

    /**
     * Keeps what somebody said elsewhere than at the desk, e.g. {@code POST /v1/feedback}, and tells open desks.
     *
     * @param entries with who said so
     */
    public void keep(List<Verdicts.Entry> entries) throws IOException {
        synchronized (judging) {
            host.judge(entries);
            store.judged(entries);
            for (Verdicts.Entry entry : entries) {
                audit.add(
                        entry.by(),
                        "judged",
                        JsonNodeFactory.instance
                                .objectNode()
                                .put("id", entry.id())
                                .put("verdict", entry.verdict().spelled()));
            }
        }
        ObjectNode told = JsonNodeFactory.instance.objectNode();
        told.put("by", entries.get(0).by());
        ArrayNode ids = told.putArray("ids");
        entries.stream().limit(50).forEach(entry -> ids.add(entry.id()));
        stream.tell("verdict", JsonText.line(told));
    }

    private void thresholds(Context context) throws IOException {
        HttpServer.json(context, host.thresholds().put("can_take_back", host.canTakeBack()));
    }

    private void apply(Context context) throws IOException {
        JsonNode body = server.object(context, List.of("threshold", "bundle"));
        JsonNode threshold = body.path("threshold");
        if (!threshold.isNumber() || !Double.isFinite(threshold.doubleValue())) {
            throw new RequestException(
                    Why.INVALID, "threshold must be a finite number, found " + PlainText.of(threshold.toString(), 60));
        }
        changed(context, body, "applied a threshold", () -> host.apply(threshold.doubleValue()));
    }

    private void learn(Context context) throws IOException {
        JsonNode body = server.object(context, List.of("bundle"));
        changed(context, body, "applied what was learnt", host::learn);
    }

    private void takeBack(Context context) throws IOException {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        Optional.ofNullable(context.queryParam("bundle")).ifPresent(id -> body.put("bundle", id));
        changed(context, body, "took a model back", host::takeBack);
    }

    /** Makes a bundle, and gives it the place of the present one. */
    private interface Change {
        Bundle make() throws IOException;
    }

    private void changed(Context context, JsonNode body, String what, Change change) throws IOException {
        String expected = HttpServer.text(body, "bundle");
        synchronized (models) {
            Bundle before = host.bundle();
            if (!before.id().equals(expected)) {
                throw new RequestException(
                        Why.CONFLICT,
                        "somebody else has changed the model meanwhile: it is " + before.id() + " now, yours is "
                                + PlainText.of(expected, 60) + "; nothing was changed. Look at it again");
            }
            Bundle next;
            try {
                next = change.make();
            } catch (IOException e) {
                throw new InputException(
                        "the new bundle could not be written beside " + before.directory() + ": " + e.getMessage()
                                + "; make room, or give the service the right to write there. The model is as it was",
                        e);
            }
            ObjectNode details = JsonNodeFactory.instance.objectNode();
            details.put("from", before.id());
            details.put("to", next.id());
            details.put("threshold", next.model().threshold().value());
            details.put("directory", next.directory().getFileName().toString());
            audit.add(HttpServer.visitor(context).name(), what, details);
            stream.tell("model", JsonText.line(details));
            HttpServer.json(context, details);
        }
    }

    private void health(Context context) {
        List<HealthFact> facts =
                new ArrayList<>(new DeskHealth(store, host.bundle(), taken, host.isLive(), clock).facts());
        facts.addAll(host.health());
        ObjectNode tree = JsonNodeFactory.instance.objectNode();
        tree.put("ok", facts.stream().allMatch(HealthFact::ok));
        tree.put("at", Instant.now(clock).toString());
        tree.put("desks", stream.open());
        tree.put("model", host.bundle().model().name());
        tree.put("bundle", host.bundle().id());
        ArrayNode list = tree.putArray("facts");
        for (HealthFact fact : facts) {
            list.addObject()
                    .put("key", fact.key())
                    .put("title", fact.title())
                    .put("value", fact.value())
                    .put("ok", fact.ok())
                    .put("text", fact.text());
        }
        HttpServer.json(context, tree);
    }

    /** Deletes what is too much or too old; to be called now and then. */
    public void tidy() {
        store.tidy();
    }

    /** Ends the streams of open desks, so that the server can stop. */
    public void stopStreams() {
        stream.close();
    }

    @Override
    public void close() throws IOException {
        stopStreams();
        try {
            store.close();
        } finally {
            audit.close();
        }
    }
}
