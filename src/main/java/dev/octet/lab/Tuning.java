package dev.octet.lab;

import dev.octet.config.ConfigFile;
import dev.octet.config.ConfigTypes;
import dev.octet.config.ConfigValue.Kind;
import dev.octet.config.ConfigValue.Scalar;
import dev.octet.config.DetectorConfig;
import dev.octet.config.ExperimentConfig;
import dev.octet.config.YamlText;
import dev.octet.event.InputException;
import dev.octet.event.TemporaryFile;
import dev.octet.feature.FeatureRequest;
import dev.octet.lab.search.Outcome;
import dev.octet.lab.search.Search;
import dev.octet.lab.search.SearchListener;
import dev.octet.lab.search.SearchResult;
import dev.octet.lab.search.Standing;
import dev.octet.lab.search.Trial;
import dev.octet.lab.search.Trials;
import dev.octet.run.FitStep;
import dev.octet.run.FittedDetector;
import dev.octet.run.OutputFile;
import dev.octet.run.Provenance;
import dev.octet.run.ReadLog;
import dev.octet.run.ReadStep;
import dev.octet.run.RunListener;
import dev.octet.run.ThresholdStep;
import dev.octet.run.TrainingRows;
import dev.octet.run.ValidationPass;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;

/**
 * Searches for a better config: trains each candidate as {@code run} would, scores it on the validation span, and writes the
 * best one as a config of its own. The log is read once, and its features are computed once for all candidates. No row of
 * the test span is looked at, but for the times by which the spans are cut. Not thread-safe.
 */
public final class Tuning {
    private static final String CANDIDATES = "candidates";

    private final TuneConfig config;
    private final ExperimentConfig base;
    private final RunListener listener;
    private final CandidateScore score;

    /**
     * What a search wrote.
     *
     * @param search what it found
     * @param columns names of the candidates' cells
     * @param best config of the best candidate
     * @param base config of candidate 0
     * @param candidates table of all
     */
    public record Result(SearchResult search, List<String> columns, Path best, Path base, Path candidates) {}

    public Tuning(TuneConfig config, RunListener listener) {
        this.config = config;
        this.listener = listener;
        base = ExperimentConfig.of(withOutput(config.base(), config.output()));
        score = new CandidateScore(config.objective(), config.budgets());
    }

    /**
     * Searches, or goes on with a search that was killed or whose limits were raised.
     *
     * @param strict whether the first row that cannot be used ends it
     * @param restart whether what an earlier start left is forgotten
     * @throws InputException if it cannot be done with this config and this data, or an earlier start was of another search
     */
    public Result run(boolean strict, boolean restart) throws IOException {
        ReadLog read = ReadStep.read(base, listener, strict);
        Path folder = config.output().resolve(CANDIDATES);
        Candidates candidates = new Candidates(read, folder);
        Search search =
                new Search(config.dimensions(), config.plan(), candidates, new Told(), fingerprint(), config.output());
        if (restart) {
            search.restart();
        }
        if (!search.isBegun()) {
            TemporaryFile.deleteTree(folder); // checkpoints of a search whose outcomes are gone
        }
        candidates.readAllFeatures();
        listener.stage(String.format(
                Locale.ROOT,
                "searching: at most %,d candidates%s, by %s on the validation span",
                config.plan().candidates(),
                config.isHalving()
                        ? ", successive halving over "
                                + String.join(
                                        ", ",
                                        config.plan().rungs().stream()
                                                .map(String::valueOf)
                                                .toList())
                                + " epochs"
                        : "",
                ConfigTypes.spelled(config.objective())));
        SearchResult result = search.run();
        Path best = config.output().resolve("best.yaml");
        OutputFile.write(best, bestYaml(result));
        Path compared = config.output().resolve("base.yaml");
        OutputFile.write(compared, yaml(result.base(), "base"));
        if (result.end() != SearchResult.End.TIME) {
            TemporaryFile.deleteTree(folder);
        }
        return new Result(
                result, candidates.columns(), best, compared, config.output().resolve("candidates.csv"));
    }

    /** All that a score depends on besides candidate and rung; the limits, which may be raised, are not among it. */
    private String fingerprint() throws IOException {
        return String.join(
                "\n",
                "base: " + config.base().yaml(),
                "space: " + YamlText.line(config.file().find("space").orElseThrow()),
                "objective: " + config.objective() + " at " + config.budgets() + ", " + config.seeds() + " seeds",
                "generator: " + config.plan().generator() + ", seed "
                        + config.plan().seed() + ", " + config.plan().gridValues() + " grid values",
                "rungs: " + config.plan().rungs() + " by " + config.plan().factor(),
                "data: " + Provenance.files(base.data()));
    }

    private String bestYaml(SearchResult result) {
        Standing best = result.best();
        return String.format(
                        Locale.ROOT,
                        """
                        # Written by ./octet tune %s: candidate %d of %d. On the validation span its %s is
                        # %s, that of %s %s.%s
                        """,
                        config.file().name(),
                        best.candidate(),
                        result.standings().size() - 1,
                        ConfigTypes.spelled(config.objective()),
                        best.score(),
                        config.base().name(),
                        result.base().score(),
                        best == result.base() ? " No candidate was better than the base itself." : "")
                + yaml(best, "best");
    }

    /** A candidate's config as it was trained on the highest rung that it reached. */
    private String yaml(Standing standing, String called) {
        ConfigFile file = withOutput(
                        config.candidateFile(standing.values()), config.output().resolve(called))
                .with("name", new Scalar(config.name() + "-" + called, Kind.TEXT, called));
        return (config.isHalving() ? withEpochs(file, config.plan().rungs().get(standing.rung())) : file).yaml();
    }

    private static ConfigFile withOutput(ConfigFile file, Path output) {
        return file.with("output", new Scalar(output.toString(), Kind.TEXT, "the tune file's output"));
    }

    private static ConfigFile withEpochs(ConfigFile file, int epochs) {
        return file.with(TuneConfig.EPOCHS, new Scalar(Integer.toString(epochs), Kind.INTEGER, "halving"));
    }

    /** Candidates as configs, trained on rows that were read once. */
    private final class Candidates implements Trials {
        private final ReadLog read;
        private final Path folder;
        private final List<TrainingRows> rows = new ArrayList<>();

        Candidates(ReadLog read, Path folder) {
            this.read = read;
            this.folder = folder;
        }

        /** Computes every feature that a candidate may ask for in one pass over the log. */
        void readAllFeatures() throws IOException {
            Map<String, FeatureRequest> all = new LinkedHashMap<>();
            List<ExperimentConfig> candidates = new ArrayList<>(List.of(base));
            candidates.addAll(config.endCandidates());
            for (ExperimentConfig candidate : candidates) {
                requests(candidate).forEach(request -> all.putIfAbsent(request.name(), request));
            }
            rowsWith(List.copyOf(all.values()));
        }

        private List<FeatureRequest> requests(ExperimentConfig candidate) {
            DetectorConfig detector = candidate.detection().detectors().get(0);
            return FitStep.requests(candidate, detector);
        }

        /** Rows with these features and perhaps more; read anew where one of them is encoded otherwise. */
        private TrainingRows rowsWith(List<FeatureRequest> requests) throws IOException {
            for (TrainingRows known : rows) {
                if (known.extractor().requests().containsAll(requests)) {
                    return known;
                }
            }
            OptionalLong swapSeed = config.objective() == Objective.SWAPPED_LOGINS
                    ? OptionalLong.of(config.plan().seed())
                    : OptionalLong.empty();
            TrainingRows made = new FitStep(read, listener).rows(requests, swapSeed);
            rows.add(made);
            return made;
        }

        @Override
        public List<String> columns() {
            return config.space().stream().map(Searched::key).toList();
        }

        @Override
        public List<String> cells(List<String> values) {
            ConfigFile file = config.candidateFile(values);
            return config.space().stream()
                    .map(searched ->
                            file.find(searched.key()).map(YamlText::line).orElse(""))
                    .toList();
        }

        @Override
        public long seed(List<String> values) {
            ConfigFile file = config.candidateFile(values);
            DetectorConfig detector =
                    ExperimentConfig.of(file).detection().detectors().get(0);
            // its default, as the reference prints it, where it is not given
            return file.find(TuneConfig.seedKey(detector))
                    .map(value -> Long.parseLong(((Scalar) value).text()))
                    .orElse(1L);
        }

        @Override
        public Outcome run(Trial trial) throws IOException {
            try {
                List<CandidateScore.Trained> trained = new ArrayList<>();
                for (int i = 0; i < config.seeds(); i++) {
                    trained.add(train(trial, i));
                }
                return Outcome.done(
                        score.of(trained), trained.get(0).model().threshold().value());
            } catch (OutOfTime e) {
                return Outcome.outOfTime();
            } catch (InputException e) {
                return Outcome.failed(e.getMessage());
            }
        }

        private CandidateScore.Trained train(Trial trial, int seed) throws IOException {
            ConfigFile file = config.candidateFile(trial.values());
            if (config.isHalving()) {
                file = withEpochs(file, trial.epochs());
            }
            if (seed > 0) {
                DetectorConfig detector =
                        ExperimentConfig.of(file).detection().detectors().get(0);
                String text = Long.toString(seed(trial.values()) + seed);
                file = file.with(TuneConfig.seedKey(detector), new Scalar(text, Kind.INTEGER, "seeds"));
            }
            file = withOutput(file, folder(trial.candidate()).resolve("seed-" + seed));
            ExperimentConfig candidate = ExperimentConfig.of(file);
            DetectorConfig detector = candidate.detection().detectors().get(0);
            List<FeatureRequest> requests = requests(candidate);
            ReadLog of = read.with(candidate);
            CandidateListener told = new CandidateListener(trial.deadline());
            FittedDetector fitted = new ValidationPass(of, told)
                    .score(new FitStep(of, told).fit(detector, requests, rowsWith(requests)));
            return new CandidateScore.Trained(ThresholdStep.model(candidate, fitted), fitted);
        }

        private Path folder(int candidate) {
            return folder.resolve(String.format(Locale.ROOT, "%05d", candidate));
        }

        @Override
        public void forget(int candidate) throws IOException {
            TemporaryFile.deleteTree(folder(candidate));
        }
    }

    /** Says how the search goes, a line for each trial. */
    private final class Told implements SearchListener {
        private final long start = System.nanoTime();
        private int now;

        @Override
        public void tried(Standing standing, boolean before, Progress progress) {
            String candidate = standing.candidate() == 0 ? "the base" : "candidate " + standing.candidate();
            String place = standing.candidate() == 0 ? "" : " (" + progress.done() + " of " + progress.of() + ")";
            String rung = config.isHalving() ? config.plan().rungs().get(progress.rung()) + " epochs, " : "";
            Outcome outcome = standing.outcome();
            String said = outcome.state() == Outcome.State.DONE
                    ? String.format(Locale.ROOT, "score %.4f", outcome.score())
                    : outcome.message();
            String best = progress.best().candidate() == 0
                    ? "the base"
                    : "candidate " + progress.best().candidate();
            listener.stage("  " + rung + candidate + place + ": " + said
                    + (before ? ", from before" : "")
                    + String.format(
                            Locale.ROOT,
                            "; best so far %.4f, %s",
                            progress.best().score(),
                            best)
                    + (before ? "" : left(progress)));
        }

        /** How long the rest of this rung will take, by those tried since this start. */
        private String left(Progress progress) {
            now++;
            int rest = progress.of() - progress.done();
            double seconds = (System.nanoTime() - start) / 1e9 / now * rest;
            return rest == 0
                    ? ""
                    : String.format(Locale.ROOT, "; about %d:%02d to go", (long) seconds / 60, (long) seconds % 60);
        }
    }
}
