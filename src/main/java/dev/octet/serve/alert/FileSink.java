package dev.octet.serve.alert;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Appends alerts to a file, one line each, which others may read, rotate or remove meanwhile. */
public final class FileSink implements AlertSink {
    private final AlertForm form;
    private final AlertSource source;
    private final FileChannel file;
    private final Path path;
    private final Set<String> told = new HashSet<>();

    /** Opens the file, which is made where it is missing, with the folders above it. */
    public FileSink(Path file, AlertForm form, AlertSource source) throws IOException {
        this.form = form;
        path = file.toAbsolutePath().normalize();
        this.source = source;
        Files.createDirectories(file.toAbsolutePath().getParent());
        this.file =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND);
    }

    @Override
    public void accept(Alert alert) throws IOException {
        if (told.remove(source.id(alert))) {
            return;
        }
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
    public Map<String, String> ends() throws IOException {
        return Map.of(path.toString(), Long.toString(file.size()));
    }

    /** Also cuts off half a line at the end of the file, of a process that died. A file that was rotated since then is not looked at. */
    @Override
    public void resume(Map<String, String> ends) throws IOException {
        long end = ends.containsKey(path.toString()) ? Long.parseLong(ends.get(path.toString())) : file.size();
        if (file.size() <= end) {
            return;
        }
        long whole = end;
        try (InputStream in = new BufferedInputStream(Files.newInputStream(path))) {
            in.skipNBytes(end);
            ByteArrayOutputStream line = new ByteArrayOutputStream();
            for (int next = in.read(); next >= 0; next = in.read()) {
                if (next == '\n') {
                    form.id(line.toString(StandardCharsets.UTF_8)).ifPresent(told::add);
                    whole += line.size() + 1;
                    line.reset();
                } else {
                    line.write(next);
                }
            }
        }
        file.truncate(whole);
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
