package dev.octet.event.text;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/**
 * JSON that its caller puts together, as bytes: for what is said of each login. Texts are written as {@link JsonText} writes
 * them; names, commas and brackets are the caller's. Not thread-safe.
 */
public final class JsonBytes {
    private static final byte[] NULL = "null".getBytes(StandardCharsets.US_ASCII);

    private final TextBytes out = new TextBytes();

    /** The JSON in UTF-8, from 0 to {@link #length}; what follows is room. */
    public byte[] bytes() {
        return out.array();
    }

    /** Number of bytes that are JSON. */
    public int length() {
        return out.length();
    }

    /** Adds JSON as it is. */
    public JsonBytes raw(byte[] utf8) {
        out.add(utf8);
        return this;
    }

    /** Adds JSON as it is. */
    public JsonBytes raw(String json) {
        if (isAscii(json)) {
            out.ascii(json);
        } else {
            out.add(json.getBytes(StandardCharsets.UTF_8));
        }
        return this;
    }

    private static boolean isAscii(String text) {
        int all = 0;
        for (int i = 0; i < text.length(); i++) {
            all |= text.charAt(i);
        }
        return all < 0x80;
    }

    /** Adds a text in quotes, without hidden characters. */
    public JsonBytes text(String text) {
        int before = out.length();
        out.room(3 * text.length() + 2);
        out.put('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\' || HiddenCharacters.is(c)) {
                return escaped(text, before);
            }
            if (c < 0x80) {
                out.put(c);
            } else if (c < 0x800) {
                out.put(0xc0 | c >> 6);
                out.put(0x80 | c & 0x3f);
            } else {
                out.put(0xe0 | c >> 12);
                out.put(0x80 | c >> 6 & 0x3f);
                out.put(0x80 | c & 0x3f);
            }
        }
        out.put('"');
        return this;
    }

    /** Few texts have a character that must be escaped. */
    private JsonBytes escaped(String text, int from) {
        out.cut(from);
        StringWriter quoted = new StringWriter();
        try (JsonGenerator json = JsonText.generator(quoted)) {
            json.writeString(text);
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory cannot fail", e);
        }
        out.add(quoted.toString().getBytes(StandardCharsets.UTF_8));
        return this;
    }

    /** Adds the shortest digits that give the same number back; {@code null} where JSON has no such number, as infinity. */
    public JsonBytes number(double value) {
        if (Double.isFinite(value)) {
            out.number(value);
        } else {
            out.add(NULL);
        }
        return this;
    }

    /** Adds a whole number. */
    public JsonBytes number(long value) {
        out.number(value);
        return this;
    }

    /** Adds {@code true} or {@code false}. */
    public JsonBytes truth(boolean value) {
        out.ascii(value ? "true" : "false");
        return this;
    }

    /** Adds a time, microseconds since 1970, as a text in UTC: {@code "2024-05-01T12:34:56.789Z"}. */
    public JsonBytes time(long micros) {
        out.room(1);
        out.put('"');
        out.time(micros, false);
        out.room(1);
        out.put('"');
        return this;
    }
}
