package dev.octet.evaluate.explore;

import dev.octet.evaluate.SingleFeatures;
import dev.octet.event.Label;
import dev.octet.event.Labelled;
import dev.octet.event.LoginEvent;
import dev.octet.event.LoginField;
import dev.octet.feature.Encoder;
import dev.octet.feature.Encoding;
import dev.octet.feature.Feature;
import dev.octet.feature.FeatureColumns;
import dev.octet.feature.FeatureExtractor;
import dev.octet.feature.FeatureFitter;
import dev.octet.feature.FeatureRequest;
import dev.octet.feature.FittedFeatures;
import dev.octet.feature.Scaling;
import dev.octet.feature.View;
import dev.octet.feature.history.HistoryOptions;
import dev.octet.feature.history.Memories;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * ROC-AUC of each feature alone, on a uniform sample of attacks and of normals (Vitter's reservoir, at most {@value
 * #SAMPLE} each). Vocabularies are those of the sampled normals. This looks at all labels at once, so it says what to
 * look into and never how good a detector is. Not thread-safe.
 */
public final class FeatureSeparation {
    static final int SAMPLE = 50_000;
    private static final int CATEGORIES = 24;

    private final FeatureExtractor extractor;
    private final Reservoir attacks = new Reservoir();
    private final Reservoir normals = new Reservoir();
    /** Computes what logins do to the history. */
    private final BatchThread thread = new BatchThread("octet-features", batch -> batch.forEach(this::take));

    private SingleFeatures single;
    private FittedFeatures fitted;

    private FeatureSeparation(FeatureExtractor extractor) {
        this.extractor = extractor;
    }

    /** Of every feature of an attempt that a log with these fields can have, those of the history too. */
    public static FeatureSeparation of(Set<LoginField> fields) {
        View view = new View.Attempt();
        List<FeatureRequest> requests = new ArrayList<>();
        for (Feature feature : Feature.values()) {
            if (feature.isOf(view) && isIn(feature, fields)) {
                boolean names = feature.encodings().get(0) == Encoding.ONE_HOT;
                requests.add(new FeatureRequest(feature.key(), Encoding.DEFAULT, names ? CATEGORIES : 0));
            }
        }
        Memories.names(view).forEach(name -> requests.add(FeatureRequest.of(name)));
        List<FeatureRequest> resolved = FeatureRequest.resolve(view, requests, Memories.names(view));
        return new FeatureSeparation(new FeatureExtractor(
                view,
                resolved,
                Memories.neededFor(view, resolved, HistoryOptions.defaults().withMaxUsers(1_000_000))));
    }

    private static boolean isIn(Feature feature, Set<LoginField> fields) {
        return feature.field()
                .map(field -> field.required() || fields.contains(field))
                .orElse(true);
    }

    /** A uniform sample of rows of raw values. */
    private static final class Reservoir {
        private final List<float[]> rows = new ArrayList<>();
        private final SplittableRandom random = new SplittableRandom(1);
        private long seen;

        /** Where the next row goes; negative if it is not sampled. */
        int place() {
            long place = seen < SAMPLE ? seen : random.nextLong(seen + 1);
            seen++;
            return place < SAMPLE ? (int) place : -1;
        }

        float[] at(int place, int width) {
            if (place == rows.size()) {
                rows.add(new float[width]);
            }
            return rows.get(place);
        }
    }

    /** Takes logins, in order, and computes them on another thread. The batch must not change afterwards. */
    void add(List<Labelled<LoginEvent>> batch) {
        thread.add(batch);
    }

    /** One without a label only updates the history, as does a normal one. */
    private void take(Labelled<LoginEvent> login) {
        LoginEvent row = login.row();
        if (login.label() != Label.UNKNOWN) {
            Reservoir reservoir = login.label() == Label.ATTACK ? attacks : normals;
            int place = reservoir.place();
            if (place >= 0) {
                extractor.extract(row, reservoir.at(place, extractor.width()));
            }
        }
        extractor.observe(row);
        extractor.learn(row, login.label() != Label.ATTACK);
    }

    private SingleFeatures evaluated() {
        if (single == null) {
            FeatureFitter fitter = new FeatureFitter(extractor, Scaling.MIN_MAX);
            normals.rows.forEach(fitter::add);
            fitted = fitter.fit();
            Encoder encoder = fitted.bind(extractor);
            SingleFeatures features = new SingleFeatures(fitted.columnNames(), 1);
            float[] columns = new float[fitted.columns()];
            for (Reservoir reservoir : List.of(normals, attacks)) {
                for (float[] raw : reservoir.rows) {
                    encoder.encode(raw, columns);
                    features.add(columns, reservoir == attacks);
                }
            }
            single = features;
        }
        return single;
    }

    /** Each feature by its best column, the best first; empty where a class has no rows. */
    List<LogProfile.Separation> features() {
        thread.finish();
        if (attacks.seen == 0 || normals.seen == 0) {
            return List.of();
        }
        List<SingleFeatures.Separation> columns = evaluated().separations();
        List<LogProfile.Separation> features = new ArrayList<>();
        for (FeatureColumns feature : fitted.layout()) {
            columns.subList(feature.first(), feature.first() + feature.width()).stream()
                    .max(Comparator.comparingDouble(SingleFeatures.Separation::rocAuc))
                    .ifPresent(best -> features.add(
                            new LogProfile.Separation(feature.feature(), best.name(), best.higher(), best.rocAuc())));
        }
        features.sort(Comparator.comparingDouble(LogProfile.Separation::rocAuc)
                .reversed()
                .thenComparing(LogProfile.Separation::feature));
        return features;
    }

    /** What looks like the label in disguise. */
    List<String> suspicious() {
        thread.finish();
        return attacks.seen == 0 || normals.seen == 0 ? List.of() : evaluated().leaks();
    }
}
