package dev.octet.event;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.PriorityQueue;

/**
 * Several logs, each in the order of time, as one. Of logins of one moment those of the earlier log come first. A log is
 * opened when its first login is due, so that thousands of files that follow each other are open one at a time. Rows keep
 * their numbers. Not thread-safe.
 */
public final class Merge implements LoginReader {
    /** Opens a log when it is due. */
    @FunctionalInterface
    public interface Opening {
        LoginReader open() throws IOException;
    }

    /**
     * A log that is to be merged.
     *
     * @param firstMicros time of its first login, or any earlier one
     */
    public record Due(long firstMicros, Opening log) {}

    private record Head(Labelled<LoginEvent> login, int order, LoginReader log) implements Comparable<Head> {
        @Override
        public int compareTo(Head other) {
            int byTime =
                    Long.compare(login.row().timeMicros(), other.login.row().timeMicros());
            return byTime != 0 ? byTime : Integer.compare(order, other.order);
        }
    }

    private record Waiting(Due due, int order) {}

    private final Deque<Waiting> waiting;
    private final PriorityQueue<Head> heads = new PriorityQueue<>();
    private final int count;
    private int opened;

    private Merge(Deque<Waiting> waiting) {
        this.waiting = waiting;
        count = waiting.size();
    }

    Merge(List<LoginReader> logs) {
        this(queue(logs.stream().map(log -> new Due(Long.MIN_VALUE, () -> log)).toList()));
    }

    public static Merge of(List<Due> logs) {
        return new Merge(queue(logs));
    }

    private static Deque<Waiting> queue(List<Due> logs) {
        List<Waiting> inOrder = new ArrayList<>();
        for (int i = 0; i < logs.size(); i++) {
            inOrder.add(new Waiting(logs.get(i), i));
        }
        Collections.sort(inOrder, (a, b) -> Long.compare(a.due.firstMicros, b.due.firstMicros));
        return new ArrayDeque<>(inOrder);
    }

    @Override
    public Labelled<LoginEvent> next() throws IOException {
        while (!waiting.isEmpty()
                && (heads.isEmpty()
                        || waiting.peek().due.firstMicros
                                <= heads.peek().login.row().timeMicros())) {
            Waiting next = waiting.remove();
            opened++;
            advance(next.due.log.open(), next.order);
        }
        Head head = heads.poll();
        if (head == null) {
            return null;
        }
        Labelled<LoginEvent> login = head.login;
        advance(head.log, head.order);
        return login;
    }

    private void advance(LoginReader log, int order) throws IOException {
        Labelled<LoginEvent> login = log.next();
        if (login == null) {
            log.close();
        } else {
            heads.add(new Head(login, order, log));
        }
    }

    /** By files, whatever their sizes. */
    @Override
    public double share() {
        double sum = opened - heads.size();
        for (Head head : heads) {
            double share = head.log.share();
            sum += Double.isNaN(share) ? 0 : share;
        }
        return count == 0 ? Double.NaN : sum / count;
    }

    @Override
    public void close() throws IOException {
        IOException failed = null;
        for (Head head : heads) {
            try {
                head.log.close();
            } catch (IOException e) {
                failed = e;
            }
        }
        heads.clear();
        waiting.clear();
        if (failed != null) {
            throw failed;
        }
    }
}
