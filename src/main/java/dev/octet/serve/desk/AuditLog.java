package dev.octet.serve.desk;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.octet.event.text.JsonText;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;

/** Who changed what, a JSON object a line, forced to the disk. It names no user and no address. Thread-safe. */
final class AuditLog implements AutoCloseable {
    static final String NAME = "audit.ndjson";

    private final FileChannel channel;
    private final Clock clock;

    AuditLog(Path directory, Clock clock) throws IOException {
        channel = FileChannel.open(directory.resolve(NAME), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        this.clock = clock;
    }

    /** Adds a line: when, who, what, and the details. */
    synchronized void add(String who, String what, ObjectNode details) throws IOException {
        ObjectNode line = JsonNodeFactory.instance.objectNode();
        line.put("at", clock.instant().toString());
        line.put("by", who);
        line.put("did", what);
        line.setAll(details);
        ByteBuffer bytes = ByteBuffer.wrap((JsonText.line(line) + "\n").getBytes(StandardCharsets.UTF_8));
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
        channel.force(true);
    }

    @Override
    public synchronized void close() throws IOException {
        channel.close();
    }
}
