package dev.octet.evaluate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.octet.detect.Threshold;
import dev.octet.detect.ValidationScores;
import dev.octet.event.Label;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class EvaluationReportTest {

    private static EvaluationReport report(List<Evaluation> evaluations) {
        return report(evaluations, List.of(), List.of());
    }

    private static EvaluationReport report(List<Evaluation> evaluations, List<Period> periods, List<TopAlert> alerts) {
        return new EvaluationReport(
                new Subject("n", "d", "s", "all rows", false),
                evaluations,
                periods,
                List.of(),
                alerts,
                Optional.empty(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                Optional.empty());
    }

    @Test
    void theTablesReadAsWritten() throws IOException {
        Locale before = Locale.getDefault();
        Locale.setDefault(Locale.GERMANY);
        try (var in = getClass().getResourceAsStream("table.md")) {
            assertEquals(
                    new String(in.readAllBytes(), StandardCharsets.UTF_8),
                    report(true).markdown());
        } finally {
            Locale.setDefault(before);
        }
    }

    @Test
    void jsonHoldsTheSameAtFullPrecision() throws IOException {
        EvaluationReport report = report(true);
        JsonNode json = new ObjectMapper().readTree(report.json());
        JsonNode first = json.get("detectors").get(0);
        Evaluation evaluation = report.evaluations().get(0);
        assertEquals("autoencoder", first.get("detector").asText());
        assertEquals(20_000, json.get("rows").asLong());
        assertEquals(evaluation.rocAuc(), first.get("roc_auc").asDouble());
        assertEquals(18999.05, first.get("threshold").get("value").asDouble(), 1e-9);
        assertEquals(
                40,
                first.get("at_threshold").get("true_positives").asLong()
                        + first.get("at_threshold").get("false_negatives").asLong());
        assertEquals(
                evaluation.budgets().get(2).recall().low(),
                first.get("budgets").get(2).get("recall").get("low").asDouble());
        assertEquals("new", first.get("strata").get(1).get("name").asText());
        assertTrue(json.get("detectors").get(1).path("threshold").isMissingNode());
        assertTrue(json.get("cohen_kappa").get("kappa").get(1).get(1).isNull());
        assertEquals(report.json(), report(true).json());
        assertFalse(report.json().contains("\r"));
        assertTrue(report.json().endsWith("}\n"));
    }

    @Test
    void withoutLabelsTheTableSaysSo() throws IOException {
        String text = report(false).markdown();
        assertTrue(text.contains("- attacks: n/a, the data carries no labels\n"), text);
        assertFalse(text.contains("## Ranking"), "a table of nothing but n/a is left out");
        assertTrue(text.contains("| detector    | flagged | alerts/day [95 %] |\n"), text);
        assertTrue(text.matches("(?s).*\\| autoencoder \\| +1,000 \\| +[0-9].*"), text);
        JsonNode json = new ObjectMapper().readTree(report(false).json());
        assertTrue(json.get("attacks").isNull());
        assertTrue(json.get("detectors").get(0).get("roc_auc").isNull());
        assertTrue(json.get("detectors")
                .get(0)
                .get("at_threshold")
                .get("true_positives")
                .isNull());
        assertTrue(json.get("detectors")
                .get(0)
                .get("budgets")
                .get(0)
                .get("recall")
                .get("value")
                .isNull());
    }

    @Test
    void periodsHaveATableOfTheirOwn() throws IOException {
        BitSet attacks = new BitSet();
        attacks.set(1);
        var threshold = new Threshold.Fixed(1.5).fit(ValidationScores.of(new double[] {1}, new BitSet(), Double.NaN));
        Evaluation may = Evaluation.of("d", ScoredRows.of(new double[] {1, 2, 3}, attacks, 2), Optional.of(threshold));
        Evaluation june =
                Evaluation.of("d", ScoredRows.of(new double[] {1, 2}, new BitSet(), 2), Optional.of(threshold));
        EvaluationReport report =
                report(List.of(may), List.of(new Period("2018-05", may), new Period("2018-06", june)), List.of());
        String text = report.markdown();
        String table = text.substring(text.indexOf("## By period"), text.indexOf("## At the same alert budget"));
        assertEquals("""
                ## By period, at each detector's own threshold

                | period  | detector | rows | attacks | found | false alarms | recall [95 %] | precision [95 %] | FPR |  alerts/day [95 %] |
                |---------|----------|-----:|--------:|------:|-------------:|--------------:|-----------------:|----:|-------------------:|
                | 2018-05 | d        |    3 |       1 |     1 |            1 |    1 [.21, 1] |   .5 [.095, .91] |  .5 |    1 [0.121, 3.61] |
                | 2018-06 | d        |    2 |       0 |     0 |            1 |           n/a |       0 [0, .79] |  .5 | 0.5 [0.0127, 2.79] |

                """, table);
        assertEquals(
                1, text.lines().filter(line -> line.startsWith("- threshold")).count());
        JsonNode periods = new ObjectMapper().readTree(report.json()).get("periods");
        assertEquals("2018-06", periods.get(1).get("period").asText());
        assertEquals(1, periods.get(1).get("at_threshold").get("flagged").asInt());
    }

    @Test
    void theTopAlertsOfTheFirstDetectorAreEnoughToRead() {
        Evaluation one =
                Evaluation.of("d", ScoredRows.of(new double[] {1, 2}, new BitSet(), 1), Optional.empty(), List.of(1.0));
        EvaluationReport report = report(
                List.of(one),
                List.of(),
                List.of(
                        alert("d", "2020-01-01T00:00:00Z", "anna", 2, "new country"),
                        alert("e", "2020-01-02T00:00:00Z", "bert", 1, "new network")));
        String text = report.markdown();
        assertTrue(text.contains("d:\n\n1. 2020-01-01T00:00:00Z, anna, score 2: new country\n"), text);
        assertFalse(text.contains("bert"), text);
        assertTrue(text.contains("Those of the other detectors are in their alerts-NAME.csv"), text);
    }

    private static TopAlert alert(String detector, String time, String who, double score, String reasons) {
        return new TopAlert(
                detector,
                0,
                time,
                "",
                who,
                "192.0.2.1",
                score,
                Label.UNKNOWN,
                reasons,
                "country=1.00",
                Optional.empty());
    }

    @Test
    void budgetsAreThoseAskedForAndTheSameForAll() {
        BitSet attacks = new BitSet();
        attacks.set(99);
        double[] scores = new double[100];
        scores[99] = 1;
        ScoredRows rows = ScoredRows.of(scores, attacks, 1);
        List<Double> shares = List.of(0.02, 0.5);
        Evaluation asked = Evaluation.of("d", rows, Optional.empty(), shares);
        assertEquals(shares, asked.budgets().stream().map(BudgetResult::share).toList());
        assertEquals(2, asked.budgets().get(0).flagged());
        String text = report(List.of(asked, Evaluation.random(rows, shares))).markdown();
        assertTrue(text.contains("| recall at 2 % | recall at 50 % |"), text);
        assertFalse(text.contains("0.1 %"), text);
        assertThrows(IllegalArgumentException.class, () -> report(List.of(asked, Evaluation.random(rows))));
    }

    @Test
    void infinityIsATextInJson() throws IOException {
        ScoredRows rows = ScoredRows.of(new double[] {1, 2}, new BitSet(), Double.NaN);
        Evaluation all = Evaluation.of(
                "all",
                rows,
                Optional.of(new Threshold.Fixed(Double.NEGATIVE_INFINITY)
                        .fit(ValidationScores.of(new double[] {1}, new BitSet(), Double.NaN))));
        EvaluationReport report = report(List.of(all));
        JsonNode json = new ObjectMapper().readTree(report.json());
        assertEquals(
                "-Infinity",
                json.get("detectors").get(0).get("threshold").get("value").asText());
        assertTrue(json.get("days").isNull());
        assertTrue(report.markdown().contains("- scored: all rows: 2 rows\n"), report.markdown());
        assertFalse(report.markdown().contains("NaN"), report.markdown());
    }

    @Test
    void nearlyOneIsNotWrittenAsOne() {
        double[] scores = new double[5000];
        BitSet attacks = new BitSet();
        for (int row = 0; row < 5000; row++) {
            scores[row] = row;
        }
        attacks.set(4998);
        Evaluation nearly = Evaluation.of("d", ScoredRows.of(scores, attacks, 1), Optional.empty());
        String text = report(List.of(nearly)).markdown();
        assertTrue(text.contains("| d        |   .9998 |                .5 |"), text);
    }

    @Test
    void aReportNeedsADetector() {
        assertThrows(IllegalArgumentException.class, () -> report(List.of()));
    }

    @Test
    void aTableEscapesWhatWouldBreakIt() {
        MarkdownTable table = new MarkdownTable(1, "a", "b");
        table.row(List.of("x|y", "1\n2"));
        assertEquals("| a    |   b |\n|------|----:|\n| x\\|y | 1 2 |\n", table.text());
        assertThrows(IllegalArgumentException.class, () -> table.row(List.of("one")));
    }

    /** 20,000 rows in 10 days, scored 0 to 19,999, every 500th from 499 on an attack. */
    private static EvaluationReport report(boolean labelled) {
        int n = 20_000;
        double[] scores = new double[n];
        BitSet attacks = new BitSet();
        for (int row = 0; row < n; row++) {
            scores[row] = row;
            if (labelled && row % 500 == 499) {
                attacks.set(row);
            }
        }
        byte[] history = new byte[attacks.cardinality()];
        for (int i = 0; i < history.length; i++) {
            history[i] = (byte) (i < 25 ? 0 : 1);
        }
        ScoredRows rows = new ScoredRows(
                scores,
                n,
                attacks,
                labelled,
                10,
                labelled ? List.of(new Strata("victim", List.of("known", "new"), history)) : List.of());
        var threshold = new Threshold.Percentile(95).fit(ValidationScores.of(scores, new BitSet(), 10));
        BitSet nothing = new BitSet();
        return new EvaluationReport(
                new Subject(
                        "rba-octets",
                        "data/sample.csv",
                        "by time: train 50 %, validation 10 %, test 40 %",
                        "successful logins",
                        true),
                List.of(Evaluation.of("autoencoder", rows, Optional.of(threshold)), Evaluation.random(rows)),
                List.of(),
                List.of(),
                List.of(),
                Optional.of(KappaMatrix.of(
                        List.of("autoencoder", "nothing"), List.of(rows.flagged(threshold), nothing), n)),
                List.of(new ClusteringAgreement("k-means", "forest", 0.9125)),
                List.of("either this problem is that easy, or this is the label in disguise: index"),
                List.of("3 of 20,003 rows were rejected"),
                List.of(),
                Optional.empty());
    }
}
