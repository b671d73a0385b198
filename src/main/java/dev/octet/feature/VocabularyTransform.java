package dev.octet.feature;

import java.util.Arrays;
import java.util.List;
import org.datavec.api.transform.metadata.ColumnMetaData;
import org.datavec.api.transform.metadata.IntegerMetaData;
import org.datavec.api.transform.transform.BaseColumnTransform;
import org.datavec.api.writable.IntWritable;
import org.datavec.api.writable.Writable;
import org.nd4j.shade.jackson.annotation.JsonIgnore;
import org.nd4j.shade.jackson.annotation.JsonInclude;

/**
 * Replaces a name by its place in a vocabulary in alphabetical order, an unseen one by the place after the last. Its JSON
 * says how many names there are; the names themselves are in {@code features.json}. Until bundle format 2 it repeated them.
 */
final class VocabularyTransform extends BaseColumnTransform {
    private static final long serialVersionUID = 1L;

    /** Written to the JSON of old bundles only. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    private String[] vocabulary;

    /** How many names there are, written to the JSON of new ones. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    private Integer names;

    private int missing;

    @JsonIgnore
    private String[] places;

    /** For DataVec, which fills in the fields. */
    VocabularyTransform() {}

    /**
     * @param missing stands for {@code ""}
     * @param namesInJson whether its JSON repeats the vocabulary
     */
    VocabularyTransform(String columnName, List<String> vocabulary, int missing, boolean namesInJson) {
        super(columnName);
        places = vocabulary.toArray(String[]::new);
        this.vocabulary = namesInJson ? places : null;
        names = namesInJson ? null : places.length;
        this.missing = missing;
    }

    private String[] places() {
        if (places == null && vocabulary == null) {
            throw new IllegalStateException(
                    "the names of " + columnName
                            + " are in features.json, not in this process: make it from there, FittedFeatures.transformProcess");
        }
        return places == null ? vocabulary : places;
    }

    private int size() {
        return names == null ? places().length : names;
    }

    @Override
    public ColumnMetaData getNewColumnMetaData(String newName, ColumnMetaData oldColumnType) {
        return new IntegerMetaData(newName, Math.min(missing, 0), Math.max(missing, size()));
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
        if (name.isEmpty()) {
            return missing;
        }
        int found = Arrays.binarySearch(places(), name);
        return found >= 0 ? found : size();
    }

    @Override
    public String toString() {
        return "VocabularyTransform(" + columnName + ", " + size() + " names, missing " + missing + ")";
    }
}
