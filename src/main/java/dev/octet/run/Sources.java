package dev.octet.run;

import dev.octet.config.DataConfig;
import dev.octet.config.LabelsConfig;
import dev.octet.event.AttackWindows;
import dev.octet.event.JdbcSource;
import dev.octet.event.JudgedSource;
import dev.octet.event.LoginSource;
import dev.octet.event.TimeFormat;
import dev.octet.event.enrich.EnrichedSource;
import dev.octet.event.enrich.Enrichment;
import dev.octet.event.format.LogFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** The log sources of a config's {@code data}. */
public final class Sources {
    private Sources() {}

    /**
     * Where the training rows are, in order of time; the test rows too where {@link #test} is empty.
     *
     * @param enrichment completes them
     * @param notes told what is done to the logins, e.g. that they are sorted
     */
    public static List<LoginSource> train(DataConfig data, Enrichment enrichment, Consumer<String> notes) {
        return data.reading()
                .jdbc()
                .map(jdbc ->
                        List.of(read(new JdbcSource(jdbc.database(), jdbc.query(), jdbc.columns()), data, enrichment)))
                .orElseGet(() -> files(data.reading().train(), data, enrichment, notes));
    }

    /** Where the test rows are, if they are apart. */
    static List<LoginSource> test(DataConfig data, Enrichment enrichment, Consumer<String> notes) {
        return files(data.reading().test(), data, enrichment, notes);
    }

    private static List<LoginSource> files(
            List<Path> paths, DataConfig data, Enrichment enrichment, Consumer<String> notes) {
        if (paths.isEmpty()) {
            return List.of();
        }
        boolean labelMayBeMissing =
                data.labels().map(LabelsConfig::mayBeMissing).orElse(false);
        List<Path> files = new ArrayList<>();
        for (Path path : paths) {
            files.addAll(Files.exists(path) && !Files.isDirectory(path) ? List.of(path) : found(path));
        }
        return data.reading().format().sources(files, labelMayBeMissing, notes).stream()
                .map(source -> read(source, data, enrichment))
                .toList();
    }

    private static List<Path> found(Path path) {
        try {
            return LogFiles.find(path.toString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Opens what a config's logins are completed with, which is then shared by all that is read. */
    public static Enrichment enrichment(DataConfig data) throws IOException {
        return Enrichment.open(data.reading().enrich(), key -> "data.enrich." + key);
    }

    private static LoginSource read(LoginSource source, DataConfig data, Enrichment enrichment) {
        LoginSource judged = judged(source, data);
        return enrichment.isNone() ? judged : new EnrichedSource(judged, enrichment);
    }

    /** With the labels of a verdict log, if the config names one. */
    private static LoginSource judged(LoginSource source, DataConfig data) {
        return data.labels().isPresent() && data.labels().get().source() instanceof LabelsConfig.JudgedLogins judged
                ? new JudgedSource(source, judged.file())
                : source;
    }

    /** The attack windows beside the log, if the config names any. */
    public static Optional<AttackWindows> attacks(DataConfig data) throws IOException {
        if (data.labels().isEmpty()) {
            return Optional.empty();
        }
        TimeFormat time = data.reading().format().time();
        LabelsConfig.Source source = data.labels().get().source();
        if (source instanceof LabelsConfig.Windows windows) {
            if (data.labels().get().mayBeMissing() && !Files.exists(windows.file())) {
                return Optional.empty();
            }
            return Optional.of(minutes(
                    AttackWindows.read(windows.file(), windows.start(), windows.end(), time), windows.lastMinute()));
        }
        if (source instanceof LabelsConfig.WindowsQuery windows) {
            return Optional.of(minutes(
                    AttackWindows.query(
                            data.reading().jdbc().orElseThrow().database(),
                            windows.query(),
                            windows.start(),
                            windows.end(),
                            time),
                    windows.lastMinute()));
        }
        return Optional.empty();
    }

    private static AttackWindows minutes(AttackWindows windows, LabelsConfig.LastMinute last) {
        return switch (last) {
            case CEIL -> windows;
            case FLOOR -> windows.touchedMinutes();
        };
    }
}
