package dev.octet.lab.search;

import dev.octet.event.CsvOutput;
import dev.octet.event.text.CsvLines;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** {@code candidates.csv}: a row for each candidate, written anew after each trial. */
final class CandidateTable {
    private final Path file;
    private final List<String> columns;
    private final SearchPlan plan;

    CandidateTable(Path file, List<String> columns, SearchPlan plan) {
        this.file = file;
        this.columns = columns;
        this.plan = plan;
    }

    void write(List<Standing> standings) throws IOException {
        List<String> header =
                new ArrayList<>(List.of("candidate", "state", "score", "threshold", "epochs", "seconds", "seed"));
        header.addAll(columns);
        header.add("message");
        try (CsvOutput csv = new CsvOutput(file, header.toArray(String[]::new))) {
            CsvLines lines = csv.lines();
            for (Standing standing : standings) {
                lines.number(standing.candidate());
                lines.exact(standing.state());
                lines.exact(number(standing.score()));
                lines.exact(number(standing.threshold()));
                lines.exact(standing.rung() < 0 ? "" : epochs(standing));
                lines.exact(String.format(Locale.ROOT, "%.1f", standing.seconds()));
                lines.number(standing.seed());
                standing.cells().forEach(lines::exact);
                lines.text(standing.outcome().message());
                csv.end();
            }
            csv.complete();
        }
    }

    private String epochs(Standing standing) {
        int epochs = plan.rungs().get(standing.rung());
        return epochs == 0 ? "" : Integer.toString(epochs);
    }

    private static String number(double number) {
        return Double.isNaN(number) ? "" : Double.toString(number);
    }
}
