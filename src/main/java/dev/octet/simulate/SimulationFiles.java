package dev.octet.simulate;

import com.github.luben.zstd.ZstdOutputStream;
import dev.octet.event.InputException;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Locale;
import java.util.zip.GZIPOutputStream;

/** The login file, its truth file and, where there are events, their file; written under temporary names and moved into place together. Not thread-safe. */
public final class SimulationFiles implements RowSink, AutoCloseable {
    private static final int BUFFER = 1 << 20;

    private final Path output;
    private final Path truth;
    private final Path outputPart;
    private final Path truthPart;
    private final OutputStream rows;
    private final OutputStream takeovers;
    /** Null where no events were asked for. */
    private final OutputStream events;

    private SimulationFiles(
            Path output,
            Path outputPart,
            Path truthPart,
            OutputStream rows,
            OutputStream takeovers,
            OutputStream events) {
        this.output = output;
        this.truth = truthPath(output);
        this.outputPart = outputPart;
        this.truthPart = truthPart;
        this.rows = rows;
        this.takeovers = takeovers;
        this.events = events;
    }

    /** {@code logins.csv.gz} has its truth in {@code logins.truth.csv}: the name without compression and {@code .csv}. */
    public static Path truthPath(Path output) {
        return beside(output, ".truth.csv");
    }

    /** {@code logins.csv.gz} has its events in {@code logins.events.csv}. */
    public static Path eventsPath(Path output) {
        return beside(output, ".events.csv");
    }

    private static Path beside(Path output, String ending) {
        String stem = output.getFileName().toString();
        for (String suffix : new String[] {".gz", ".zst", ".csv"}) {
            if (stem.toLowerCase(Locale.ROOT).endsWith(suffix)) {
                stem = stem.substring(0, stem.length() - suffix.length());
            }
        }
        return output.resolveSibling(stem + ending);
    }

    static SimulationFiles create(Path output, boolean withEvents) throws IOException {
        Path folder = output.toAbsolutePath().getParent();
        if (folder == null || Files.isDirectory(output)) {
            throw new InputException("output: " + output + " is a folder; name a file, such as logins.csv.");
        }
        if (!Files.isDirectory(folder)) {
            throw new InputException(
                    "output: the folder " + folder + " of " + output.getFileName() + " does not exist; make it first.");
        }
        if (!Files.isWritable(folder)) {
            throw new InputException("output: the folder " + folder + " cannot be written; choose another.");
        }
        Path outputPart = part(output);
        Path truthPart = part(truthPath(output));
        OutputStream rows =
                compressed(outputPart, output.getFileName().toString().toLowerCase(Locale.ROOT));
        try {
            OutputStream takeovers = table(truthPart, Takeover.HEADER);
            OutputStream events = withEvents ? table(part(eventsPath(output)), EventLogin.HEADER) : null;
            return new SimulationFiles(output, outputPart, truthPart, rows, takeovers, events);
        } catch (IOException e) {
            rows.close();
            Files.delete(outputPart);
            throw e;
        }
    }

    private static OutputStream table(Path part, String header) throws IOException {
        OutputStream table = new BufferedOutputStream(Files.newOutputStream(part));
        table.write(header.getBytes(StandardCharsets.US_ASCII));
        return table;
    }

    /** A name beside the file that no other process uses. */
    private static Path part(Path file) {
        return file.resolveSibling(".octet-" + ProcessHandle.current().pid() + "-" + file.getFileName() + ".part");
    }

    private static OutputStream compressed(Path part, String name) throws IOException {
        OutputStream plain = Files.newOutputStream(part);
        if (name.endsWith(".gz")) {
            return new BufferedOutputStream(new GZIPOutputStream(plain, BUFFER), BUFFER);
        }
        if (name.endsWith(".zst")) {
            return new BufferedOutputStream(new ZstdOutputStream(plain), BUFFER);
        }
        return new BufferedOutputStream(plain, BUFFER);
    }

    @Override
    public void line(byte[] bytes, int length) throws IOException {
        rows.write(bytes, 0, length);
    }

    @Override
    public void takeover(Takeover row) throws IOException {
        takeovers.write(row.csv().getBytes(StandardCharsets.US_ASCII));
    }

    @Override
    public void event(EventLogin row) throws IOException {
        events.write(row.csv().getBytes(StandardCharsets.US_ASCII));
    }

    /** Finishes the files and gives them their names. */
    void commit() throws IOException {
        rows.close();
        takeovers.close();
        if (events != null) {
            events.close();
            Files.move(part(eventsPath(output)), eventsPath(output), StandardCopyOption.REPLACE_EXISTING);
        }
        Files.move(truthPart, truth, StandardCopyOption.REPLACE_EXISTING);
        Files.move(outputPart, output, StandardCopyOption.REPLACE_EXISTING);
    }

    /** Removes what was not finished. */
    @Override
    public void close() throws IOException {
        try (rows;
                takeovers;
                events) {
            Files.deleteIfExists(outputPart);
            Files.deleteIfExists(truthPart);
            Files.deleteIfExists(part(eventsPath(output)));
        }
    }
}
