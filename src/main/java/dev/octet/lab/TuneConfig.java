package dev.octet.lab;

import static dev.octet.config.ConfigTypes.anySeed;
import static dev.octet.config.ConfigTypes.count;
import static dev.octet.config.ConfigTypes.fileSafeName;
import static dev.octet.config.ConfigTypes.listOf;
import static dev.octet.config.ConfigTypes.number;
import static dev.octet.config.ConfigTypes.oneOf;
import static dev.octet.config.ConfigTypes.path;
import static dev.octet.config.ConfigTypes.someOf;
import static dev.octet.config.ConfigTypes.text;

import dev.octet.config.ConfigException;
import dev.octet.config.ConfigFile;
import dev.octet.config.ConfigTypes;
import dev.octet.config.DetectorConfig;
import dev.octet.config.DetectorKinds;
import dev.octet.config.ExperimentConfig;
import dev.octet.config.Key;
import dev.octet.config.LabelsConfig;
import dev.octet.config.Section;
import dev.octet.config.Settings;
import dev.octet.detect.autoencoder.AutoencoderTrainer;
import dev.octet.detect.autoencoder.LikelihoodTrainer;
import dev.octet.feature.View;
import dev.octet.lab.search.Dimension;
import dev.octet.lab.search.Generator;
import dev.octet.lab.search.SearchPlan;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * A search, as its file describes it; immutable.
 *
 * @param base the config that candidates are made from
 * @param space what varies, at least one key
 * @param budgets shares of the rows that may be flagged, in (0, 1), ascending
 * @param seeds how many seeds each candidate is trained from
 * @param output directory that everything is written under
 * @param file the search as it was given
 */
public record TuneConfig(
        String name,
        ConfigFile base,
        List<Searched> space,
        SearchPlan plan,
        Objective objective,
        List<Double> budgets,
        int seeds,
        Path output,
        ConfigFile file) {
    static final String EPOCHS = "detector.autoencoder.epochs";

    private record Halving(int factor, int rungs) {}

    private static final Key<String> NAME =
            Key.required("name", fileSafeName(), "of the search; also where `output` goes by default");
    private static final Key<Path> BASE = Key.required(
            "base",
            path("a config file"),
            "the experiment to improve, with one `detector`; it takes part itself, as candidate 0");
    private static final Key<List<String>> SET = Key.byDefault(
            "set", listOf(text("KEY=VALUE")), "[]", "overrides of the base, as `--set` of `./octet run` takes them");
    private static final Key<List<Searched>> SPACE = Key.required("space", SearchedKeys.TYPE, "what the search varies");
    private static final Key<Generator> GENERATOR = Key.byDefault(
            "generator",
            oneOf(Generator.class),
            "random",
            "`random`: every dimension drawn by itself; `grid`: every combination, in an order that follows from `seed`");
    private static final Key<Integer> GRID_VALUES =
            Key.byDefault("grid-values", count(2, 1000), "3", "how many values a range has in a grid");
    private static final Key<Long> SEED =
            Key.byDefault("seed", anySeed(), "1", "of the candidates; the same seed gives the same search");
    private static final Key<Integer> CANDIDATES =
            Key.byDefault("candidates", count(1, 1_000_000), "24", "most candidates, beside the base");
    private static final Key<Optional<Double>> MINUTES = Key.optional(
            "minutes",
            number("(0, inf)"),
            "of training, after which the search ends with the best so far; no limit by default");
    private static final Key<Optional<Integer>> PATIENCE = Key.optional(
            "patience",
            count(1, 1_000_000),
            "candidates in a row without a better score before no further one is drawn; no limit by default");
    private static final Key<Integer> FACTOR =
            Key.byDefault("factor", count(2, 100), "3", "one in so many goes on to the next rung");
    private static final Key<Integer> RUNGS = Key.byDefault(
            "rungs",
            count(2, 20),
            "3",
            "the last has all epochs of the base, each before it one in `factor` of the next");
    private static final Section<Halving> HALVING_SECTION = new Section<>(
            "halving",
            "Successive halving: every candidate is trained for a few epochs, the best of them go on for more, and so forth.",
            List.of(FACTOR, RUNGS),
            settings -> new Halving(settings.get(FACTOR), settings.get(RUNGS)));
    private static final Key<Optional<Halving>> HALVING = Key.optional(
            "halving",
            HALVING_SECTION,
            "for autoencoders; `{}` takes its defaults; every candidate gets all epochs without");
    private static final Key<Objective> OBJECTIVE = Key.byDefault(
            "objective",
            oneOf(Objective.class),
            "swapped-logins",
            "the score, on the validation span, higher is better ([docs/tuning.md](tuning.md)). Without labels:"
                    + " `swapped-logins`, recall of made-up takeovers; `alert-stability`, overlap of the alerts from different"
                    + " seeds; `reconstruction`, share of the variance given back. With labels: `recall`; `f1`, at the"
                    + " candidate's own threshold");
    private static final Key<List<Double>> BUDGETS = Key.byDefault(
            "budgets",
            someOf(number("(0, 100)")),
            "[1]",
            "shares of rows flagged, in percent, that recall and overlap are taken at; the mean of several");
    private static final Key<Integer> SEEDS = Key.byDefault(
            "seeds",
            count(1, 100),
            "1",
            "seeds that each candidate is trained from, the detector's `seed` and those after it; the score is the mean");
    private static final Key<Optional<Path>> OUTPUT = Key.optional(
            "output", path("a directory"), "everything a search writes is under it; `models/NAME` where not given");

    public static final Section<Settings> KEYS = new Section<>(
            "The tune file",
            "`./octet tune FILE` searches for a better config ([docs/tuning.md](tuning.md)). `--set KEY=VALUE` overrides a key"
                    + " of this file, `--base-set KEY=VALUE` one of the base.",
            List.of(
                    NAME,
                    BASE,
                    SET,
                    SPACE,
                    OBJECTIVE,
                    BUDGETS,
                    SEEDS,
                    GENERATOR,
                    GRID_VALUES,
                    SEED,
                    CANDIDATES,
                    MINUTES,
                    PATIENCE,
                    HALVING,
                    OUTPUT),
            settings -> settings);

    public TuneConfig {
        space = List.copyOf(space);
        budgets = List.copyOf(budgets);
    }

    /**
     * Reads a tune file and the config that it is based on. No data is opened.
     *
     * @param overrides of the tune file, each {@code a.b=value}; later ones win
     * @param baseOverrides of the base, likewise
     * @param environment the process's environment, for {@code OCTET_DATA}
     * @throws ConfigException if a file cannot be read or is not allowed, or a candidate could not be
     */
    public static TuneConfig read(
            Path file, List<String> overrides, List<String> baseOverrides, Map<String, String> environment) {
        ConfigFile own = ConfigFile.read(file, overrides, environment);
        Settings settings = KEYS.read(own.root());
        List<String> set = new ArrayList<>(settings.get(SET));
        set.addAll(baseOverrides);
        ConfigFile base = ConfigFile.read(settings.get(BASE), set, environment);
        ExperimentConfig experiment = ExperimentConfig.of(base);
        if (experiment.detection().detectors().size() != 1
                || !experiment.detection().detectors().get(0).path().equals("detector")) {
            throw settings.error(BASE, base.name() + " has no single `detector`; a search is for one");
        }
        String name = settings.get(NAME);
        TuneConfig config = new TuneConfig(
                name,
                base,
                settings.get(SPACE),
                plan(settings, experiment),
                settings.get(OBJECTIVE),
                settings.get(BUDGETS).stream()
                        .map(percent -> percent / 100)
                        .sorted()
                        .distinct()
                        .toList(),
                settings.get(SEEDS),
                settings.get(OUTPUT).orElse(Path.of("models", name)),
                own);
        config.requireComparable(settings, experiment);
        config.endCandidates(); // what cannot be is found before anything runs
        return config;
    }

    private static SearchPlan plan(Settings settings, ExperimentConfig base) {
        Optional<Halving> halving = settings.get(HALVING);
        OptionalInt epochs = epochs(base);
        if (halving.isPresent() && epochs.isEmpty()) {
            throw settings.error(HALVING, "is for detectors that are trained by epochs, the autoencoder; remove it");
        }
        boolean searched =
                settings.get(SPACE).stream().anyMatch(key -> key.key().equals(EPOCHS));
        List<Integer> rungs = new ArrayList<>(List.of(searched && halving.isEmpty() ? 0 : epochs.orElse(0)));
        for (int rung = 1; halving.isPresent() && rung < halving.get().rungs(); rung++) {
            int fewer = rungs.get(0) / halving.get().factor();
            if (fewer < 1) {
                throw settings.error(
                        HALVING,
                        "the base's " + epochs.getAsInt() + " epochs cannot be divided by "
                                + halving.get().factor() + " for "
                                + halving.get().rungs()
                                + " rungs; lower one of them, or raise " + EPOCHS);
            }
            rungs.add(0, fewer);
        }
        return new SearchPlan(
                settings.get(GENERATOR),
                settings.get(GRID_VALUES),
                settings.get(SEED),
                settings.get(CANDIDATES),
                settings.get(MINUTES).map(OptionalDouble::of).orElse(OptionalDouble.empty()),
                settings.get(PATIENCE).map(OptionalInt::of).orElse(OptionalInt.empty()),
                rungs,
                halving.map(Halving::factor).orElse(2));
    }

    private static OptionalInt epochs(ExperimentConfig config) {
        if (config.detection().detectors().get(0).trainer() instanceof AutoencoderTrainer network) {
            return OptionalInt.of(network.schedule().epochs());
        }
        return config.detection().detectors().get(0).trainer() instanceof LikelihoodTrainer likelihood
                ? OptionalInt.of(likelihood.network().schedule().epochs())
                : OptionalInt.empty();
    }

    boolean isHalving() {
        return plan.rungs().size() > 1;
    }

    List<Dimension> dimensions() {
        return space.stream().flatMap(key -> key.dimensions().stream()).toList();
    }

    /** Refuses what would compare scores that mean different things, or a key that no score depends on. */
    private void requireComparable(Settings settings, ExperimentConfig base) {
        DetectorConfig detector = base.detection().detectors().get(0);
        if (objective == Objective.SWAPPED_LOGINS && !(base.view() instanceof View.Attempt)) {
            throw settings.error(
                    OBJECTIVE,
                    "swapped-logins is for view: attempt, whose rows are logins; the base has "
                            + base.view().key() + ", take another objective");
        }
        if (objective.needsLabels()) {
            boolean labelsTrain = base.data()
                    .labels()
                    .map(labels -> labels.inTraining() == LabelsConfig.InTraining.EXCLUDE)
                    .orElse(false);
            if (!labelsTrain) {
                throw settings.error(
                        OBJECTIVE,
                        ConfigTypes.spelled(objective) + " chooses by labels of the validation span, but the base "
                                + (base.data().labels().isEmpty()
                                        ? "has no data.labels; name them"
                                        : "has data.labels.in-training: ignore, so that none may choose; set it to exclude")
                                + ", or take another objective");
            }
        }
        if (objective == Objective.ALERT_STABILITY && seeds < 2) {
            throw settings.error(OBJECTIVE, "alert-stability compares seeds; give seeds: 3");
        }
        if (seeds > 1 && !hasSeed(detector)) {
            throw settings.error(SEEDS, detector.trainer().kind() + " has no seed; remove it");
        }
        if (objective == Objective.RECONSTRUCTION && !(detector.trainer() instanceof AutoencoderTrainer)) {
            throw settings.error(
                    OBJECTIVE, "reconstruction is for an autoencoder with reconstruction: mse; take another objective");
        }
        for (Searched searched : space) {
            String key = searched.key();
            String first = key.split("\\.")[0];
            boolean columns = first.equals("features")
                    || List.of(
                                    "detector.features",
                                    "detector.trim",
                                    "detector.autoencoder.reconstruction",
                                    "detector.autoencoder.output")
                            .contains(key);
            if (objective == Objective.RECONSTRUCTION && columns) {
                throw refused(
                        searched,
                        "reconstruction errors of other columns cannot be compared; take it out, or take another"
                                + " objective");
            }
            if (first.equals("threshold") && objective != Objective.F1) {
                throw refused(
                        searched,
                        "the score of objective: " + ConfigTypes.spelled(objective) + " does not depend on the"
                                + " threshold; take it out, or take objective: f1");
            }
            if (isHalving() && (key.equals(EPOCHS) || key.equals("detector"))) {
                throw refused(searched, "halving sets the base's epochs; remove one of the two");
            }
            if (key.equals(seedKey(detector))) {
                throw refused(searched, "a seed is luck, not a setting; to judge by several, give seeds");
            }
        }
    }

    private ConfigException refused(Searched searched, String message) {
        return new ConfigException(searched.place() + ": space." + searched.key() + ": " + message);
    }

    static boolean hasSeed(DetectorConfig detector) {
        return DetectorKinds.ALL.stream()
                .filter(kind -> kind.name().equals(detector.trainer().kind()))
                .anyMatch(kind -> kind.settings().keys().stream()
                        .anyMatch(key -> key.name().equals("seed")));
    }

    static String seedKey(DetectorConfig detector) {
        return "detector." + detector.trainer().kind() + ".seed";
    }

    /**
     * Candidates in which every value of every dimension occurs, but of ranges the ends only.
     *
     * @throws ConfigException if one is not allowed, with its place
     */
    List<ExperimentConfig> endCandidates() {
        List<Dimension> dimensions = dimensions();
        List<String> first =
                dimensions.stream().map(dimension -> dimension.ends().get(0)).toList();
        List<ExperimentConfig> candidates = new ArrayList<>(List.of(candidate(first)));
        for (int i = 0; i < dimensions.size(); i++) {
            List<String> ends = dimensions.get(i).ends();
            for (String end : ends.subList(1, ends.size())) {
                List<String> values = new ArrayList<>(first);
                values.set(i, end);
                candidates.add(candidate(values));
            }
        }
        return candidates;
    }

    private ExperimentConfig candidate(List<String> values) {
        return ExperimentConfig.of(candidateFile(values));
    }

    /** The base with a candidate's values. */
    ConfigFile candidateFile(List<String> values) {
        ConfigFile candidate = base;
        int next = 0;
        for (Searched searched : space) {
            int width = searched.dimensions().size();
            if (!values.isEmpty()) {
                candidate = candidate.with(searched.key(), searched.value(values.subList(next, next + width)));
            }
            next += width;
        }
        return candidate;
    }
}
