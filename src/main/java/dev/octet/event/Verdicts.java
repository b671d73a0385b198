package dev.octet.event;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.octet.event.text.JsonText;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The format of a verdict log: what analysts said of logins that were scored, a JSON object a line, the last line of a
 * login counting. The service writes it; a line of an alert with the field {@code verdict} added is one, too.
 * Re-thresholding and {@code data.labels.verdicts} read it.
 */
public final class Verdicts {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private Verdicts() {}

    /** What a login turned out to be. */
    public enum Verdict {
        /** Somebody else than the user. */
        TAKEOVER,
        /** The user. */
        BENIGN,
        /** Somebody looked and could not tell; it counts as if nobody had said anything. */
        UNSURE,
        /** What was said before is taken back. */
        WITHDRAWN;

        /** Whether it says what the login was. */
        public boolean isKnown() {
            return this == TAKEOVER || this == BENIGN;
        }

        /** Whether an alert shows it: what was taken back is as if it had never been said. */
        public boolean isShown() {
            return this != WITHDRAWN;
        }

        /** As it is written. */
        public String spelled() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** @throws InputException if there is no such verdict */
        public static Verdict of(String text) {
            for (Verdict verdict : values()) {
                if (verdict.spelled().equals(text)) {
                    return verdict;
                }
            }
            throw new InputException("verdict must be takeover, benign, unsure or withdrawn, found \"" + text + "\"");
        }
    }

    /**
     * One login that was judged.
     *
     * @param id its name at the service
     * @param verdict what it turned out to be
     * @param said when somebody said so
     * @param timeMicros when the login was, microseconds since 1970
     * @param user the account, as it was stored
     * @param score what the detector gave
     * @param threshold the decision value then
     * @param flagged whether it was above
     * @param bundle id of the bundle that scored it
     * @param by who said so: the name of a token; empty where that is not known
     * @param note why; may be empty
     */
    public record Entry(
            String id,
            Verdict verdict,
            Instant said,
            long timeMicros,
            String user,
            double score,
            double threshold,
            boolean flagged,
            String bundle,
            String by,
            String note) {

        /** The same login with what somebody says of it now. */
        public Entry said(Verdict now, Instant at, String who, String why) {
            return new Entry(id, now, at, timeMicros, user, score, threshold, flagged, bundle, who, why);
        }

        /** The entry as a line, with its line end. */
        public String line() {
            ObjectNode line = MAPPER.createObjectNode();
            line.put("id", id);
            line.put("verdict", verdict.spelled());
            line.put("said", said.toString());
            line.put("time", Instant.EPOCH.plus(timeMicros, ChronoUnit.MICROS).toString());
            line.put("user", user);
            line.put("score", Double.toString(score));
            line.put("threshold", Double.toString(threshold)); // may be infinite, for which JSON has no number
            line.put("flagged", flagged);
            line.put("bundle", bundle);
            if (!by.isEmpty()) {
                line.put("by", by);
            }
            if (!note.isEmpty()) {
                line.put("note", note);
            }
            return JsonText.line(line) + "\n";
        }

        private static Entry of(JsonNode line) {
            Instant time = Instant.parse(text(line, "time"));
            return new Entry(
                    text(line, "id"),
                    Verdict.of(text(line, "verdict")),
                    line.has("said") ? Instant.parse(text(line, "said")) : time,
                    ChronoUnit.MICROS.between(Instant.EPOCH, time),
                    text(line, "user"),
                    number(line, "score"),
                    number(line, "threshold"),
                    line.path("flagged").asBoolean(true),
                    text(line, "bundle"),
                    line.path("by").asText(),
                    line.path("note").asText());
        }

        private static String text(JsonNode line, String name) {
            JsonNode value = line.path(name);
            if (!value.isTextual()) {
                throw new InputException(
                        "\"" + name + "\" must be a text, found " + (value.isMissingNode() ? "nothing" : value));
            }
            return value.textValue();
        }

        private static double number(JsonNode line, String name) {
            if (line.path(name).isNumber()) {
                return line.path(name).doubleValue();
            }
            String text = text(line, name);
            try {
                double number = Double.parseDouble(text);
                if (!Double.isNaN(number)) {
                    return number;
                }
            } catch (NumberFormatException e) {
                throw new InputException("\"" + name + "\" must be a number, found \"" + text + "\"", e);
            }
            throw new InputException("\"" + name + "\" must be a number, found \"" + text + "\"");
        }
    }

    /**
     * Reads a log: the last verdict of each login, in the order in which logins were first judged. A login that nobody could
     * tell, or whose verdict was taken back, is left out.
     *
     * @throws InputException if it is none, with the line
     */
    public static List<Entry> read(Path file) throws IOException {
        Map<String, Entry> latest = new LinkedHashMap<>();
        lines(file).forEach(entry -> latest.put(entry.id, entry));
        return latest.values().stream().filter(entry -> entry.verdict.isKnown()).toList();
    }

    /**
     * Reads all that was said, in order.
     *
     * @throws InputException if it is no verdict log, with the line
     */
    public static List<Entry> lines(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new InputException(file + (Files.exists(file) ? " is no file" : " does not exist")
                    + "; a verdict log is the verdicts.ndjson in the state directory of octet serve");
        }
        List<Entry> entries = new ArrayList<>();
        int number = 0;
        try (BufferedReader lines = Files.newBufferedReader(file)) {
            for (String text = lines.readLine(); text != null; text = lines.readLine()) {
                number++;
                if (!text.isBlank()) {
                    entries.add(entry(text, file + ":" + number + ": "));
                }
            }
        }
        return entries;
    }

    private static Entry entry(String text, String where) {
        try {
            return Entry.of(MAPPER.readTree(text));
        } catch (JsonProcessingException e) {
            throw new InputException(where + "not readable as JSON: " + e.getOriginalMessage(), e);
        } catch (DateTimeException | InputException e) {
            throw new InputException(where + e.getMessage(), e);
        }
    }
}
