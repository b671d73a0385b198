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
import dev.octet.event.record.JsonPaths;
import dev.octet.event.record.JsonRecords;
import dev.octet.event.record.LineBlocks;
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
 * @param blockSize in bytes: a log of lines that is larger is read in blocks of this size on all cores; 0 for one core
 */
public record FormatSource(Path path, FormatDefinition format, int blockSize) implements LoginSource {

    /** One of several files that are read together. */
    public FormatSource(Path path, FormatDefinition format) {
        this(path, format, 0);
    }

    /** The only file that is read, for which all cores are there. */
    public static FormatSource alone(Path path, FormatDefinition format) {
        return new FormatSource(path, format, Runtime.getRuntime().availableProcessors() > 1 ? BlockReader.BLOCK : 0);
    }

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
        Years years =
                format.hasYearlessTimes() && text.kind() == Kind.TEXT ? Years.lazy(() -> years(text)) : Years.NONE;
        if (blockSize > 0 && isOfLines(shape, text.kind()) && (text.head().length > blockSize || !text.isWhole())) {
            return inBlocks(shape, years, needed, rejected);
        }
        Extraction extraction = new Extraction(format, shape, needed);
        extraction.start(years);
        if (text.kind() == Kind.PARQUET) {
            return new FormatReader(name(), parquet(path, extraction.places()), extraction, Remarks.to(rejected), null);
        }
        InputFile.Content content = InputFile.openAny(path);
        try {
            RecordReader records = records(Decoding.utf8(content), text.kind(), shape, extraction.places());
            return new FormatReader(name(), records, extraction, Remarks.to(rejected), content);
        } catch (IOException | RuntimeException e) {
            content.close();
            throw e;
        }
    }

    /** Whether each line can be read without the others. */
    private static boolean isOfLines(Shape shape, Kind kind) {
        return shape instanceof Shape.Lines || shape instanceof Shape.Json && kind == Kind.JSON_LINES;
    }

    private LoginReader inBlocks(Shape shape, Years years, Set<LoginField> needed, RejectedRows rejected)
            throws IOException {
        InputFile.Content content = InputFile.openAny(path);
        try {
            // every extraction has the same places in the same order
            JsonPaths paths = shape instanceof Shape.Json json
                    ? new JsonPaths(new Extraction(format, shape, needed).places(), json.arrays())
                    : null;
            ThreadLocal<Extraction> extractions = ThreadLocal.withInitial(() -> new Extraction(format, shape, needed));
            BlockReader.Opening opening = (block, remarks) -> {
                Extraction extraction = extractions.get();
                extraction.start(years);
                RecordReader records = shape instanceof Shape.Json json
                        ? JsonRecords.lines(block, paths, json.containing())
                        : new LineRecords(block, extraction.places(), ((Shape.Lines) shape).containing());
                return new FormatReader(name(), records, extraction, remarks, null);
            };
            LineBlocks blocks = new LineBlocks(Decoding.utf8(content), blockSize);
            return new BlockReader(name(), content, blocks, opening, rejected);
        } catch (IOException | RuntimeException e) {
            content.close();
            throw e;
        }
    }

    private Years years(LogText text) throws IOException {
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
                    : JsonRecords.lines(in, places, json.arrays(), json.containing());
        }
        return shape instanceof Shape.Csv csv
                ? new CsvRecords(in, csv.dialect(), places)
                : new LineRecords(in, places, ((Shape.Lines) shape).containing());
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
        try (LineRecords reader = new LineRecords(text.beginning(), places, lines.containing())) {
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
