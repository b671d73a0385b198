package dev.octet.simulate;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Holds simulated rows to the published figures, measured from the bytes. */
class CalibrationTest {
    /**
     * How far the model itself is from the published figure, in its unit, as docs/simulator.md lists it; 0 where the
     * simulator draws the figure directly.
     */
    private static final Map<String, Double> MODEL = new TreeMap<>(Map.ofEntries(
            Map.entry("success", 0.004),
            Map.entry("attack IP", 0.008),
            Map.entry("bin share", 0.001),
            Map.entry("bin share to July", 0.008),
            Map.entry("bin share from August", 0.005),
            Map.entry("rows to July", 0.004),
            Map.entry("success outside bin", 0.005),
            Map.entry("attack IP outside bin", 0.006),
            Map.entry("country NO", 0.026),
            Map.entry("country US", 0.005),
            Map.entry("ASN 29695", 0.012),
            Map.entry("ASN 393398", 0.004),
            Map.entry("10.x", 0.006),
            Map.entry("10.x of successes", 0.008),
            Map.entry("region and city -", 0.006),
            Map.entry("RTT of successes", 0.003),
            Map.entry("RTT of failures", 0.001),
            Map.entry("device mobile", 0.004),
            Map.entry("device desktop", 0.008),
            Map.entry("device bot", 0.004),
            Map.entry("system iOS", 0.006),
            Map.entry("system Mac OS X", 0.009),
            Map.entry("browser ZipppBot", 0.004),
            Map.entry("browser VLC", 0.002),
            Map.entry("users with one row", 0.003),
            Map.entry("first rows to July", 0.005),
            Map.entry("without history", 0.026),
            Map.entry("new country or ASN with history", 0.022),
            Map.entry("new user agent", 0.015),
            Map.entry("gap 6", 0.026),
            Map.entry("new IP at gap 5", 0.02),
            Map.entry("pair same country", 0.037),
            Map.entry("pair same ASN", 0.022),
            Map.entry("pair same device type", 0.015)));

    /** Rows of one account hang together: its median row has some 14 others beside it. */
    private static final double ROWS_THAT_HANG_TOGETHER = 15;

    @Test
    void figuresStayWithinTheSamplingBoundAroundThePublishedOnes() throws IOException {
        Calibration calibration = new Calibration();
        new Simulator(new SimulationSettings(
                        200_000, 28, 5, List.of(PublishedAttacker.CAMPAIGN), List.of(), RowFormat.RBA))
                .generate(calibration, SimulationProgress.NONE);
        Map<String, Calibration.Figure> figures = new TreeMap<>();
        for (Calibration.Figure figure : calibration.figures()) {
            figures.put(figure.name(), figure);
        }
        MODEL.forEach((name, deviation) -> {
            Calibration.Figure figure = figures.get(name);
            double p = figure.published();
            double sampling = 4 * Math.sqrt(p * (1 - p) * ROWS_THAT_HANG_TOGETHER / figure.of());
            assertEquals(p, figure.simulated(), deviation + sampling, name);
        });
        assertEquals(4.0056, figures.get("rows a user, mean").simulated(), 4 * 6.5 / Math.sqrt(27_000), "rows a user");
        assertEquals(2, figures.get("rows a user, q50").simulated());
        assertEquals(4, figures.get("rows a user, q75").simulated());
        assertEquals(9, figures.get("rows a user, q90").simulated(), 1);
        assertEquals(2.06, figures.get("rare_asn q50").simulated(), 0.15);
        assertEquals(544, figures.get("RTT q50").simulated(), 10);
    }
}
