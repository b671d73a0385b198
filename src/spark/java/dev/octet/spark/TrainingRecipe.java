package dev.octet.spark;

import dev.octet.bundle.SavedFormat;
import dev.octet.event.LogFormat;
import dev.octet.event.LoginEvent;
import dev.octet.event.enrich.Enrichment;
import dev.octet.feature.Encoding;
import dev.octet.feature.FeatureRequest;
import dev.octet.feature.HistoryPlaces;
import dev.octet.run.cluster.LogRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Reads logins for a detector to be trained on them. */
final class TrainingRecipe implements LoginRecipe {
    private static final long serialVersionUID = 1L;

    private final String format;
    private final String labelColumn;
    private final boolean labelMayBeMissing;
    private final String enrichment;
    private final boolean failedToo;
    private final ArrayList<String> features = new ArrayList<>();
    private final ArrayList<String> encodings = new ArrayList<>();
    private final ArrayList<Integer> maxCategories = new ArrayList<>();
    private final TreeMap<String, List<String>> names = new TreeMap<>();

    /**
     * A recipe.
     *
     * @param names of each feature with names, in the order of their numbers; a feature without an entry takes in all that it
     *     sees
     */
    TrainingRecipe(LogRequest request, Map<String, List<String>> names) {
        format = request.format();
        labelColumn = request.labelColumn();
        labelMayBeMissing = request.labelMayBeMissing();
        enrichment = request.enrichment();
        failedToo = request.failedToo();
        for (LogRequest.AskedFeature asked : request.features()) {
            features.add(asked.name());
            encodings.add(asked.encoding());
            maxCategories.add(asked.maxCategories());
        }
        names.forEach((feature, each) -> this.names.put(feature, new ArrayList<>(each)));
    }

    /** The features that the detector works on. */
    List<FeatureRequest> features() {
        List<FeatureRequest> asked = new ArrayList<>();
        for (int i = 0; i < features.size(); i++) {
            asked.add(new FeatureRequest(features.get(i), Encoding.valueOf(encodings.get(i)), maxCategories.get(i)));
        }
        return asked;
    }

    @Override
    public LogFormat format() {
        LogFormat read = SavedFormat.read(format, "the format of the log");
        return labelColumn.isEmpty() ? read : read.withLabelColumn(labelColumn);
    }

    @Override
    public boolean labelMayBeMissing() {
        return labelMayBeMissing;
    }

    @Override
    public Enrichment completion() {
        return Completion.of(enrichment);
    }

    @Override
    public HistoryPlaces places() {
        return new HistoryPlaces(features(), names);
    }

    @Override
    public boolean numbersNames() {
        return names.isEmpty();
    }

    @Override
    public boolean needsValues(LoginEvent event) {
        return failedToo || event.success();
    }
}
