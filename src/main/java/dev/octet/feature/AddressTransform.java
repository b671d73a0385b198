package dev.octet.feature;

import dev.octet.event.IpAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.datavec.api.transform.metadata.ColumnMetaData;
import org.datavec.api.transform.metadata.IntegerMetaData;
import org.datavec.api.transform.schema.Schema;
import org.datavec.api.transform.transform.BaseTransform;
import org.datavec.api.writable.IntWritable;
import org.datavec.api.writable.Writable;

/** Adds the first four bytes of an address as four columns after all others. */
final class AddressTransform extends BaseTransform {
    private static final long serialVersionUID = 1L;

    private String columnName;
    private String newName;

    /** For DataVec, which fills in the fields. */
    AddressTransform() {}

    AddressTransform(String columnName, String newName) {
        this.columnName = columnName;
        this.newName = newName;
    }

    /** An address as DataVec's text column holds it. */
    static String write(IpAddress address) {
        return address.toString();
    }

    static IpAddress read(String text) {
        return text.isEmpty() ? IpAddress.MISSING : IpAddress.parse(text);
    }

    @Override
    public Schema transform(Schema inputSchema) {
        List<ColumnMetaData> columns = new ArrayList<>(inputSchema.getColumnMetaData());
        for (String name : outputColumnNames()) {
            columns.add(new IntegerMetaData(name, 0, 255));
        }
        return inputSchema.newSchema(columns);
    }

    @Override
    public List<Writable> map(List<Writable> writables) {
        IpAddress address =
                read(writables.get(inputSchema.getIndexOfColumn(columnName)).toString());
        List<Writable> mapped = new ArrayList<>(writables);
        for (int i = 0; i < 4; i++) {
            mapped.add(new IntWritable(FeatureExtractor.octet(address, i)));
        }
        return mapped;
    }

    @Override
    public Object map(Object input) {
        throw new UnsupportedOperationException("an address becomes four values");
    }

    @Override
    public Object mapSequence(Object sequence) {
        throw new UnsupportedOperationException("an address becomes four values");
    }

    @Override
    public String outputColumnName() {
        return outputColumnNames()[0];
    }

    @Override
    public String[] outputColumnNames() {
        return IntStream.range(0, 4).mapToObj(i -> newName + "[" + i + "]").toArray(String[]::new);
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
        return "AddressTransform(" + columnName + " -> " + newName + ")";
    }
}
