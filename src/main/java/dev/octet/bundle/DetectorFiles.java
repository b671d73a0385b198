package dev.octet.bundle;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.octet.detect.DetectorState;
import dev.octet.event.InputException;
import dev.octet.event.text.JsonText;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * A {@link DetectorState} as two files: {@code detector.json} names the kind, the settings and the arrays; {@code
 * weights.bin} holds the arrays' values, little-endian, one after the other in the order of the list.
 */
public final class DetectorFiles {
    static final String DESCRIPTION = "detector.json";
    static final String WEIGHTS = "weights.bin";
    /** Far above any detector of Octet's, and a bound for what a file can make it allocate. */
    private static final long MAX_BYTES = 512L << 20;

    private DetectorFiles() {}

    /** Writes both files into a directory. */
    public static void write(DetectorState state, Path directory) throws IOException {
        ObjectNode root = Json.object();
        root.put("kind", state.kind());
        root.put("version", state.version());
        ObjectNode settings = root.putObject("settings");
        new TreeMap<>(state.settings()).forEach((name, value) -> put(settings, name, value));
        ArrayNode arrays = root.putArray("arrays");
        Map<String, Object> sorted = new TreeMap<>(state.arrays());
        long bytes = 0;
        for (Map.Entry<String, Object> entry : sorted.entrySet()) {
            Element element = Element.of(entry.getValue());
            int length = java.lang.reflect.Array.getLength(entry.getValue());
            arrays.addObject()
                    .put("name", entry.getKey())
                    .put("type", element.name().toLowerCase(Locale.ROOT))
                    .put("length", length);
            bytes += (long) length * element.bytes;
        }
        ByteBuffer out = ByteBuffer.allocate(Math.toIntExact(bytes)).order(ByteOrder.LITTLE_ENDIAN);
        sorted.values().forEach(array -> Element.of(array).write(array, out));
        Json.write(root, directory.resolve(DESCRIPTION));
        Files.write(directory.resolve(WEIGHTS), out.array());
    }

    /**
     * Reads them.
     *
     * @throws InputException if they are damaged
     */
    public static DetectorState read(Path directory) throws IOException {
        Path description = directory.resolve(DESCRIPTION);
        JsonNode root = Json.read(description);
        Map<String, Object> settings = new LinkedHashMap<>();
        Json.required(root, "settings", description)
                .properties()
                .forEach(entry -> settings.put(entry.getKey(), scalar(entry.getValue(), description)));
        long size = Files.size(directory.resolve(WEIGHTS));
        if (size > MAX_BYTES) {
            throw new InputException(
                    directory.resolve(WEIGHTS) + " has " + size + " bytes, at most " + MAX_BYTES + " are read");
        }
        byte[] weights = Files.readAllBytes(directory.resolve(WEIGHTS));
        ByteBuffer in = ByteBuffer.wrap(weights).order(ByteOrder.LITTLE_ENDIAN);
        Map<String, Object> arrays = new LinkedHashMap<>();
        for (JsonNode array : Json.array(root, "arrays", description)) {
            String name = Json.text(array, "name", description);
            Element element = Element.named(Json.text(array, "type", description), description);
            long length = Json.integer(array, "length", description);
            if (length < 0 || length > in.remaining() / element.bytes) {
                throw new InputException(description + ": array " + name + " of " + length + " " + element.bytes
                        + "-byte values does not fit into the " + in.remaining() + " bytes left of " + WEIGHTS
                        + "; the bundle is damaged, make it again");
            }
            if (arrays.put(name, element.read(in, (int) length)) != null) {
                throw new InputException(description + ": the array " + name + " is listed twice");
            }
        }
        if (in.hasRemaining()) {
            throw new InputException(directory.resolve(WEIGHTS) + ": " + in.remaining() + " bytes more than "
                    + DESCRIPTION + " lists; the bundle is damaged, make it again");
        }
        long version = Json.integer(root, "version", description);
        if (version != (int) version) {
            throw new InputException(description + ": \"version\" is " + version + ", which no detector has");
        }
        return new DetectorState(Json.text(root, "kind", description), (int) version, settings, arrays);
    }

    private static void put(ObjectNode settings, String name, Object value) {
        if (value instanceof String text) {
            settings.put(name, text);
        } else if (value instanceof Long number) {
            settings.put(name, number);
        } else if (value instanceof Double number) {
            settings.put(name, number);
        } else if (value instanceof Boolean flag) {
            settings.put(name, flag);
        } else {
            throw new IllegalArgumentException("setting " + name + " is a "
                    + value.getClass().getName() + "; a detector's state holds String, Long, Double and Boolean only");
        }
    }

    private static Object scalar(JsonNode node, Path file) {
        return switch (node.getNodeType()) {
            case STRING -> node.textValue();
            case BOOLEAN -> node.booleanValue();
            case NUMBER -> number(node, file);
            default ->
                throw new InputException(
                        file + ": settings hold texts, numbers and booleans only, found " + node.getNodeType());
        };
    }

    private static Object number(JsonNode node, Path file) {
        if (node.isIntegralNumber() && node.canConvertToLong()) {
            return node.longValue();
        }
        if (node.isIntegralNumber() || !Double.isFinite(node.doubleValue())) {
            throw new InputException(file + ": settings hold 64-bit numbers, found " + JsonText.line(node));
        }
        return node.doubleValue();
    }

    /** The element types that an array of a state can have. */
    private enum Element {
        FLOAT(4) {
            @Override
            void write(Object array, ByteBuffer out) {
                for (float value : (float[]) array) {
                    out.putFloat(value);
                }
            }

            @Override
            Object read(ByteBuffer in, int length) {
                float[] array = new float[length];
                for (int i = 0; i < length; i++) {
                    array[i] = in.getFloat();
                }
                return array;
            }
        },
        DOUBLE(8) {
            @Override
            void write(Object array, ByteBuffer out) {
                for (double value : (double[]) array) {
                    out.putDouble(value);
                }
            }

            @Override
            Object read(ByteBuffer in, int length) {
                double[] array = new double[length];
                for (int i = 0; i < length; i++) {
                    array[i] = in.getDouble();
                }
                return array;
            }
        },
        INT(4) {
            @Override
            void write(Object array, ByteBuffer out) {
                for (int value : (int[]) array) {
                    out.putInt(value);
                }
            }

            @Override
            Object read(ByteBuffer in, int length) {
                int[] array = new int[length];
                for (int i = 0; i < length; i++) {
                    array[i] = in.getInt();
                }
                return array;
            }
        },
        LONG(8) {
            @Override
            void write(Object array, ByteBuffer out) {
                for (long value : (long[]) array) {
                    out.putLong(value);
                }
            }

            @Override
            Object read(ByteBuffer in, int length) {
                long[] array = new long[length];
                for (int i = 0; i < length; i++) {
                    array[i] = in.getLong();
                }
                return array;
            }
        };

        final int bytes;

        Element(int bytes) {
            this.bytes = bytes;
        }

        abstract void write(Object array, ByteBuffer out);

        abstract Object read(ByteBuffer in, int length);

        static Element of(Object array) {
            if (array instanceof float[]) {
                return FLOAT;
            } else if (array instanceof double[]) {
                return DOUBLE;
            } else if (array instanceof int[]) {
                return INT;
            } else if (array instanceof long[]) {
                return LONG;
            }
            throw new IllegalArgumentException("a detector's state holds float[], double[], int[] and long[] only, got "
                    + array.getClass().getSimpleName());
        }

        static Element named(String name, Path file) {
            for (Element element : values()) {
                if (element.name().toLowerCase(Locale.ROOT).equals(name)) {
                    return element;
                }
            }
            throw new InputException(file + ": array type \"" + name + "\" is not one of float, double, int, long");
        }
    }
}
