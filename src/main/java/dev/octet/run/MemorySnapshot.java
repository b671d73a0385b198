package dev.octet.run;

import dev.octet.event.TemporaryFile;
import dev.octet.feature.FeatureExtractor;
import dev.octet.feature.RowFeatures;
import dev.octet.feature.View;
import dev.octet.feature.history.Memories;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/** What features that look back remembered at one moment, in a file. Not thread-safe. */
final class MemorySnapshot {
    private static final int BUFFER = 1 << 16;

    private final View view;
    private final FileChannel file;
    /** The memory that is asked for next. */
    private Background<List<RowFeatures>> next;

    private MemorySnapshot(View view, FileChannel file) {
        this.view = view;
        this.file = file;
        next = new Background<>("octet-remembering", this::load);
    }

    /** Begins to read the next of {@link #memories}. */
    void begin() {
        next.begin();
    }

    /**
     * What an extractor remembers now.
     *
     * @param folder of a file that vanishes with the process; made if it is missing
     */
    static MemorySnapshot of(FeatureExtractor extractor, Path folder) throws IOException {
        Files.createDirectories(folder);
        FileChannel file = FileChannel.open(
                TemporaryFile.beside(folder.resolve("memory")),
                StandardOpenOption.CREATE_NEW,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE,
                StandardOpenOption.DELETE_ON_CLOSE);
        OutputStream out = new BufferedOutputStream(Channels.newOutputStream(file), BUFFER);
        for (RowFeatures memory : extractor.memories()) {
            memory.save(out);
        }
        out.flush();
        return new MemorySnapshot(extractor.view(), file);
    }

    /** A snapshot that {@link #copyTo} wrote. */
    static MemorySnapshot in(Path file, View view) throws IOException {
        return new MemorySnapshot(view, FileChannel.open(file));
    }

    /** A memory of its own, which may go on. */
    List<RowFeatures> memories() throws IOException {
        List<RowFeatures> own = next.get();
        next = new Background<>("octet-remembering", this::load);
        return own;
    }

    private List<RowFeatures> load() throws IOException {
        file.position(0);
        return Memories.load(view, new BufferedInputStream(Channels.newInputStream(file), BUFFER));
    }

    void copyTo(Path target) throws IOException {
        try (FileChannel copy = FileChannel.open(target, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            long size = file.size();
            for (long done = 0; done < size; ) {
                done += file.transferTo(done, size - done, copy);
            }
        }
    }
}
