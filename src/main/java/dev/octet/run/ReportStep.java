package dev.octet.run;

import dev.octet.config.ExperimentConfig;
import dev.octet.evaluate.EvaluationReport;
import dev.octet.evaluate.FiguresCsv;
import dev.octet.evaluate.RunFigures;
import dev.octet.evaluate.report.ReportPage;
import java.io.IOException;

/** The last step of a run: writes the table, the figures, the report's page and the config as it ran. */
final class ReportStep {
    private ReportStep() {}

    static void write(ExperimentConfig config, EvaluateStep.Evaluated evaluated) throws IOException {
        EvaluationReport report = evaluated.report();
        RunFigures figures = evaluated.figures();
        Outputs outputs = new Outputs(config);
        evaluated.attacks().write(outputs.attacks());
        FiguresCsv.writeFigures(report, outputs.figures());
        FiguresCsv.writeLosses(figures, outputs.losses());
        OutputFile.write(outputs.evaluation(), report.json(figures));
        OutputFile.write(outputs.report(), ReportPage.of(report, figures));
        OutputFile.write(outputs.table(), report.markdown());
        OutputFile.write(outputs.configCopy(), config.file().yaml());
    }
}
