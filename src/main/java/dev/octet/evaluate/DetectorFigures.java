package dev.octet.evaluate;

import dev.octet.evaluate.drift.DriftReport;
import java.util.List;
import java.util.Optional;

/**
 * The values that the report draws for one detector.
 *
 * @param detector its name in the table
 * @param curve what it finds and at which cost; none without labels of both kinds
 * @param histogram of its scores; none of a detector that is trivial
 * @param training how its training in epochs went; none where it does not train in epochs
 * @param scoreShift population stability index of the test span's scores against those of the validation normals, in the
 *     latter's deciles; NaN of a detector that is trivial
 * @param drift whether the model fits the test span; none of a detector that is trivial
 * @param days what it did day by day, in order; days without rows are left out
 * @param attacks of a view of windows, the attacks in order, at most {@link RunFigures#MAX_SPANS}
 * @param alarms likewise its alarms
 * @param entities of a view of entities, all of them by cell
 */
public record DetectorFigures(
        String detector,
        Optional<RankingCurve> curve,
        Optional<ScoreHistogram> histogram,
        Optional<TrainingCurve> training,
        double scoreShift,
        Optional<DriftReport> drift,
        List<DayCounts> days,
        List<TimeSpan> attacks,
        List<TimeSpan> alarms,
        List<EntityCell> entities) {
    public DetectorFigures {
        days = List.copyOf(days);
        attacks = List.copyOf(attacks);
        alarms = List.copyOf(alarms);
        entities = List.copyOf(entities);
    }

    /** A trivial detector, of which nothing but a curve is known. */
    public static DetectorFigures trivial(String detector, Optional<RankingCurve> curve) {
        return new DetectorFigures(
                detector,
                curve,
                Optional.empty(),
                Optional.empty(),
                Double.NaN,
                Optional.empty(),
                List.of(),
                List.of(),
                List.of(),
                List.of());
    }
}
