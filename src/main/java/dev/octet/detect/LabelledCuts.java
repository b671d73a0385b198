package dev.octet.detect;

import dev.octet.event.InputException;
import java.util.List;
import java.util.OptionalDouble;

/** Every way to cut labelled scores in two, and the choice among those that reach a target. */
final class LabelledCuts {
    private final ValidationScores validation;

    LabelledCuts(ValidationScores validation) {
        this.validation = validation;
    }

    /** What one rate of a cut must reach; empty = anything. */
    record Target(String name, String relation, OptionalDouble bound) {
        boolean met(double rate) {
            return bound.isEmpty()
                    || (relation.equals("<=") ? rate <= bound.getAsDouble() : rate >= bound.getAsDouble());
        }

        boolean better(double rate, double than) {
            return relation.equals("<=") ? rate < than : rate > than;
        }

        double worst() {
            return relation.equals("<=") ? Double.POSITIVE_INFINITY : Double.NEGATIVE_INFINITY;
        }

        String text() {
            return name + " " + relation + " " + SignificantDigits.of(bound.getAsDouble(), 6);
        }
    }

    /** A threshold between two neighbouring scores, with the two rates that it has there. */
    private record Cut(double value, double first, double second) {}

    /** The policy of two optional bounds in words. */
    static String words(String first, OptionalDouble firstBound, String second, OptionalDouble secondBound) {
        String left = firstBound.isPresent() ? first + SignificantDigits.of(firstBound.getAsDouble(), 6) : "";
        String right = secondBound.isPresent() ? second + SignificantDigits.of(secondBound.getAsDouble(), 6) : "";
        return left + (left.isEmpty() || right.isEmpty() ? "" : " and ") + right + " on validation labels";
    }

    /**
     * Walks the cuts from the highest to the lowest, each flagging at least one row. Between two neighbouring scores the
     * threshold lies in the middle.
     *
     * @param first target of precision, or of the false-positive rate (told by its name)
     * @param second target of recall
     * @param highest whether the highest feasible cut is taken, else the lowest
     */
    FittedThreshold choose(Threshold policy, Target first, Target second, boolean highest) {
        SortedScores normals = validation.normals();
        SortedScores attacks = validation.attacks();
        boolean precision = first.name().equals("precision");
        int normal = normals.count();
        int attack = attacks.count();
        int feasible = 0;
        Cut top = null;
        Cut bottom = null;
        Cut bestFirst = new Cut(Double.NaN, first.worst(), Double.NaN);
        Cut bestSecond = new Cut(Double.NaN, Double.NaN, second.worst());
        while (normal + attack > 0) {
            double score = Math.max(
                    normal > 0 ? normals.at(normal - 1) : Double.NEGATIVE_INFINITY,
                    attack > 0 ? attacks.at(attack - 1) : Double.NEGATIVE_INFINITY);
            if (score == Double.NEGATIVE_INFINITY) {
                break; // nothing lies below it, so it cannot be flagged
            }
            while (normal > 0 && normals.at(normal - 1) == score) {
                normal--;
            }
            while (attack > 0 && attacks.at(attack - 1) == score) {
                attack--;
            }
            double next = Math.max(
                    normal > 0 ? normals.at(normal - 1) : Double.NEGATIVE_INFINITY,
                    attack > 0 ? attacks.at(attack - 1) : Double.NEGATIVE_INFINITY);
            long found = attacks.count() - attack;
            long falseAlarms = normals.count() - normal;
            double recall = (double) found / attacks.count();
            double firstRate =
                    precision ? (double) found / (found + falseAlarms) : (double) falseAlarms / normals.count();
            Cut cut = new Cut(between(next, score), firstRate, recall);
            boolean firstMet = first.met(firstRate);
            boolean secondMet = second.met(recall);
            if (firstMet && secondMet) {
                top = feasible == 0 ? cut : top;
                bottom = cut;
                feasible++;
            }
            if (secondMet && first.better(firstRate, bestFirst.first())) {
                bestFirst = cut;
            }
            if (firstMet && second.better(recall, bestSecond.second())) {
                bestSecond = cut;
            }
        }
        if (feasible == 0) {
            throw new InputException(infeasible(policy, first, second, bestFirst, bestSecond));
        }
        Cut chosen = highest ? top : bottom;
        return new FittedThreshold(
                chosen.value(),
                policy.text(),
                validation.expected(chosen.value()),
                List.of("feasible thresholds: " + SignificantDigits.of(bottom.value(), 4) + " ("
                        + rates(bottom, first, second)
                        + ") to " + SignificantDigits.of(top.value(), 4) + " (" + rates(top, first, second) + "), "
                        + feasible + (feasible == 1 ? " cut" : " different cuts") + " on " + attacks.count()
                        + " attacks and " + normals.count() + " normals; chosen: the "
                        + (highest ? "highest (fewest alerts)" : "lowest (most found)")));
    }

    private String infeasible(Threshold policy, Target first, Target second, Cut bestFirst, Cut bestSecond) {
        StringBuilder text = new StringBuilder("threshold: no threshold reaches ")
                .append(policy.text())
                .append(" (")
                .append(validation.attacks().count())
                .append(" attacks, ")
                .append(validation.normals().count())
                .append(" normals).");
        if (!Double.isNaN(bestFirst.value())) {
            text.append(" Best ")
                    .append(first.name())
                    .append(second.bound().isPresent() ? " at " + second.text() : "")
                    .append(": ")
                    .append(SignificantDigits.of(bestFirst.first(), 3))
                    .append(" (threshold ")
                    .append(SignificantDigits.of(bestFirst.value(), 4))
                    .append(").");
        }
        if (first.bound().isPresent()) {
            text.append(" Best ")
                    .append(second.name())
                    .append(" at ")
                    .append(first.text())
                    .append(": ");
            if (Double.isNaN(bestSecond.value())) {
                text.append("none reaches it.");
            } else {
                text.append(SignificantDigits.of(bestSecond.second(), 3))
                        .append(" (threshold ")
                        .append(SignificantDigits.of(bestSecond.value(), 4))
                        .append(").");
            }
        }
        return text.append(" Relax a target to what is reachable.").toString();
    }

    private static String rates(Cut cut, Target first, Target second) {
        return first.name() + " " + SignificantDigits.of(cut.first(), 3) + ", " + second.name() + " "
                + SignificantDigits.of(cut.second(), 3);
    }

    /** A value v with {@code low <= v < high}: the middle, where there is one. */
    static double between(double low, double high) {
        double middle = low / 2 + high / 2;
        return middle > low && middle < high ? middle : low;
    }
}
