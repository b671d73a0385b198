package dev.octet.event.text;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.CharacterEscapes;
import com.fasterxml.jackson.core.io.SerializedString;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.JsonGeneratorDelegate;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Map;

/**
 * Writes JSON whose texts are safe to print and one line each: hidden characters, and all above U+FFFF, are {@code \}{@code
 * uXXXX} escapes of JSON. A reader of JSON gets exactly the text that was
 * written, with U+FFFD for a surrogate without its partner. Thread-safe.
 */
public final class JsonText {
    private static final JsonFactory FACTORY =
            new JsonFactoryBuilder().characterEscapes(new Escapes()).build();

    private JsonText() {}

    /** A generator to a stream, in UTF-8; {@code close()} closes the stream, too. */
    public static JsonGenerator generator(OutputStream out) throws IOException {
        return new WellFormed(FACTORY.createGenerator(out));
    }

    /** As {@link #generator(OutputStream)}. */
    public static JsonGenerator generator(Writer out) throws IOException {
        return new WellFormed(FACTORY.createGenerator(out));
    }

    /** A tree on one line, without a line end. */
    public static String line(JsonNode tree) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = generator(text)) {
            write(tree, json);
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory cannot fail", e);
        }
        return text.toString();
    }

    /** A tree for a reader, indented, with line feeds, without a line end. */
    public static String indented(JsonNode tree) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            indented(tree, bytes);
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory cannot fail", e);
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    /** As {@link #indented(JsonNode)}, in UTF-8 to a stream, which is closed then. */
    public static void indented(JsonNode tree, OutputStream out) throws IOException {
        DefaultIndenter indenter = new DefaultIndenter("  ", "\n"); // not the system's line end
        try (JsonGenerator json = generator(out)) {
            json.setPrettyPrinter(new DefaultPrettyPrinter().withObjectIndenter(indenter));
            write(tree, json);
        }
    }

    /** Writes a tree without Jackson's mapper, which octet-scorer does not have. */
    private static void write(JsonNode node, JsonGenerator json) throws IOException {
        switch (node.getNodeType()) {
            case OBJECT -> {
                json.writeStartObject();
                for (Map.Entry<String, JsonNode> each : node.properties()) {
                    json.writeFieldName(each.getKey());
                    write(each.getValue(), json);
                }
                json.writeEndObject();
            }
            case ARRAY -> {
                json.writeStartArray();
                for (JsonNode each : node) {
                    write(each, json);
                }
                json.writeEndArray();
            }
            case STRING -> json.writeString(node.textValue());
            case BOOLEAN -> json.writeBoolean(node.booleanValue());
            case NULL, MISSING -> json.writeNull();
            case NUMBER -> {
                switch (node.numberType()) {
                    case INT, LONG -> json.writeNumber(node.longValue());
                    case BIG_INTEGER -> json.writeNumber(node.bigIntegerValue());
                    case FLOAT -> json.writeNumber(node.floatValue());
                    case DOUBLE -> json.writeNumber(node.doubleValue());
                    case BIG_DECIMAL -> json.writeNumber(node.decimalValue());
                }
            }
            case BINARY, POJO -> throw new IllegalArgumentException("JSON has no node of type " + node.getNodeType());
        }
    }

    /** Writes U+FFFD for a surrogate without its partner, which would make the JSON unreadable. */
    private static final class WellFormed extends JsonGeneratorDelegate {
        WellFormed(JsonGenerator json) {
            super(json, false);
        }

        @Override
        public void writeFieldName(String name) throws IOException {
            super.writeFieldName(wellFormed(name));
        }

        @Override
        public void writeString(String text) throws IOException {
            super.writeString(wellFormed(text));
        }

        private static String wellFormed(String text) {
            if (text == null || !hasSurrogate(text)) {
                return text;
            }
            return text.codePoints()
                    .map(c -> Character.getType(c) == Character.SURROGATE ? HiddenCharacters.REPLACEMENT : c)
                    .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                    .toString();
        }

        /** A loop, for every text of every answer goes through it, and a stream took longer than the writing. */
        private static boolean hasSurrogate(String text) {
            for (int i = 0; i < text.length(); i++) {
                if (Character.isSurrogate(text.charAt(i))) {
                    return true;
                }
            }
            return false;
        }
    }

    /** Jackson asks for one UTF-16 unit at a time, so pairs of them are escaped both or not at all. */
    private static final class Escapes extends CharacterEscapes {
        private static final long serialVersionUID = 1;
        private static final HexFormat HEX = HexFormat.of();

        private final int[] ascii = standardAsciiEscapesForJSON();

        Escapes() {
            ascii[0x7f] = ESCAPE_STANDARD;
        }

        @Override
        public int[] getEscapeCodesForAscii() {
            return ascii;
        }

        @Override
        public SerializableString getEscapeSequence(int unit) {
            return HiddenCharacters.is(unit) ? new SerializedString("\\u" + HEX.toHexDigits((char) unit)) : null;
        }
    }
}
