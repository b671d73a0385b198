package dev.octet.event;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * The values of a login's fields beyond the table of {@link LoginField}, in the order in which its source has them.
 * Immutable.
 *
 * @param values a {@link String} or a {@link Double} each, as the field's kind
 */
record ExtraValues(List<LoginField> fields, List<Object> values) {
    static final ExtraValues NONE = new ExtraValues(List.of(), List.of());

    /** The place of a field, -1 where the source does not have it. */
    int indexOf(LoginField field) {
        for (int i = 0; i < fields.size(); i++) {
            if (fields.get(i).equals(field)) {
                return i;
            }
        }
        return -1;
    }

    /** {@code ""} where it is missing. */
    String text(LoginField field) {
        require(field, LoginField.Kind.TEXT);
        int place = indexOf(field);
        return place < 0 ? "" : (String) values.get(place);
    }

    /** NaN where it is missing. */
    double number(LoginField field) {
        require(field, LoginField.Kind.NUMBER);
        int place = indexOf(field);
        return place < 0 ? Double.NaN : (Double) values.get(place);
    }

    private static void require(LoginField field, LoginField.Kind kind) {
        if (field.kind() != kind) {
            throw new IllegalArgumentException(field + " is of the kind " + field.kind() + ", not " + kind);
        }
    }

    /**
     * The same with another value of one field.
     *
     * @throws IllegalArgumentException if the value is of another kind than the field, or there are too many fields
     */
    ExtraValues with(LoginField field, Object value) {
        require(field, value instanceof String ? LoginField.Kind.TEXT : LoginField.Kind.NUMBER);
        int place = indexOf(field);
        if (place >= 0 && values.get(place).equals(value)) {
            return this;
        }
        if (place < 0 && fields.size() == LoginField.MAX_EXTRA) {
            throw new IllegalArgumentException("a login has at most " + LoginField.MAX_EXTRA + " extra fields");
        }
        List<LoginField> moreFields = fields;
        List<Object> moreValues = new ArrayList<>(values);
        if (place >= 0) {
            moreValues.set(place, value);
        } else {
            moreFields = new ArrayList<>(fields);
            moreFields.add(Objects.requireNonNull(field, "field"));
            moreValues.add(value);
        }
        return new ExtraValues(List.copyOf(moreFields), List.copyOf(moreValues));
    }

    /** Characters of all texts. */
    long characters() {
        long sum = 0;
        for (Object value : values) {
            sum += value instanceof String text ? text.length() : 0;
        }
        return sum;
    }
}
