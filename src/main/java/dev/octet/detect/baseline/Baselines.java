package dev.octet.detect.baseline;

import dev.octet.detect.Detector;
import dev.octet.detect.DetectorState;
import dev.octet.event.InputException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/** The kinds of detectors in this package. */
public final class Baselines {
    private static final Map<String, Function<DetectorState, Detector>> RESTORE = new TreeMap<>(Map.ofEntries(
            Map.entry(IsolationForestTrainer.KIND, IsolationForestDetector::restore),
            Map.entry(LocalOutlierFactorTrainer.KIND, LocalOutlierFactorDetector::restore),
            Map.entry(KMeansTrainer.KIND, KMeansDetector::restore),
            Map.entry(LogisticRegressionTrainer.KIND, LogisticRegressionDetector::restore),
            Map.entry(GaussianNaiveBayesTrainer.KIND, GaussianNaiveBayesDetector::restore),
            Map.entry(RandomForestTrainer.KIND, RandomForestDetector::restore),
            Map.entry(OneClassSvmTrainer.KIND, OneClassSvmDetector::restore),
            Map.entry(LinearOneClassSvmTrainer.KIND, LinearOneClassSvmDetector::restore),
            Map.entry(SgdTrainer.KIND, SgdDetector::restore),
            Map.entry(PassiveAggressiveTrainer.KIND, PassiveAggressiveDetector::restore),
            Map.entry(MahalanobisTrainer.KIND, MahalanobisDetector::restore),
            Map.entry(PcaTrainer.KIND, PcaDetector::restore),
            Map.entry(PoissonTailTrainer.KIND, PoissonTailDetector::restore),
            Map.entry(CountTrainer.KIND, CountDetector::restore),
            Map.entry(RandomCutForestTrainer.KIND, RandomCutForestDetector::restore),
            Map.entry(StratifiedDummyTrainer.KIND, StratifiedDummyDetector::restore),
            Map.entry(StackingTrainer.KIND, StackingDetector::restore)));

    private Baselines() {}

    /** Whether a state of this kind can be restored here. */
    public static boolean knows(String kind) {
        return RESTORE.containsKey(kind);
    }

    /** The kinds, sorted. */
    public static List<String> kinds() {
        return List.copyOf(RESTORE.keySet());
    }

    /**
     * The detector that a state was taken of.
     *
     * @throws InputException if the kind or the version is not known, or the state is damaged
     */
    public static Detector restore(DetectorState state) {
        Function<DetectorState, Detector> restore = RESTORE.get(state.kind());
        if (restore == null) {
            throw new InputException(
                    "detector kind \"" + state.kind() + "\" is not one of " + String.join(", ", RESTORE.keySet()));
        }
        return restore.apply(state);
    }
}
