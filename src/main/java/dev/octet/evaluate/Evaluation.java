package dev.octet.evaluate;

import dev.octet.detect.AlertRate;
import dev.octet.detect.FittedThreshold;
import dev.octet.detect.SignificantDigits;
import dev.octet.detect.SortedScores;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The result of one detector on a test span.
 *
 * @param detector its name in the table
 * @param rows rows scored
 * @param attacks attacks among them
 * @param labelled whether the rows carry labels; without, everything that needs them is undefined
 * @param days length of the span, NaN if unknown
 * @param decision what it did at its own threshold; none for a detector that has none
 * @param rocAuc area under the ROC curve
 * @param averagePrecision area under the precision-recall curve by steps
 * @param budgets one entry for each share of rows that may be flagged, ascending
 * @param strata recall within groups of attacks
 * @param notes what a reader must know about these figures
 */
public record Evaluation(
        String detector,
        long rows,
        long attacks,
        boolean labelled,
        double days,
        Optional<Decision> decision,
        double rocAuc,
        double averagePrecision,
        List<BudgetResult> budgets,
        List<StratumResult> strata,
        List<String> notes) {

    /** The shares of rows flagged at which every detector is compared, where nobody asks for others. */
    public static final List<Double> BUDGETS = List.of(0.001, 0.005, 0.01, 0.05);

    /**
     * The rows as the detector's threshold divides them.
     *
     * @param threshold chosen on the validation span
     * @param flagged rows flagged
     * @param confusion against the labels; without labels every row counts as normal, and the rates below are undefined
     * @param precision share of the flagged that are attacks
     * @param recall share of the attacks flagged
     * @param falsePositiveRate share of the normals flagged
     * @param f1 harmonic mean of precision and recall
     * @param lift precision over the share of attacks among all rows
     * @param alerts alerts a day on this span
     */
    public record Decision(
            FittedThreshold threshold,
            long flagged,
            Confusion confusion,
            Proportion precision,
            Proportion recall,
            Proportion falsePositiveRate,
            double f1,
            double lift,
            AlertRate alerts) {
        /** So many times the expected alerts are no chance any more. */
        private static final double TOO_MANY = 10;

        /**
         * What a reader must know first of a detector whose threshold does not do what the validation span promised: flags
         * nothing or everything, or another share of the rows than the interval of alerts a day that was promised. A test span
         * that is short counts as broken only if its own interval leaves out the promised rate.
         *
         * @param rows of the test span
         */
        List<String> brokenPromises(String detector, long rows) {
            AlertRate expected = threshold.alerts().at(alerts.rowsPerDay());
            List<String> broken = new ArrayList<>();
            if (rows > 0 && (flagged == 0 || flagged == rows)) {
                broken.add(detector + " flags " + (flagged == 0 ? "no row" : "every row")
                        + " of the test span: its threshold, " + SignificantDigits.of(threshold.value(), 6)
                        + ", tells nothing apart. Choose another threshold, or look at the detector's scores.");
            }
            boolean more = alerts.isAbove(expected);
            boolean fewer = alerts.isBelow(expected);
            if (more || fewer && flagged > 0) {
                broken.add(detector + " flags " + SignificantDigits.of(alerts.perDay(), 3)
                        + " rows a day on the test span; its threshold promised "
                        + SignificantDigits.of(expected.perDay(), 3) + ", between "
                        + SignificantDigits.of(expected.low(), 3) + " and " + SignificantDigits.of(expected.high(), 3)
                        + ", of as many rows" + advice(more, expected));
            }
            return broken;
        }

        private String advice(boolean more, AlertRate expected) {
            if (!more) {
                return ". The test span is not like the validation span.";
            }
            return alerts.perDay() > TOO_MANY * expected.perDay()
                    ? ". That is more than ten times as many: the test span is not like the validation span, or it is under"
                            + " attack. Look at the first alerts; if they are usual logins, train on later logins or raise"
                            + " the threshold."
                    : ". Look at the first alerts; if they are usual logins, choose the threshold anew.";
        }
    }

    /** What must not be overlooked: see {@link Decision#brokenPromises}; empty where a promise was kept or none was made. */
    public List<String> brokenPromises() {
        return decision.map(made -> made.brokenPromises(detector, rows)).orElse(List.of());
    }

    public Evaluation {
        budgets = List.copyOf(budgets);
        strata = List.copyOf(strata);
        notes = List.copyOf(notes);
    }

    /**
     * Evaluates a detector on a test span. Sorts a copy of the scores: 8 bytes a row, O(n log n).
     *
     * @param threshold chosen on another span
     * @throws dev.octet.event.InputException if a score is NaN
     */
    public static Evaluation of(String detector, ScoredRows rows, Optional<FittedThreshold> threshold) {
        return of(detector, rows, threshold, BUDGETS);
    }

    /**
     * As above.
     *
     * @param shares the budgets: shares of the rows that may be flagged, in (0, 1), ascending
     */
    public static Evaluation of(
            String detector, ScoredRows rows, Optional<FittedThreshold> threshold, List<Double> shares) {
        SortedScores positives = rows.positives();
        SortedScores negatives = rows.negatives();
        Ranking ranking = new Ranking(positives, negatives, 1, 1);
        Optional<Decision> decision = threshold.map(fitted -> decision(rows, positives, negatives, fitted));
        List<Ranking.Cut> cuts = cuts(ranking, rows.rows(), shares);
        return new Evaluation(
                detector,
                rows.rows(),
                positives.count(),
                rows.labelled(),
                rows.days(),
                decision,
                rows.labelled() ? ranking.rocAuc() : Double.NaN,
                rows.labelled() ? ranking.averagePrecision() : Double.NaN,
                budgets(ranking, shares, cuts, rows.labelled(), rows.days()),
                strata(rows, cuts, threshold),
                List.of());
    }

    /** The random detector in expectation: what guessing gives at each budget. */
    public static Evaluation random(ScoredRows rows) {
        return random(rows, BUDGETS);
    }

    /** As above, at other budgets: shares of the rows, in (0, 1), ascending. */
    public static Evaluation random(ScoredRows rows, List<Double> shares) {
        return of(AttackRanks.RANDOM, rows.allEqual(), Optional.empty(), shares);
    }

    /** The same with one more note. */
    public Evaluation noting(String note) {
        List<String> more = new ArrayList<>(notes);
        more.add(note);
        return new Evaluation(
                detector, rows, attacks, labelled, days, decision, rocAuc, averagePrecision, budgets, strata, more);
    }

    static List<Ranking.Cut> cuts(Ranking ranking, long rows, List<Double> shares) {
        // The factor lets 0.29 of 100 be 29: the product in floating point is 28.999999999999996.
        return shares.stream()
                .map(share -> ranking.cut(Math.floor(share * rows * (1 + 1e-12))))
                .toList();
    }

    static List<BudgetResult> budgets(
            Ranking ranking, List<Double> shares, List<Ranking.Cut> cuts, boolean labelled, double days) {
        double positives = ranking.positiveRows();
        double negatives = ranking.negativeRows();
        List<BudgetResult> results = new ArrayList<>();
        for (int i = 0; i < cuts.size(); i++) {
            Ranking.Cut cut = cuts.get(i);
            double found = Math.min(cut.found(), Math.min(cut.flagged(), positives));
            double falseAlarms = Math.min(cut.flagged() - found, negatives);
            Proportion precision = labelled ? new Proportion(found, cut.flagged()) : Proportion.UNDEFINED;
            results.add(new BudgetResult(
                    shares.get(i),
                    (long) cut.flagged(),
                    cut.score(),
                    labelled ? new Proportion(found, positives) : Proportion.UNDEFINED,
                    precision,
                    labelled ? new Proportion(falseAlarms, negatives) : Proportion.UNDEFINED,
                    lift(precision, positives, positives + negatives),
                    cut.flagged() / days));
        }
        return results;
    }

    private static Decision decision(
            ScoredRows rows, SortedScores positives, SortedScores negatives, FittedThreshold threshold) {
        long found = positives.above(threshold.value());
        long falseAlarms = negatives.above(threshold.value());
        Confusion confusion =
                new Confusion(found, falseAlarms, positives.count() - found, negatives.count() - falseAlarms);
        boolean labelled = rows.labelled();
        Proportion precision = labelled ? confusion.precision() : Proportion.UNDEFINED;
        return new Decision(
                threshold,
                confusion.flagged(),
                confusion,
                precision,
                labelled ? confusion.recall() : Proportion.UNDEFINED,
                labelled ? confusion.falsePositiveRate() : Proportion.UNDEFINED,
                labelled ? confusion.f1() : Double.NaN,
                lift(precision, positives.count(), rows.rows()),
                rows.alertRate(confusion.flagged()));
    }

    private static double lift(Proportion precision, double attacks, double rows) {
        return attacks == 0 ? Double.NaN : precision.value() / (attacks / rows);
    }

    private static List<StratumResult> strata(
            ScoredRows rows, List<Ranking.Cut> cuts, Optional<FittedThreshold> threshold) {
        List<StratumResult> results = new ArrayList<>();
        for (Strata division : rows.strata()) {
            for (int stratum = 0; stratum < division.names().size(); stratum++) {
                SortedScores members = rows.stratum(division, stratum);
                int attacks = members.count();
                results.add(new StratumResult(
                        division.division(),
                        division.names().get(stratum),
                        attacks,
                        threshold
                                .map(fitted -> new Proportion(members.above(fitted.value()), attacks))
                                .orElse(Proportion.UNDEFINED),
                        cuts.stream()
                                .map(cut -> new Proportion(Math.min(attacks, cut.above(members)), attacks))
                                .toList()));
            }
        }
        return results;
    }
}
