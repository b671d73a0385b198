package dev.octet.event;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.octet.event.RejectedRows.Reason;
import dev.octet.event.text.PlainText;
import java.io.CharArrayReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** Reads a log whose lines are JSON objects; a column of the format is a key. Not thread-safe. */
final class JsonLinesLoginReader implements LoginReader {
    private static final int SHOWN = 200;
    /** Lines whose keys are looked at. */
    private static final int LOOKED_AT = 1000;
    /** Keys that a message can name. */
    private static final int MAX_FOUND = 200;
    /** Beyond this, a number is shown with an exponent: 1e999999 written out would fill the memory. */
    private static final int LONGEST_NUMBER = 400;

    /** Deeper objects are taken for what a reader should be broken with. */
    private static final int DEEPEST = 1000;

    private static final JsonMapper MAPPER = mapper(true);
    /** Takes the last of several values of one key. */
    private static final JsonMapper LENIENT = mapper(false);

    private static JsonMapper mapper(boolean keysOnce) {
        return JsonMapper.builder(JsonFactory.builder()
                        .configure(StreamReadFeature.STRICT_DUPLICATE_DETECTION, keysOnce)
                        .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                        // whoever logs in decides what stands in a text, and not every writer escapes it as it should
                        .enable(JsonReadFeature.ALLOW_UNESCAPED_CONTROL_CHARS)
                        .enable(JsonReadFeature.ALLOW_BACKSLASH_ESCAPING_ANY_CHARACTER)
                        // as Python writes numbers that it does not have
                        .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
                        .streamReadConstraints(StreamReadConstraints.builder()
                                .maxNestingDepth(DEEPEST)
                                .build())
                        .build())
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                .build();
    }

    private final String name;
    private final RecordText text;
    private final CsvFormat format;
    private final List<String> keys;
    private final List<String[]> paths = new ArrayList<>();
    /** Where the time and the outcome are, and what is on the way there: of several values none is the one. JSON pointers. */
    private final Set<String> decisive = new HashSet<>();
    /** Where parsing broke off last. */
    private String broken = "";

    private final RowValues row;
    private final LoginRows rows;
    private final RejectedRows rejected;
    /** Keys that some line had, a value of null too. */
    private final boolean[] seen;
    /** Every key of the first lines, as paths. */
    private final Set<String> found = new LinkedHashSet<>();

    private char[] line = new char[1 << 12];
    private int length;
    private long objects;

    JsonLinesLoginReader(String name, RecordText text, CsvFormat format, RowOrder order, ReadRequest request) {
        this.name = name;
        this.text = text;
        this.format = format;
        rejected = request.rejected();
        keys = new ArrayList<>(format.columns().values());
        if (format.labelColumn() != null) {
            DetectorOutput.refuseAsLabel(keys, format.labelColumn(), name);
            keys.add(format.labelColumn());
        }
        for (String key : keys) {
            paths.add(key.split("\\."));
        }
        for (LoginField field : List.of(LoginField.TIME, LoginField.SUCCESS)) {
            String key = format.columns().get(field);
            decisive.add(JsonPointer.empty().appendProperty(key).toString());
            JsonPointer way = JsonPointer.empty();
            for (String step : key.split("\\.")) {
                way = way.appendProperty(step);
                decisive.add(way.toString());
            }
        }
        seen = new boolean[keys.size()];
        row = new RowValues(format, keys, request.needed());
        rows = LoginRows.ofFile(row, order, request);
    }

    @Override
    public Labelled<LoginEvent> next() throws IOException {
        while (true) {
            text.beginRecord();
            try {
                if (!readLine()) {
                    requireKeys();
                    rows.end();
                    return null;
                }
            } catch (RecordText.TooLongException e) {
                leaveOut(Reason.TOO_LONG, "more than " + text.longest() + " characters in one record");
                text.skipLine();
                continue;
            } catch (InputFile.DamagedException e) {
                throw new InputException(
                        name + ": " + e.getMessage() + " after " + rows.count() + " rows, line " + text.recordLine()
                                + ". Fetch or make the file again; nothing is guessed about the rest",
                        e);
            }
            if (isBlank()) {
                continue;
            }
            JsonNode login;
            Optional<String> odd = Optional.empty();
            try {
                login = parse(MAPPER);
            } catch (JsonProcessingException e) {
                odd = Optional.of(e.getOriginalMessage());
                if (decisive.contains(broken)) {
                    leaveOut(Reason.JSON, e.getOriginalMessage());
                    continue;
                }
                try {
                    login = parse(LENIENT);
                } catch (JsonProcessingException again) {
                    leaveOut(Reason.JSON, e.getOriginalMessage());
                    continue;
                }
            }
            if (!login.isObject()) {
                leaveOut(Reason.JSON, "found " + login.getNodeType());
                continue;
            }
            if (objects++ < LOOKED_AT) {
                collect(login, "");
            } else if (objects == LOOKED_AT + 1) {
                requireKeys();
            }
            row.begin();
            if (odd.isPresent()) {
                row.odd(Reason.DUPLICATE_KEY, odd.get() + "; the last value is used", text.recordHead(SHOWN));
            }
            for (int i = 0; i < keys.size(); i++) {
                take(i, value(login, i));
            }
            Labelled<LoginEvent> taken = rows.take(text.recordLine());
            if (taken != null) {
                return taken;
            }
        }
    }

    private JsonNode parse(JsonMapper mapper) throws IOException {
        int from = length > 0 && line[0] == '\ufeff' ? 1 : 0; // files with byte order marks, one behind the other
        try (JsonParser parser = mapper.createParser(new CharArrayReader(line, from, length - from))) {
            try {
                return mapper.readTree(parser);
            } catch (JsonProcessingException e) {
                broken = parser.getParsingContext().pathAsPointer().toString();
                throw e;
            }
        }
    }

    /** Takes the paths of an object's keys, so that a message can name them. */
    private void collect(JsonNode object, String before) {
        for (Map.Entry<String, JsonNode> entry : object.properties()) {
            String path = before + entry.getKey();
            if (found.size() == MAX_FOUND) {
                return;
            }
            if (entry.getValue().isObject()) {
                collect(entry.getValue(), path + ".");
            } else {
                found.add(path);
            }
        }
    }

    /** Refuses a log of which no line has a key that every log must have. */
    private void requireKeys() {
        if (objects == 0) {
            return;
        }
        for (int i = 0; i < keys.size(); i++) {
            String key = keys.get(i);
            boolean required = format.columns().entrySet().stream()
                    .anyMatch(entry ->
                            entry.getKey().required() && entry.getValue().equals(key));
            if (seen[i] || !required && !key.equals(format.labelColumn())) {
                continue;
            }
            List<String> unused =
                    found.stream().filter(each -> !keys.contains(each)).toList();
            rejected.refuse(name + ": no line has the key " + key
                    + Spelling.nearest(key, unused)
                            .map(near -> "; is \"" + PlainText.of(near, SHOWN) + "\" meant?")
                            .orElse(".")
                    + " Found: " + PlainText.of(String.join(", ", found), 5 * SHOWN)
                    + ". Map the keys under data.format.columns");
        }
    }

    private void leaveOut(Reason reason, String detail) throws IOException {
        rows.leaveOut(text.recordLine(), reason, detail, text.recordHead(SHOWN));
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
        if (value.isMissingNode()) {
            row.missing(key);
            return;
        }
        seen[key] = true;
        if (value.isContainerNode() && !isList(value)) {
            String shown = Objects.toString(value);
            row.unreadable(
                    key,
                    Reason.JSON,
                    "a text, a number, true, false or null is expected here",
                    shown.substring(0, Math.min(SHOWN, shown.length())));
            return;
        }
        String content;
        if (isNothing(value)) {
            content = "";
        } else if (value.isArray()) {
            content = StreamSupport.stream(value.spliterator(), false)
                    .filter(each -> !isNothing(each))
                    .map(JsonNode::asText)
                    .collect(Collectors.joining(", "));
        } else if (value.isBigDecimal() && Math.abs((long) value.decimalValue().scale()) < LONGEST_NUMBER) {
            content = value.decimalValue().toPlainString(); // a time in seconds has no exponent
        } else {
            content = value.asText();
        }
        char[] characters = content.toCharArray();
        row.field(key, characters, 0, characters.length, true);
    }

    private static boolean isNothing(JsonNode value) {
        return value.isNull() || value.isDouble() && !Double.isFinite(value.doubleValue());
    }

    /** Whether the value is a list of values, as proxies write the addresses that a request came through. */
    private static boolean isList(JsonNode value) {
        return value.isArray()
                && StreamSupport.stream(value.spliterator(), false).allMatch(JsonNode::isValueNode);
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
