package dev.octet.evaluate;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;

/**
 * The outcome of one experiment: every detector on the same rows. {@link #markdown()} is {@code table.md} and what the
 * terminal shows, {@link #json()} is {@code evaluation.json}.
 *
 * @param subject what was evaluated
 * @param evaluations one a detector, in the order of the table, trivial ones last
 * @param periods the same detectors in parts of the test span, part by part; empty where nobody asked
 * @param alarms what became of the flagged rows after each detector's alarm rule, possibly by period
 * @param topAlerts the alerts with the highest scores, of each detector the highest first; {@code table.md} shows ten
 * @param kappa how far the detectors flag the same rows
 * @param clusterings how far clusterings agree
 * @param warnings what must not be overlooked, e.g. {@link SingleFeatures#leaks()}
 * @param notes what else a reader should know
 * @param seeds figures over several seeds, of the detectors that draw at random; empty where one seed was asked for
 * @param differences what is behind "ahead"; empty without attacks
 */
public record EvaluationReport(
        Subject subject,
        List<Evaluation> evaluations,
        List<Period> periods,
        List<AlarmResult> alarms,
        List<TopAlert> topAlerts,
        Optional<KappaMatrix> kappa,
        List<ClusteringAgreement> clusterings,
        List<String> warnings,
        List<String> notes,
        List<SeedSpread> seeds,
        Optional<PairedDifferences> differences) {
    public EvaluationReport {
        seeds = List.copyOf(seeds);
        evaluations = List.copyOf(evaluations);
        periods = List.copyOf(periods);
        alarms = List.copyOf(alarms);
        topAlerts = List.copyOf(topAlerts);
        clusterings = List.copyOf(clusterings);
        warnings = List.copyOf(warnings);
        notes = List.copyOf(notes);
        if (evaluations.isEmpty()) {
            throw new IllegalArgumentException("an evaluation report needs at least one detector");
        }
        if (evaluations.stream().map(EvaluationReport::shares).distinct().count() > 1) {
            throw new IllegalArgumentException("the detectors of a report are compared at the same budgets");
        }
    }

    private static List<Double> shares(Evaluation evaluation) {
        return evaluation.budgets().stream().map(BudgetResult::share).toList();
    }

    /** The tables as GitHub markdown, aligned for a terminal; ends with a newline. */
    public String markdown() {
        return new ReportText(this).markdown();
    }

    /** Everything at full precision: undefined is {@code null}, infinite thresholds are texts; ends with a newline. */
    public String json() {
        return ReportJson.text(tree());
    }

    /**
     * As {@link #json()}, with everything that {@code report.html} draws.
     *
     * @param figures of the same detectors in the same order
     */
    public String json(RunFigures figures) {
        List<String> drawn =
                figures.detectors().stream().map(DetectorFigures::detector).toList();
        List<String> named = evaluations.stream().map(Evaluation::detector).toList();
        if (!drawn.equals(named)) {
            throw new IllegalArgumentException("the figures are those of " + drawn + ", the table has " + named);
        }
        ObjectNode tree = tree();
        FiguresJson.add(tree, figures);
        return ReportJson.text(tree);
    }

    /** As {@link #json()}, to add to. */
    public ObjectNode tree() {
        return ReportJson.tree(this);
    }
}
