package dev.octet.feature;

import java.util.ArrayList;
import java.util.List;
import org.datavec.api.transform.metadata.ColumnMetaData;
import org.datavec.api.transform.metadata.IntegerMetaData;
import org.datavec.api.transform.schema.Schema;
import org.datavec.api.transform.transform.BaseTransform;
import org.datavec.api.writable.DoubleWritable;
import org.datavec.api.writable.IntWritable;
import org.datavec.api.writable.Writable;

/** Replaces NaN by a value and adds a column, after all others, that is 1 where it did. */
final class MissingTransform extends BaseTransform {
    private static final long serialVersionUID = 1L;

    private String columnName;
    /** Hexadecimal: exact, and the same text on every JDK. */
    private String fill;

    /** For DataVec, which fills in the fields. */
    MissingTransform() {}

    MissingTransform(String columnName, double fill) {
        this.columnName = columnName;
        this.fill = Double.toHexString(fill);
    }

    static String indicator(String columnName) {
        return columnName + "=" + FittedFeature.MISSING;
    }

    @Override
    public Schema transform(Schema inputSchema) {
        List<ColumnMetaData> columns = new ArrayList<>(inputSchema.getColumnMetaData());
        columns.add(new IntegerMetaData(indicator(columnName), 0, 1));
        return inputSchema.newSchema(columns);
    }

    @Override
    public List<Writable> map(List<Writable> writables) {
        int index = inputSchema.getIndexOfColumn(columnName);
        boolean missing = Double.isNaN(writables.get(index).toDouble());
        List<Writable> mapped = new ArrayList<>(writables);
        if (missing) {
            mapped.set(index, new DoubleWritable(Double.parseDouble(fill)));
        }
        mapped.add(new IntWritable(missing ? 1 : 0));
        return mapped;
    }

    @Override
    public Object map(Object input) {
        throw new UnsupportedOperationException("a value becomes two");
    }

    @Override
    public Object mapSequence(Object sequence) {
        throw new UnsupportedOperationException("a value becomes two");
    }

    @Override
    public String outputColumnName() {
        return columnName;
    }

    @Override
    public String[] outputColumnNames() {
        return new String[] {columnName, indicator(columnName)};
    }

    @Override
    public String[] columnNames() {
        return new String[] {columnName};
    }

    @Override
    public String columnName() {
        return columnName;
    }

    @Override
    public String toString() {
        return "MissingTransform(" + columnName + ", " + fill + ")";
    }
}
