package dev.octet.serve.http;

import java.io.IOException;
import java.io.InputStream;

/**
 * A request and its answer in JSON, by either way that requests come: Jetty's own, or the servlet that Javalin's routes are behind.
 * One thread at a time.
 */
public abstract class Exchange {
    Exchange() {}

    /** What tells who sends the request. */
    abstract Access.Request sender();

    /** Its body, from the beginning. */
    abstract InputStream body() throws IOException;

    /** Bytes that the body is said to have; -1 where nothing is said. */
    abstract long announced();

    /** The answer's status so far. */
    abstract int status();

    /** Whether the answer's head has been sent, so that no other answer can be given. */
    abstract boolean isCommitted();

    /** Sets a header of the answer. */
    abstract void header(String name, String value);

    /** Answers with bytes that are JSON, from 0 to {@code length}; they must not change any more. */
    public abstract void answer(int status, byte[] json, int length);
}
