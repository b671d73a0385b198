package dev.octet.evaluate.explore;

import dev.octet.event.Labelled;
import dev.octet.event.LoginEvent;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Hands batches of logins to a consumer on a thread of its own, one after the other and at most {@value #WAITING} behind the
 * caller. The thread ends by itself when it has had nothing to do for a second. Not thread-safe: one caller.
 */
final class BatchThread {
    private static final int WAITING = 8;

    private final Consumer<List<Labelled<LoginEvent>>> consumer;
    private final ThreadPoolExecutor executor;
    /** Batches that the consumer has not had yet, the oldest first. */
    private final Deque<CompletableFuture<Void>> waiting = new ArrayDeque<>();

    BatchThread(String name, Consumer<List<Labelled<LoginEvent>>> consumer) {
        this.consumer = consumer;
        executor = new ThreadPoolExecutor(1, 1, 1, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        });
        executor.allowCoreThreadTimeOut(true);
    }

    /**
     * Hands over a batch, which must not change afterwards. Waits while the consumer is too far behind.
     *
     * @throws RuntimeException what the consumer threw at an earlier batch
     */
    void add(List<Labelled<LoginEvent>> batch) {
        waiting.add(CompletableFuture.runAsync(() -> consumer.accept(batch), executor));
        if (waiting.size() > WAITING) {
            join(waiting.remove());
        }
    }

    /** Waits until the consumer has had all batches; throws as {@link #add}. */
    void finish() {
        while (!waiting.isEmpty()) {
            join(waiting.remove());
        }
    }

    private static void join(CompletableFuture<Void> taken) {
        try {
            taken.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException unchecked) {
                throw unchecked;
            }
            throw e;
        }
    }
}
