package dev.octet.run;

import dev.octet.event.InputException;
import dev.octet.feature.RowFeatures;
import dev.octet.feature.View;
import dev.octet.feature.history.Memories;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * What features that look back remembered, read from a file of the cache while the training, which does not need it, begins.
 * Thread-safe.
 */
final class LoadingMemories {
    private static final int BUFFER = 1 << 16;

    private final Path file;
    private final FutureTask<List<RowFeatures>> loading;

    /**
     * Begins to read.
     *
     * @throws IOException if there is no such file
     */
    LoadingMemories(Path file, View view) throws IOException {
        if (Files.size(file) == 0) {
            throw new IOException(file + " is empty");
        }
        this.file = file;
        loading = new FutureTask<>(() -> {
            try (InputStream in = new BufferedInputStream(Files.newInputStream(file), BUFFER)) {
                return Memories.load(view, in);
            }
        });
        Thread thread = new Thread(loading, "octet-remembering");
        thread.setDaemon(true);
        thread.start();
    }

    /**
     * The memories, once they have been read.
     *
     * @throws InputException if the file is damaged; it is gone then, so that the run can be started again
     */
    List<RowFeatures> get() throws IOException {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return loading.get();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } catch (ExecutionException e) {
            Files.deleteIfExists(file);
            throw new InputException(file + " was damaged (" + e.getCause().getMessage()
                    + ") and has been removed; start the run again: the"
                    + " log is read again, and a training goes on from its checkpoint");
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
