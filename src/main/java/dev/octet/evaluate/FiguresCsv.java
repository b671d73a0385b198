package dev.octet.evaluate;

import dev.octet.event.CsvOutput;
import dev.octet.event.text.CsvLines;
import java.io.IOException;
import java.nio.file.Path;

/**
 * The figures and the losses of a run as CSV, for spreadsheets and for tools that draw: one line for each detector and
 * figure, one line for each detector and epoch. Undefined numbers are {@code NaN}.
 */
public final class FiguresCsv {
    private FiguresCsv() {}

    /** Receives figures by name. */
    public interface Sink {
        void figure(String detector, String figure, double value, double low, double high) throws IOException;
    }

    /** Hands every figure of a report to a sink, in the order of the table. */
    public static void each(EvaluationReport report, Sink sink) throws IOException {
        for (Evaluation one : report.evaluations()) {
            String name = one.detector();
            sink.figure(name, "roc_auc", one.rocAuc(), Double.NaN, Double.NaN);
            sink.figure(name, "average_precision", one.averagePrecision(), Double.NaN, Double.NaN);
            for (BudgetResult budget : one.budgets()) {
                share(sink, name, "recall_at_" + budget.share(), budget.recall());
                share(sink, name, "precision_at_" + budget.share(), budget.precision());
            }
            if (one.decision().isPresent()) {
                Evaluation.Decision decision = one.decision().get();
                sink.figure(name, "threshold", decision.threshold().value(), Double.NaN, Double.NaN);
                share(sink, name, "recall_at_threshold", decision.recall());
                share(sink, name, "precision_at_threshold", decision.precision());
                share(sink, name, "false_positive_rate_at_threshold", decision.falsePositiveRate());
                sink.figure(
                        name,
                        "alerts_per_day",
                        decision.alerts().perDay(),
                        decision.alerts().low(),
                        decision.alerts().high());
            }
        }
        for (SeedSpread one : report.seeds()) {
            spread(sink, one.detector(), "roc_auc", one.rocAuc());
            spread(sink, one.detector(), "average_precision", one.averagePrecision());
            for (int i = 0; i < one.recallAtBudgets().size(); i++) {
                double share = report.evaluations().get(0).budgets().get(i).share();
                spread(
                        sink,
                        one.detector(),
                        "recall_at_" + share,
                        one.recallAtBudgets().get(i));
            }
            spread(sink, one.detector(), "recall_at_threshold", one.recallAtThreshold());
            spread(sink, one.detector(), "alerts_per_day", one.alertsPerDay());
        }
    }

    private static void share(Sink sink, String detector, String figure, Proportion share) throws IOException {
        sink.figure(detector, figure, share.value(), share.low(), share.high());
    }

    private static void spread(Sink sink, String detector, String figure, SeedSpread.Spread spread) throws IOException {
        sink.figure(detector, figure + "_mean_of_seeds", spread.mean(), Double.NaN, Double.NaN);
        sink.figure(detector, figure + "_deviation_of_seeds", spread.standardDeviation(), Double.NaN, Double.NaN);
    }

    /** Writes the figures: columns {@code detector,figure,value,low,high}. */
    public static void writeFigures(EvaluationReport report, Path file) throws IOException {
        try (CsvOutput out = new CsvOutput(file, "detector", "figure", "value", "low", "high")) {
            CsvLines lines = out.lines();
            each(report, (detector, figure, value, low, high) -> {
                lines.text(detector);
                lines.exact(figure);
                lines.number(value);
                lines.number(low);
                lines.number(high);
                out.end();
            });
            out.complete();
        }
    }

    /** Writes the losses: columns {@code detector,epoch,train_loss,validation_loss,learning_rate}. */
    public static void writeLosses(RunFigures figures, Path file) throws IOException {
        try (CsvOutput out =
                new CsvOutput(file, "detector", "epoch", "train_loss", "validation_loss", "learning_rate")) {
            CsvLines lines = out.lines();
            for (DetectorFigures one : figures.detectors()) {
                if (one.training().isPresent()) {
                    for (TrainingCurve.Epoch epoch : one.training().get().epochs()) {
                        lines.text(one.detector());
                        lines.number((long) epoch.epoch());
                        lines.number(epoch.trainLoss());
                        lines.number(epoch.validationLoss());
                        lines.number(epoch.learningRate());
                        out.end();
                    }
                }
            }
            out.complete();
        }
    }
}
