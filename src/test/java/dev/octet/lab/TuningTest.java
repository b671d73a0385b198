package dev.octet.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.NamedCsvRecord;
import dev.octet.Records;
import dev.octet.bundle.Bundle;
import dev.octet.config.ConfigFile;
import dev.octet.config.DetectorConfig;
import dev.octet.config.ExperimentConfig;
import dev.octet.detect.TrainingProgress;
import dev.octet.event.InputException;
import dev.octet.event.IpAddress;
import dev.octet.event.LoginEvent;
import dev.octet.feature.FeatureExtractor;
import dev.octet.feature.FeatureRequest;
import dev.octet.feature.View;
import dev.octet.feature.history.HistoryOptions;
import dev.octet.feature.history.Memories;
import dev.octet.lab.search.SearchResult;
import dev.octet.lab.search.Standing;
import dev.octet.run.Experiment;
import dev.octet.run.FitStep;
import dev.octet.run.FittedDetector;
import dev.octet.run.Log;
import dev.octet.run.ReadLog;
import dev.octet.run.ReadStep;
import dev.octet.run.RunListener;
import dev.octet.run.SwappedLogins;
import dev.octet.run.ThresholdStep;
import dev.octet.simulate.SimulationProgress;
import dev.octet.simulate.SimulationSettings;
import dev.octet.simulate.Simulator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Searches on a small simulated log. */
class TuningTest {
    private static final String BASE = """
            name: base
            data: {format: rba, train: LOG, labels: {column: Is Account Takeover, in-training: ignore}}
            view: attempt
            features: [hour, {country: code}, surprise-asn]
            split: {by: time, train: 0.5, validation: 0.2, test: 0.3}
            detector: {autoencoder: {layers: [8, 3, 8], epochs: 4, batch-size: 256, seed: 1}}
            threshold: {percentile: 99}
            evaluate: {on: successful}
            """;
    private static final String SPACE = """
            space:
              features:
                groups:
                  always: [surprise-asn, surprise-country]
                  optional: {published: [hour, {country: code}, ip-octets], campaign: [campaign-day]}
              detector.autoencoder.layers: {network: {depth: [1, 2], width: [8, 12], bottleneck: [2, 4]}}
              detector.autoencoder.learning-rate: {from: 0.001, to: 0.02, scale: log}
            """;

    @TempDir
    private static Path once;

    private static Path log;

    @TempDir
    private Path folder;

    private final List<String> stages = new ArrayList<>();

    @BeforeAll
    static void simulates() throws IOException {
        log = once.resolve("logins.csv");
        SimulationSettings settings =
                Records.with(SimulationSettings.withDefaults(), "takeovers", 80, "rows", 12_000, "seed", 3);
        new Simulator(settings).write(log, SimulationProgress.NONE);
    }

    private Tuning.Result tune(Path log, String output, String space, List<String> baseOverrides) throws IOException {
        Path base = Files.writeString(folder.resolve("base.yaml"), BASE.replace("LOG", log.toString()));
        Path file = Files.writeString(
                folder.resolve("tune.yaml"),
                "name: search\nbase: " + base + "\nseed: 2\noutput: " + folder.resolve(output) + "\n" + space);
        TuneConfig config = TuneConfig.read(file, List.of(), baseOverrides, Map.of());
        RunListener listener = new RunListener() {
            @Override
            public void stage(String text) {
                stages.add(text);
            }

            @Override
            public void note(String text) {
                stages.add(text);
            }

            @Override
            public TrainingProgress training(String detector) {
                return TrainingProgress.SILENT;
            }
        };
        return new Tuning(config, listener).run(true, false);
    }

    private static List<String> table(Tuning.Result result) throws IOException {
        List<String> rows = new ArrayList<>();
        try (CsvReader<NamedCsvRecord> csv = CsvReader.builder().ofNamedCsvRecord(result.candidates())) {
            for (NamedCsvRecord row : csv) {
                List<String> fields = new ArrayList<>(row.getFields());
                fields.remove(row.getHeader().indexOf("seconds"));
                rows.add(String.join(" | ", fields));
            }
        }
        return rows;
    }

    @Test
    void theWinnersConfigReproducesItsScore() throws IOException {
        Tuning.Result result =
                tune(log, "out", SPACE + "candidates: 6\nhalving: {factor: 2, rungs: 2}\nbudgets: [1, 5]\n", List.of());
        SearchResult search = result.search();
        assertEquals(7, search.standings().size());
        assertTrue(search.best().score() >= search.base().score());
        assertEquals(1, stages.stream().filter("computing features"::equals).count(), stages.toString());
        assertEquals(
                Set.of("base.yaml", "best.yaml", "candidates.csv", "search.jsonl"),
                names(folder.resolve("out")),
                "and no candidate's checkpoint");

        for (Standing standing : List.of(search.best(), search.base())) {
            ExperimentConfig config;
            if (standing == search.best()) {
                config = ExperimentConfig.read(result.best(), List.of(), Map.of());
                assertEquals(folder.resolve("out/best"), config.output());
            } else {
                config = ExperimentConfig.read(
                        folder.resolve("base.yaml"), List.of("output=" + folder.resolve("base")), Map.of());
            }
            Experiment experiment = new Experiment(config, RunListener.SILENT);
            Path bundle = experiment.run(true).bundles().get(0);
            assertEquals(
                    standing.threshold(),
                    Bundle.load(bundle).model().threshold().value(),
                    "to the bit");

            FitStep again = new FitStep(ReadStep.read(config, RunListener.SILENT, true), RunListener.SILENT);
            DetectorConfig detector = config.detection().detectors().get(0);
            List<FeatureRequest> requests = FitStep.requests(config, detector);
            FittedDetector fitted = again.fit(detector, requests, again.rows(requests, OptionalLong.of(2)));
            double score = new CandidateScore(Objective.SWAPPED_LOGINS, List.of(0.01, 0.05))
                    .of(List.of(new CandidateScore.Trained(ThresholdStep.model(config, fitted), fitted)));
            assertEquals(standing.score(), score, "to the bit");
        }
        assertTrue(
                search.standings().stream()
                                .mapToDouble(Standing::score)
                                .distinct()
                                .count()
                        > 3,
                "candidates differ in their scores");
    }

    private static Set<String> names(Path directory) throws IOException {
        try (var files = Files.list(directory)) {
            Set<String> names = new HashSet<>();
            files.forEach(file -> names.add(file.getFileName().toString()));
            return names;
        }
    }

    @Test
    void theTestSpanChangesNothing() throws IOException {
        List<String> lines = Files.readAllLines(log);
        // 70 % of the time are training and validation
        ReadLog read = ReadStep.read(
                ExperimentConfig.of(ConfigFile.parse(
                        "base",
                        BASE.replace("LOG", log.toString()) + "output: " + folder.resolve("spans") + "\n",
                        List.of(),
                        Map.of())),
                RunListener.SILENT,
                true);
        String testFrom = Log.time(read.testFrom()).toString().replace('T', ' ');
        List<String> poisoned = new ArrayList<>(List.of(lines.get(0)));
        int changed = 0;
        for (String line : lines.subList(1, lines.size())) {
            String[] fields = line.split(",", -1);
            if (fields[1].compareTo(testFrom) >= 0) {
                fields[2] = "4711"; // user
                fields[4] = "203.0.113." + changed % 256;
                fields[5] = "XX";
                fields[fields.length - 1] = fields[fields.length - 1].equals("True") ? "False" : "True";
                changed++;
            }
            poisoned.add(String.join(",", fields));
        }
        assertTrue(changed > 2000, changed + " rows of the test span");
        Path other = Files.write(folder.resolve("poisoned.csv"), poisoned);

        Tuning.Result clean = tune(log, "clean", SPACE + "candidates: 3\n", List.of());
        Tuning.Result spoilt = tune(other, "spoilt", SPACE + "candidates: 3\n", List.of());
        assertEquals(table(clean), table(spoilt));
        assertEquals(
                Files.readString(clean.best()).replace(log.toString(), "").replace("clean", ""),
                Files.readString(spoilt.best()).replace(other.toString(), "").replace("spoilt", ""));

        // while a poisoned training span does change it
        List<String> early = new ArrayList<>(lines);
        for (int i = 1; i < 2000; i++) {
            String[] fields = early.get(i).split(",", -1);
            fields[5] = "XX";
            early.set(i, String.join(",", fields));
        }
        Path earlier = Files.write(folder.resolve("early.csv"), early);
        assertNotEquals(table(clean), table(tune(earlier, "early", SPACE + "candidates: 3\n", List.of())));
    }

    @Test
    void labelsCountOnlyForObjectivesThatAreMadeOfThem() throws IOException {
        List<String> flipped = new ArrayList<>();
        for (String line : Files.readAllLines(log)) {
            flipped.add(
                    line.endsWith(",False")
                            ? line.replaceFirst(",False$", ",True")
                            : line.replaceFirst(",True$", ",False"));
        }
        Path other = Files.write(folder.resolve("flipped.csv"), flipped);
        String search = SPACE + "candidates: 2\nobjective: ";
        assertEquals(
                table(tune(log, "one", search + "swapped-logins\n", List.of())),
                table(tune(other, "two", search + "swapped-logins\n", List.of())));

        List<String> exclude = List.of("data.labels.in-training=exclude");
        Tuning.Result recall = tune(log, "recall", search + "recall\nbudgets: [5]\n", exclude);
        assertTrue(recall.search().best().score() > 0.05, "better than chance: " + table(recall));
        Path none = Files.write(
                folder.resolve("none.csv"),
                Files.readAllLines(log).stream()
                        .map(line -> line.replaceFirst(",True$", ",False"))
                        .toList());
        InputException e = assertThrows(InputException.class, () -> tune(none, "none", search + "recall\n", exclude));
        assertEquals(
                "the base config itself cannot be trained and scored: objective: the validation span has no labelled attack"
                        + " among its scored rows; move or lengthen it with split, or take swapped-logins, which needs none",
                e.getMessage());
    }

    @Test
    void f1ChoosesTheThreshold() throws IOException {
        Tuning.Result result = tune(
                log,
                "f1",
                """
                space:
                  threshold.percentile: [50, 80, 95, 99]
                objective: f1
                generator: grid
                """,
                List.of("data.labels.in-training=exclude", "features=[surprise-asn, surprise-country, campaign-day]"));
        SearchResult search = result.search();
        assertEquals(SearchResult.End.EXHAUSTED, search.end());
        assertEquals(4, search.standings().size(), "99 is the base");
        Map<String, Double> scores = new TreeMap<>();
        search.standings().forEach(standing -> scores.put(standing.cells().get(0), standing.score()));
        assertEquals(4, scores.size(), scores.toString());
        assertTrue(scores.get("50") < scores.get("95"), "half of all flagged is no good precision: " + scores);
    }

    @Test
    void anythingWithASeedIsJudgedByTheStabilityOfItsAlerts() throws IOException {
        Tuning.Result result = tune(log, "stability", """
                space:
                  detector.isolation-forest.trees: [3, 100]
                objective: alert-stability
                budgets: [5]
                seeds: 3
                generator: grid
                """, List.of("detector={isolation-forest: {trees: 10}}"));
        Map<String, Double> scores = new TreeMap<>();
        result.search().standings().forEach(s -> scores.put(s.cells().get(0), s.score()));
        assertTrue(
                scores.get("3") < scores.get("10") && scores.get("10") < scores.get("100") && scores.get("100") <= 1,
                "more trees, more alike: " + scores);
    }

    @Test
    void reconstructionIsTheShareOfTheVarianceGivenBack() throws IOException {
        Tuning.Result result = tune(log, "reconstruction", """
                space:
                  detector.autoencoder.learning-rate: [0.000001, 0.01]
                objective: reconstruction
                generator: grid
                """, List.of("detector.autoencoder.epochs=40"));
        Map<String, Double> scores = new TreeMap<>();
        result.search().standings().forEach(s -> scores.put(s.cells().get(0), s.score()));
        assertEquals("0.01", result.search().best().cells().get(0));
        assertTrue(scores.get("0.01") > 0.3 && scores.get("0.01") < 1, scores.toString());
        assertTrue(scores.get("0.000001") < 0.1, "nothing learnt, nothing given back: " + scores);
    }

    @Test
    void aCandidateThatCannotBeTrainedIsARow() throws IOException {
        Tuning.Result result = tune(log, "failing", """
                space:
                  threshold.percentile: [98, 99.99999]
                objective: f1
                generator: grid
                """, List.of("data.labels.in-training=exclude"));
        String row = table(result).stream()
                .filter(text -> text.contains("99.99999 |"))
                .findFirst()
                .orElseThrow();
        assertTrue(row.contains("| failed |"), row);
        assertTrue(row.contains("threshold percentile 99.99999 needs at least"), row);
    }

    @Test
    void theTimeLimitEndsATrainingToo() throws IOException {
        InputException e = assertThrows(
                InputException.class,
                () -> tune(log, "time", SPACE + "minutes: 0.00001\n", List.of("detector.autoencoder.epochs=100000")));
        assertEquals("minutes: the time was up before the base config was trained; give more", e.getMessage());
        assertTimeoutPreemptively(
                Duration.ofSeconds(60),
                () -> assertThrows(
                        InputException.class,
                        () -> tune(
                                log,
                                "time2",
                                SPACE + "minutes: 0.02\n",
                                List.of(
                                        "detector.autoencoder.epochs=1000000",
                                        "detector.autoencoder.patience=1000000"))));
    }

    @Test
    void swappedLoginsAreOfOneUserWithTheClientOfAnother() {
        List<FeatureRequest> requests =
                List.of(FeatureRequest.of("hour"), FeatureRequest.of("ip-octets"), FeatureRequest.of("campaign-day"));
        View view = new View.Attempt();
        FeatureExtractor extractor =
                new FeatureExtractor(view, requests, Memories.neededFor(view, requests, HistoryOptions.defaults()));
        SwappedLogins swaps = new SwappedLogins(1, extractor, 6000);
        // ten users, each with an address and a network of their own; nearly all logins are user 0's
        for (int i = 0; i < 9000; i++) {
            LoginEvent row = row(i, i * 600L, i < 8991 ? 0 : i - 8990);
            swaps.see(row, true);
            swaps.pass(row, true);
        }
        long start = (9000 * 600L / 86_400 + 1) * 86_400;
        for (int i = 0; i < 6000; i++) {
            LoginEvent row = row(9000 + i, start + i * 600L, 4 + i % 6);
            swaps.see(row, false);
            swaps.pass(row, true);
        }
        List<float[]> rows = swaps.rows();
        assertTrue(rows.size() > 1500 && rows.size() < 2200, rows.size() + " made");
        int common = 0;
        int campaign = 0;
        int later = 0;
        Set<Float> hours = new HashSet<>();
        for (float[] row : rows) {
            hours.add(row[0]);
            boolean elsewhere = row[1] != 10 || row[2] != 0 || row[3] != 0;
            if (!elsewhere) {
                assertTrue(row[4] >= 0 && row[4] <= 9, "a client that was seen in training");
                common += row[4] == 0 ? 1 : 0;
                assertEquals(0, row[5], "nobody came before");
            }
            campaign += elsewhere ? 1 : 0;
            later += elsewhere && row[5] > 0 ? 1 : 0;
        }
        assertEquals(24, hours.size(), "the victims' hours");
        // nearly all logins are user 0's; of the networks one in nine that are not the victim's own
        assertEquals(0.5 + 0.5 / 9, (double) common / (rows.size() - campaign), 0.05);
        assertTrue(campaign > 300 && campaign < 700, campaign + " from elsewhere");
        assertTrue(later > 0.6 * campaign && later < campaign, later + " of them have seen others before them");
    }

    private static LoginEvent row(int number, long seconds, int user) {
        return LoginEvent.at(seconds * 1_000_000L, "user-" + user, true)
                .ip(IpAddress.parse("10.0.0." + user))
                .asn(100 + user)
                .row(number)
                .build();
    }
}
