package dev.octet.detect.baseline;

import dev.octet.detect.Detector;
import dev.octet.detect.DetectorDefinition;
import dev.octet.detect.DetectorState;
import dev.octet.event.InputException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The kinds of detectors in this package; a new one is a line here. */
public final class Baselines {
    private static final List<DetectorDefinition> SINGLE = List.of(
            IsolationForestTrainer.definition(),
            RandomCutForestTrainer.definition(),
            LocalOutlierFactorTrainer.definition(),
            OneClassSvmTrainer.definition(),
            LinearOneClassSvmTrainer.definition(),
            KMeansTrainer.definition(),
            MahalanobisTrainer.definition(),
            PcaTrainer.definition(),
            PoissonTailTrainer.definition(),
            CountTrainer.definition(),
            StratifiedDummyTrainer.definition(),
            GaussianNaiveBayesTrainer.definition(),
            LogisticRegressionTrainer.definition(),
            SgdTrainer.definition(),
            PassiveAggressiveTrainer.definition(),
            RandomForestTrainer.definition());

    /** In the order of the reference. */
    public static final List<DetectorDefinition> ALL = Stream.concat(
                    SINGLE.stream(), Stream.of(StackingTrainer.definition(SINGLE)))
            .toList();

    private static final Map<String, DetectorDefinition> BY_KIND = ALL.stream()
            .collect(Collectors.toMap(
                    DetectorDefinition::kind,
                    Function.identity(),
                    (first, second) -> {
                        throw new IllegalStateException(first.kind() + " is declared twice");
                    },
                    TreeMap::new));

    private Baselines() {}

    /** Whether a state of this kind can be restored here. */
    public static boolean knows(String kind) {
        return BY_KIND.containsKey(kind);
    }

    /** The kinds, sorted. */
    public static List<String> kinds() {
        return List.copyOf(BY_KIND.keySet());
    }

    /**
     * The detector that a state was taken of.
     *
     * @throws InputException if the kind or the version is not known, or the state is damaged
     */
    public static Detector restore(DetectorState state) {
        DetectorDefinition definition = BY_KIND.get(state.kind());
        if (definition == null) {
            throw new InputException(
                    "detector kind \"" + state.kind() + "\" is not one of " + String.join(", ", BY_KIND.keySet()));
        }
        return definition.restore().apply(state);
    }
}
