package dev.octet.feature;

import java.util.Arrays;
import java.util.List;
import org.datavec.api.transform.metadata.ColumnMetaData;
import org.datavec.api.transform.metadata.IntegerMetaData;
import org.datavec.api.transform.transform.BaseColumnTransform;
import org.datavec.api.writable.IntWritable;
import org.datavec.api.writable.Writable;

/**
 * Replaces a name by its place in a vocabulary in alphabetical order, an unseen one by the place after the last. Its JSON
 * repeats the vocabulary, as bundles of formats 1 and 2 have it; see {@link PlaceTransform}.
 */
final class VocabularyTransform extends BaseColumnTransform {
    private static final long serialVersionUID = 1L;

    private String[] vocabulary;
    private int missing;

    /** For DataVec, which fills in the fields. */
    VocabularyTransform() {}

    /** @param missing stands for {@code ""} */
    VocabularyTransform(String columnName, List<String> vocabulary, int missing) {
        super(columnName);
        this.vocabulary = vocabulary.toArray(String[]::new);
        this.missing = missing;
    }

    @Override
    public ColumnMetaData getNewColumnMetaData(String newName, ColumnMetaData oldColumnType) {
        return new IntegerMetaData(newName, Math.min(missing, 0), Math.max(missing, vocabulary.length));
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
        return place(name, vocabulary, missing);
    }

    static int place(String name, String[] vocabulary, int missing) {
        if (name.isEmpty()) {
            return missing;
        }
        int found = Arrays.binarySearch(vocabulary, name);
        return found >= 0 ? found : vocabulary.length;
    }

    @Override
    public String toString() {
        return "VocabularyTransform(" + columnName + ", " + vocabulary.length + " names, missing " + missing + ")";
    }
}
