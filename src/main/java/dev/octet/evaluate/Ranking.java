package dev.octet.evaluate;

import dev.octet.detect.SortedScores;
import java.util.function.Consumer;

/**
 * Attacks and normals in the order of their scores, and the metrics that depend on that order alone. A row may stand for
 * several (a uniform sample of its class); counts are then estimates.
 */
final class Ranking {
    private final SortedScores positives;
    private final SortedScores negatives;
    private final double positiveWeight;
    private final double negativeWeight;

    /**
     * @param positiveWeight rows that one attack stands for
     * @param negativeWeight rows that one normal stands for
     */
    Ranking(SortedScores positives, SortedScores negatives, double positiveWeight, double negativeWeight) {
        this.positives = positives;
        this.negatives = negatives;
        this.positiveWeight = positiveWeight;
        this.negativeWeight = negativeWeight;
    }

    /**
     * A place to cut the ranking: everything above {@code score} is flagged, and of the rows with that score the share
     * {@code tieShare}, as if the tie were broken at random.
     *
     * @param flagged rows flagged, both classes
     * @param found attacks among them, in expectation
     */
    record Cut(double score, double tieShare, double flagged, double found) {
        /** How many of these scores lie above the cut, in expectation. */
        double above(SortedScores scores) {
            return scores.above(score) + tieShare * scores.equalTo(score);
        }
    }

    double positiveRows() {
        return positives.count() * positiveWeight;
    }

    double negativeRows() {
        return negatives.count() * negativeWeight;
    }

    /**
     * Area under the ROC curve: the chance that an attack scores above a normal, ties counted half (Mann and Whitney,
     * 1947). NaN if a class is empty.
     */
    double rocAuc() {
        long twice = 0;
        int below = 0;
        for (int i = 0; i < positives.count(); ) {
            double score = positives.at(i);
            int tied = i + 1;
            while (tied < positives.count() && positives.at(tied) == score) {
                tied++;
            }
            while (below < negatives.count() && negatives.at(below) < score) {
                below++;
            }
            int equal = below;
            while (equal < negatives.count() && negatives.at(equal) == score) {
                equal++;
            }
            twice += (long) (tied - i) * (below + equal);
            below = equal;
            i = tied;
        }
        return twice / 2.0 / ((double) positives.count() * negatives.count());
    }

    /**
     * Average precision: the sum over distinct scores, from the top, of (gain in recall) · precision, without
     * interpolation; equal scores enter together. NaN without attacks.
     */
    double averagePrecision() {
        double sum = 0;
        int normal = negatives.count();
        for (int i = positives.count(); i > 0; ) {
            double score = positives.at(i - 1);
            int attack = i;
            while (attack > 0 && positives.at(attack - 1) == score) {
                attack--;
            }
            while (normal > 0 && negatives.at(normal - 1) >= score) {
                normal--;
            }
            double found = (positives.count() - attack) * positiveWeight;
            double falseAlarms = (negatives.count() - normal) * negativeWeight;
            sum += (i - attack) * (found / (found + falseAlarms));
            i = attack;
        }
        return positives.count() == 0 ? Double.NaN : sum / positives.count();
    }

    /**
     * Flags the {@code budget} highest rows.
     *
     * @param budget rows, at most all; 0 flags nothing
     */
    Cut cut(double budget) {
        if (budget <= 0) {
            return new Cut(Double.POSITIVE_INFINITY, 0, 0, 0);
        }
        int attack = positives.count();
        int normal = negatives.count();
        double flagged = 0;
        double found = 0;
        while (true) {
            double score = Math.max(
                    attack > 0 ? positives.at(attack - 1) : Double.NEGATIVE_INFINITY,
                    normal > 0 ? negatives.at(normal - 1) : Double.NEGATIVE_INFINITY);
            int tiedAttacks = 0;
            while (attack > 0 && positives.at(attack - 1) == score) {
                attack--;
                tiedAttacks++;
            }
            int tiedNormals = 0;
            while (normal > 0 && negatives.at(normal - 1) == score) {
                normal--;
                tiedNormals++;
            }
            double tied = tiedAttacks * positiveWeight + tiedNormals * negativeWeight;
            if (flagged + tied >= budget || attack + normal == 0) {
                double share = Math.min(1, (budget - flagged) / tied);
                return new Cut(score, share, budget, found + share * tiedAttacks * positiveWeight);
            }
            flagged += tied;
            found += tiedAttacks * positiveWeight;
        }
    }

    /**
     * Walks down the scores of the attacks: at each distinct one, first what is flagged by cutting just above it, then what
     * is flagged with it, and at last all rows.
     */
    void corners(Consumer<RankingCurve.Point> sink) {
        int attack = positives.count();
        double above = 0;
        while (attack > 0) {
            double score = positives.at(attack - 1);
            int higher = negatives.above(score);
            if (higher > above) {
                sink.accept(new RankingCurve.Point(
                        Math.nextUp(score), (positives.count() - attack) * positiveWeight, higher * negativeWeight));
            }
            while (attack > 0 && positives.at(attack - 1) == score) {
                attack--;
            }
            above = (double) higher + negatives.equalTo(score);
            sink.accept(new RankingCurve.Point(
                    score, (positives.count() - attack) * positiveWeight, above * negativeWeight));
        }
        if (negatives.count() > above) {
            sink.accept(new RankingCurve.Point(negatives.at(0), positiveRows(), negativeRows()));
        }
    }
}
