package dev.octet.serve.http;

import dev.octet.serve.http.RequestException.Why;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.concurrent.TimeoutException;

/** The body of one request, which must not be too long and must not take too long. Not thread-safe. */
public final class RequestBody {
    /** Room for a body whose length is not announced. */
    private static final int FIRST = 1 << 13;
    /** Room at first for one that is: who announces more has to send it before there is more. */
    private static final int LARGEST_FIRST = 1 << 16;

    /** Times the longest body that are read of one that is too large. */
    private static final long PASSED_OVER = 4;

    private final InputStream in;
    private final long announced;
    private final Limits limits;
    private final long start = System.nanoTime();
    private byte[] bytes;
    private long received;
    private int to;
    private int from;
    private int lineEnd;
    private int nextStart;

    /** The body of a request, from its start. */
    public RequestBody(Exchange exchange, Limits limits) throws IOException {
        in = exchange.body();
        announced = exchange.announced();
        bytes = new byte
                [announced < 0 ? FIRST : (int) Math.min(announced + 1, LARGEST_FIRST)]; // one more shows the end
        this.limits = limits;
    }

    /** All of it; {@link #length()} bytes of what is returned. */
    public byte[] all() {
        if (announced > limits.bodyBytes()) {
            throw tooLarge();
        }
        while (fill()) {
            if (to > limits.bodyBytes()) {
                throw tooLarge();
            }
        }
        return bytes;
    }

    /** Bytes that {@link #all} has read. */
    public int length() {
        return to;
    }

    /** Reads on for a while, so that who is still sending gets the answer and not a closed connection. */
    private RequestException tooLarge() {
        do {
            to = 0;
        } while (received < PASSED_OVER * limits.bodyBytes() && fill());
        return new RequestException(
                Why.TOO_LARGE,
                "the body is larger than " + limits.bodyBytes()
                        + " bytes; send the logins in several requests, or as a stream of NDJSON");
    }

    /**
     * Goes on to the next line; false after the last one. Its bytes, without the line end, are {@link #lineStart()} to
     * {@link #lineEnd()} of {@link #line()}.
     */
    public boolean nextLine() {
        from = nextStart;
        int searched = from;
        while (true) {
            for (int i = searched; i < to; i++) {
                if (bytes[i] == '\n') {
                    lineEnd = i;
                    nextStart = i + 1;
                    requireShort(i - from);
                    return true;
                }
            }
            requireShort(to - from);
            searched = to - from;
            System.arraycopy(bytes, from, bytes, 0, to - from);
            to -= from;
            from = 0;
            nextStart = 0;
            lineEnd = 0;
            if (!fill()) {
                lineEnd = to;
                nextStart = to;
                return to > 0;
            }
        }
    }

    private void requireShort(int line) {
        if (line > limits.lineBytes()) {
            throw new RequestException(
                    Why.TOO_LARGE, "a line is longer than " + limits.lineBytes() + " bytes; a line is one login");
        }
    }

    /** Holds the line, among other bytes. */
    public byte[] line() {
        return bytes;
    }

    /** Where the line begins in {@link #line()}. */
    public int lineStart() {
        return from;
    }

    /** Where the line ends in {@link #line()}. */
    public int lineEnd() {
        return lineEnd;
    }

    /** Whether another line can be read without waiting. */
    public boolean ready() {
        for (int i = nextStart; i < to; i++) {
            if (bytes[i] == '\n') {
                return true;
            }
        }
        return false;
    }

    private boolean fill() {
        if (to == bytes.length) {
            bytes = Arrays.copyOf(bytes, 2 * bytes.length);
        }
        int count;
        try {
            count = in.read(bytes, to, bytes.length - to);
        } catch (IOException e) {
            for (Throwable cause = e; cause != null; cause = cause.getCause()) {
                if (cause instanceof TimeoutException) {
                    throw new RequestException(
                            Why.TOO_SLOW, "nothing came for " + limits.idle().toSeconds() + " s");
                }
            }
            throw new RequestException(Why.MALFORMED, "the body ended early");
        }
        if (count < 0) {
            return false;
        }
        to += count;
        received += count;
        double seconds = (System.nanoTime() - start) / 1e9 - limits.grace().toMillis() / 1e3;
        if (seconds > 0 && received < seconds * limits.bytesPerSecond()) {
            throw new RequestException(
                    Why.TOO_SLOW,
                    "the body comes too slowly: " + received + " bytes in "
                            + Math.round(seconds + limits.grace().toMillis() / 1e3) + " s");
        }
        return true;
    }
}
