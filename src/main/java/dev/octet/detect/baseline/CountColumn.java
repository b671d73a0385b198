package dev.octet.detect.baseline;

import dev.octet.detect.Setting;
import dev.octet.event.InputException;
import dev.octet.feature.FeatureColumns;

/** The column of a detector's rows that counts something: whole numbers, 0 or more, not scaled. */
record CountColumn(RowColumns columns, int column) {
    /** @throws InputException if there is no such feature, or it has several columns */
    static CountColumn named(RowColumns columns, String feature) {
        FeatureColumns counted = columns.feature(feature);
        if (counted.width() != 1) {
            throw new InputException(columns.kind() + ": feature " + feature + " has " + counted.width()
                    + " columns; name one that is a single count");
        }
        return new CountColumn(columns, counted.first());
    }

    /** The column that a stored detector counts by. */
    static CountColumn restored(StateReader reader, RowColumns columns) {
        int column = reader.integer("count");
        if (column < 0 || column >= columns.width()) {
            throw reader.damaged("setting count is " + column);
        }
        return new CountColumn(columns, column);
    }

    /**
     * The count of the row that begins at {@code offset}.
     *
     * @throws InputException if it is no count
     */
    float of(float[] rows, int offset) {
        float value = rows[offset + column];
        if (!(value >= 0 && value == Math.rint(value))) {
            throw new InputException(
                    columns.kind() + ": feature " + columns.name(column) + " (column " + column + ") is " + value
                            + ", and a count is a whole number, 0 or more; name a count and leave it unscaled");
        }
        return value;
    }

    static Setting<String> setting() {
        return Setting.required("feature", new Setting.Text("a feature's name"), "the feature that counts, one column");
    }
}
