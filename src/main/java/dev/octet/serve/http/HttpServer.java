package dev.octet.serve.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.octet.event.InputException;
import dev.octet.event.text.JsonText;
import dev.octet.event.text.PlainText;
import dev.octet.serve.http.RequestException.Why;
import io.javalin.Javalin;
import io.javalin.compression.CompressionStrategy;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.javalin.http.HandlerType;
import io.javalin.util.JavalinBindException;
import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/**
 * An HTTP server whose routes are added before it starts: it checks who asks, turns what a handler throws into an answer, and
 * bounds what a client may do. Thread-safe once it has started.
 */
public final class HttpServer implements AutoCloseable {
    /** The content type of JSON. */
    public static final String JSON = "application/json";

    private static final int THREADS = 200;
    /** As Jetty does: half as many as there are cores. */
    private static final int SELECTORS = -1;
    /** Bytes that are read at a time: a batch of 100 logins has 28 KiB. */
    private static final int INPUT = 1 << 15;

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

    private final String host;
    private final int port;
    private final Limits limits;
    private final Access access;
    private final Listener listener;
    private final List<Route> routes = new ArrayList<>();
    private final Map<String, DirectHandler.Route> direct = new HashMap<>();
    private Javalin javalin;

    /** Told what happens. Called by many threads. */
    public interface Listener {
        /** A request was answered. */
        void request(String route, int status, long nanos);

        /** A request was refused. */
        void rejected(Why why);

        /** Something is wrong with Octet; the text names nobody. */
        void fault(String text);
    }

    /** Answers requests with a body of JSON. */
    @FunctionalInterface
    public interface JsonHandler {
        /**
         * Answers a request.
         *
         * @param mayWait whether it may wait for other threads
         * @return whether it has answered; if not, it would have had to wait, and nothing has been done
         */
        boolean answer(Exchange exchange, boolean mayWait) throws Exception;
    }

    private record Route(HandlerType method, String path, Handler handler) {}

    public HttpServer(String host, int port, Limits limits, Access access, Listener listener) {
        this.host = host;
        this.port = port;
        this.limits = limits;
        this.access = access;
        this.listener = listener;
    }

    /** Adds a route that nobody needs a token for. */
    public void open(HandlerType method, String path, Handler handler) {
        routes.add(new Route(method, path, timed(path, handler)));
    }

    /** Adds a route for whoever may read, or judge where the method changes something. */
    public void guarded(HandlerType method, String path, Handler handler) {
        open(method, path, context -> {
            context.attribute(Visitor.ATTRIBUTE, access.check(exchange(context).sender(), true));
            handler.handle(context);
        });
    }

    /**
     * Adds a POST route for visitors who may judge. Where the body is JSON and nothing but the path is in the address, no
     * servlet is in between.
     *
     * @param json answers such requests
     * @param others answers all others
     */
    public void direct(String path, JsonHandler json, Handler others) {
        guarded(HandlerType.POST, path, others);
        direct.put(
                path,
                (exchange, mayWait) -> answer(path, exchange, () -> {
                    access.check(exchange.sender(), true);
                    return json.answer(exchange, mayWait);
                }));
    }

    /** A request of Javalin's as what a {@link JsonHandler} takes. */
    public static Exchange exchange(Context context) {
        return new ServletExchange(context);
    }

    /** Adds a route that changes nothing but the visitor's own session, so that whoever may read may use it. */
    public void own(HandlerType method, String path, Handler handler) {
        open(method, path, context -> {
            context.attribute(Visitor.ATTRIBUTE, access.check(exchange(context).sender(), false));
            handler.handle(context);
        });
    }

    /** Who sent the request of a guarded route. */
    public static Visitor visitor(Context context) {
        return context.attribute(Visitor.ATTRIBUTE);
    }

    /** Whether visitors must show a token. */
    public boolean needsToken() {
        return access.needsToken();
    }

    /** Begins a session of a browser, whose cookie the answer sets. */
    public Sessions.Session signIn(Context context, String secret) {
        Sessions.Session session = access.signIn(exchange(context).sender(), secret);
        context.header("Set-Cookie", cookie(context, session.id(), Sessions.LONGEST.toSeconds()));
        return session;
    }

    /** Ends the session that a request came with. */
    public void signOut(Context context) {
        visitor(context).session().ifPresent(session -> access.signOut(session.id()));
        context.header("Set-Cookie", cookie(context, "", 0));
    }

    private static String cookie(Context context, String value, long seconds) {
        boolean encrypted = "https".equalsIgnoreCase(context.header("X-Forwarded-Proto"));
        return Sessions.COOKIE + "=" + value + "; Path=/; HttpOnly; SameSite=Strict; Max-Age=" + seconds
                + (encrypted ? "; Secure" : "");
    }

    /**
     * Listens.
     *
     * @throws InputException if the address cannot be used
     */
    public void start() {
        javalin = Javalin.create(this::configure);
        try {
            javalin.start();
        } catch (RuntimeException e) {
            javalin.stop();
            if (e.getCause() instanceof IOException || e instanceof JavalinBindException) {
                throw new InputException(
                        "cannot listen at " + host + ":" + port + ": "
                                + (e.getCause() == null ? e : e.getCause()).getMessage() + "; choose another --port",
                        e);
            }
            throw e;
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
        config.jetty.modifyServer(server -> {
            server.setStopTimeout(5000);
            if (!direct.isEmpty()) {
                server.setHandler(new DirectHandler(direct)); // Javalin puts its own behind it
            }
        });
        for (Route route : routes) {
            config.routes.addHttpHandler(route.method, route.path, route.handler);
        }
        config.routes.error(404, context -> none(context, "there is nothing at this path; see /openapi.json"));
        config.routes.error(405, context -> none(context, "this path takes another method; see /openapi.json"));
    }

    private ServerConnector connector(Server server, HttpConfiguration http) {
        http.setSendServerVersion(false);
        http.setSendDateHeader(false);
        HttpConnectionFactory connections = new HttpConnectionFactory(http);
        connections.setInputBufferSize(INPUT);
        ServerConnector connector = new ServerConnector(server, 1, SELECTORS, connections) {
            @Override
            protected SocketChannelEndPoint newEndPoint(
                    SocketChannel channel, ManagedSelector selector, SelectionKey key) {
                TurnEndPoint connection = new TurnEndPoint(channel, selector, key, getScheduler());
                connection.setIdleTimeout(getIdleTimeout());
                return connection;
            }
        };
        connector.setHost(host);
        connector.setPort(port);
        connector.setShutdownIdleTimeout(100); // for connections that wait for nothing
        connector.setIdleTimeout(limits.idle().toMillis());
        connector.addBean(new NetworkConnectionLimit(limits.connections(), connector));
        return connector;
    }

    /** Where it listens. */
    public int port() {
        return javalin.port();
    }

    /** Its address for people: {@code http://127.0.0.1:8080}. */
    public String address() {
        return "http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port();
    }

    /** The routes, as {@code METHOD path}. */
    public List<String> routes() {
        return routes.stream()
                .map(route -> route.method.name() + " " + route.path)
                .toList();
    }

    private static void none(Context context, String message) {
        if (context.resultInputStream() == null || !JSON.equals(context.res().getContentType())) {
            json(context, context.statusCode(), error(message));
        }
    }

    private Handler timed(String route, Handler handler) {
        return context -> answer(route, exchange(context), () -> {
            handler.handle(context);
            return true;
        });
    }

    private interface Answering {
        /** Whether there is an answer. */
        boolean isDone() throws Exception;
    }

    /** Times what answers a request and turns what it throws into an answer; whether there is one. */
    private boolean answer(String route, Exchange exchange, Answering answering) {
        long start = System.nanoTime();
        try {
            if (!answering.isDone()) {
                return false;
            }
        } catch (RequestException e) {
            refuse(exchange, e);
        } catch (InputException e) {
            refuse(exchange, new RequestException(Why.INVALID, e.getMessage()));
        } catch (EofException e) {
            listener.rejected(Why.GONE);
        } catch (Exception e) {
            // its message may hold what the client sent, so only its kind and place are logged
            listener.fault("a fault in Octet at " + route + ": " + e.getClass().getName() + " at "
                    + (e.getStackTrace().length == 0 ? "an unknown place" : e.getStackTrace()[0]));
            error(exchange, 500, "a fault in Octet; its log says where");
        }
        listener.request(route, exchange.status(), System.nanoTime() - start);
        return true;
    }

    private void refuse(Exchange exchange, RequestException e) {
        listener.rejected(e.why());
        if (exchange.isCommitted()) {
            return;
        }
        if (e.why() == Why.UNAUTHORIZED) {
            exchange.header("WWW-Authenticate", "Bearer");
        }
        if (e.why() == Why.TOO_LARGE || e.why() == Why.TOO_SLOW) {
            exchange.header("Connection", "close"); // the rest of the body is not read
        }
        error(exchange, e.why().status(), e.getMessage());
    }

    /** Answers with JSON that is text already. */
    public static void json(Context context, int status, String body) {
        context.status(status).contentType(JSON).result(body.getBytes(StandardCharsets.UTF_8));
    }

    /** Answers with a tree. */
    public static void json(Context context, JsonNode tree) {
        json(context, 200, JsonText.line(tree));
    }

    private static void error(Exchange exchange, int status, String message) {
        byte[] json = error(message).getBytes(StandardCharsets.UTF_8);
        exchange.answer(status, json, json.length);
    }

    private static String error(String message) {
        return JsonText.line(JsonNodeFactory.instance.objectNode().put("error", message));
    }

    /** The content type of a request without its parameters, in small letters; empty where there is none. */
    public static String mediaType(Context context) {
        return mediaType(context.contentType());
    }

    /** As above, of the header's value, or null. */
    static String mediaType(String type) {
        if (type == null) {
            return "";
        }
        int parameters = type.indexOf(';');
        return (parameters < 0 ? type : type.substring(0, parameters)).strip().toLowerCase(Locale.ROOT);
    }

    /** The content type for a message. */
    public static String foundType(Context context) {
        String type = mediaType(context);
        return type.isEmpty() ? "none" : "\"" + PlainText.of(type, 60) + "\"";
    }

    /**
     * A request that is a small JSON object.
     *
     * @param allowed the fields that it may have
     */
    public JsonNode object(Context context, List<String> allowed) throws IOException {
        if (!mediaType(context).equals(JSON)) {
            throw new RequestException(
                    Why.MEDIA_TYPE, "the content type must be " + JSON + ", found " + foundType(context));
        }
        RequestBody body = new RequestBody(exchange(context), limits);
        byte[] bytes = body.all();
        JsonNode node;
        try {
            node = MAPPER.readTree(bytes, 0, body.length());
        } catch (JsonProcessingException e) {
            throw RequestException.malformed(e);
        }
        if (!node.isObject()) {
            throw new RequestException(Why.INVALID, "a JSON object is expected, found " + node.getNodeType());
        }
        node.fieldNames().forEachRemaining(name -> {
            if (!allowed.contains(name)) {
                throw new RequestException(
                        Why.INVALID,
                        "there is no field \"" + PlainText.of(name, 60) + "\"; allowed are "
                                + String.join(", ", allowed));
            }
        });
        return node;
    }

    /** A field of a request that must be a text. */
    public static String text(JsonNode node, String name) {
        JsonNode value = node.path(name);
        if (!value.isTextual()) {
            throw new RequestException(
                    Why.INVALID, name + " must be a text, found " + PlainText.of(value.toString(), 60));
        }
        return value.textValue();
    }

    /** Answers what was asked and stops. */
    @Override
    public void close() {
        if (javalin != null) {
            javalin.stop();
        }
    }
}
