package dev.octet.config;

import static dev.octet.config.ConfigTypes.number;
import static dev.octet.config.ConfigTypes.oneOf;

import dev.octet.detect.Threshold;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The keys of {@code threshold}: those of exactly one way to choose it. */
final class ThresholdKeys {
    /**
     * Keys that together make one policy.
     *
     * @param keys at least one of which is given
     * @param options that go with them
     */
    private record Way(
            List<? extends Key<?>> keys, List<? extends Key<?>> options, Function<Settings, Threshold> policy) {
        Way(List<? extends Key<?>> keys, Function<Settings, Threshold> policy) {
            this(keys, List.of(), policy);
        }

        Stream<Key<?>> all() {
            return Stream.concat(keys.stream(), options.stream());
        }
    }

    private static final Key<Double> RISK =
            Key.byDefault("risk", number("(0, 1)"), "1e-4", "share of normal rows that may score above the threshold");
    private static final Section<Double> EVT_SECTION = new Section<>(
            "threshold.evt",
            "A generalised Pareto fit to the tail of the validation scores.",
            List.of(RISK),
            settings -> settings.get(RISK));

    private static final Key<Double> MARGIN = Key.byDefault(
            "margin",
            number("[1, inf)"),
            "4",
            "times the highest ordinary score; for a squared error 4 is a row twice as far off as any ordinary one");
    private static final Key<Double> TAIL =
            Key.byDefault("tail", number("(0, 0.5]"), "0.01", "share of the rows that attacks may make up at most");
    private static final Key<Double> FLOOR = Key.byDefault(
            "floor",
            number("[0, inf)"),
            "0",
            "scores up to it are ordinary, whatever gaps lie among them; for an autoencoder on d columns 1/d is a row that"
                    + " one column takes across the training rows' whole range");
    private static final Section<Threshold> GAP_SECTION = new Section<>(
            "threshold.gap",
            "A multiple of the highest ordinary score: unlabelled scores that hold attacks fall in two groups with a gap"
                    + " between them; without a gap all are ordinary. Scores in nats, which may be negative, are logarithms: their"
                    + " exponentials are compared.",
            List.of(MARGIN, TAIL, FLOOR),
            settings -> new Threshold.Gap(settings.get(MARGIN), settings.get(TAIL), settings.get(FLOOR)));
    private static final Key<Optional<Threshold>> GAP = Key.optional(
            "gap",
            GAP_SECTION,
            "for rows without labels among which attacks stand out: beyond the highest ordinary score");

    private static final Key<Optional<Double>> PERCENTILE = Key.optional(
            "percentile",
            number("(0, 100)"),
            "percentile of the scores of the validation normals: rows of the validation span that are not"
                    + " labelled attacks");
    private static final Key<Threshold.Percentile.IfTooFew> IF_TOO_FEW = Key.byDefault(
            "if-too-few",
            oneOf(Threshold.Percentile.IfTooFew.class),
            "refuse",
            "with percentile: what to do where the validation span has too few rows for it; lower takes the largest that"
                    + " it supports, and the table says which");
    private static final Key<Optional<Double>> ALERTS_PER_DAY =
            Key.optional("alerts-per-day", number("(0, inf)"), "alerts a day on the validation normals");
    private static final Key<Optional<Double>> EVT =
            Key.optional("evt", EVT_SECTION, "extreme-value fit, for risks too small to count on the validation rows");
    private static final Key<Optional<Double>> MIN_PRECISION =
            Key.optional("min-precision", number("(0, 1]"), "precision to reach on validation labels");
    private static final Key<Optional<Double>> MIN_RECALL =
            Key.optional("min-recall", number("(0, 1]"), "recall to reach on validation labels");
    private static final Key<Optional<Double>> MAX_FPR =
            Key.optional("max-fpr", number("[0, 1)"), "false-positive rate not to exceed on validation labels");
    private static final Key<Optional<Double>> MIN_TPR =
            Key.optional("min-tpr", number("(0, 1]"), "true-positive rate to reach on validation labels");

    private static final Key<Optional<Double>> SCORE = Key.optional(
            "score",
            number("(-inf, inf)"),
            "a score fixed beforehand, e.g. 4 where a rule wants a count of at least 5");

    private static final List<Way> WAYS = List.of(
            new Way(
                    List.of(PERCENTILE),
                    List.of(IF_TOO_FEW),
                    s -> new Threshold.Percentile(s.get(PERCENTILE).orElseThrow(), s.get(IF_TOO_FEW))),
            new Way(
                    List.of(ALERTS_PER_DAY),
                    s -> new Threshold.AlertsPerDay(s.get(ALERTS_PER_DAY).orElseThrow())),
            new Way(List.of(GAP), s -> s.get(GAP).orElseThrow()),
            new Way(List.of(EVT), s -> new Threshold.Evt(s.get(EVT).orElseThrow())),
            new Way(
                    List.of(MIN_PRECISION, MIN_RECALL),
                    s -> new Threshold.TargetPrecisionRecall(value(s, MIN_PRECISION), value(s, MIN_RECALL))),
            new Way(List.of(MAX_FPR, MIN_TPR), s -> new Threshold.TargetRates(value(s, MAX_FPR), value(s, MIN_TPR))),
            new Way(List.of(SCORE), s -> new Threshold.Fixed(s.get(SCORE).orElseThrow())));

    private static final String CHOICES = WAYS.stream()
            .map(way -> way.keys().stream().map(Key::name).collect(Collectors.joining(" and/or ")))
            .collect(Collectors.joining("; "));

    static final Section<Threshold> SECTION = new Section<>(
            "threshold",
            "The score above which a row is an alert, chosen on the validation span, never on training or test rows."
                    + " Exactly one of: " + CHOICES + ".",
            WAYS.stream().flatMap(Way::all).toList(),
            ThresholdKeys::read);

    private ThresholdKeys() {}

    private static Threshold read(Settings settings) {
        List<Way> given = WAYS.stream()
                .filter(way -> way.keys().stream().anyMatch(settings::isGiven))
                .toList();
        if (given.size() != 1) {
            String found = given.stream()
                    .flatMap(way -> way.keys().stream())
                    .filter(settings::isGiven)
                    .map(Key::name)
                    .collect(Collectors.joining(", "));
            throw settings.error("give exactly one of: " + CHOICES + "; found " + (found.isEmpty() ? "none" : found));
        }
        Way way = given.get(0);
        for (Way other : WAYS) {
            for (Key<?> option : other.options()) {
                if (settings.isGiven(option) && !way.options().contains(option)) {
                    throw settings.error(option.name() + " goes with "
                            + other.keys().get(0).name() + ", not with "
                            + way.keys().get(0).name() + "; leave it out");
                }
            }
        }
        return way.policy().apply(settings);
    }

    private static OptionalDouble value(Settings settings, Key<Optional<Double>> key) {
        return settings.get(key).map(OptionalDouble::of).orElse(OptionalDouble.empty());
    }
}
