package dev.octet.event;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;

/** The header line of a CSV file. */
public final class CsvHeader {
    /** The published label of the RBA data set, which its format leaves out. */
    public static final String RBA_LABEL = "Is Account Takeover";

    private CsvHeader() {}

    /**
     * The names of the columns, packed file or not.
     *
     * @throws InputException if the file is missing, empty or not CSV text
     */
    public static List<String> read(Path path) throws IOException {
        try (RecordText text = new RecordText(InputFile.open(path));
                CsvReader<CsvRecord> records = CsvReader.builder().ofCsvRecord(text)) {
            Iterator<CsvRecord> lines = records.iterator();
            if (!lines.hasNext()) {
                throw new InputException(path + " is empty; a CSV file with a header line is expected");
            }
            return lines.next().getFields();
        } catch (CsvParseException e) {
            throw new InputException(path + ":1: the header line cannot be read: " + e.getMessage(), e);
        } catch (UncheckedIOException e) {
            throw new InputException(
                    path + ":1: the header line cannot be read: " + e.getCause().getMessage(), e);
        }
    }
}
