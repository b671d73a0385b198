package dev.octet.experiment;

import static dev.octet.experiment.ConfigTypes.number;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** The keys of {@code threshold}: exactly one group of them is given. */
final class ThresholdKeys {
    private static final Key<Double> RISK = Key.byDefault(
            "risk", number("(0, 0.1)"), "1e-4", "share of normal rows that may score above the threshold");
    private static final Section<Double> EVT = new Section<>(
            "threshold.evt",
            "A generalised Pareto fit to the tail of the validation scores.",
            List.of(RISK),
            settings -> settings.get(RISK));

    private static final Key<Optional<Double>> PERCENTILE = Key.optional(
            "percentile", number("(0, 100)"), "percentile of the scores of validation normals");
    private static final Key<Optional<Double>> ALERTS_PER_DAY =
            Key.optional("alerts-per-day", number("(0, inf)"), "alerts a day on validation normals");
    private static final Key<Optional<Double>> EXTREME_VALUE =
            Key.optional("evt", EVT, "extreme-value fit, for risks that the validation rows are too few to count");
    private static final Key<Optional<Double>> MIN_PRECISION = Key.optional(
            "min-precision", number("(0, 1]"), "with `min-recall`: precision to reach on validation labels");
    private static final Key<Optional<Double>> MIN_RECALL = Key.optional(
            "min-recall", number("(0, 1]"), "with `min-precision`: recall to reach on validation labels");
    private static final Key<Optional<Double>> MAX_FPR = Key.optional(
            "max-fpr", number("[0, 1)"), "with `min-tpr`: false-positive rate not to exceed on validation labels");
    private static final Key<Optional<Double>> MIN_TPR = Key.optional(
            "min-tpr", number("(0, 1]"), "with `max-fpr`: true-positive rate to reach on validation labels");

    private static final List<List<Key<Optional<Double>>>> GROUPS = List.of(
            List.of(PERCENTILE),
            List.of(ALERTS_PER_DAY),
            List.of(EXTREME_VALUE),
            List.of(MIN_PRECISION, MIN_RECALL),
            List.of(MAX_FPR, MIN_TPR));

    static final Section<ThresholdConfig> SECTION = new Section<>(
            "threshold",
            "The score from which on a row is an alert; chosen on the validation span, never on training or test rows."
                    + " Give `percentile`, `alerts-per-day`, `evt`, `min-precision` and `min-recall`, or `max-fpr` and"
                    + " `min-tpr`.",
            GROUPS.stream().<Key<?>>flatMap(List::stream).toList(),
            ThresholdKeys::read);

    private ThresholdKeys() {}

    private static ThresholdConfig read(Settings settings) {
        List<List<Key<Optional<Double>>>> given = GROUPS.stream()
                .filter(group -> group.stream().anyMatch(settings::isGiven))
                .toList();
        boolean complete = given.size() == 1 && given.get(0).stream().allMatch(settings::isGiven);
        if (!complete) {
            throw settings.error("give exactly one of " + words(GROUPS) + "; found "
                    + (given.isEmpty() ? "none" : found(settings)));
        }
        List<Double> values = given.get(0).stream()
                .map(key -> settings.get(key).orElseThrow())
                .toList();
        Key<?> first = given.get(0).get(0);
        if (first == PERCENTILE) {
            return new ThresholdConfig.Percentile(values.get(0));
        } else if (first == ALERTS_PER_DAY) {
            return new ThresholdConfig.AlertsPerDay(values.get(0));
        } else if (first == EXTREME_VALUE) {
            return new ThresholdConfig.ExtremeValue(values.get(0));
        } else if (first == MIN_PRECISION) {
            return new ThresholdConfig.PrecisionAndRecall(values.get(0), values.get(1));
        }
        return new ThresholdConfig.FalseAndTruePositiveRate(values.get(0), values.get(1));
    }

    private static String words(List<List<Key<Optional<Double>>>> groups) {
        return groups.stream()
                .map(group -> group.stream().map(Key::name).collect(Collectors.joining(" with ")))
                .collect(Collectors.joining(", "));
    }

    private static String found(Settings settings) {
        return GROUPS.stream()
                .flatMap(List::stream)
                .filter(settings::isGiven)
                .map(Key::name)
                .collect(Collectors.joining(", "));
    }
}
