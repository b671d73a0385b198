package dev.octet.feature;

import java.util.List;
import org.datavec.api.transform.metadata.ColumnMetaData;
import org.datavec.api.transform.metadata.IntegerMetaData;
import org.datavec.api.transform.transform.BaseColumnTransform;
import org.datavec.api.writable.IntWritable;
import org.datavec.api.writable.Writable;

/**
 * As {@link VocabularyTransform}, but its JSON says only how many names there are: the names themselves are in {@code
 * features.json}, and a process that was read from JSON alone cannot be executed.
 */
final class PlaceTransform extends BaseColumnTransform {
    private static final long serialVersionUID = 1L;

    private int names;
    private int missing;
    /** Not in the JSON. */
    private transient String[] vocabulary;

    /** For DataVec, which fills in the fields. */
    PlaceTransform() {}

    /** @param missing stands for {@code ""} */
    PlaceTransform(String columnName, List<String> vocabulary, int missing) {
        super(columnName);
        this.vocabulary = vocabulary.toArray(String[]::new);
        this.names = vocabulary.size();
        this.missing = missing;
    }

    /** What Java's serializer takes, by which Spark sends the process to its workers: the same with the names. */
    private Object writeReplace() {
        if (vocabulary == null) {
            return this;
        }
        VocabularyTransform whole = new VocabularyTransform(columnName, List.of(vocabulary), missing);
        if (getInputSchema() != null) {
            whole.setInputSchema(getInputSchema());
        }
        return whole;
    }

    @Override
    public ColumnMetaData getNewColumnMetaData(String newName, ColumnMetaData oldColumnType) {
        return new IntegerMetaData(newName, Math.min(missing, 0), Math.max(missing, names));
    }

    @Override
    public Writable map(Writable name) {
        return new IntWritable(place(name.toString()));
    }

    @Override
    public Object map(Object name) {
        return place(name.toString());
    }

    private int place(String name) {
        if (vocabulary == null) {
            throw new IllegalStateException(
                    "the names of " + columnName
                            + " are in features.json, not in this process: make it from there, FittedFeatures.transformProcess");
        }
        return VocabularyTransform.place(name, vocabulary, missing);
    }

    @Override
    public String toString() {
        return "PlaceTransform(" + columnName + ", " + names + " names, missing " + missing + ")";
    }
}
