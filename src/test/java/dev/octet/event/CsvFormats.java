package dev.octet.event;

import java.util.Map;
import java.util.Set;

/** Formats of CSV logs that tests write: true/1/yes for success, false/0/no for failure, commas, no labels. */
public final class CsvFormats {
    private CsvFormats() {}

    /** With ISO times in UTC. */
    public static CsvFormat of(Map<LoginField, String> columns) {
        return of(TimeFormat.utc(TimeFormat.ISO), columns);
    }

    static CsvFormat of(TimeFormat time, Map<LoginField, String> columns) {
        return new CsvFormat(
                columns,
                time,
                CsvFormat.UserIds.TEXT,
                Set.of("true", "1", "yes"),
                Set.of("false", "0", "no"),
                ',',
                null,
                Set.of());
    }

    /** The same format with another separator. */
    public static CsvFormat separatedBy(char separator, CsvFormat format) {
        return new CsvFormat(
                format.columns(),
                format.time(),
                format.users(),
                format.succeeded(),
                format.failed(),
                separator,
                format.labelColumn(),
                format.unknown());
    }
}
