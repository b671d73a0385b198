package dev.octet.cli;

import static dev.octet.cli.Said.printed;
import static org.junit.jupiter.api.Assertions.assertTrue;

import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.NamedCsvRecord;
import de.siegmar.fastcsv.writer.CsvWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A log without AS numbers and countries, with a database that knows them, finds what the whole log finds. */
class HiddenNetworksTest {
    @TempDir
    private Path folder;

    /** Copies a log without both columns, and writes what each address had there as ranges. */
    private void hide(Path log, Path hidden, Path asn, Path country) throws IOException {
        Map<String, String> networks = new TreeMap<>();
        Map<String, String> countries = new TreeMap<>();
        try (CsvReader<NamedCsvRecord> reader = CsvReader.builder().ofNamedCsvRecord(log);
                CsvWriter writer = CsvWriter.builder().build(hidden)) {
            boolean begun = false;
            for (NamedCsvRecord row : reader) {
                if (!begun) {
                    writer.writeRecord(row.getHeader());
                    begun = true;
                }
                String ip = row.getField("IP Address");
                networks.put(ip, row.getField("ASN"));
                countries.put(ip, row.getField("Country"));
                List<String> fields = new ArrayList<>(row.getFields());
                fields.set(row.getHeader().indexOf("ASN"), "");
                fields.set(row.getHeader().indexOf("Country"), "");
                writer.writeRecord(fields);
            }
        }
        ranges(networks, asn);
        ranges(countries, country);
    }

    private static void ranges(Map<String, String> values, Path file) throws IOException {
        Files.write(
                file,
                values.entrySet().stream()
                        .map(each -> each.getKey() + "," + each.getKey() + "," + each.getValue())
                        .toList());
    }

    /** Recall of the detector where 1 % of the test rows are flagged, as the table says it. */
    private double recall(Path log, Object... more) throws IOException {
        Path output = folder.resolve("out");
        List<Object> arguments = new ArrayList<>(List.of(
                "run", "configs/takeover.yaml", "--quiet", "--set", "data.train=" + log, "--set", "output=" + output));
        arguments.addAll(List.of(more));
        printed(arguments.toArray());
        String row = Files.readAllLines(output.resolve("table.md")).stream()
                .filter(line -> line.startsWith("| autoencoder"))
                .findFirst()
                .orElseThrow();
        return Double.parseDouble(row.split("\\|")[6].strip());
    }

    @Test
    @Tag("slow")
    void aDatabaseFindsAsMuchAsTheColumns() throws IOException {
        Path log = folder.resolve("log.csv");
        printed("simulate", "--rows", 200_000, "--takeovers", 300, "--seed", 12, "--output", log);
        Path hidden = folder.resolve("hidden.csv");
        Path asn = folder.resolve("asn.csv");
        Path country = folder.resolve("country.csv");
        hide(log, hidden, asn, country);
        double whole = recall(log, "--set", "data.enrich.addresses=keep");
        double lookedUp = recall(hidden, "--asn", asn, "--country", country);
        double without = recall(hidden, "--set", "data.enrich.addresses=keep");
        String figures = whole + " whole, " + lookedUp + " looked up, " + without + " without";
        System.out.println("Recall at 1 %: " + figures);
        assertTrue(lookedUp >= whole - 0.02, figures);
        assertTrue(without < whole - 0.1, "the columns matter on this log: " + figures);
    }
}
