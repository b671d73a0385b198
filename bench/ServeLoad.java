import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;

/**
 * Sends logins to octet serve at a given rate and prints how long they took. A request is timed from when it was due, not from
 * when a connection was free for it, so a service that stops for a while is seen to (as wrk2 does; wrk sends the next request when
 * the last one was answered). One thread; runs without a build: {@code java bench/ServeLoad.java}.
 *
 * <pre>java bench/ServeLoad.java PORT LOGINS.ndjson REQUESTS_PER_SECOND SECONDS CONNECTIONS</pre>
 *
 * <p>Prints {@code RESULT requests seconds p50 p99 p99.9 errors}, times in milliseconds, after five seconds that do not count.
 */
final class ServeLoad {
    private static final long WARM_NANOS = 5_000_000_000L;
    private static final long TICK_NANOS = 50_000;
    private static final byte[] HEAD_END = "\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] LENGTH = "content-length:".getBytes(StandardCharsets.US_ASCII);

    private final List<byte[]> requests = new ArrayList<>();
    private final Deque<Connection> idle = new ArrayDeque<>();
    private long[] latencies = new long[1 << 20];
    private int timed;
    private int errors;

    /** One request at a time. */
    private static final class Connection {
        final SocketChannel channel;
        final ByteBuffer in = ByteBuffer.allocate(1 << 18);
        long due;

        Connection(SocketChannel channel) {
            this.channel = channel;
        }

        /** The answer's status once it is here as a whole; 0 before. */
        int status() {
            byte[] bytes = in.array();
            int length = in.position();
            int head = indexOf(HEAD_END, bytes, 0, length);
            if (head < 0) {
                return 0;
            }
            int at = indexOf(LENGTH, bytes, 0, head);
            if (at < 0) {
                throw new IllegalStateException(
                        "an answer without Content-Length: " + new String(bytes, 0, head, StandardCharsets.US_ASCII));
            }
            int body = 0;
            for (int i = at + LENGTH.length; bytes[i] != '\r'; i++) {
                body = bytes[i] == ' ' ? body : 10 * body + bytes[i] - '0';
            }
            return length < head + HEAD_END.length + body
                    ? 0
                    : 100 * (bytes[9] - '0') + 10 * (bytes[10] - '0') + bytes[11] - '0';
        }

        /** Small letters of the text are found in any case. */
        private static int indexOf(byte[] text, byte[] bytes, int from, int to) {
            for (int i = from; i + text.length <= to; i++) {
                int same = 0;
                while (same < text.length
                        && (bytes[i + same] == text[same]
                                || Character.toLowerCase(bytes[i + same]) == text[same])) {
                    same++;
                }
                if (same == text.length) {
                    return i;
                }
            }
            return -1;
        }
    }

    public static void main(String[] arguments) throws IOException {
        if (arguments.length != 5) {
            System.err.println("usage: java ServeLoad.java PORT LOGINS.ndjson REQUESTS_PER_SECOND SECONDS CONNECTIONS");
            System.exit(2);
        }
        new ServeLoad()
                .run(
                        new InetSocketAddress("127.0.0.1", Integer.parseInt(arguments[0])),
                        Path.of(arguments[1]),
                        Integer.parseInt(arguments[2]),
                        Integer.parseInt(arguments[3]),
                        Integer.parseInt(arguments[4]));
    }

    private void run(InetSocketAddress to, Path logins, int rate, int seconds, int connections) throws IOException {
        for (String login : Files.readAllLines(logins)) {
            byte[] body = login.getBytes(StandardCharsets.UTF_8);
            byte[] head = ("POST /v1/score HTTP/1.1\r\nHost: 127.0.0.1:" + to.getPort()
                            + "\r\nContent-Type: application/json\r\nContent-Length: " + body.length + "\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII);
            byte[] request = Arrays.copyOf(head, head.length + body.length);
            System.arraycopy(body, 0, request, head.length, body.length);
            requests.add(request);
        }
        try (Selector selector = Selector.open()) {
            for (int i = 0; i < connections; i++) {
                SocketChannel channel = SocketChannel.open(to);
                channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
                channel.configureBlocking(false);
                Connection connection = new Connection(channel);
                channel.register(selector, SelectionKey.OP_READ, connection);
                idle.add(connection);
            }
            send(selector, rate, seconds);
        }
        Arrays.sort(latencies, 0, timed);
        System.out.printf(
                Locale.ROOT,
                "RESULT %d %d %.3f %.3f %.3f %d%n",
                timed,
                seconds,
                percentile(0.5),
                percentile(0.99),
                percentile(0.999),
                errors);
    }

    private void send(Selector selector, int rate, int seconds) throws IOException {
        long start = System.nanoTime();
        long all = (long) ((WARM_NANOS / 1e9 + seconds) * rate);
        long sent = 0;
        long answered = 0;
        while (answered < all) {
            long now = System.nanoTime() - start;
            while (sent < all && !idle.isEmpty() && due(sent, rate) <= now) {
                Connection connection = idle.remove();
                connection.due = due(sent, rate);
                connection.in.clear();
                ByteBuffer request = ByteBuffer.wrap(requests.get((int) (sent % requests.size())));
                while (request.hasRemaining()) {
                    connection.channel.write(request);
                }
                sent++;
            }
            if (selector.selectNow() == 0) {
                LockSupport.parkNanos(TICK_NANOS);
                continue;
            }
            for (SelectionKey key : selector.selectedKeys()) {
                answered += read((Connection) key.attachment(), start) ? 1 : 0;
            }
            selector.selectedKeys().clear();
        }
    }

    private static long due(long request, int rate) {
        return (long) (request * 1e9 / rate);
    }

    /** Whether the answer is here as a whole. */
    private boolean read(Connection connection, long start) throws IOException {
        if (connection.channel.read(connection.in) < 0) {
            throw new IOException("the service closed a connection");
        }
        int status = connection.status();
        if (status == 0) {
            return false;
        }
        errors += status == 200 ? 0 : 1;
        if (connection.due >= WARM_NANOS) {
            if (timed == latencies.length) {
                latencies = Arrays.copyOf(latencies, 2 * timed);
            }
            latencies[timed++] = System.nanoTime() - start - connection.due;
        }
        idle.add(connection);
        return true;
    }

    private double percentile(double share) {
        return timed == 0 ? Double.NaN : latencies[Math.min(timed - 1, (int) (share * timed))] / 1e6;
    }
}
