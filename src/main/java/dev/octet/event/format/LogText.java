package dev.octet.event.format;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import dev.octet.event.InputFile;
import dev.octet.event.record.Decoding;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * What a file looks like by its first bytes, unpacked and as UTF-8.
 *
 * @param path the file
 * @param kind how it holds records
 * @param head its first bytes; at most 1 MiB
 * @param encoding of the file itself
 */
record LogText(Path path, Kind kind, byte[] head, Charset encoding) {
    private static final int HEAD = 1 << 20;
    private static final JsonFactory JSON = new JsonFactory();

    /** How a file holds records. */
    enum Kind {
        /** Each line is one or more JSON values. */
        JSON_LINES,
        /** JSON values that go over lines, or one that fills the file. */
        JSON_DOCUMENT,
        /** Text that is no JSON. */
        TEXT,
        PARQUET,
        EMPTY
    }

    static LogText of(Path path) throws IOException {
        byte[] raw;
        try (InputStream in = InputFile.openAny(path)) {
            raw = in.readNBytes(1 << 10);
        }
        if (raw.length >= 4 && raw[0] == 'P' && raw[1] == 'A' && raw[2] == 'R' && raw[3] == '1') {
            return new LogText(path, Kind.PARQUET, raw, Decoding.of(new byte[0], 0));
        }
        byte[] head;
        try (InputStream in = Decoding.utf8(InputFile.openAny(path))) {
            head = in.readNBytes(HEAD);
        }
        return new LogText(path, kind(head), head, Decoding.of(raw, raw.length));
    }

    /** What a text looks like that is there as a whole. */
    static LogText of(byte[] text) throws IOException {
        return new LogText(null, kind(text), text, Decoding.of(new byte[0], 0));
    }

    /** The head as a stream of its own. */
    InputStream beginning() {
        return new ByteArrayInputStream(head);
    }

    /** The first line that is not blank; {@code ""} where there is none. */
    String firstLine() {
        if (kind == Kind.PARQUET) {
            return "PAR1";
        }
        return new String(head, 0, Math.min(head.length, 1 << 12), StandardCharsets.UTF_8)
                .lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .findFirst()
                .orElse("");
    }

    /** All of the file, unpacked and as UTF-8. */
    InputStream open() throws IOException {
        return Decoding.utf8(InputFile.openAny(path));
    }

    /** Whether the head is the whole file. */
    boolean isWhole() {
        return head.length < HEAD;
    }

    private static Kind kind(byte[] head) throws IOException {
        int from = 0;
        while (from < head.length && (head[from] <= ' ' || from < 3 && (head[from] & 0xff) >= 0xbb)) {
            from++;
        }
        if (from == head.length) {
            return Kind.EMPTY;
        }
        if (head[from] != '{' && head[from] != '[' || !beginsJson(head, from)) {
            return Kind.TEXT;
        }
        int end = from;
        while (end < head.length && head[end] != '\n') {
            end++;
        }
        if (end == HEAD) {
            return Kind.JSON_DOCUMENT; // a line too long to be held
        }
        return isJson(head, from, end) ? Kind.JSON_LINES : Kind.JSON_DOCUMENT;
    }

    private static boolean beginsJson(byte[] head, int from) throws IOException {
        try (JsonParser parser = JSON.createParser(head, from, head.length - from)) {
            JsonToken first = parser.nextToken();
            JsonToken second = parser.nextToken();
            return first == JsonToken.START_OBJECT && (second == JsonToken.FIELD_NAME || second == JsonToken.END_OBJECT)
                    || first == JsonToken.START_ARRAY
                            && (second == JsonToken.START_OBJECT || second == JsonToken.END_ARRAY);
        } catch (JsonProcessingException e) {
            return false;
        }
    }

    private static boolean isJson(byte[] bytes, int from, int to) throws IOException {
        try (JsonParser parser = JSON.createParser(bytes, from, to - from)) {
            int depth = 0;
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
            }
            return depth == 0;
        } catch (JsonProcessingException e) {
            return false;
        }
    }
}
