package dev.octet.lab;

import dev.octet.bundle.ScoringModel;
import dev.octet.detect.Detector;
import dev.octet.detect.FittedThreshold;
import dev.octet.detect.SortedScores;
import dev.octet.evaluate.Confusion;
import dev.octet.event.InputException;
import dev.octet.feature.FittedFeatures;
import dev.octet.feature.FloatMatrix;
import dev.octet.run.FitStep;
import dev.octet.run.FittedDetector;
import dev.octet.run.TrainingRows;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/** The score of a candidate by an {@link Objective}, from rows of the training and the validation span alone. */
final class CandidateScore {
    private final Objective objective;
    private final List<Double> budgets;

    /**
     * A candidate's detector with its threshold.
     *
     * @param fitted on rows that perhaps have more features
     */
    record Trained(ScoringModel model, FittedDetector fitted) {
        TrainingRows rows() {
            return fitted.rows();
        }
    }

    /** @param budgets shares of the rows that may be flagged, in (0, 1) */
    CandidateScore(Objective objective, List<Double> budgets) {
        this.objective = objective;
        this.budgets = budgets;
    }

    /**
     * The score, higher is better.
     *
     * @param trained the candidate's detectors, one for each seed, all on the same columns
     * @throws InputException if the rows do not support the objective
     */
    double of(List<Trained> trained) {
        if (objective == Objective.ALERT_STABILITY) {
            return stability(trained);
        }
        return trained.stream().mapToDouble(this::ofOne).average().orElseThrow();
    }

    private double ofOne(Trained fitted) {
        TrainingRows rows = fitted.rows();
        FittedFeatures features = fitted.model().features();
        Detector detector = fitted.model().detector();
        return switch (objective) {
            case SWAPPED_LOGINS -> {
                FloatMatrix swapped = rows.encodeSwapped(features);
                if (swapped.rows() == 0) {
                    throw new InputException("objective: no login could be given another user's client: the training"
                            + " span has none of another user; take another objective, or more rows");
                }
                yield recall(scored(rows, features, detector, false), sorted(FitStep.scores(detector, swapped)));
            }
            case RECALL ->
                recall(scored(rows, features, detector, false), attacks(scored(rows, features, detector, true)));
            case F1 ->
                f1(
                        fitted.fitted().validation().normals(),
                        attacks(fitted.fitted().validation().attacks()),
                        fitted.model().threshold());
            case RECONSTRUCTION -> reconstruction(rows, features, detector);
            case ALERT_STABILITY -> throw new IllegalStateException("is of several");
        };
    }

    /** Scores of the scored rows of the validation span that are labelled an attack, or of the others. */
    private static SortedScores scored(TrainingRows rows, FittedFeatures features, Detector detector, boolean attacks) {
        BitSet scored = rows.validation().scored();
        double[] scores = FitStep.scores(detector, rows.encode(features, rows.validation(), scored));
        return SortedScores.of(scores, scores.length, rows.validation().attacksAmong(scored), attacks);
    }

    private static SortedScores attacks(SortedScores attacks) {
        if (attacks.count() == 0) {
            throw new InputException("objective: the validation span has no labelled attack among its scored rows; move"
                    + " or lengthen it with split, or take swapped-logins, which needs none");
        }
        return attacks;
    }

    private static SortedScores sorted(double[] scores) {
        return SortedScores.of(scores, scores.length, new BitSet(), false);
    }

    private static BitSet all(TrainingRows.Part part) {
        BitSet all = new BitSet();
        all.set(0, part.rows());
        return all;
    }

    /** Mean over the budgets of the share of attacks above the score that a budget of the normals lies above. */
    private double recall(SortedScores normals, SortedScores attacks) {
        double sum = 0;
        for (double budget : budgets) {
            sum += (double) attacks.above(cut(normals, budget)) / attacks.count();
        }
        return sum / budgets.size();
    }

    /** The greatest score that is not flagged; a tie there stays unflagged, as it does at a threshold. */
    private static double cut(SortedScores scores, double budget) {
        return scores.at(scores.count() - 1 - (int) (budget * scores.count() * (1 + 1e-12)));
    }

    private static double f1(SortedScores normals, SortedScores attacks, FittedThreshold threshold) {
        int found = attacks.above(threshold.value());
        int falseAlarms = normals.above(threshold.value());
        // nothing flagged is undefined as a measure, and worth nothing
        return found == 0
                ? 0
                : new Confusion(found, falseAlarms, attacks.count() - found, normals.count() - falseAlarms).f1();
    }

    /**
     * 1 less the squared errors of the validation normals over those of a detector that gives back the training means.
     */
    private static double reconstruction(TrainingRows rows, FittedFeatures features, Detector detector) {
        FloatMatrix train = normals(rows, features, rows.train());
        FloatMatrix validation = normals(rows, features, rows.validation());
        int columns = features.columns();
        double[] means = new double[columns];
        float[] row = new float[columns];
        for (int r = 0; r < train.rows(); r++) {
            train.copyRow(r, row, 0);
            for (int c = 0; c < columns; c++) {
                means[c] += row[c];
            }
        }
        double around = 0;
        for (int r = 0; r < validation.rows(); r++) {
            validation.copyRow(r, row, 0);
            for (int c = 0; c < columns; c++) {
                double off = row[c] - means[c] / train.rows();
                around += off * off;
            }
        }
        double errors = 0;
        for (double error : FitStep.scores(detector, validation)) {
            errors += error * columns; // an autoencoder's score is the mean over the columns
        }
        if (around == 0) {
            throw new InputException(
                    "objective: no column varies on the validation normals; there is nothing to give" + " back");
        }
        return 1 - errors / around;
    }

    private static FloatMatrix normals(TrainingRows rows, FittedFeatures features, TrainingRows.Part part) {
        BitSet normals = all(part);
        normals.andNot(part.attacks());
        return rows.encode(features, part, normals);
    }

    /** Mean over the budgets and the pairs of seeds of the Jaccard index of what they flag. */
    private double stability(List<Trained> trained) {
        double sum = 0;
        for (double budget : budgets) {
            List<BitSet> flagged = new ArrayList<>();
            for (Trained fitted : trained) {
                TrainingRows rows = fitted.rows();
                double[] scores = FitStep.scores(
                        fitted.model().detector(),
                        rows.encode(
                                fitted.model().features(),
                                rows.validation(),
                                rows.validation().scored()));
                double cut = cut(sorted(scores), budget);
                BitSet above = new BitSet();
                for (int row = 0; row < scores.length; row++) {
                    above.set(row, scores[row] > cut);
                }
                flagged.add(above);
            }
            sum += overlap(flagged);
        }
        return sum / budgets.size();
    }

    private static double overlap(List<BitSet> flagged) {
        double sum = 0;
        int pairs = 0;
        for (int one = 0; one < flagged.size(); one++) {
            for (int other = one + 1; other < flagged.size(); other++) {
                BitSet both = (BitSet) flagged.get(one).clone();
                both.and(flagged.get(other));
                BitSet either = (BitSet) flagged.get(one).clone();
                either.or(flagged.get(other));
                sum += either.isEmpty() ? 0 : (double) both.cardinality() / either.cardinality();
                pairs++;
            }
        }
        return sum / pairs;
    }
}
