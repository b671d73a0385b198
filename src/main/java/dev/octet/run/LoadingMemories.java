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

/**
 * What features that look back remembered, read from a file of the cache while the training, which does not need it, begins.
 * Thread-safe.
 */
final class LoadingMemories {
    private static final int BUFFER = 1 << 16;

    private final Path file;
    private final Background<List<RowFeatures>> loading;

    /**
     * Memories that are read once they are wanted.
     *
     * @throws IOException if there is no such file
     */
    LoadingMemories(Path file, View view) throws IOException {
        if (Files.size(file) == 0) {
            throw new IOException(file + " is empty");
        }
        this.file = file;
        loading = new Background<>("octet-remembering", () -> {
            try (InputStream in = new BufferedInputStream(Files.newInputStream(file), BUFFER)) {
                return Memories.load(view, in);
            }
        });
    }

    /** Begins to read, if it has not. */
    void begin() {
        loading.begin();
    }

    /**
     * The memories, once they have been read.
     *
     * @throws InputException if the file is damaged; it is gone then, so that the run can be started again
     */
    List<RowFeatures> get() throws IOException {
        try {
            return loading.get();
        } catch (IOException | InputException e) {
            Files.deleteIfExists(file);
            throw new InputException(
                    file + " was damaged (" + e.getMessage() + ") and has been removed; start the run again: the"
                            + " log is read again, and a training goes on from its checkpoint");
        }
    }
}
