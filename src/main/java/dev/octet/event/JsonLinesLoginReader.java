package dev.octet.event;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.octet.event.RejectedRows.Reason;
import java.io.CharArrayReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** Reads a log whose lines are JSON objects; a column of the format is a key. Not thread-safe. */
final class JsonLinesLoginReader implements LoginReader {
    private static final int SHOWN = 200;
    /** Beyond this, a number is shown with an exponent: 1e999999 written out would fill the memory. */
    private static final int LONGEST_NUMBER = 400;

    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                    .streamReadConstraints(
                            StreamReadConstraints.builder().maxNestingDepth(64).build())
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    private final String name;
    private final RecordText text;
    private final RejectedRows rejected;
    private final long toleranceMicros;
    private final List<String> keys;
    private final List<String[]> paths = new ArrayList<>();
    private final RowValues row;
    private char[] line = new char[1 << 12];
    private int length;
    private long rows;
    private long lastMicros = Long.MIN_VALUE;
    private long lastLine;

    JsonLinesLoginReader(
            String name,
            RecordText text,
            CsvFormat format,
            RejectedRows rejected,
            Set<LoginField> needed,
            long toleranceMicros) {
        this.name = name;
        this.text = text;
        this.rejected = rejected;
        this.toleranceMicros = toleranceMicros;
        keys = new ArrayList<>(format.columns().values());
        if (format.labelColumn() != null) {
            DetectorOutput.refuseAsLabel(keys, format.labelColumn(), name);
            keys.add(format.labelColumn());
        }
        for (String key : keys) {
            paths.add(key.split("\\."));
        }
        row = new RowValues(format, keys, needed);
    }

    @Override
    public LabelledLogin next() throws IOException {
        while (true) {
            text.beginRecord();
            try {
                if (!readLine()) {
                    return null;
                }
            } catch (RecordText.TooLongException e) {
                reject(Reason.TOO_LONG, "more than " + RecordText.LONGEST_RECORD + " characters in one record");
                text.skipLine();
                continue;
            } catch (InputFile.DamagedException e) {
                throw new InputException(
                        name + ": " + e.getMessage() + " after " + rows + " rows, line " + text.recordLine()
                                + ". Fetch or make the file again; nothing is guessed about the rest",
                        e);
            }
            if (isBlank()) {
                continue;
            }
            JsonNode login;
            try {
                login = MAPPER.readTree(new CharArrayReader(line, 0, length));
            } catch (JsonProcessingException e) {
                reject(Reason.JSON, e.getOriginalMessage());
                continue;
            }
            if (!login.isObject()) {
                reject(Reason.JSON, "found " + login.getNodeType());
                continue;
            }
            row.begin();
            for (int i = 0; i < keys.size() && row.reason() == null; i++) {
                take(i, value(login, i));
            }
            long number = rows++;
            if (row.reason() == null && row.timeMicros() < lastMicros) {
                row.requireTimeFrom(lastMicros, toleranceMicros, "line " + lastLine + "; sort the file by time");
            }
            if (row.reason() == null) {
                lastMicros = row.timeMicros();
                lastLine = text.recordLine();
                return row.login(number);
            }
            rejected.reject(number, text.recordLine(), row.column(), row.reason(), row.detail(), row.value());
        }
    }

    private void reject(Reason reason, String detail) throws IOException {
        rejected.reject(rows++, text.recordLine(), "", reason, detail, text.recordHead(SHOWN));
    }

    /** Reads to the next line end; false at the end of the file. */
    private boolean readLine() throws IOException {
        length = 0;
        while (true) {
            if (length == line.length) {
                line = Arrays.copyOf(line, 2 * length);
            }
            int count = text.read(line, length, line.length - length);
            if (count < 0) {
                return length > 0;
            }
            length += count;
            if (line[length - 1] == '\n' || line[length - 1] == '\r') {
                return true;
            }
        }
    }

    private boolean isBlank() {
        for (int i = 0; i < length; i++) {
            if (!Character.isWhitespace(line[i])) {
                return false;
            }
        }
        return true;
    }

    /** The value of a key: of the object's own, or along a path with dots. */
    private JsonNode value(JsonNode login, int key) {
        JsonNode own = login.get(keys.get(key));
        if (own != null) {
            return own;
        }
        JsonNode at = login;
        for (String step : paths.get(key)) {
            at = at.path(step);
        }
        return at;
    }

    private void take(int key, JsonNode value) {
        if (value.isContainerNode()) {
            row.reject(
                    keys.get(key),
                    Reason.JSON,
                    "a text, a number, true, false or null is expected here",
                    Objects.toString(value)
                            .substring(0, Math.min(SHOWN, value.toString().length())));
            return;
        }
        String content;
        if (value.isNull() || value.isMissingNode()) {
            content = "";
        } else if (value.isBigDecimal() && Math.abs((long) value.decimalValue().scale()) < LONGEST_NUMBER) {
            content = value.decimalValue().toPlainString(); // a time in seconds has no exponent
        } else {
            content = value.asText();
        }
        char[] characters = content.toCharArray();
        row.field(key, characters, 0, characters.length, true);
    }

    @Override
    public double share() {
        return text.share();
    }

    @Override
    public void close() throws IOException {
        text.close();
    }
}
