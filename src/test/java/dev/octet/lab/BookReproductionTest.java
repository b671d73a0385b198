package dev.octet.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.octet.config.ConfigFile;
import dev.octet.config.ExperimentConfig;
import dev.octet.evaluate.ReproducedFigure;
import dev.octet.evaluate.ReproductionReport;
import dev.octet.event.InputException;
import dev.octet.run.Experiment;
import dev.octet.run.RunListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** configs/book.yaml against the figures of reference-2018.json. */
class BookReproductionTest {
    @TempDir
    private Path directory;

    @Test
    @Tag("slow")
    void isTheBooks() throws IOException {
        String data = System.getenv("OCTET_DATA");
        assumeTrue(
                data != null && Files.exists(Path.of(data, "molin-logins/logs_2018.csv")),
                "set OCTET_DATA to the folder that holds molin-logins/logs_2018.csv to run this test");
        ReproductionReport report = new Book(
                        ExperimentConfig.read(
                                Path.of("configs/book.yaml"),
                                List.of("output=" + directory.resolve("out")),
                                Map.of("OCTET_DATA", data)),
                        RunListener.SILENT)
                .run(true);

        String january = "January";
        String february = "trained on January, tested on February";
        String counts = "tn / fp / fn / tp";
        assertEquals(List.of(44220.0, 299.0, 28.0, 10.0), ours(report, "local-outlier-factor", january, counts));
        assertEquals(List.of(22304.0, 22253.0), ours(report, "one-class-svm", january, "inliers / outliers"));
        assertEquals(List.of(431902.0, 93660.0), ours(report, "k-means", "2018", "cluster sizes"));
        assertEquals(List.of(31740.0, 8218.0, 0.0, 5.0), ours(report, "gaussian-naive-bayes", february, counts));
        assertEquals(
                0.8971670253766455,
                ours(report, "gaussian-naive-bayes", february, "ROC-AUC").get(0),
                1e-9);
        assertEquals(List.of(0.5), ours(report, "logistic-regression", january, "best C of .1, .5, 1, 2"));
        assertEquals(List.of(39958.0, 0.0, 1.0, 4.0), ours(report, "logistic-regression", february, counts));
        assertEquals(List.of(39958.0, 0.0, 1.0, 4.0), ours(report, "random-forest", february, counts));
        assertEquals(List.of(39958.0, 0.0, 1.0, 4.0), ours(report, "passive-aggressive", february, counts));
        assertEquals(
                List.of(175179.0, 0.0, 10.0, 21.0),
                ours(
                        report,
                        "passive-aggressive",
                        "partial fit on February, tested on March and April to June",
                        counts));
        List<Double> coefficients =
                ours(report, "sgd", "2018", "coefficients of usernames with failures / Monday / 23 h");
        double[] published = {0.9415581997027198, 0.05040751530926895, -0.02176726532333003};
        for (int i = 0; i < published.length; i++) {
            assertEquals(published[i], coefficients.get(i), 1e-3);
        }
        List<Double> found = ours(report, "isolation-forest", january, "found of 38, 5 % flagged");
        List<Double> falseAlarms = ours(report, "isolation-forest", january, "false alarms, 5 % flagged");
        assertEquals(10, found.size());
        assertEquals(10, falseAlarms.size());
        assertEquals(31, found.stream().sorted().toList().get(5));
        assertTrue(falseAlarms.stream().allMatch(count -> count >= 1600 && count <= 2300), falseAlarms::toString);
        report.figures().forEach(figure -> assertTrue(figure.agrees(), figure::toString));
        assertEquals(1, report.notes().size(), "a note that this is not the book's log");

        assertEquals(report.markdown(), Files.readString(directory.resolve("out/table.md")));
        assertEquals(report.json(), Files.readString(directory.resolve("out/evaluation.json")));
    }

    private static List<Double> ours(ReproductionReport report, String method, String rows, String quantity) {
        return report.figures().stream()
                .filter(figure -> figure.method().equals(method)
                        && figure.rows().equals(rows)
                        && figure.quantity().equals(quantity))
                .map(ReproducedFigure::ours)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void bringsItsOwnSettings() {
        String text = """
                name: b
                reproduce: book
                data: {format: molin, train: logs.csv, labels: {windows: attacks.csv}}
                """;
        assertEquals(List.of(), read(text).detection().detectors());
        assertEquals(
                "c.yaml:4:11: features: reproduce brings its own features; remove it",
                assertThrows(InputException.class, () -> read(text + "features: counts"))
                        .getMessage());
        String both = assertThrows(InputException.class, () -> read(text + "detector: pca"))
                .getMessage();
        assertTrue(both.contains("give exactly one of detector, detectors, reproduce"), both);
        assertEquals(
                "reproduce: book needs data.labels.windows, the book's attack windows of 2018",
                assertThrows(
                                InputException.class,
                                () -> new Book(
                                                read(text.replace(", labels: {windows: attacks.csv}", "")),
                                                RunListener.SILENT)
                                        .run(false))
                        .getMessage());
        assertEquals(
                "the config names no detector but reproduce, which only ./octet run does",
                assertThrows(InputException.class, () -> new Experiment(read(text), RunListener.SILENT).run(false))
                        .getMessage());
    }

    @Test
    void refusesALogOfAnotherYear() throws IOException {
        Path log = directory.resolve("logs.csv");
        Files.writeString(log, """
                datetime,source_ip,username,success,failure_reason
                2019-01-01 00:00:10.000000,1.2.3.4,a,False,error_wrong_password
                2019-01-01 00:02:10.000000,1.2.3.4,a,False,error_wrong_password
                """);
        Path attacks = directory.resolve("attacks.csv");
        Files.writeString(attacks, """
                start,end,source_ip
                2019-01-01 00:00:00.000000,2019-01-01 00:01:00.000000,1.2.3.4
                """);
        ExperimentConfig config =
                read(String.format(java.util.Locale.ROOT, """
                name: b
                reproduce: book
                data: {format: molin, train: '%s', labels: {windows: '%s'}}
                output: '%s'
                """, log, attacks, directory.resolve("out")));
        String message = assertThrows(InputException.class, () -> new Book(config, RunListener.SILENT).run(false))
                .getMessage();
        assertTrue(message.startsWith("the log has no failed login in JANUARY 2018; "), message);
    }

    private static ExperimentConfig read(String text) {
        return ExperimentConfig.of(ConfigFile.parse("c.yaml", text, List.of(), Map.of()));
    }
}
