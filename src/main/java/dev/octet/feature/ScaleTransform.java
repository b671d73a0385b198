package dev.octet.feature;

import java.util.ArrayList;
import java.util.List;
import org.datavec.api.transform.metadata.ColumnMetaData;
import org.datavec.api.transform.metadata.FloatMetaData;
import org.datavec.api.transform.schema.Schema;
import org.datavec.api.transform.transform.BaseTransform;
import org.datavec.api.writable.FloatWritable;
import org.datavec.api.writable.Writable;

/**
 * Scales every column, (x - center) / width, without clamping. DataVec's own min-max transform multiplies by a ratio
 * that is infinite for a constant column.
 */
final class ScaleTransform extends BaseTransform {
    private static final long serialVersionUID = 1L;

    private String[] columnNames;
    /** Hexadecimal: exact, and the same text on every JDK. */
    private String[] centers;

    private String[] widths;

    /** The same, once parsed. */
    private transient volatile Scale[] scales;

    /** For DataVec, which fills in the fields. */
    ScaleTransform() {}

    ScaleTransform(List<String> columnNames, List<Scale> scales) {
        this.columnNames = columnNames.toArray(String[]::new);
        centers =
                scales.stream().map(scale -> Double.toHexString(scale.center())).toArray(String[]::new);
        widths = scales.stream().map(scale -> Double.toHexString(scale.width())).toArray(String[]::new);
    }

    @Override
    public Schema transform(Schema inputSchema) {
        if (!inputSchema.getColumnNames().equals(List.of(columnNames))) {
            throw new IllegalStateException(
                    "columns are " + inputSchema.getColumnNames() + ", not " + List.of(columnNames));
        }
        List<ColumnMetaData> columns = new ArrayList<>();
        for (String name : columnNames) {
            columns.add(new FloatMetaData(name));
        }
        return inputSchema.newSchema(columns);
    }

    @Override
    public List<Writable> map(List<Writable> writables) {
        if (scales == null) {
            Scale[] parsed = new Scale[columnNames.length];
            for (int i = 0; i < parsed.length; i++) {
                parsed[i] = new Scale(Double.parseDouble(centers[i]), Double.parseDouble(widths[i]));
            }
            scales = parsed;
        }
        List<Writable> mapped = new ArrayList<>(writables.size());
        for (int i = 0; i < writables.size(); i++) {
            mapped.add(new FloatWritable(scales[i].apply(writables.get(i).toDouble())));
        }
        return mapped;
    }

    @Override
    public Object map(Object input) {
        throw new UnsupportedOperationException("scales rows, not single values");
    }

    @Override
    public Object mapSequence(Object sequence) {
        throw new UnsupportedOperationException("scales rows, not single values");
    }

    @Override
    public String outputColumnName() {
        return columnNames[0];
    }

    @Override
    public String[] outputColumnNames() {
        return columnNames.clone();
    }

    @Override
    public String[] columnNames() {
        return columnNames.clone();
    }

    @Override
    public String columnName() {
        return columnNames[0];
    }

    @Override
    public String toString() {
        return "ScaleTransform(" + columnNames.length + " columns)";
    }
}
