package dev.octet.serve.alert;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Appends alerts to a file, one line each, which others may read, rotate or remove meanwhile. */
public final class FileSink implements AlertSink {
    private final AlertForm form;
    private final AlertSource source;
    private final FileChannel file;

    /** Opens the file, which is made where it is missing, with the folders above it. */
    public FileSink(Path file, AlertForm form, AlertSource source) throws IOException {
        this.form = form;
        this.source = source;
        Files.createDirectories(file.toAbsolutePath().getParent());
        this.file =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND);
    }

    @Override
    public void accept(Alert alert) throws IOException {
        ByteBuffer line = ByteBuffer.wrap((form.line(alert, source) + "\n").getBytes(StandardCharsets.UTF_8));
        while (line.hasRemaining()) {
            file.write(line);
        }
    }

    @Override
    public void flush() throws IOException {
        file.force(false);
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
