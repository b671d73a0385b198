package dev.octet.lab;

import dev.octet.config.DataConfig;
import dev.octet.config.ExperimentConfig;
import dev.octet.evaluate.explore.FeatureSeparation;
import dev.octet.evaluate.explore.LogProfile;
import dev.octet.evaluate.explore.LogProfiler;
import dev.octet.evaluate.report.ExplorePage;
import dev.octet.event.AttackWindows;
import dev.octet.event.CsvHeader;
import dev.octet.event.InputException;
import dev.octet.event.Labelled;
import dev.octet.event.LogFormat;
import dev.octet.event.LoginEvent;
import dev.octet.event.LoginField;
import dev.octet.event.LoginReader;
import dev.octet.event.LoginSource;
import dev.octet.event.OutOfOrderException;
import dev.octet.event.ReadAhead;
import dev.octet.event.RejectedRows;
import dev.octet.event.RejectionPolicy;
import dev.octet.event.SortedLog;
import dev.octet.event.enrich.EnrichedSource;
import dev.octet.event.enrich.Enrichment;
import dev.octet.event.format.ColumnFormats;
import dev.octet.run.OutputFile;
import dev.octet.run.RunListener;
import dev.octet.run.Sources;
import dev.octet.run.Truth;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Looks at a log before anything is modelled: one pass over it, whatever its size.
 *
 * @param sources read one after the other as one log
 * @param format of each
 * @param attacks which rows are attacks where the sources' own labels do not say
 * @param labelled whether anything says which rows are attacks
 */
public record Exploration(
        List<LoginSource> sources, LogFormat format, Optional<Predicate<LoginEvent>> attacks, boolean labelled) {
    private static final int TOLD_EVERY = 4096;
    /** Rows that cannot be used are counted, however many. */
    private static final RejectionPolicy ALL = new RejectionPolicy(1, false);

    /**
     * What says which rows of a file are attacks; at most one of them.
     *
     * @param column of the file
     * @param windows CSV file with columns {@code start} and {@code end}
     * @param truth CSV file with a column {@code row}, as the simulator writes it
     */
    public record Labels(Optional<String> column, Optional<Path> windows, Optional<Path> truth) {}

    /**
     * Files of a format.
     *
     * @param format how they are read
     * @param notes told what is done to the logins
     */
    public static Exploration of(List<Path> files, LogFormat format, Labels labels, Consumer<String> notes)
            throws IOException {
        LogFormat known = format;
        boolean own = labels.column.isEmpty() && labels.windows.isEmpty() && labels.truth.isEmpty();
        if (labels.column.isPresent()) {
            known = known.withLabelColumn(labels.column.get());
        } else if (own
                && known.equals(ColumnFormats.RBA)
                && CsvHeader.read(files.get(0)).contains(CsvHeader.RBA_LABEL)) {
            known = known.withLabelColumn(CsvHeader.RBA_LABEL);
        }
        Optional<Predicate<LoginEvent>> attacks = Optional.empty();
        if (labels.windows.isPresent()) {
            attacks = Optional.of(during(AttackWindows.read(labels.windows.get(), "start", "end", known.time())));
        } else if (labels.truth.isPresent()) {
            Map<Long, String> attackers = Truth.attackers(labels.truth.get());
            attacks = Optional.of(login -> attackers.containsKey(login.row()));
        }
        return new Exploration(
                known.sources(files, false, notes), known, attacks, known.labelColumn() != null || attacks.isPresent());
    }

    /** Files in the format and with the labels of a config; those that it names itself if {@code files} is empty. */
    public static Exploration of(ExperimentConfig config, List<Path> files, Consumer<String> notes) throws IOException {
        DataConfig data = config.data();
        if (files.isEmpty()) {
            config.requireDataFiles();
        }
        Enrichment enrichment = Sources.enrichment(data);
        List<LoginSource> sources = files.isEmpty()
                ? Sources.train(data, enrichment, notes)
                : data.reading().format().sources(files, false, notes).stream()
                        .<LoginSource>map(source -> new EnrichedSource(source, enrichment))
                        .toList();
        return new Exploration(
                sources,
                data.reading().format(),
                Sources.attacks(data).map(Exploration::during),
                data.labels().isPresent());
    }

    private static Predicate<LoginEvent> during(AttackWindows windows) {
        return login -> windows.coversMinuteOf(login.timeMicros());
    }

    /** @throws InputException if a source cannot be read, or holds no row that can be used */
    public LogProfile run(RunListener listener) throws IOException {
        try {
            return profile(sources, listener);
        } catch (OutOfOrderException e) {
            try (SortedLog sorted = SortedLog.inTemporaryFolder(sources, listener::note)) {
                return profile(List.of(sorted), listener);
            }
        }
    }

    private LogProfile profile(List<? extends LoginSource> sources, RunListener listener) throws IOException {
        LogProfiler profiler =
                new LogProfiler(format, labelled ? Optional.of(FeatureSeparation.of(fields())) : Optional.empty());
        Map<RejectedRows.Reason, Long> rejectedByReason = new EnumMap<>(RejectedRows.Reason.class);
        String firstRejected = "";
        List<String> warnings = new ArrayList<>();
        long rows = 0;
        long usable = 0;
        long lastMicros = Long.MIN_VALUE;
        for (int i = 0; i < sources.size(); i++) {
            LoginSource source = sources.get(i);
            listener.stage("reading " + source.name());
            long before = rows;
            long usableBefore = usable;
            try (RejectedRows rejected = RejectedRows.counted(source.name(), ALL);
                    LoginReader reader = ReadAhead.of(source.open(rejected))) {
                for (Labelled<LoginEvent> login = reader.next(); login != null; login = reader.next()) {
                    usable++;
                    if (login.row().timeMicros() < lastMicros) {
                        throw new OutOfOrderException(source.name() + " begins before the end of the file before it");
                    }
                    lastMicros = login.row().timeMicros();
                    profiler.add(labelled(login));
                    if (usable % TOLD_EVERY == 0) {
                        listener.reading(usable, (i + reader.share()) / sources.size());
                    }
                }
                rejected.counts().forEach((reason, count) -> rejectedByReason.merge(reason, count, Long::sum));
                firstRejected = firstRejected.isEmpty() ? rejected.first() : firstRejected;
                rows += rejected.count();
                warnings.addAll(rejected.warnings(usable - usableBefore + rejected.count()));
            }
            if (usable == 0 && rows > before) {
                throw new InputException(source.name() + ": none of its rows can be used. First: " + firstRejected);
            }
        }
        if (usable == 0) {
            throw new InputException(name() + " has a header but no rows");
        }
        return profiler.profile(name(), rejectedByReason, firstRejected, warnings);
    }

    /** Writes the page of a profile, {@code explore.html}, in one step. */
    public static void writePage(LogProfile profile, Path file) throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        OutputFile.write(file, ExplorePage.of(profile));
    }

    private Labelled<LoginEvent> labelled(Labelled<LoginEvent> login) {
        return attacks.map(isAttack -> login.as(isAttack.test(login.row()))).orElse(login);
    }

    private Set<LoginField> fields() {
        Set<LoginField> fields = LoginField.all();
        fields.removeIf(field -> !format.has(field));
        return fields;
    }

    private String name() {
        return String.join(", ", sources.stream().map(LoginSource::name).toList());
    }
}
