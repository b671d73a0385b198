package dev.octet.event.format;

import dev.octet.event.InputException;
import dev.octet.event.format.LogText.Kind;
import dev.octet.event.record.RecordReader;
import dev.octet.event.record.RecordReader.Next;
import dev.octet.event.record.Values;
import dev.octet.event.text.PlainText;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Detects which of the shipped formats a log has, by the content of its first records and never by its name.
 *
 * @param candidates formats that fit, the likeliest first
 * @param encoding of the file
 * @param firstLine its first line that is not blank, for a message; {@code ""} of an empty file
 */
public record Detection(List<Candidate> candidates, Charset encoding, String firstLine) {
    private static final int FIRST_RECORDS = 100;
    private static final int MAX_RECORDS = 1000;
    /** A second format that fits this well makes the first one doubtful. */
    private static final double CLOSE = 0.8;

    /**
     * A format that fits.
     *
     * @param weight how much its records say so, a mean over the records that were looked at
     * @param records how many of them fit
     */
    public record Candidate(FormatDefinition format, double weight, int records) {}

    public Detection {
        candidates = List.copyOf(candidates);
    }

    /** Looks at the beginning of a file. */
    public static Detection of(Path file, FormatSettings settings) throws IOException {
        LogText text = LogText.of(file);
        if (text.kind() == Kind.EMPTY) {
            return new Detection(List.of(), text.encoding(), text.firstLine());
        }
        try {
            List<FormatDefinition> formats = Formats.names().parallelStream()
                    .map(name -> Formats.find(name, settingsFor(settings)))
                    .toList();
            List<Candidate> first = candidates(formats, file, text, FIRST_RECORDS);
            // where the first records are all of one format, the others are hardly of another
            boolean all = first.size() == 1 && first.get(0).records == FIRST_RECORDS;
            return new Detection(
                    all ? first : candidates(formats, file, text, MAX_RECORDS), text.encoding(), text.firstLine());
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private static List<Candidate> candidates(List<FormatDefinition> formats, Path file, LogText text, int records) {
        return formats.parallelStream()
                .map(format -> candidate(format, file, text, records))
                .flatMap(Optional::stream)
                .sorted(Comparator.comparingDouble(Candidate::weight).reversed())
                .toList();
    }

    /** Parameters belong to one format only, and no field beyond the table tells a format. */
    private static FormatSettings settingsFor(FormatSettings settings) {
        return new FormatSettings(
                Map.of(),
                settings.users(),
                settings.machineAccounts(),
                settings.zone(),
                settings.year(),
                Optional.empty(),
                Map.of());
    }

    private static Optional<Candidate> candidate(FormatDefinition format, Path file, LogText text, int records) {
        try {
            return weighed(format, file, text, records);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Optional<Candidate> weighed(FormatDefinition format, Path file, LogText text, int most)
            throws IOException {
        Optional<Shape> shape = FormatSource.shape(format, text);
        if (shape.isEmpty()) {
            return Optional.empty();
        }
        Extraction extraction = Extraction.forDetection(format, shape.get());
        long weight = 0;
        int looked = 0;
        int fitting = 0;
        try (RecordReader records = text.kind() == Kind.PARQUET
                ? FormatSource.parquet(file, extraction.places())
                : FormatSource.records(text.beginning(), text.kind(), wholly(shape.get()), extraction.places())) {
            Values values = new Values(extraction.places().size());
            Next next = records.next(values);
            while (next != Next.END && looked < most) {
                if (next == Next.RECORD) {
                    int own = extraction.weight(values);
                    weight += own;
                    fitting += own > 0 ? 1 : 0;
                    looked++;
                } else if (next == Next.PASSED) {
                    looked++;
                }
                next = records.next(values);
            }
        }
        if (looked == 0
                && shape.get() instanceof Shape.Csv csv
                && !csv.requires().isEmpty()) {
            // the header alone: the more columns it must have, the more it says
            return Optional.of(new Candidate(format, csv.requires().size(), 0));
        }
        return fitting == 0 ? Optional.empty() : Optional.of(new Candidate(format, (double) weight / looked, fitting));
    }

    /** The shape with all of its records: those that are no logins tell a format too. */
    private static Shape wholly(Shape shape) {
        return shape instanceof Shape.Json json ? new Shape.Json(List.of(), json.arrays(), json.extract()) : shape;
    }

    /** The format, where there is one and no other fits nearly as well. */
    public Optional<FormatDefinition> sure() {
        if (candidates.isEmpty()
                || candidates.size() > 1 && candidates.get(1).weight > CLOSE * candidates.get(0).weight) {
            return Optional.empty();
        }
        return Optional.of(candidates.get(0).format);
    }

    /**
     * The format.
     *
     * @param name what the message calls the log
     * @throws InputException if no format fits, or several do
     */
    public FormatDefinition require(String name) {
        Optional<FormatDefinition> sure = sure();
        if (sure.isPresent()) {
            return sure.get();
        }
        if (firstLine.isEmpty()) {
            throw new InputException(name + " is empty");
        }
        if (candidates.isEmpty()) {
            throw new InputException(
                    name + " begins with \"" + PlainText.of(firstLine, 200) + "\" and has none of the known formats ("
                            + String.join(", ", Formats.names())
                            + "). Name one with --format, or describe your own in a YAML file: docs/formats.md shows how");
        }
        String fitting = candidates.stream()
                .map(each -> String.format(Locale.ROOT, "%s (%,d records)", each.format.name(), each.records))
                .reduce((a, b) -> a + ", " + b)
                .orElseThrow();
        throw new InputException(
                name + " fits several formats: " + fitting + ". Name the one that is meant with --format");
    }
}
