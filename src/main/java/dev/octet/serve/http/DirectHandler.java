package dev.octet.serve.http;

import java.util.Map;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Answers requests to a few paths without Javalin and its servlet, and where nothing has to be waited for, on the thread that reads
 * all connections: a change of threads takes as long as scoring a login. What may wait, and every other request, goes to a thread of
 * the pool. Thread-safe.
 */
final class DirectHandler extends Handler.Wrapper {
    /** A longer body takes so long to answer that other connections would wait for it. */
    static final int LONGEST_AT_ONCE = 1 << 12;

    private final Map<String, Route> routes;

    /** What answers requests to a path. */
    @FunctionalInterface
    interface Route {
        /**
         * @param mayWait whether it may wait for other threads, or for the rest of the body
         * @return whether it has answered; if not, it would have had to wait, and nothing has been done
         */
        boolean answer(DirectExchange exchange, boolean mayWait);
    }

    /** @param routes by path, for the method POST and bodies of JSON */
    DirectHandler(Map<String, Route> routes) {
        this.routes = Map.copyOf(routes);
    }

    /** So that Jetty calls {@link #handle} on the thread that reads the connections. */
    @Override
    public InvocationType getInvocationType() {
        return InvocationType.NON_BLOCKING;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        Route route = route(request);
        if (route == null) {
            later(request, response, callback, () -> {
                if (!super.handle(request, response, callback)) {
                    Response.writeError(request, response, callback, 404);
                }
            });
            return true;
        }
        DirectExchange exchange = new DirectExchange(request, response);
        if (exchange.readsAll(LONGEST_AT_ONCE) && route.answer(exchange, false)) {
            if (request.getConnectionMetaData().getConnection().getEndPoint() instanceof TurnEndPoint connection) {
                connection.endTurn();
            }
            exchange.send(callback);
        } else {
            later(request, response, callback, () -> {
                route.answer(exchange, true);
                exchange.send(callback);
            });
        }
        return true;
    }

    private Route route(Request request) {
        if (!"POST".equals(request.getMethod()) || request.getHttpURI().getQuery() != null) {
            return null;
        }
        Route route = routes.get(request.getHttpURI().getPath());
        HttpFields headers = request.getHeaders();
        return route != null
                        && HttpServer.mediaType(headers.get(HttpHeader.CONTENT_TYPE))
                                .equals(HttpServer.JSON)
                ? route
                : null;
    }

    private interface Work {
        void run() throws Exception;
    }

    /** On a thread of the pool. */
    private void later(Request request, Response response, Callback callback, Work work) {
        getServer().getThreadPool().execute(() -> {
            try {
                work.run();
            } catch (Throwable e) { // as on Jetty's own threads: else the request would stay open
                Response.writeError(request, response, callback, e);
            }
        });
    }
}
