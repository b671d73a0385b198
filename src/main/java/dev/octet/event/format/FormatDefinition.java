package dev.octet.event.format;

import dev.octet.event.InputException;
import dev.octet.event.Labelled;
import dev.octet.event.LogFormat;
import dev.octet.event.LoginEvent;
import dev.octet.event.LoginField;
import dev.octet.event.LoginReader;
import dev.octet.event.LoginSource;
import dev.octet.event.RejectedRows;
import dev.octet.event.TimeFormat;
import dev.octet.event.record.RecordReader;
import dev.octet.event.text.PlainText;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * A log format: what a record is, which records are logins, and where each field of a login is. Immutable and
 * thread-safe; read by {@link Formats}.
 *
 * @param name e.g. {@code okta}; of a file of the user's own its path
 * @param title what it is, for people
 * @param sources where the names of the fields come from
 * @param yaml the file that it was read from, so that it can be stored and read again
 * @param settings what the user has chosen for it
 */
public record FormatDefinition(
        String name, String title, List<String> sources, String yaml, FormatSettings settings, Rules rules)
        implements LogFormat {

    public FormatDefinition {
        sources = List.copyOf(sources);
    }

    /**
     * What the YAML file says.
     *
     * @param shapes tried in order; the first that fits a file is how it is read
     * @param where all must hold of a login; a record of which they do not is no login, which is no fault
     * @param machineAccounts a login of which any holds is one of a machine
     * @param unknown texts that say nothing, wherever they stand
     * @param fields where each field is, but time and outcome
     * @param repeat where it stands how many logins a record is; empty for one
     * @param marks what tells the format from others
     */
    record Rules(
            List<Shape> shapes,
            List<Condition> where,
            List<Condition> machineAccounts,
            Set<String> unknown,
            TimeRule time,
            OutcomeRule success,
            Map<LoginField, FieldRule> fields,
            Optional<FieldRule> repeat,
            List<Mark> marks,
            Map<String, Parameter> parameters) {
        Rules {
            shapes = List.copyOf(shapes);
            where = List.copyOf(where);
            machineAccounts = List.copyOf(machineAccounts);
            unknown = Set.copyOf(unknown);
            fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
            marks = List.copyOf(marks);
            parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
        }
    }

    /**
     * Where the time is and how it is written.
     *
     * @param formats tried in order
     * @param zone of times that carry no offset
     */
    record TimeRule(List<Getter> places, List<String> formats, ZoneId zone) {
        TimeRule {
            places = List.copyOf(places);
            formats = List.copyOf(formats);
        }
    }

    /**
     * What says whether a login succeeded. Texts are compared without regard to case.
     *
     * @param others what a text means that neither set holds; empty if it makes the login unreadable
     * @param missing what it means that there is no text; empty if that makes the login unreadable
     */
    record OutcomeRule(
            List<Getter> places,
            Set<String> success,
            Set<String> failure,
            Optional<Boolean> others,
            Optional<Boolean> missing) {
        OutcomeRule {
            places = List.copyOf(places);
            success = Set.copyOf(success);
            failure = Set.copyOf(failure);
        }
    }

    /** How a text is written in the end. */
    enum Spelling {
        AS_WRITTEN,
        UPPER_CASE,
        LOWER_CASE,
        /** A country's English name or alpha-3 code as its ISO 3166 alpha-2 code; what is no country stays as it is. */
        COUNTRY_CODE
    }

    /**
     * Where a field is.
     *
     * @param places the first that holds something is taken
     * @param map what some texts mean; {@code *} stands for any other
     */
    record FieldRule(List<Getter> places, Map<String, String> map, Spelling spelling) {
        FieldRule {
            places = List.copyOf(places);
            map = Map.copyOf(map);
        }
    }

    /** What a record of the format has, and how much it says that the record has it. */
    record Mark(Condition condition, int weight) {}

    /** A part of the format that the user may choose. */
    record Parameter(String byDefault, String description) {}

    /** Whether times may lack a year. */
    boolean hasYearlessTimes() {
        return rules.time.formats.contains(Times.SYSLOG);
    }

    @Override
    public TimeFormat time() {
        return new TimeFormat(Times.ISO, rules.time.zone);
    }

    @Override
    public boolean has(LoginField field) {
        return !places(field).isEmpty();
    }

    @Override
    public List<LoginField> extraFields() {
        return rules.fields.keySet().stream()
                .filter(LoginField::isExtra)
                .sorted()
                .toList();
    }

    @Override
    public String place(LoginField field) {
        List<Getter> places = places(field);
        return places.isEmpty() ? null : places.get(0).place().name();
    }

    private List<Getter> places(LoginField field) {
        if (field.equals(LoginField.TIME)) {
            return rules.time.places;
        }
        if (field.equals(LoginField.SUCCESS)) {
            return rules.success.places;
        }
        FieldRule rule = rules.fields.get(field);
        return rule == null ? List.of() : rule.places;
    }

    @Override
    public String labelColumn() {
        return settings.label().orElse(null);
    }

    @Override
    public FormatDefinition withLabelColumn(String column) {
        return withSettings(new FormatSettings(
                settings.parameters(),
                settings.users(),
                settings.machineAccounts(),
                settings.zone(),
                settings.year(),
                Optional.ofNullable(column)));
    }

    /** The same, of a file that was written in another year. */
    public FormatDefinition withYear(Optional<Integer> year) {
        return withSettings(settings.withYear(year));
    }

    private FormatDefinition withSettings(FormatSettings others) {
        return new FormatDefinition(name, title, sources, yaml, others, rules);
    }

    @Override
    public List<LoginSource> sources(List<Path> files, boolean labelMayBeMissing, Consumer<String> notes) {
        List<FormatSource> each = files.size() == 1
                ? List.of(FormatSource.alone(files.get(0), this))
                : files.stream().map(file -> new FormatSource(file, this)).toList();
        String all = each.size() < 4
                ? String.join(", ", each.stream().map(FormatSource::name).toList())
                : each.get(0).name() + " and " + (each.size() - 1) + " more files";
        return List.of(new OrderedLog(all, each, notes));
    }

    @Override
    public boolean beginsWithHeader(String firstLine) {
        return shapeOf(firstLine) instanceof Shape.Csv csv
                && csv.dialect().header().isEmpty();
    }

    @Override
    public boolean isHeader(String line) {
        return shapeOf(line) instanceof Shape.Csv;
    }

    /** The shape of a log that begins with this line; {@code null} where there is none. */
    private Shape shapeOf(String firstLine) {
        byte[] head = firstLine.getBytes(StandardCharsets.UTF_8);
        try {
            LogText text = LogText.of(head);
            Optional<Shape> fitting = FormatSource.shape(this, text);
            return fitting.orElseGet(() -> rules.shapes.stream()
                    .filter(shape -> shape instanceof Shape.Lines && text.kind() == LogText.Kind.TEXT)
                    .findFirst()
                    .orElse(null));
        } catch (IOException e) {
            throw new UncheckedIOException(e); // bytes in memory
        }
    }

    /**
     * The logins in a text that is there as a whole, such as one event that a vendor sends.
     *
     * @param rejected told what is no login and what cannot be read
     * @param most logins that are read at most
     * @throws InputException if the text is none of the format, or holds more logins
     */
    public List<LoginEvent> read(byte[] text, RejectedRows rejected, int most) {
        try {
            LogText log = LogText.of(text);
            Shape shape = FormatSource.shape(this, log)
                    .orElseThrow(
                            () -> new InputException("this is nothing of the format " + name + " (" + title + ")"));
            Extraction extraction = new Extraction(this, shape, LoginField.all());
            extraction.start(Years.live(Clock.system(rules.time.zone)));
            List<LoginEvent> logins = new ArrayList<>();
            try (LoginReader reader = new FormatReader(
                    name,
                    FormatSource.records(log.beginning(), log.kind(), shape, extraction.places()),
                    extraction,
                    Remarks.to(rejected),
                    null)) {
                for (Labelled<LoginEvent> login = reader.next(); login != null; login = reader.next()) {
                    if (logins.size() == most) {
                        throw new InputException("more than " + most + " logins; send fewer at a time");
                    }
                    logins.add(login.row());
                }
            }
            return logins;
        } catch (IOException e) {
            throw new UncheckedIOException(e); // bytes in memory
        }
    }

    @Override
    public LoginReader follow(
            String file, InputStream in, String firstLine, RejectedRows rejected, long toleranceMicros)
            throws IOException {
        Shape shape = shapeOf(firstLine);
        if (shape == null) {
            in.close();
            throw new InputException(file + " begins with a line that is none of the format " + name + ": \""
                    + PlainText.of(firstLine, 200) + "\"");
        }
        Extraction extraction = new Extraction(this, shape, LoginField.all());
        extraction.start(Years.live(Clock.system(rules.time.zone)));
        LogText.Kind kind = shape instanceof Shape.Json ? LogText.Kind.JSON_LINES : LogText.Kind.TEXT;
        RecordReader records = FormatSource.records(in, kind, shape, extraction.places());
        return new LiveReader(
                new FormatReader(file, records, extraction, Remarks.to(rejected), null), rejected, toleranceMicros);
    }
}
