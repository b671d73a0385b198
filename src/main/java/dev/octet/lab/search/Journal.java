package dev.octet.lab.search;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.octet.event.InputException;
import dev.octet.event.text.JsonText;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The outcomes of a search in a file, a line each, written through before the search goes on: a killed search reads them
 * and takes each one instead of training. Outcomes for which the time was up are not among them. Not thread-safe.
 */
final class Journal implements AutoCloseable {
    private static final int VERSION = 1;
    private static final ObjectMapper JSON = new ObjectMapper();

    private record Place(int candidate, int rung) {}

    /** An outcome and what it took. */
    record Noted(Outcome outcome, double seconds) {}

    private record Line(List<String> cells, Noted noted) {}

    private final Path file;
    private final Map<Place, Line> lines = new HashMap<>();
    private final FileChannel channel;

    /**
     * Opens the journal of a search; begins one where there is none.
     *
     * @param fingerprint all that an outcome depends on besides its candidate and rung
     * @throws InputException if the file belongs to another search, or is damaged
     */
    Journal(Path file, String fingerprint) throws IOException {
        this.file = file;
        byte[] bytes = Files.exists(file) ? Files.readAllBytes(file) : new byte[0];
        int whole = bytes.length;
        // what was being written when the search was killed is no line
        while (whole > 0 && bytes[whole - 1] != '\n') {
            whole--;
        }
        List<String> text =
                new String(bytes, 0, whole, StandardCharsets.UTF_8).lines().toList();
        for (int i = 0; i < text.size(); i++) {
            read(text.get(i), i == 0, fingerprint);
        }
        channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        channel.truncate(whole);
        channel.position(whole);
        if (whole == 0) {
            append(JSON.createObjectNode().put("version", VERSION).put("search", fingerprint));
        }
    }

    private void read(String text, boolean first, String fingerprint) {
        JsonNode line;
        try {
            line = JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw refused("is damaged", e);
        }
        if (first) {
            if (line.path("version").asInt() != VERSION) {
                throw refused("was written by another version of Octet", null);
            }
            if (!line.path("search").asText().equals(fingerprint)) {
                throw refused("belongs to a search with other settings, another base or other data", null);
            }
            return;
        }
        try {
            Outcome.State state = Outcome.State.valueOf(line.path("state").asText());
            lines.put(
                    new Place(
                            line.path("candidate").asInt(-1), line.path("rung").asInt(-1)),
                    new Line(
                            JSON.convertValue(
                                    line.path("cells"),
                                    JSON.getTypeFactory().constructCollectionType(List.class, String.class)),
                            new Noted(
                                    new Outcome(
                                            state,
                                            number(line, "score"),
                                            number(line, "threshold"),
                                            line.path("message").asText()),
                                    number(line, "seconds"))));
        } catch (IllegalArgumentException e) {
            throw refused("is damaged", e);
        }
    }

    private static double number(JsonNode line, String key) {
        return line.path(key).asDouble(Double.NaN);
    }

    private InputException refused(String why, Exception cause) {
        return new InputException(
                file + " " + why + "; begin the search anew with --restart, or choose another output", cause);
    }

    /**
     * The outcome of a trial of an earlier start.
     *
     * @throws InputException if it was of another candidate
     */
    Optional<Noted> find(int candidate, int rung, List<String> cells) {
        Line line = lines.get(new Place(candidate, rung));
        if (line != null && !line.cells().equals(cells)) {
            throw refused("has " + line.cells() + " as candidate " + candidate + ", which is now " + cells, null);
        }
        return Optional.ofNullable(line).map(Line::noted);
    }

    void append(int candidate, int rung, List<String> cells, Noted noted) throws IOException {
        ObjectNode line = JSON.createObjectNode();
        line.put("candidate", candidate);
        line.put("rung", rung);
        Outcome outcome = noted.outcome();
        line.put("state", outcome.state().name());
        line.put("score", Double.isNaN(outcome.score()) ? null : outcome.score());
        line.put("threshold", Double.isNaN(outcome.threshold()) ? null : outcome.threshold());
        line.put("seconds", noted.seconds());
        cells.forEach(line.putArray("cells")::add);
        line.put("message", outcome.message());
        append(line);
    }

    private void append(ObjectNode line) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap((JsonText.line(line) + "\n").getBytes(StandardCharsets.UTF_8));
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
        channel.force(false);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
