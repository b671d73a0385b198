package dev.octet.serve.http;

import io.javalin.http.Context;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;

/** A request that Javalin handles. */
final class ServletExchange extends Exchange {
    private final Context context;

    ServletExchange(Context context) {
        this.context = context;
    }

    @Override
    Access.Request sender() {
        return new Access.Request(
                context.method().name(),
                context.req().getRemoteAddr(),
                context.header("X-Forwarded-For"),
                context.header("Host"),
                context.header("Authorization"),
                context.cookie(Sessions.COOKIE),
                context.header(Access.CSRF_HEADER),
                context.header("Origin"));
    }

    @Override
    InputStream body() throws IOException {
        return context.req().getInputStream();
    }

    @Override
    long announced() {
        return context.req().getContentLengthLong();
    }

    @Override
    int status() {
        return context.statusCode();
    }

    @Override
    boolean isCommitted() {
        return context.res().isCommitted();
    }

    @Override
    void header(String name, String value) {
        context.header(name, value);
    }

    /** In one piece, whose length the head says. */
    @Override
    public void answer(int status, byte[] json, int length) {
        context.status(status).contentType(HttpServer.JSON).result(new ByteArrayInputStream(json, 0, length));
        context.res().setContentLength(length);
    }
}
