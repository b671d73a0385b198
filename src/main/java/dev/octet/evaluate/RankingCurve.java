package dev.octet.evaluate;

import java.util.ArrayList;
import java.util.List;

/**
 * Attacks found and false alarms of a detector, from the highest score down: the one curve that the ROC curve, the
 * precision-recall curve and recall against the alert budget are drawn from.
 *
 * <p>Kept are the corners, at every distinct score of an attack one just above it and one at it; between two of them
 * only normal rows come in, so a straight line in the ROC plane is exact. Corners that lie within {@code 1 / 400} of the
 * last one kept on every axis that is drawn, the logarithmic ones too, are left out: what a screen would not show.
 *
 * @param attacks attacks among the rows
 * @param normals rows that are none
 * @param points from the one that flags nothing to the one that flags everything
 */
public record RankingCurve(double attacks, double normals, List<Point> points) {
    private static final double LINEAR_STEP = 1 / 400.0;
    /** Of a base-ten logarithm: axes span up to seven decades. */
    private static final double LOGARITHMIC_STEP = 7 / 400.0;

    /**
     * A place to cut.
     *
     * @param score rows from this score on are flagged; infinite where none is
     * @param found attacks among them
     * @param falseAlarms normal rows among them
     */
    public record Point(double score, double found, double falseAlarms) {
        public double flagged() {
            return found + falseAlarms;
        }
    }

    public RankingCurve {
        points = List.copyOf(points);
    }

    /**
     * The curve of a detector's scores. Sorts a copy of them.
     *
     * @throws dev.octet.event.InputException if a score is NaN
     */
    public static RankingCurve of(ScoredRows rows) {
        return of(new Ranking(rows.positives(), rows.negatives(), 1, 1));
    }

    static RankingCurve of(Ranking ranking) {
        Thinned kept = new Thinned(ranking.positiveRows(), ranking.negativeRows());
        kept.first(new Point(Double.POSITIVE_INFINITY, 0, 0));
        ranking.corners(kept::add);
        return kept.finish();
    }

    /** Share of the attacks found at a point; NaN without attacks. */
    public double recall(Point point) {
        return point.found / attacks;
    }

    /** Share of the normals flagged at a point; NaN without normals. */
    public double falsePositiveRate(Point point) {
        return point.falseAlarms / normals;
    }

    /** Share of all rows flagged at a point. */
    public double flaggedShare(Point point) {
        return point.flagged() / (attacks + normals);
    }

    /** Leaves out what cannot be seen. */
    private static final class Thinned {
        private final double attacks;
        private final double normals;
        private final List<Point> points = new ArrayList<>();
        private Point last;
        private Point pending;

        Thinned(double attacks, double normals) {
            this.attacks = attacks;
            this.normals = normals;
        }

        void first(Point point) {
            points.add(point);
            last = point;
        }

        void add(Point point) {
            if (moved(point)) {
                // the corner just before a visible step belongs to the step's shape
                if (pending != null) {
                    points.add(pending);
                    pending = null;
                }
                points.add(point);
                last = point;
            } else {
                pending = point;
            }
        }

        private boolean moved(Point point) {
            return point.found - last.found >= LINEAR_STEP * attacks
                    || point.falseAlarms - last.falseAlarms >= LINEAR_STEP * normals
                    || decades(last.falseAlarms, point.falseAlarms) >= LOGARITHMIC_STEP
                    || decades(last.flagged(), point.flagged()) >= LOGARITHMIC_STEP;
        }

        private static double decades(double from, double to) {
            return from == to ? 0 : StrictMath.log10(to / from);
        }

        RankingCurve finish() {
            if (pending != null) {
                points.add(pending);
            }
            return new RankingCurve(attacks, normals, points);
        }
    }
}
