package dev.octet.spark;

import dev.octet.event.JudgedLogins;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A verdict log, as it travels to where users are walked through. Immutable and thread-safe. */
final class SentVerdicts implements Serializable {
    private static final long serialVersionUID = 1L;

    /** Nobody said anything. */
    static final SentVerdicts NONE = new SentVerdicts(new byte[0]);

    private final byte[] log;
    private transient JudgedLogins logins;

    private SentVerdicts(byte[] log) {
        this.log = log;
    }

    /**
     * Reads a verdict log on the driver.
     *
     * @throws dev.octet.event.InputException if it is none
     */
    static SentVerdicts of(Path file) throws IOException {
        JudgedLogins.read(file);
        return new SentVerdicts(Files.readAllBytes(file));
    }

    /** The logins that were judged; read at the first call in a JVM. */
    synchronized JudgedLogins logins() {
        if (logins == null) {
            logins = log.length == 0 ? JudgedLogins.NONE : read();
        }
        return logins;
    }

    private JudgedLogins read() {
        try {
            Path copy = Files.createTempFile("octet-verdicts", ".ndjson");
            try {
                return JudgedLogins.read(Files.write(copy, log));
            } finally {
                Files.delete(copy);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the verdicts cannot be read on this machine: " + e.getMessage(), e);
        }
    }
}
