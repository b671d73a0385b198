package dev.octet.serve.desk;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Answers of the last moment, so that desks which ask the same, as all do when an alert comes, are answered with one reading
 * of the database. An answer holds until an alert or a verdict comes, and for {@link #HOLDS} at most. Thread-safe.
 */
final class RecentAnswers {
    private static final int MAX_KEPT = 64;
    /** What else an answer tells, such as the time of the newest login, may be as old as this. */
    static final Duration HOLDS = Duration.ofSeconds(2);

    private record Kept(String answer, long changes, long nanos) {}

    private final LongSupplier changes;
    private final LongSupplier nanoTime;
    private final Map<String, Kept> kept = new LinkedHashMap<>();

    /**
     * Keeps nothing yet.
     *
     * @param changes a number that differs once alerts or verdicts have come
     * @param nanoTime a clock in nanoseconds, of any origin
     */
    RecentAnswers(LongSupplier changes, LongSupplier nanoTime) {
        this.changes = changes;
        this.nanoTime = nanoTime;
    }

    /** The answer to a question; others who ask meanwhile wait for it. */
    synchronized String of(String question, Supplier<String> making) {
        long now = nanoTime.getAsLong();
        long state = changes.getAsLong();
        kept.values().removeIf(each -> each.changes != state || now - each.nanos > HOLDS.toNanos());
        Kept before = kept.get(question);
        if (before != null) {
            return before.answer;
        }
        String answer = making.get();
        if (kept.size() < MAX_KEPT) {
            kept.put(question, new Kept(answer, state, now));
        }
        return answer;
    }
}
