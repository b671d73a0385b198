package dev.octet.bundle;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.octet.feature.AbsentValue;
import dev.octet.feature.FeatureColumns;
import dev.octet.feature.FeatureExtractor;
import dev.octet.feature.FeatureRequest;
import dev.octet.feature.FittedFeatures;
import dev.octet.feature.GraphInput;
import dev.octet.feature.RowFeatures;
import dev.octet.feature.history.NoHistory;
import dev.octet.onnx.OnnxGraph;
import dev.octet.onnx.OnnxGraph.Type;
import dev.octet.onnx.OnnxScore;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A scoring model as two ONNX files that give the same scores: one from the fields of a login, one from encoded rows. Outputs
 * of both: {@code score}, float [N]; {@code flagged}, bool [N]; and where the detector can say it, {@code feature_error},
 * float [N, features].
 */
final class OnnxModels {
    static final String SCORE = "score";
    static final String FLAGGED = "flagged";
    static final String FEATURE_ERROR = "feature_error";
    static final String FEATURES = "features";

    private final ScoringModel model;
    private final AbsentValue.Source absent;
    private final List<String> featureNames;

    /** @param extractor whose memory of earlier rows says how common each value is */
    OnnxModels(ScoringModel model, FeatureExtractor extractor) {
        this.model = model;
        List<RowFeatures> memories = extractor.memories();
        absent = memories.isEmpty()
                ? feature -> {
                    throw new IllegalStateException("nothing computes the feature " + feature);
                }
                : new NoHistory(model.features(), memories.get(0));
        featureNames = model.features().layout().stream()
                .map(FeatureColumns::feature)
                .distinct()
                .toList();
    }

    /** Why there are no graphs of the model here; empty where there are. */
    static Optional<String> obstacle(ScoringModel model) {
        if (model.detector().addTo(new OnnxGraph("trial"), FEATURES).isEmpty()) {
            return Optional.of("standard operators cannot express the detector "
                    + model.detector().kind());
        }
        return OnnxSession.obstacle();
    }

    /** The graph that takes encoded rows. */
    byte[] encoded(String bundle) {
        OnnxGraph graph = new OnnxGraph("encoded");
        String columns = graph.input(FEATURES, Type.FLOAT, model.features().columns());
        finish(graph, columns);
        List<GraphInput> inputs = List.of(new GraphInput(
                FEATURES, Type.FLOAT, "rows encoded as features.json says, [N, columns]", "as features.json says"));
        return graph.model(metadata(bundle, inputs));
    }

    /** The graph that takes the fields of a login, or of what else a row stands for. */
    byte[] raw(String bundle) {
        OnnxGraph graph = new OnnxGraph("raw");
        FittedFeatures.Graph features = model.features().addTo(graph, absent);
        finish(graph, features.columns());
        return graph.model(metadata(bundle, features.inputs()));
    }

    /** What the graph of {@link #raw} takes. */
    List<GraphInput> inputs() {
        return model.features().addTo(new OnnxGraph("trial"), absent).inputs();
    }

    /** Whether a row whose caller knows no history has the very score of one by a user without. */
    boolean exactWithoutHistory() {
        return model.features().requests().stream()
                .filter(FeatureRequest::isFromElsewhere)
                .allMatch(request -> absent.of(request.name()).exact());
    }

    private void finish(OnnxGraph graph, String columns) {
        OnnxScore result = model.detector().addTo(graph, columns).orElseThrow();
        graph.output(SCORE, Type.FLOAT, 0, result.score());
        graph.output(FLAGGED, Type.BOOL, 0, graph.add("Greater", result.score(), graph.scalar((float)
                model.threshold().value())));
        result.contributions()
                .ifPresent(contributions ->
                        graph.output(FEATURE_ERROR, Type.FLOAT, featureNames.size(), byFeature(graph, contributions)));
    }

    /** Sums of the columns of each feature. */
    private String byFeature(OnnxGraph graph, String contributions) {
        if (featureNames.size() == model.features().columns()) {
            return contributions; // a column each, in the same order
        }
        float[] belongs = new float[model.features().columns() * featureNames.size()];
        for (FeatureColumns part : model.features().layout()) {
            for (int column = part.first(); column < part.first() + part.width(); column++) {
                belongs[column * featureNames.size() + featureNames.indexOf(part.feature())] = 1;
            }
        }
        return graph.add(
                "MatMul", contributions, graph.floats(belongs, model.features().columns(), featureNames.size()));
    }

    private Map<String, String> metadata(String bundle, List<GraphInput> inputs) {
        ObjectNode documentation = Json.object();
        ArrayNode list = documentation.putArray("inputs");
        for (GraphInput input : inputs) {
            list.addObject()
                    .put("name", input.name())
                    .put("type", input.type().name().toLowerCase(Locale.ROOT))
                    .put("meaning", input.meaning())
                    .put("missing", input.missing());
        }
        Map<String, String> metadata = new TreeMap<>();
        metadata.put("octet.bundle", bundle);
        metadata.put("octet.name", model.name());
        metadata.put("octet.detector", model.detector().kind());
        metadata.put("octet.threshold", Double.toString(model.threshold().value()));
        metadata.put("octet.features", String.join(",", featureNames));
        metadata.put("octet.inputs", list.toString());
        return metadata;
    }
}
