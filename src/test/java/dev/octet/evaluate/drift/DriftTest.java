package dev.octet.evaluate.drift;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.octet.detect.AlertRate;
import dev.octet.detect.SortedScores;
import dev.octet.event.InputException;
import dev.octet.feature.FeatureColumns;
import dev.octet.feature.FloatMatrix;
import java.io.IOException;
import java.util.BitSet;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Five planted kinds of drift, and none. Rows have an hour, a country of three, a user agent's code and a count that grows. */
class DriftTest {
    private static final List<FeatureColumns> LAYOUT = List.of(
            new FeatureColumns("hour", FeatureColumns.Kind.NUMERIC, 0, 1),
            new FeatureColumns("country", FeatureColumns.Kind.ONE_HOT, 1, 3),
            new FeatureColumns("agent", FeatureColumns.Kind.CODE, 4, 1),
            new FeatureColumns("count", FeatureColumns.Kind.NUMERIC, 5, 1));
    private static final List<String> NAMES = List.of("hour", "country=a", "country=b", "country=c", "agent", "count");
    private static final double THRESHOLD = 4.6; // of an exponential score, 1 % lie above it
    private static final int ROWS = 5000;
    private static final double DAYS = 50;

    private enum Plant {
        NONE,
        /** Three times as many logins a day, each as before. */
        VOLUME,
        /** The detector's scores are larger on the same inputs, as after another history. */
        SCALE,
        /** A user agent that nobody had is that of two thirds. */
        NEW_AGENT,
        /** Most logins come from another country. */
        OTHER_COUNTRY,
        /** The field is lost: its code is that of "not known" everywhere. */
        LOST_FIELD,
        /** The hour moves by a third of a day, which the detector does not mind. */
        CLOCK
    }

    private static float[] row(SplittableRandom random, Plant plant, double time) {
        float[] row = new float[6];
        row[0] = (float) random.nextDouble();
        if (plant == Plant.CLOCK) {
            row[0] = row[0] / 3 + 2 / 3f;
        }
        double country = random.nextDouble();
        boolean away = plant == Plant.OTHER_COUNTRY;
        row[1 + (country < 0.7 ? away ? 2 : 0 : country < 0.9 ? 1 : away ? 0 : 2)] = 1;
        row[4] = (float) Math.floor(5 * random.nextDouble() * random.nextDouble()) / 10;
        if (plant == Plant.LOST_FIELD) {
            row[4] = 1;
        } else if (plant == Plant.NEW_AGENT && random.nextDouble() < 2 / 3.0) {
            row[4] = 0.9f;
        }
        row[5] = (float) (time + 0.2 * random.nextDouble());
        return row;
    }

    private static double score(SplittableRandom random, Plant plant, float[] row) {
        double score = -Math.log(1 - random.nextDouble());
        boolean unusual = row[4] > 0.8f || plant == Plant.OTHER_COUNTRY && row[3] == 1;
        return score * (plant == Plant.SCALE ? 2.5 : 1) + (unusual ? 2 : 0);
    }

    private static DriftReference reference(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        FloatMatrix train = new FloatMatrix(6);
        FloatMatrix validation = new FloatMatrix(6);
        double[] scores = new double[ROWS];
        for (int i = 0; i < ROWS; i++) {
            train.append(row(random, Plant.NONE, (double) i / ROWS));
            float[] row = row(random, Plant.NONE, 1 + (double) i / ROWS);
            validation.append(row);
            scores[i] = score(random, Plant.NONE, row);
        }
        return DriftReference.of(LAYOUT, NAMES, train, validation, SortedScores.of(scores, ROWS, new BitSet(), false));
    }

    private static DriftReport report(DriftReference reference, long seed, Plant plant) {
        SplittableRandom random = new SplittableRandom(seed);
        DriftMonitor monitor = new DriftMonitor(reference, AlertRate.expected(ROWS / 100, DAYS));
        int rows = plant == Plant.VOLUME ? 3 * ROWS : ROWS;
        for (int i = 0; i < rows; i++) {
            float[] row = row(random, plant, 2 + (double) i / rows);
            double score = score(random, plant, row);
            monitor.add(row, score, score > THRESHOLD, (long) (i / (double) rows * DAYS * 86_400e6));
        }
        return monitor.report();
    }

    @Test
    void plantedDriftIsFoundAndDecided() {
        DriftReference reference = reference(1);
        assertEquals(
                DriftReport.Decision.RETHRESHOLD,
                report(reference, 2, Plant.VOLUME).decision());
        assertEquals(
                DriftReport.Decision.RETHRESHOLD,
                report(reference, 2, Plant.SCALE).decision());
        for (Plant plant : List.of(Plant.NEW_AGENT, Plant.LOST_FIELD)) {
            DriftReport report = report(reference, 2, plant);
            assertEquals(DriftReport.Decision.RETRAIN, report.decision(), report.text());
            assertEquals("agent", report.moved().get(0).name());
            assertEquals(1, report.moved().size());
            assertTrue(report.text().contains("agent"), report.text());
        }
        DriftReport country = report(reference, 2, Plant.OTHER_COUNTRY);
        assertEquals(DriftReport.Decision.RETRAIN, country.decision(), country.text());
        assertEquals("country", country.moved().get(0).name());
        DriftReport clock = report(reference, 2, Plant.CLOCK);
        assertEquals(DriftReport.Decision.KEEP, clock.decision(), "scores and alerts are as promised");
        assertEquals("hour", clock.moved().get(0).name());
    }

    @Test
    void stableRowsRarelyRaiseAnAlarm() {
        int alarms = 0;
        for (long seed = 10; seed < 210; seed++) {
            DriftReport report = report(reference(seed), 1000 + seed, Plant.NONE);
            assertEquals(List.of("count"), report.unwatched(), "a count grows by itself");
            assertEquals(List.of(), report.moved(), report.text());
            assertFalse(report.score().index() > report.score().limit(), report.text());
            alarms += report.decision() == DriftReport.Decision.KEEP ? 0 : 1;
        }
        // alerts of these rows are independent, so that twice or half of 50 never comes by chance
        assertEquals(0, alarms);
    }

    @Test
    void logsThatAreOlderThanTheModelAreNoReasonToTrainIt() {
        DriftReference reference = reference(1);
        long end = (long) (DAYS * 86_400e6);
        DriftReport older = report(reference.until(end), 2, Plant.NEW_AGENT);
        assertEquals(DriftReport.Decision.OLDER_LOG, older.decision());
        assertTrue(older.text().contains("older"), older.text());
        assertFalse(older.text().contains("train the model"), older.text());
        assertEquals(
                DriftReport.Decision.RETRAIN,
                report(reference.until(end / 2), 2, Plant.NEW_AGENT).decision(),
                "some of the rows are later");
    }

    @Test
    void whatWasCountedGoesOnAfterItWasWritten() throws IOException {
        DriftReference reference = reference(1);
        AlertRate promised = AlertRate.expected(ROWS / 100, DAYS);
        DriftMonitor whole = new DriftMonitor(reference, promised);
        DriftMonitor part = new DriftMonitor(reference, promised);
        List<DriftMonitor> halves =
                List.of(new DriftMonitor(reference, promised), new DriftMonitor(reference, promised));
        SplittableRandom random = new SplittableRandom(8);
        ObjectMapper json = new ObjectMapper();
        for (int i = 0; i < 3000; i++) {
            float[] row = row(random, Plant.NEW_AGENT, 2 + i / 3000.0);
            double score = score(random, Plant.NEW_AGENT, row);
            for (DriftMonitor each : List.of(whole, part, halves.get(i / 1500))) {
                each.add(row, score, score > THRESHOLD, i * 60_000_000L);
            }
            if (i % 700 == 0) {
                part = DriftMonitor.fromJson(
                        json.readTree(json.writeValueAsString(part.toJson())), reference, promised);
            }
        }
        assertEquals(whole.report().toJson(), part.report().toJson());
        DriftMonitor sum = new DriftMonitor(reference, promised);
        for (DriftMonitor each : halves) {
            sum.add(each);
        }
        assertEquals(whole.toJson(), sum.toJson());
        ObjectNode fewer = whole.toJson();
        ((com.fasterxml.jackson.databind.node.ArrayNode) fewer.get("scores")).remove(0);
        assertThrows(InputException.class, () -> DriftMonitor.fromJson(fewer, reference, promised));
        ObjectNode negative = whole.toJson().put("flagged", -1);
        assertTrue(assertThrows(InputException.class, () -> DriftMonitor.fromJson(negative, reference, promised))
                .getMessage()
                .contains("flagged"));
    }

    @Test
    void moreLoginsADayAreSaidBesideWhatWasPromised() {
        AlertRate promised = AlertRate.expected(50, 50).among(5000, 50);
        DriftMonitor monitor = new DriftMonitor(reference(1), promised);
        SplittableRandom random = new SplittableRandom(4);
        for (int i = 0; i < 10_000; i++) {
            float[] row = row(random, Plant.NONE, 2);
            monitor.add(row, score(random, Plant.NONE, row), i % 100 == 0, i * 50 * 86_400_000_000L / 9_999);
        }
        DriftReport report = monitor.report();
        assertEquals(2, report.toJson().at("/alerts_per_day/value").doubleValue(), 1e-9);
        assertEquals(1, report.toJson().at("/promised_alerts_per_day/value").doubleValue(), 1e-9);
        assertEquals(2, report.toJson().at("/expected_alerts_per_day/value").doubleValue(), 1e-9);
        assertEquals(DriftReport.Decision.RETHRESHOLD, report.decision(), "analysts have twice as many alerts");
    }

    @Test
    void fewRowsDecideNothing() {
        DriftReference reference = reference(1);
        DriftMonitor monitor = new DriftMonitor(reference, AlertRate.expected(50, 50));
        assertEquals(DriftReport.Decision.TOO_FEW_ROWS, monitor.report().decision());
        SplittableRandom random = new SplittableRandom(3);
        for (int i = 0; i < DriftMonitor.MIN_ROWS; i++) {
            monitor.add(row(random, Plant.NONE, 2), 0.5 + random.nextDouble(), false, i * 1_000_000L);
        }
        assertTrue(monitor.report().decision() != DriftReport.Decision.TOO_FEW_ROWS);
    }

    @Test
    void aSketchIsTheSameAfterItWasWrittenAndRead() throws IOException {
        DriftReference reference = reference(1);
        ObjectNode tree = reference.toJson();
        ObjectMapper json = new ObjectMapper();
        DriftReference read = DriftReference.fromJson(json.readTree(json.writeValueAsString(tree)), 6);
        for (Plant plant : Plant.values()) {
            assertEquals(
                    report(reference, 5, plant).toJson(), report(read, 5, plant).toJson());
        }
        assertThrows(InputException.class, () -> DriftReference.fromJson(tree, 7));
        ObjectNode bad = tree.deepCopy();
        ((ObjectNode) bad.get("features").get(0)).put("column", 6);
        assertTrue(assertThrows(InputException.class, () -> DriftReference.fromJson(bad, 6))
                .getMessage()
                .contains("hour"));
        ObjectNode fewer = tree.deepCopy();
        ((com.fasterxml.jackson.databind.node.ArrayNode)
                        fewer.get("features").get(1).get("counts"))
                .remove(0);
        assertThrows(InputException.class, () -> DriftReference.fromJson(fewer, 6));
    }
}
