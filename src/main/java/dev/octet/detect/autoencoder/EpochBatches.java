package dev.octet.detect.autoencoder;

import dev.octet.feature.FloatMatrix;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.random.RandomGenerator;

/**
 * The batches of one epoch, the same ones with {@code ahead} and without: then the next batch is made on a thread of
 * its own while the present one is trained on. Used by one thread.
 */
final class EpochBatches implements AutoCloseable {
    /** Rows as wide as the network. The arrays hold {@code count} rows or more, and are used again by the next batch. */
    record Batch(float[] inputs, float[] targets, int count) {}

    private final Objective objective;
    private final FloatMatrix rows;
    private final int[] order;
    private final RandomGenerator noise;
    private final int batches;
    /** One is trained on while the other is filled. */
    private final Batch[] buffers;
    /** {@code null} where batches are not made ahead. */
    private final ExecutorService maker;

    private Future<Batch> coming;
    private int given;
    private int made;
    private int rowsMade;

    /**
     * @param order all rows, in the order of the epoch
     * @param batchSize most rows a batch
     * @param columns of the network
     */
    EpochBatches(
            Objective objective,
            FloatMatrix rows,
            int[] order,
            RandomGenerator noise,
            int batchSize,
            int columns,
            boolean ahead) {
        this.objective = objective;
        this.rows = rows;
        this.order = order;
        this.noise = noise;
        this.batches = (int) (((long) order.length + batchSize - 1) / batchSize);
        this.buffers = new Batch[ahead ? 2 : 1];
        int values = Math.min(order.length, batchSize) * columns;
        for (int i = 0; i < buffers.length; i++) {
            buffers[i] = new Batch(new float[values], new float[values], 0);
        }
        this.maker = ahead
                ? Executors.newSingleThreadExecutor(task -> {
                    Thread thread = new Thread(task, "octet-batches");
                    thread.setDaemon(true);
                    return thread;
                })
                : null;
        makeAhead();
    }

    boolean hasNext() {
        return given < batches;
    }

    /** The next batch; the one before it must not be read any more. */
    Batch next() {
        given++;
        if (maker == null) {
            return make();
        }
        Batch batch = await();
        makeAhead();
        return batch;
    }

    private void makeAhead() {
        if (maker != null && given < batches) {
            coming = maker.submit(this::make);
        }
    }

    private Batch await() {
        try {
            return coming.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for a batch", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new IllegalStateException("a batch could not be made", e.getCause());
        }
    }

    private Batch make() {
        Batch buffer = buffers[made % buffers.length];
        // Equal batches, the larger ones first: no tiny last one that batch normalisation would choke on.
        int count = order.length / batches + (made < order.length % batches ? 1 : 0);
        objective.batch(rows, order, rowsMade, count, noise, buffer.inputs, buffer.targets);
        made++;
        rowsMade += count;
        return new Batch(buffer.inputs, buffer.targets, count);
    }

    @Override
    public void close() {
        if (maker != null) {
            maker.shutdownNow();
        }
    }
}
