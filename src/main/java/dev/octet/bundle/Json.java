package dev.octet.bundle;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.octet.event.InputException;
import dev.octet.event.text.JsonText;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A bundle's JSON: plain trees, read strictly and never turned into classes that the file names. Of jackson-databind it
 * needs the nodes only, which are all of it that octet-scorer holds.
 */
final class Json {
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .streamReadConstraints(
                    StreamReadConstraints.builder().maxNestingDepth(64).build())
            .build();
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    /** Against a file that is there to fill the memory; real ones have some kilobytes, with large vocabularies some megabytes. */
    static final long MAX_BYTES = 64L << 20;

    private Json() {}

    static ObjectNode object() {
        return NODES.objectNode();
    }

    static void write(JsonNode root, Path file) throws IOException {
        Files.writeString(file, JsonText.indented(root) + "\n");
    }

    /** How many bytes {@link #write} would write. */
    static long length(JsonNode root) throws IOException {
        try (CountingOutput out = new CountingOutput()) {
            JsonText.indented(root, out);
            return out.bytes + 1;
        }
    }

    private static final class CountingOutput extends OutputStream {
        private long bytes;

        @Override
        public void write(int any) {
            bytes++;
        }

        @Override
        public void write(byte[] any, int offset, int count) {
            bytes += count;
        }
    }

    /**
     * A small file as text.
     *
     * @throws InputException if it is larger than any that Octet writes, or not UTF-8
     */
    static String readText(Path file) throws IOException {
        long size = Files.size(file);
        if (size > MAX_BYTES) {
            throw new InputException(
                    file + " has " + size + " bytes; no such file of a bundle has more than " + MAX_BYTES);
        }
        try {
            return Files.readString(file);
        } catch (CharacterCodingException e) {
            throw new InputException(file + " is not UTF-8 text", e);
        }
    }

    static JsonNode read(Path file) throws IOException {
        try {
            JsonNode root = parse(readText(file));
            if (!root.isObject()) {
                throw new InputException(file + ": a JSON object is expected, found " + root.getNodeType());
            }
            return root;
        } catch (JsonProcessingException e) {
            throw new InputException(file + ": not readable as JSON: " + e.getOriginalMessage(), e);
        }
    }

    /**
     * One JSON value; a missing node for a text of nothing but blanks.
     *
     * @throws JsonProcessingException if it is none, or more than one
     */
    static JsonNode parse(String text) throws IOException {
        try (JsonParser json = FACTORY.createParser(text)) {
            JsonNode root = json.nextToken() == null ? MissingNode.getInstance() : value(json);
            if (json.nextToken() != null) {
                throw new JsonParseException(json, "more follows after its end: " + json.currentToken());
            }
            return root;
        }
    }

    /** The value that begins with the current token; the parser bounds how deep it can be. */
    private static JsonNode value(JsonParser json) throws IOException {
        return switch (json.currentToken()) {
            case START_OBJECT -> {
                ObjectNode object = NODES.objectNode();
                for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
                    json.nextToken();
                    object.set(name, value(json));
                }
                yield object;
            }
            case START_ARRAY -> {
                ArrayNode array = NODES.arrayNode();
                while (json.nextToken() != JsonToken.END_ARRAY) {
                    array.add(value(json));
                }
                yield array;
            }
            case VALUE_STRING -> NODES.textNode(json.getText());
            case VALUE_NUMBER_INT ->
                switch (json.getNumberType()) {
                    case INT -> NODES.numberNode(json.getIntValue());
                    case LONG -> NODES.numberNode(json.getLongValue());
                    default -> NODES.numberNode(json.getBigIntegerValue());
                };
            case VALUE_NUMBER_FLOAT -> NODES.numberNode(json.getDoubleValue());
            case VALUE_TRUE, VALUE_FALSE -> NODES.booleanNode(json.getBooleanValue());
            case VALUE_NULL -> NODES.nullNode();
            default -> throw new JsonParseException(json, "no value begins with " + json.currentToken());
        };
    }

    static JsonNode required(JsonNode node, String name, Path file) {
        JsonNode value = node.get(name);
        if (value == null) {
            throw new InputException(file + ": \"" + name + "\" is missing");
        }
        return value;
    }

    static String text(JsonNode node, String name, Path file) {
        JsonNode value = required(node, name, file);
        if (!value.isTextual()) {
            throw new InputException(file + ": \"" + name + "\" must be a text, found " + JsonText.line(value));
        }
        return value.textValue();
    }

    static long integer(JsonNode node, String name, Path file) {
        JsonNode value = required(node, name, file);
        if (!value.isIntegralNumber() || !value.canConvertToLong()) {
            throw new InputException(file + ": \"" + name + "\" must be a whole number, found " + JsonText.line(value));
        }
        return value.longValue();
    }

    static JsonNode array(JsonNode node, String name, Path file) {
        JsonNode value = required(node, name, file);
        if (!value.isArray()) {
            throw new InputException(file + ": \"" + name + "\" must be a list, found " + JsonText.line(value));
        }
        return value;
    }

    static double number(JsonNode node, String name, Path file) {
        JsonNode value = required(node, name, file);
        if (!value.isNumber() || !Double.isFinite(value.doubleValue())) {
            throw new InputException(
                    file + ": \"" + name + "\" must be a finite number, found " + JsonText.line(value));
        }
        return value.doubleValue();
    }

    /** A number written as text, which may be infinite or NaN. */
    static double decimal(JsonNode node, String name, Path file) {
        String text = text(node, name, file);
        try {
            return Double.parseDouble(text);
        } catch (NumberFormatException e) {
            throw new InputException(file + ": \"" + name + "\" must be a number as text, found \"" + text + "\"", e);
        }
    }

    static boolean truth(JsonNode node, String name, Path file) {
        JsonNode value = required(node, name, file);
        if (!value.isBoolean()) {
            throw new InputException(file + ": \"" + name + "\" must be true or false, found " + JsonText.line(value));
        }
        return value.booleanValue();
    }
}
