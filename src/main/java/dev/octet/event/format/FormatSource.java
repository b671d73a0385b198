package dev.octet.event.format;

import dev.octet.event.InputException;
import dev.octet.event.InputFile;
import dev.octet.event.LoginField;
import dev.octet.event.LoginReader;
import dev.octet.event.LoginSource;
import dev.octet.event.RejectedRows;
import dev.octet.event.format.LogText.Kind;
import dev.octet.event.record.CsvRecords;
import dev.octet.event.record.Decoding;
import dev.octet.event.record.JsonRecords;
import dev.octet.event.record.LineRecords;
import dev.octet.event.record.ParquetRecords;
import dev.octet.event.record.Places;
import dev.octet.event.record.RecordReader;
import dev.octet.event.record.RecordReader.Next;
import dev.octet.event.record.Values;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * One file of a format, packed or not. Its logins come in the order of the file.
 *
 * @param path the file
 * @param format how it is read
 */
public record FormatSource(Path path, FormatDefinition format) implements LoginSource {

    @Override
    public LoginReader open(RejectedRows rejected) throws IOException {
        return open(rejected, LoginField.all());
    }

    @Override
    public LoginReader open(RejectedRows rejected, Set<LoginField> needed) throws IOException {
        LogText text = LogText.of(path);
        Shape shape = shape(format, text)
                .orElseThrow(() -> new InputException(path + " is not a log of the format " + format.name() + " ("
                        + format.title() + "); ./octet init " + path + " finds out what it is"));
        Extraction extraction = new Extraction(format, shape, needed);
        extraction.start(years(text));
        if (text.kind() == Kind.PARQUET) {
            return new FormatReader(name(), parquet(path, extraction.places()), extraction, rejected, null);
        }
        InputFile.Content content = InputFile.openAny(path);
        try {
            RecordReader records = records(Decoding.utf8(content), text.kind(), shape, extraction.places());
            return new FormatReader(name(), records, extraction, rejected, content);
        } catch (IOException | RuntimeException e) {
            content.close();
            throw e;
        }
    }

    private Years years(LogText text) throws IOException {
        if (!format.hasYearlessTimes() || text.kind() != Kind.TEXT) {
            return Years.NONE;
        }
        ZoneId zone = format.rules().time().zone();
        LocalDate written =
                Files.getLastModifiedTime(path).toInstant().atZone(zone).toLocalDate();
        return Years.scan(text.open(), written, format.settings().year().orElse(0));
    }

    static RecordReader parquet(Path file, Places places) throws IOException {
        return new ParquetRecords(file, places);
    }

    static RecordReader records(InputStream in, Kind kind, Shape shape, Places places) throws IOException {
        if (shape instanceof Shape.Json json) {
            return kind == Kind.JSON_DOCUMENT
                    ? JsonRecords.document(in, places, json.arrays())
                    : JsonRecords.lines(in, places, json.arrays());
        }
        return shape instanceof Shape.Csv csv ? new CsvRecords(in, csv.dialect(), places) : new LineRecords(in, places);
    }

    /** The first shape of a format that a file has. */
    static Optional<Shape> shape(FormatDefinition format, LogText text) throws IOException {
        for (Shape shape : format.rules().shapes()) {
            if (fits(shape, text)) {
                return Optional.of(shape);
            }
        }
        return Optional.empty();
    }

    private static boolean fits(Shape shape, LogText text) throws IOException {
        boolean isJson = text.kind() == Kind.JSON_LINES || text.kind() == Kind.JSON_DOCUMENT;
        if (shape instanceof Shape.Json) {
            return isJson;
        }
        if (shape instanceof Shape.Parquet) {
            return text.kind() == Kind.PARQUET;
        }
        if (shape instanceof Shape.Csv csv) {
            return text.kind() == Kind.TEXT && fits(csv, text);
        }
        return text.kind() == Kind.TEXT && anyLineFits((Shape.Lines) shape, text);
    }

    private static boolean fits(Shape.Csv csv, LogText text) throws IOException {
        if (!csv.dialect().header().isEmpty()) {
            int columns = csv.dialect().header().size();
            return CsvRecords.widthOfFirst(text.beginning(), csv.dialect()) == columns;
        }
        List<String> header = CsvRecords.header(text.beginning(), csv.dialect());
        return !header.isEmpty()
                && csv.requires().stream().allMatch(any -> any.stream().anyMatch(header::contains));
    }

    private static boolean anyLineFits(Shape.Lines lines, LogText text) throws IOException {
        Places places = new Places();
        Shape.Extract first = lines.extract().get(0);
        try (LineRecords reader = new LineRecords(text.beginning(), places)) {
            Values values = new Values(places.size());
            for (Next next = reader.next(values); next != Next.END; next = reader.next(values)) {
                String line = next == Next.RECORD ? values.get(0) : "";
                if (first.patterns().stream()
                        .anyMatch(pattern -> pattern.matcher(line).find())) {
                    return true;
                }
            }
            return false;
        }
    }

    @Override
    public String labelColumn() {
        return format.labelColumn();
    }

    @Override
    public String name() {
        return path.toString();
    }
}
