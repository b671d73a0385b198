package dev.octet.detect.baseline;

import dev.octet.detect.DetectorState;
import dev.octet.event.InputException;
import java.util.HashMap;
import java.util.Map;

/** Reads a {@link DetectorState} that may come from a damaged or a newer bundle: everything is checked, and copied. */
final class StateReader {
    private final DetectorState state;

    /** @throws InputException if the state is of another kind or of a version that is not known */
    StateReader(DetectorState state, String kind, int version) {
        if (!state.kind().equals(kind)) {
            throw new InputException("the state is that of a detector " + state.kind() + ", not " + kind);
        }
        if (state.version() != version) {
            throw new InputException("state of " + kind + ": version " + state.version() + " is not known, only "
                    + version + "; use the release of Octet that wrote it, or train again");
        }
        this.state = state;
    }

    RowColumns columns() {
        int width = integer("width");
        if (width < 1) {
            throw damaged("setting width is " + width);
        }
        return new RowColumns(state.kind(), RowColumns.decode(state.kind(), text("columns")), width);
    }

    String text(String name) {
        return setting(name, String.class);
    }

    boolean flag(String name) {
        return setting(name, Boolean.class);
    }

    int integer(String name) {
        long value = longInteger(name);
        if (value != (int) value) {
            throw damaged("setting " + name + " is " + value);
        }
        return (int) value;
    }

    long longInteger(String name) {
        return setting(name, Long.class);
    }

    double number(String name) {
        Object value = state.settings().get(name);
        return value instanceof Long whole ? whole : setting(name, Double.class);
    }

    float[] floats(String name, int length) {
        return array(name, float[].class, length).clone();
    }

    double[] doubles(String name, int length) {
        return array(name, double[].class, length).clone();
    }

    /** An array of whole rows of {@code width} values. */
    double[] table(String name, int width) {
        int length = length(name);
        if (length % width != 0) {
            throw damaged("array " + name + " of " + length + " values does not hold rows of " + width);
        }
        return doubles(name, length);
    }

    long[] longs(String name, int length) {
        return array(name, long[].class, length).clone();
    }

    int[] ints(String name, int length) {
        return array(name, int[].class, length).clone();
    }

    /** Number of values of an array, to be checked against by those that must be as long. */
    int length(String name) {
        Object array = state.arrays().get(name);
        if (array == null) {
            throw damaged("array " + name + " is missing");
        }
        return java.lang.reflect.Array.getLength(array);
    }

    /** @throws InputException unless every value is in {@code [low, high)} */
    int[] indices(String name, int length, int low, int high) {
        int[] values = ints(name, length);
        for (int value : values) {
            if (value < low || value >= high) {
                throw damaged("array " + name + " holds " + value + ", allowed is [" + low + ", " + high + ")");
            }
        }
        return values;
    }

    /** Right children of trees in preorder; each lies behind its parent's left child, so that every walk ends. */
    int[] rightChildren(String name, int[] columns) {
        int[] rights = indices(name, columns.length, 0, columns.length);
        for (int node = 0; node < columns.length; node++) {
            if (columns[node] >= 0 && rights[node] <= node + 1) {
                throw damaged("node " + node + " of array " + name + " points to " + rights[node]);
            }
        }
        return rights;
    }

    InputException damaged(String what) {
        return new InputException("state of " + state.kind() + ": " + what + "; the bundle is damaged, make it again");
    }

    private <T> T setting(String name, Class<T> type) {
        Object value = state.settings().get(name);
        if (!type.isInstance(value)) {
            throw damaged("setting " + name + " is " + value + ", not a " + type.getSimpleName());
        }
        return type.cast(value);
    }

    private <T> T array(String name, Class<T> type, int length) {
        int found = length(name);
        Object array = state.arrays().get(name);
        if (!type.isInstance(array) || found != length) {
            throw damaged("array " + name + " is a " + array.getClass().getSimpleName() + " of " + found + ", not a "
                    + type.getSimpleName() + " of " + length);
        }
        return type.cast(array);
    }

    /** Settings that every state has, to which a detector adds its own. */
    static Map<String, Object> settings(RowColumns columns) {
        Map<String, Object> settings = new HashMap<>();
        settings.put("width", (long) columns.width());
        settings.put("columns", columns.encode());
        return settings;
    }
}
