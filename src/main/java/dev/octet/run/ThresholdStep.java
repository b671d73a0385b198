package dev.octet.run;

import dev.octet.bundle.Bundle;
import dev.octet.bundle.ScoringModel;
import dev.octet.config.EvaluateConfig;
import dev.octet.config.ExperimentConfig;
import dev.octet.detect.FittedThreshold;
import dev.octet.evaluate.drift.DriftReference;
import dev.octet.event.text.JsonText;
import dev.octet.feature.FittedFeatures;
import dev.octet.feature.FloatMatrix;
import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The third step of a run: chooses the threshold of each detector on the validation span and writes its bundle, with the
 * memory of earlier logins as it is at the end of that span. From here on nothing that was trained can be lost.
 */
public final class ThresholdStep {
    private static final int GOLDEN_ROWS = 32;
    /** Training rows that the test span's features are compared with. */
    private static final int REFERENCE_ROWS = 20_000;

    private final ReadLog read;
    private final ExperimentConfig config;
    private final TrainedFiles files;
    private final List<Reference> references = new ArrayList<>();

    /** Detectors that work on the same features share what their test span is compared with. */
    private record Reference(FittedFeatures features, FloatMatrix rows) {}

    ThresholdStep(ReadLog read, TrainedFiles files) {
        this.read = read;
        this.config = read.config();
        this.files = files;
    }

    /** A fitted detector with its threshold. */
    public static ScoringModel model(ExperimentConfig config, FittedDetector fitted) {
        String name = fitted.config().name();
        FittedThreshold threshold = fitted.threshold()
                .map(chosen -> chosen.expecting(fitted.validation()))
                .orElseGet(() -> config.detection()
                        .threshold()
                        .fit(fitted.validation())
                        .aboveNearTies(fitted.validation(), fitted.detector().resolution()));
        return new ScoringModel(
                config.detection().detectors().size() == 1 ? config.name() : config.name() + "/" + name,
                config.view(),
                config.evaluate().on() == EvaluateConfig.Rows.SUCCESSFUL,
                config.detection().history().flaggedUpdate(),
                fitted.features(),
                fitted.detector(),
                threshold,
                config.detection().alarm());
    }

    /** Encoded rows, evenly spread over the validation span, for a bundle to be checked with. */
    public static FloatMatrix golden(TrainingRows rows, FittedFeatures features) {
        return rows.encode(features, rows.validation(), goldenRows(rows.validation()));
    }

    private static BitSet goldenRows(TrainingRows.Part validation) {
        BitSet chosen = new BitSet();
        int last = validation.rows() - 1;
        IntStream.range(0, GOLDEN_ROWS).forEach(i -> chosen.set((int) ((long) i * last / (GOLDEN_ROWS - 1))));
        return chosen;
    }

    /** The training rows whose values {@link #decide} looks at. */
    static BitSet trainRows(TrainingRows.Part train, TrainingRows.Part validation) {
        BitSet rows = evenlySpread(train, validation.rows());
        rows.or(evenlySpread(train));
        return rows;
    }

    /** The validation rows whose values {@link #decide} looks at. */
    static BitSet validationRows(TrainingRows.Part validation) {
        BitSet rows = evenlySpread(validation);
        rows.or(goldenRows(validation));
        return rows;
    }

    /** Chooses the threshold and writes the bundle. */
    TrainedDetector decide(FittedDetector fitted) throws IOException {
        ScoringModel model = model(config, fitted);
        TrainingRows rows = fitted.rows();
        List<String> notes = new ArrayList<>(fitted.notes());
        notes.addAll(model.threshold().notes());
        String name = fitted.config().name();
        Outputs outputs = new Outputs(config);
        Bundle bundle = Bundle.save(
                outputs.bundle(name),
                model,
                fitted.features().extractor(rows.memories()),
                config.data().reading().format(),
                config.file().yaml(),
                Provenance.of(read, fitted.trainRows(), rows.validation().rows()),
                golden(rows, fitted.features()),
                Map.of(DriftReference.FILE, JsonText.indented(drift(fitted).toJson()) + "\n"));
        TrainedDetector trained = files.save(
                bundle,
                new TrainedDetector(
                        name,
                        bundle.model(),
                        Optional.empty(),
                        fitted.trainRows(),
                        rows.validation().rows(),
                        fitted.epochs(),
                        fitted.validation().normals(),
                        reference(fitted),
                        Optional.empty(),
                        notes));
        outputs.forgetCheckpoints(name);
        return trained;
    }

    /** What later rows are compared with: the validation normals, which the threshold was chosen on. */
    private DriftReference drift(FittedDetector fitted) {
        TrainingRows rows = fitted.rows();
        FittedFeatures features = fitted.features();
        return DriftReference.of(
                features.layout(),
                features.columnNames(),
                rows.encode(
                        features,
                        rows.train(),
                        evenlySpread(rows.train(), rows.validation().rows())),
                rows.encode(features, rows.validation(), evenlySpread(rows.validation())),
                fitted.validation().normals());
    }

    private FloatMatrix reference(FittedDetector fitted) {
        return references.stream()
                .filter(known -> known.features.equals(fitted.features()))
                .findFirst()
                .orElseGet(() -> {
                    TrainingRows rows = fitted.rows();
                    Reference made = new Reference(
                            fitted.features(),
                            rows.encode(fitted.features(), rows.train(), evenlySpread(rows.train())));
                    references.add(made);
                    return made;
                })
                .rows;
    }

    /** Normals of a span that the experiment would score, evenly spread. */
    private static BitSet evenlySpread(TrainingRows.Part part) {
        return evenlySpread(part, part.rows());
    }

    /** As above, of the latest rows only. */
    private static BitSet evenlySpread(TrainingRows.Part part, int latest) {
        BitSet candidates = (BitSet) part.scored().clone();
        candidates.andNot(part.attacks());
        candidates.clear(0, Math.max(0, part.rows() - latest));
        int count = candidates.cardinality();
        BitSet chosen = new BitSet();
        long place = 0;
        for (int row = candidates.nextSetBit(0); row >= 0; row = candidates.nextSetBit(row + 1)) {
            // the multiples of count / REFERENCE_ROWS, where there are more
            if (count <= REFERENCE_ROWS || place * REFERENCE_ROWS % count < REFERENCE_ROWS) {
                chosen.set(row);
            }
            place++;
        }
        return chosen;
    }
}
