package dev.octet.run;

import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.NamedCsvRecord;
import dev.octet.event.InputException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** The file beside a log that names the attacker of each takeover (columns {@code row} and {@code attacker}). */
public final class Truth {
    private Truth() {}

    /** Names of attackers by row number. */
    public static Map<Long, String> attackers(Path file) throws IOException {
        Map<Long, String> attackers = new HashMap<>();
        try (CsvReader<NamedCsvRecord> records = CsvReader.builder().ofNamedCsvRecord(file)) {
            for (NamedCsvRecord record : records) {
                attackers.put(
                        row(record, file), field(record, "attacker", file + ":" + record.getStartingLineNumber()));
            }
        }
        return attackers;
    }

    /**
     * Campaigns by row number, those that the file knows: takeovers of one campaign share their attacker's machines and
     * methods.
     *
     * @return empty where the file has no column {@code campaign}
     */
    static Map<Long, String> campaigns(Path file) throws IOException {
        Map<Long, String> campaigns = new HashMap<>();
        try (CsvReader<NamedCsvRecord> records = CsvReader.builder().ofNamedCsvRecord(file)) {
            for (NamedCsvRecord record : records) {
                String campaign = record.findField("campaign").orElse("");
                if (!campaign.isEmpty()) {
                    campaigns.put(
                            row(record, file), record.findField("attacker").orElse("") + " " + campaign);
                }
            }
        }
        return campaigns;
    }

    private static long row(NamedCsvRecord record, Path file) {
        String where = file + ":" + record.getStartingLineNumber();
        String row = field(record, "row", where);
        try {
            return Long.parseLong(row);
        } catch (NumberFormatException e) {
            throw new InputException(where + ": row is \"" + row + "\", a whole number is expected", e);
        }
    }

    private static String field(NamedCsvRecord record, String name, String where) {
        return record.findField(name)
                .orElseThrow(
                        () -> new InputException(where + ": no column " + name + "; found: " + record.getHeader()));
    }
}
