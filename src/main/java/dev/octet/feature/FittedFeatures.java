package dev.octet.feature;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.octet.event.InputException;
import dev.octet.onnx.OnnxGraph;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.datavec.api.transform.TransformProcess;

/**
 * Features with everything that the training normals said about them: vocabularies and scales. Plain data; immutable
 * and thread-safe.
 */
public final class FittedFeatures {
    private final View view;
    private final Scaling scaling;
    private final List<FittedFeature> features;
    private final List<FeatureColumns> layout;
    private final List<String> columnNames;

    FittedFeatures(View view, Scaling scaling, List<FittedFeature> features) {
        this.view = Objects.requireNonNull(view, "view");
        this.scaling = Objects.requireNonNull(scaling, "scaling");
        this.features = List.copyOf(features);
        List<FeatureColumns> columns = new ArrayList<>();
        List<String> names = new ArrayList<>();
        for (FittedFeature feature : this.features) {
            columns.add(new FeatureColumns(feature.request().name(), feature.kind(), names.size(), feature.width()));
            names.addAll(feature.columnNames());
        }
        layout = List.copyOf(columns);
        columnNames = List.copyOf(names);
    }

    public View view() {
        return view;
    }

    public Scaling scaling() {
        return scaling;
    }

    /** The features that were fitted, no preset or default left to resolve. */
    public List<FeatureRequest> requests() {
        return features.stream().map(FittedFeature::request).toList();
    }

    /** Where each feature lies in a row of the matrix. */
    public List<FeatureColumns> layout() {
        return layout;
    }

    /** Width of a row of the matrix. */
    public int columns() {
        return columnNames.size();
    }

    /** A name for each column, e.g. {@code hour}, {@code ip-octets[0]} or {@code country=NO}; for people to read. */
    public List<String> columnNames() {
        return columnNames;
    }

    /** Names of the features that never varied on the training normals; what they are worth is unknown. */
    public List<String> constantFeatures() {
        return features.stream()
                .filter(FittedFeature::constant)
                .map(feature -> feature.request().name())
                .toList();
    }

    /** How to tell, of each feature with a vocabulary, that a row's category is not in it. */
    public List<UnseenMark> unseenMarks() {
        List<UnseenMark> marks = new ArrayList<>();
        for (int i = 0; i < features.size(); i++) {
            FittedFeature feature = features.get(i);
            String name = feature.request().name();
            int first = layout.get(i).first();
            if (feature instanceof FittedFeature.OneHot oneHot) {
                int place = oneHot.vocabulary().size();
                marks.add(new UnseenMark(
                        name, first + place, oneHot.scales().get(place).apply(1)));
            } else if (feature instanceof FittedFeature.Code code) {
                marks.add(new UnseenMark(
                        name, first, code.scale().apply(code.vocabulary().size())));
            }
        }
        return marks;
    }

    /** An extractor for rows to be encoded with this set; it knows the vocabularies and remembers no other name. */
    public FeatureExtractor extractor() {
        return extractor(List.of());
    }

    /**
     * As above, with the features that come from elsewhere.
     *
     * @throws InputException if one that was fitted is not among them
     */
    public FeatureExtractor extractor(List<RowFeatures> others) {
        Map<String, List<String>> vocabularies = features.stream()
                .filter(feature -> vocabulary(feature) != null)
                .collect(Collectors.toMap(feature -> feature.request().name(), FittedFeatures::vocabulary));
        return new FeatureExtractor(view, requests(), others, vocabularies);
    }

    static List<String> vocabulary(FittedFeature feature) {
        if (feature instanceof FittedFeature.OneHot oneHot) {
            return oneHot.vocabulary();
        }
        return feature instanceof FittedFeature.Code code ? code.vocabulary() : null;
    }

    /** The names that a category knows; empty for another feature, or one that is not in the set. */
    public Optional<List<String>> vocabulary(String feature) {
        return features.stream()
                .filter(each -> each.request().name().equals(feature) && vocabulary(each) != null)
                .findFirst()
                .map(FittedFeatures::vocabulary);
    }

    /**
     * Adds the features to an ONNX graph, from the fields of a row to what {@link Encoder} gives.
     *
     * @param absent what stands for features from elsewhere that a caller does not know
     */
    public Graph addTo(OnnxGraph graph, AbsentValue.Source absent) {
        FeatureGraph made = new FeatureGraph(graph, features, absent);
        return new Graph(made.add(), made.inputs());
    }

    /**
     * Features in a graph.
     *
     * @param columns name of the encoded rows, float [N, columns]
     * @param inputs what the graph takes
     */
    public record Graph(String columns, List<GraphInput> inputs) {
        public Graph {
            inputs = List.copyOf(inputs);
        }
    }

    /**
     * Joins this set to an extractor, whose dictionaries then translate names to columns. The extractor may extract more.
     *
     * @throws IllegalArgumentException if it does not extract each of these features, or is of another view
     */
    public Encoder bind(FeatureExtractor extractor) {
        if (!extractor.view().equals(view) || !extractor.requests().containsAll(requests())) {
            throw new IllegalArgumentException("fitted on " + requests() + " of " + view + ", the extractor has "
                    + extractor.requests() + " of " + extractor.view());
        }
        Map<FeatureRequest, FeatureExtractor.RawValues> values = extractor.values().stream()
                .collect(Collectors.toMap(FeatureExtractor.RawValues::request, Function.identity()));
        return new Encoder(
                features,
                features.stream().map(feature -> values.get(feature.request())).toList());
    }

    /**
     * Some of these features, in the order asked for; each was fitted by itself, so they are as if fitted alone.
     *
     * @throws IllegalArgumentException if one is not among them
     */
    public FittedFeatures only(List<FeatureRequest> requests) {
        Map<FeatureRequest, FittedFeature> all =
                features.stream().collect(Collectors.toMap(FittedFeature::request, Function.identity()));
        if (!all.keySet().containsAll(requests)) {
            throw new IllegalArgumentException("fitted on " + requests() + ", asked for " + requests);
        }
        return new FittedFeatures(view, scaling, requests.stream().map(all::get).toList());
    }

    List<FittedFeature> features() {
        return features;
    }

    /** The same as a DataVec process over {@link DataVecFeatures#record}; what a bundle shows to other tools. */
    public TransformProcess transformProcess() {
        return DataVecFeatures.process(this, false);
    }

    /**
     * The JSON of {@link #transformProcess()}; equal sets have equal texts.
     *
     * @param withNames whether it repeats the vocabularies, as in bundle formats 1 and 2; else they are in {@link #toJson} only
     */
    public String transformProcessJson(boolean withNames) {
        return DataVecFeatures.process(this, withNames).toJson();
    }

    /** All of it as JSON; equal sets give equal text, and every number comes back to the bit. */
    public ObjectNode toJson() {
        return FittedJson.write(this);
    }

    /**
     * Reads what {@link #toJson} wrote; the text may come from anywhere.
     *
     * @throws InputException if it is not such a set, with the place and what is wrong
     */
    public static FittedFeatures fromJson(JsonNode json) {
        return FittedJson.read(json);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof FittedFeatures fitted
                && view.equals(fitted.view)
                && scaling == fitted.scaling
                && features.equals(fitted.features);
    }

    @Override
    public int hashCode() {
        return Objects.hash(view, scaling, features);
    }

    @Override
    public String toString() {
        return "FittedFeatures[" + view + ", " + scaling + ", " + columnNames.size() + " columns of " + requests()
                + "]";
    }
}
