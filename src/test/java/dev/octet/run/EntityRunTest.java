package dev.octet.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.octet.bundle.Bundle;
import dev.octet.config.ConfigFile;
import dev.octet.config.ExperimentConfig;
import dev.octet.evaluate.EvaluationReport;
import dev.octet.event.InputException;
import dev.octet.feature.View;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EntityRunTest {
    private static final String CONFIG = """
            name: entities
            data: {format: {columns: {time: at, user: user, ip: ip, success: ok}}, train: LOG, labels: {column: attack}}
            view: {entity: {by: ip}}
            features: entity
            split: {by: date, train-until: 2024-02-01, validation-until: 2024-03-03}
            detector: {autoencoder: {layers: [4], epochs: 2, batch-size: 16, seed: 1}}
            threshold: {percentile: 80}
            """;

    @TempDir
    Path folder;

    /** Twenty addresses that log in now and then for three months, and from March on one that does so all the time. */
    private ExperimentConfig config(String... overrides) throws IOException {
        SplittableRandom random = new SplittableRandom(1);
        StringBuilder log = new StringBuilder("at,user,ip,ok,attack\n");
        LocalDateTime at = LocalDateTime.of(2024, 1, 1, 0, 0);
        while (at.isBefore(LocalDateTime.of(2024, 4, 3, 0, 0))) {
            boolean attack = at.getMonthValue() > 2 && at.getDayOfMonth() > 3 && random.nextInt(3) > 0;
            int user = random.nextInt(20);
            log.append(at).append(":00,u").append(user).append(",10.0.0.").append(attack ? 99 : user);
            log.append(",true,").append(attack).append('\n');
            at = at.plus(Duration.ofMinutes(attack ? 3 : 60));
        }
        Path file = Files.writeString(folder.resolve("log.csv"), log);
        return ExperimentConfig.of(ConfigFile.parse(
                "c.yaml",
                CONFIG.replace("LOG", file.toString()) + "output: " + folder.resolve("out") + "\n",
                List.of(overrides),
                Map.of()));
    }

    @Test
    void addressesAreTrainedOnScoredAndKeptInABundle() throws IOException {
        Experiment.Result result = new Experiment(config(), RunListener.SILENT).run(true);
        List<String> scores = Files.readAllLines(result.scores().get(0));
        assertEquals("entity,score,threshold,flagged,reasons", scores.get(0));
        assertEquals(22, scores.size());
        assertTrue(scores.stream().anyMatch(line -> line.startsWith("10.0.0.99,")));
        assertTrue(
                scores.get(1).matches("10\\.0\\.0\\.\\d+,[0-9.E-]+,[0-9.E-]+,[01],.*(total-count|gap|daily|ratio).*"));
        assertEquals(
                new View.Entity(View.Entity.By.IP),
                Bundle.load(result.bundles().get(0)).model().view());

        List<String> alerts = Files.readAllLines(folder.resolve("out/alerts.csv"));
        assertEquals("alert,entity,score,threshold,reasons", alerts.get(0));
        long flagged = scores.stream()
                .filter(line -> line.matches("10[^,]*,[^,]*,[^,]*,1,.*"))
                .count();
        assertEquals(flagged, alerts.size() - 1);
        assertTrue(flagged > 0);
        assertTrue(alerts.get(1).matches("0,10[0-9.]+,[0-9.E-]+,[0-9.E-]+,.*attempt.*"), alerts.get(1));

        EvaluationReport report = result.report();
        assertEquals(21, report.evaluations().get(0).rows());
        assertEquals(1, report.evaluations().get(0).attacks());
        // the attacker's counts alone give it away, and that is said aloud
        assertTrue(
                report.warnings().stream().anyMatch(warning -> warning.startsWith("either this problem is that easy")));
        assertEquals(
                List.of(),
                report.notes().stream()
                        .filter(note -> note.contains("length of its span"))
                        .toList());
    }

    /** Days of the whole site: an attack of 40 attempts an hour cannot be overlooked, nor can that it is that easy. */
    @Test
    void theLintSpeaksUpInTheWindowViewToo() throws IOException {
        EvaluationReport report = new Experiment(
                        config("view={window: {span: 1d}}", "features=counts", "threshold.percentile=60"),
                        RunListener.SILENT)
                .run(true)
                .report();
        assertTrue(report.warnings().stream()
                .anyMatch(warning -> warning.startsWith(
                        "either this problem is that easy, or this is the label in" + " disguise: attempts")));
    }

    @Test
    void spansOfOtherLengthsAreSpokenOf() throws IOException {
        EvaluationReport report = new Experiment(config("split.train-until=2024-02-20"), RunListener.SILENT)
                .run(true)
                .report();
        assertEquals(
                List.of("an entity's counts grow with the length of its span: training 50 days, validation 12, test 31;"
                        + " spans of one length would compare like with like"),
                report.notes().stream()
                        .filter(note -> note.contains("length of its span"))
                        .toList());
    }

    @Test
    void whatIsNotForEntitiesIsRefused() throws IOException {
        assertEquals(
                "--set evaluate: evaluate.by: is not for view: entity, whose rows stand for the whole test span; remove"
                        + " it",
                assertThrows(InputException.class, () -> config("evaluate={by: [month]}"))
                        .getMessage());
        assertEquals(
                "--set alarm: alarm.hold: hold is for view: window, but this view is entity",
                assertThrows(InputException.class, () -> config("alarm={hold: 1}"))
                        .getMessage());
        assertEquals(
                "--set view.entity.by: view.entity.by: asn is not one of ip, user",
                assertThrows(InputException.class, () -> config("view.entity.by=asn"))
                        .getMessage());
    }
}
