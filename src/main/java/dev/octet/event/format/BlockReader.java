package dev.octet.event.format;

import dev.octet.event.InputFile;
import dev.octet.event.Labelled;
import dev.octet.event.LoginEvent;
import dev.octet.event.LoginReader;
import dev.octet.event.RejectedRows;
import dev.octet.event.record.LineBlocks;
import dev.octet.event.record.LineBlocks.Block;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * The logins of a log whose records are lines, read in blocks on all cores: the same logins, rows and remarks in the same
 * order as {@link FormatReader} has them, but that the remarks on a block come before its first login. Not thread-safe.
 */
final class BlockReader implements LoginReader {
    static final int BLOCK = 1 << 20;

    /** Makes a reader of a block. Called on several threads. */
    @FunctionalInterface
    interface Opening {
        FormatReader open(Block block, Remarks remarks) throws IOException;
    }

    /** What a block holds. */
    private record Logins(List<Labelled<LoginEvent>> logins, Remarks.OfBlock remarks, long rows) {}

    private final String name;
    private final InputFile.Content content;
    private final LineBlocks blocks;
    private final Opening opening;
    private final Remarks remarks;
    private final ExecutorService threads;
    private final int ahead;
    private final Deque<Future<Logins>> due = new ArrayDeque<>();
    private IOException failure;
    private boolean ended;
    private Logins block = new Logins(List.of(), new Remarks.OfBlock(), 0);
    private int next;
    private long firstRow;

    /**
     * @param content what the blocks are read from, to know how far reading is
     * @param blocks closed with the reader
     */
    BlockReader(String name, InputFile.Content content, LineBlocks blocks, Opening opening, RejectedRows rejected) {
        this.name = name;
        this.content = content;
        this.blocks = blocks;
        this.opening = opening;
        remarks = Remarks.to(rejected);
        int cores = Runtime.getRuntime().availableProcessors();
        ahead = 2 * cores;
        threads = Executors.newFixedThreadPool(cores, task -> {
            Thread thread = new Thread(task, "octet-blocks");
            thread.setDaemon(true);
            return thread;
        });
    }

    @Override
    public Labelled<LoginEvent> next() throws IOException {
        while (next == block.logins.size()) {
            firstRow += block.rows;
            fill();
            if (due.isEmpty()) {
                if (failure instanceof InputFile.DamagedException damaged) {
                    throw FormatReader.damaged(name, damaged, firstRow, blocks.lines());
                }
                if (failure != null) {
                    throw failure;
                }
                return null;
            }
            block = done(due.remove());
            next = 0;
            block.remarks.tell(remarks, firstRow);
        }
        Labelled<LoginEvent> login = block.logins.get(next++);
        return new Labelled<>(login.row().withRow(firstRow + login.row().row()), login.label());
    }

    /** Hands blocks to the threads until enough are under way. */
    private void fill() {
        while (!ended && due.size() < ahead) {
            Block read;
            try {
                read = blocks.next();
            } catch (IOException e) {
                failure = e; // of what is behind the blocks that are under way
                read = null;
            }
            ended = read == null;
            if (!ended) {
                Block task = read;
                due.add(threads.submit(() -> logins(task)));
            }
        }
    }

    private Logins logins(Block task) throws IOException {
        Remarks.OfBlock own = new Remarks.OfBlock();
        List<Labelled<LoginEvent>> logins = new ArrayList<>(task.lines());
        try (FormatReader reader = opening.open(task, own)) {
            for (Labelled<LoginEvent> login = reader.next(); login != null; login = reader.next()) {
                logins.add(login);
            }
            return new Logins(logins, own, reader.rows());
        }
    }

    private static Logins done(Future<Logins> task) throws IOException {
        try {
            return task.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while reading");
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException unchecked) {
                throw unchecked;
            }
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw e.getCause() instanceof IOException io ? io : new IOException(e.getCause());
        }
    }

    @Override
    public double share() {
        return content.share();
    }

    @Override
    public void close() throws IOException {
        threads.shutdownNow();
        blocks.close();
    }
}
