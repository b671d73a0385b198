package dev.octet.serve.http;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpCookie;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.PreEncodedHttpField;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** A request as Jetty hands it out. Nothing of the answer is sent before {@link #send}. */
final class DirectExchange extends Exchange {
    private static final HttpField TYPE = new PreEncodedHttpField(HttpHeader.CONTENT_TYPE, HttpServer.JSON);

    private final Request request;
    private final Response response;
    private final long announced;
    /** What has come of the body. */
    private byte[] begun = {};

    private boolean isComplete;
    private int status;
    private byte[] json = {};
    private int length;

    DirectExchange(Request request, Response response) {
        this.request = request;
        this.response = response;
        announced = request.getLength();
    }

    /** Reads the body as far as it has come, and waits for nothing; whether that was all of it. */
    boolean readsAll(int longest) {
        if (announced < 0 || announced > longest) {
            return false;
        }
        ByteBuffer room = ByteBuffer.allocate((int) announced);
        while (!isComplete) {
            Content.Chunk chunk = request.read();
            if (chunk == null || Content.Chunk.isFailure(chunk)) {
                break; // the rest, or the failure, comes when the body is read
            }
            room.put(chunk.getByteBuffer());
            isComplete = chunk.isLast();
            chunk.release();
        }
        begun = room.position() == room.capacity() ? room.array() : copy(room.flip());
        return isComplete;
    }

    private static byte[] copy(ByteBuffer from) {
        byte[] bytes = new byte[from.remaining()];
        from.get(bytes);
        return bytes;
    }

    @Override
    Access.Request sender() {
        HttpFields headers = request.getHeaders();
        return new Access.Request(
                request.getMethod(),
                Request.getRemoteAddr(request),
                headers.get("X-Forwarded-For"),
                headers.get(HttpHeader.HOST),
                headers.get(HttpHeader.AUTHORIZATION),
                headers.contains(HttpHeader.COOKIE) ? cookie() : null,
                headers.get(Access.CSRF_HEADER),
                headers.get(HttpHeader.ORIGIN));
    }

    private String cookie() {
        for (HttpCookie cookie : Request.getCookies(request)) {
            if (cookie.getName().equals(Sessions.COOKIE)) {
                return cookie.getValue();
            }
        }
        return null;
    }

    @Override
    InputStream body() {
        InputStream first = new ByteArrayInputStream(begun);
        return isComplete ? first : new SequenceInputStream(first, Content.Source.asInputStream(request));
    }

    @Override
    long announced() {
        return announced;
    }

    @Override
    int status() {
        return status;
    }

    @Override
    boolean isCommitted() {
        return false;
    }

    @Override
    void header(String name, String value) {
        response.getHeaders().put(name, value);
    }

    @Override
    public void answer(int status, byte[] json, int length) {
        this.status = status;
        this.json = json;
        this.length = length;
    }

    /** Sends the answer; where the rest of the body has not come, the connection ends with it. */
    void send(Callback sent) {
        response.setStatus(status);
        HttpFields.Mutable headers = response.getHeaders();
        headers.put(TYPE);
        headers.put(HttpHeader.CONTENT_LENGTH, length);
        if (!isComplete && !request.consumeAvailable()) {
            headers.put(HttpHeader.CONNECTION, "close");
        }
        response.write(true, ByteBuffer.wrap(json, 0, length), sent);
    }
}
