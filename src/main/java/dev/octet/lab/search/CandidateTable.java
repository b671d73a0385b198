package dev.octet.lab.search;

import de.siegmar.fastcsv.writer.CsvWriter;
import dev.octet.event.TemporaryFile;
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
        TemporaryFile.replace(file, temporary -> write(standings, temporary));
    }

    private void write(List<Standing> standings, Path target) throws IOException {
        try (CsvWriter csv = CsvWriter.builder().build(target)) {
            List<String> header =
                    new ArrayList<>(List.of("candidate", "state", "score", "threshold", "epochs", "seconds", "seed"));
            header.addAll(columns);
            header.add("message");
            csv.writeRecord(header);
            for (Standing standing : standings) {
                List<String> row = new ArrayList<>();
                row.add(Integer.toString(standing.candidate()));
                row.add(standing.state());
                row.add(number(standing.score()));
                row.add(number(standing.threshold()));
                row.add(standing.rung() < 0 ? "" : epochs(standing));
                row.add(String.format(Locale.ROOT, "%.1f", standing.seconds()));
                row.add(Long.toString(standing.seed()));
                row.addAll(standing.cells());
                row.add(standing.outcome().message());
                csv.writeRecord(row);
            }
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
