package dev.octet.serve.desk;

import dev.octet.serve.http.RequestException;
import dev.octet.serve.http.RequestException.Why;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Tells open desks that something has changed, as server-sent events; what changed they ask for themselves. Each desk has a
 * bounded queue and the thread of its own request, so a slow one holds up nobody; where its queue overflows it is told to load
 * everything again. Thread-safe.
 */
final class EventStream {
    static final int MAX = 64;
    private static final int WAITING = 256;
    /** A comment goes out this often, so that no connection counts as idle. */
    private static final long BEAT_SECONDS = 4;
    /** Then a desk connects again, and is checked again. */
    private static final Duration LONGEST = Duration.ofMinutes(10);

    private static final byte[] END = {};
    private static final byte[] BEAT = ": still here\n\n".getBytes(StandardCharsets.UTF_8);
    private static final byte[] RELOAD = "event: reload\ndata: {}\n\n".getBytes(StandardCharsets.UTF_8);
    private static final byte[] RETRY = "retry: 1000\n\n".getBytes(StandardCharsets.UTF_8);

    private final Set<BlockingQueue<byte[]>> desks = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    /** Tells all desks. */
    void tell(String event, String json) {
        if (desks.isEmpty()) {
            return;
        }
        byte[] text = ("event: " + event + "\ndata: " + json + "\n\n").getBytes(StandardCharsets.UTF_8);
        for (BlockingQueue<byte[]> desk : desks) {
            if (!desk.offer(text)) {
                desk.clear();
                desk.offer(RELOAD);
            }
        }
    }

    /** Desks that are open. */
    int open() {
        return desks.size();
    }

    /** Answers a desk until it goes away or this is closed. */
    void serve(Context context) throws IOException, InterruptedException {
        if (desks.size() >= MAX) {
            throw new RequestException(Why.UNAVAILABLE, MAX + " desks are open already; close one");
        }
        BlockingQueue<byte[]> queue = new ArrayBlockingQueue<>(WAITING);
        desks.add(queue);
        try {
            context.contentType("text/event-stream")
                    .header("Cache-Control", "no-store")
                    .header("X-Accel-Buffering", "no");
            OutputStream out = context.res().getOutputStream(); // Javalin's own may hold bytes back
            long until = System.nanoTime() + LONGEST.toNanos();
            byte[] next = RETRY;
            while (!closed && System.nanoTime() < until) {
                if (next == END) {
                    return;
                }
                out.write(next == null ? BEAT : next);
                out.flush();
                next = queue.poll(BEAT_SECONDS, TimeUnit.SECONDS);
            }
        } finally {
            desks.remove(queue);
        }
    }

    /** Ends all streams. */
    void close() {
        closed = true;
        for (BlockingQueue<byte[]> desk : desks) {
            desk.clear();
            desk.offer(END);
        }
    }
}
