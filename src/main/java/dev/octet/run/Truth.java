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
                String where = file + ":" + record.getStartingLineNumber();
                String row = field(record, "row", where);
                try {
                    attackers.put(Long.parseLong(row), field(record, "attacker", where));
                } catch (NumberFormatException e) {
                    throw new InputException(where + ": row is \"" + row + "\", a whole number is expected", e);
                }
            }
        }
        return attackers;
    }

    private static String field(NamedCsvRecord record, String name, String where) {
        return record.findField(name)
                .orElseThrow(
                        () -> new InputException(where + ": no column " + name + "; found: " + record.getHeader()));
    }
}
