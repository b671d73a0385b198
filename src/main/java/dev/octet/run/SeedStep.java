package dev.octet.run;

import dev.octet.bundle.RowScorer;
import dev.octet.bundle.ScoringModel;
import dev.octet.config.DetectorConfig;
import dev.octet.config.ExperimentConfig;
import dev.octet.event.Labelled;
import dev.octet.event.LoginField;
import dev.octet.feature.FeatureExtractor;
import dev.octet.feature.RowReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Beside the steps of a run, where {@code evaluate.seeds} asks for it: trains each detector that draws at random with
 * further seeds, and scores the test span with all of them in one more pass. Bundle, scores and alerts stay those of the
 * first seed. Each seed has a threshold and a memory of earlier logins of its own, as a run with that seed would have.
 * Not thread-safe.
 */
final class SeedStep {
    private final ReadLog read;
    private final ExperimentConfig config;
    private final RunListener listener;
    private final SeedFiles files;

    SeedStep(ReadLog read, RunListener listener) {
        this.read = read;
        this.config = read.config();
        this.listener = listener;
        files = new SeedFiles(read, listener);
    }

    /**
     * What a detector with another seed gave the test span.
     *
     * @param number of the seed, from 2
     */
    record SeedScores(int number, ScoringModel model, TestScores scores) {}

    /** The numbers of the further seeds of a detector: 2 and up, none where it draws nothing at random. */
    private List<Integer> numbers(DetectorConfig detector) {
        List<Integer> numbers = new ArrayList<>();
        for (int number = 2;
                number <= config.evaluate().seeds()
                        && detector.trainer().reseeded(1).isPresent();
                number++) {
            numbers.add(number);
        }
        return numbers;
    }

    /** The detector under the name of a seed, which no config can give, with that seed. */
    private static DetectorConfig reseeded(DetectorConfig detector, int number) {
        return new DetectorConfig(
                detector.name() + "@" + number,
                detector.trainer().reseeded(number - 1).orElseThrow(),
                detector.features(),
                detector.trim(),
                detector.path());
    }

    /**
     * The further seeds of a detector that an earlier start of this run has trained, all of them or none.
     *
     * @param first the detector with its own seed
     */
    Optional<List<TrainedDetector>> find(DetectorConfig detector, TrainedDetector first) throws IOException {
        List<TrainedDetector> found = new ArrayList<>();
        for (int number : numbers(detector)) {
            Optional<SeedFiles.Seed> seed = files.find(detector.name(), number);
            if (seed.isEmpty()) {
                return Optional.empty();
            }
            found.add(trained(first, detector.name() + "@" + number, seed.get()));
        }
        return Optional.of(found);
    }

    /** Trains those that are missing, and leaves each on the disk as soon as it is trained. */
    List<TrainedDetector> train(FitStep fit, FittedDetector fitted, TrainedDetector first) throws IOException {
        DetectorConfig detector = fitted.config();
        Map<Integer, TrainedDetector> trained = new LinkedHashMap<>();
        List<DetectorConfig> missing = new ArrayList<>();
        for (int number : numbers(detector)) {
            Optional<SeedFiles.Seed> before = files.find(detector.name(), number);
            if (before.isPresent()) {
                trained.put(number, trained(first, detector.name() + "@" + number, before.get()));
            } else {
                missing.add(reseeded(detector, number));
            }
        }
        if (!missing.isEmpty()) {
            ValidationPass validation = new ValidationPass(read, listener);
            fit.fitAgain(fitted, missing, trainedAgain -> {
                FittedDetector made = validation.score(trainedAgain);
                String name = made.config().name();
                int number = Integer.parseInt(name.substring(name.lastIndexOf('@') + 1));
                SeedFiles.Seed seed = new SeedFiles.Seed(
                        made.detector(), ThresholdStep.model(config, made).threshold(), made.epochs());
                files.save(detector.name(), number, seed);
                new Outputs(config).forgetCheckpoints(name);
                trained.put(number, trained(first, name, seed));
            });
        }
        return numbers(detector).stream().map(trained::get).toList();
    }

    /** A seed remembers at the end of the validation span what the first one does. */
    private static TrainedDetector trained(TrainedDetector first, String name, SeedFiles.Seed seed) {
        return new TrainedDetector(
                name,
                first.model().withDetector(seed.detector(), seed.threshold()),
                first.memory(),
                first.trainRows(),
                first.validationRows(),
                seed.epochs(),
                first.validationNormals(),
                first.reference(),
                Optional.empty(),
                List.of());
    }

    /**
     * Scores the test span with further seeds of all detectors.
     *
     * @param seeds by the detector's name
     * @return their scores by the same names, in the same order
     */
    Map<String, List<SeedScores>> score(Map<String, List<TrainedDetector>> seeds) throws IOException {
        List<TrainedDetector> all =
                seeds.values().stream().flatMap(List::stream).toList();
        Map<String, TestScores> scores = new LinkedHashMap<>();
        for (List<TrainedDetector> together : all.isEmpty() ? List.<List<TrainedDetector>>of() : ScoreStep.turns(all)) {
            listener.stage("scoring the test span with " + together.size() + " further seeds");
            pass(together, scores);
        }
        Map<String, List<SeedScores>> result = new LinkedHashMap<>();
        seeds.forEach((name, trained) -> {
            List<SeedScores> ofDetector = new ArrayList<>();
            for (TrainedDetector one : trained) {
                ofDetector.add(new SeedScores(ofDetector.size() + 2, one.model(), scores.get(one.name())));
            }
            result.put(name, ofDetector);
        });
        return result;
    }

    private void pass(List<TrainedDetector> together, Map<String, TestScores> scores) throws IOException {
        List<RowScorer> scorers = new ArrayList<>();
        List<RowScorer.Sink> sinks = new ArrayList<>();
        Set<LoginField> needed = LoginField.setOf(LoginField.USER);
        boolean lookBack = false;
        for (TrainedDetector one : together) {
            FeatureExtractor extractor = one.extractor();
            needed.addAll(extractor.neededFields());
            lookBack |= !extractor.memories().isEmpty();
            scorers.add(new RowScorer(one.model(), extractor, true));
            TestScores ofOne = new TestScores(false);
            scores.put(one.name(), ofOne);
            sinks.add((row, score, flagged, columns, contributions, words) -> {
                if (read.isTested(row.row())) {
                    ofOne.add(row, score);
                }
            });
        }
        if (!read.isOneLog() && lookBack) {
            // what follows the validation span in the training log updates what looks back
            RowScorer.Sink nobody = (row, score, flagged, columns, contributions, words) -> {};
            try (RowReader rows = read.open(needed)) {
                for (Labelled<?> row = rows.next(); row != null; row = rows.next()) {
                    if (row.row().timeMicros() >= read.spans().validationUntil()) {
                        for (RowScorer scorer : scorers) {
                            scorer.add(row, nobody);
                        }
                    }
                }
            }
            for (RowScorer scorer : scorers) {
                scorer.flush(nobody);
            }
        }
        try (RowReader rows = read.openTest(needed)) {
            for (Labelled<?> row = rows.next(); row != null; row = rows.next()) {
                for (int i = 0; i < scorers.size(); i++) {
                    scorers.get(i).add(row, sinks.get(i));
                }
            }
        }
        for (int i = 0; i < scorers.size(); i++) {
            scorers.get(i).flush(sinks.get(i));
        }
    }

    /** Removes what was left of a detector; to be called once the report is written. */
    void forget(String detector) throws IOException {
        files.forget(detector);
    }
}
