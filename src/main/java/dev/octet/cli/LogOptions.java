package dev.octet.cli;

import dev.octet.event.InputException;
import dev.octet.event.LogFormat;
import dev.octet.event.LoginField;
import dev.octet.event.format.Detection;
import dev.octet.event.format.FormatDefinition;
import dev.octet.event.format.FormatSettings;
import dev.octet.event.format.Formats;
import dev.octet.event.format.UserSpelling;
import dev.octet.event.text.PlainText;
import java.io.IOException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import picocli.CommandLine.Option;

/** How a log is read; mixed into the commands that read one without a config. */
final class LogOptions {
    /** The names that a shell completes. */
    static final class Shipped implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return Formats.names().iterator();
        }
    }

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            completionCandidates = Shipped.class,
            description =
                    "name of a log format (docs/formats.md lists them), or path of a format file (default: the bundle's or"
                            + " config's, else detected)")
    private Optional<String> format = Optional.empty();

    @Option(
            names = "--format-option",
            paramLabel = "NAME=VALUE",
            description = "a parameter of the format, e.g. login-path='^/signin$'; may be repeated")
    private Map<String, String> parameters = new LinkedHashMap<>();

    @Option(
            names = "--users",
            split = ",",
            paramLabel = "SPELLING",
            description = "how user names are normalised: lower-case, strip-domain, strip-prefix (default: not at all)")
    private List<String> users = List.of();

    @Option(
            names = "--machine-accounts",
            description = "also read the logins of machine accounts, where the format tells them apart")
    private boolean machineAccounts;

    @Option(
            names = "--zone",
            paramLabel = "ZONE",
            description = "time zone of times without an offset, e.g. Europe/Oslo (default: the format's, mostly UTC)")
    private Optional<String> zone = Optional.empty();

    @Option(
            names = "--year",
            paramLabel = "YYYY",
            description = "year of the last line, where lines have no year (default: from the file's date)")
    private Optional<Integer> year = Optional.empty();

    @Option(
            names = "--extra",
            paramLabel = "NAME[:TYPE]=PLACE",
            description = "a field beyond those of the format: a category, or managed:boolean=device.managed, or"
                    + " risk:number=score; may be repeated")
    private Map<String, String> extra = new LinkedHashMap<>();

    /** Whether the user named a format, or fields beyond one's. */
    boolean isGiven() {
        return format.isPresent() || !extra.isEmpty();
    }

    /** The format that the user named. */
    Optional<LogFormat> given(Output console) {
        if (format.isEmpty() && !extra.isEmpty()) {
            throw console.wrongUsage(
                    "--extra adds fields to a format, here to the bundle's, which has its own; name the"
                            + " one of the log: --format FORMAT");
        }
        try {
            return format.map(name -> Formats.named(name, settings()));
        } catch (InputException e) {
            throw console.wrongUsage("--format " + format.orElse("") + ": " + e.getMessage());
        }
    }

    FormatSettings settings() {
        List<UserSpelling> spellings = new ArrayList<>();
        users.forEach(user -> spellings.add(UserSpelling.of(user)));
        try {
            return new FormatSettings(
                    parameters,
                    spellings,
                    machineAccounts,
                    zone.map(ZoneId::of),
                    year,
                    Optional.empty(),
                    extraFields());
        } catch (DateTimeException e) {
            throw new InputException("--zone " + zone.orElse("") + " is not a time zone such as UTC or Europe/Oslo", e);
        }
    }

    private Map<LoginField, String> extraFields() {
        Map<LoginField, String> fields = new TreeMap<>();
        extra.forEach((declared, place) -> {
            int colon = declared.indexOf(':');
            String type = colon < 0 ? LoginField.Extra.CATEGORY.key() : declared.substring(colon + 1);
            LoginField field = LoginField.extra(
                    colon < 0 ? declared : declared.substring(0, colon),
                    LoginField.Extra.named(type)
                            .orElseThrow(() -> new InputException("--extra " + PlainText.of(declared, 80)
                                    + ": expected NAME=PLACE, NAME:boolean=PLACE or NAME:number=PLACE, found the type \""
                                    + PlainText.of(type, 40) + "\"")));
            if (place.isBlank()) {
                throw new InputException("--extra " + declared + ": expected the place of the field after the =");
            }
            fields.put(field, place);
        });
        LoginField.requireDistinct(fields.keySet());
        return fields;
    }

    /**
     * The definition of the format that the user named, or of the one that the files have.
     *
     * @throws InputException if no format fits the files, or several do
     */
    FormatDefinition definition(List<Path> files) throws IOException {
        if (format.isPresent()) {
            return Formats.find(format.get(), settings());
        }
        InputException first = null;
        for (Path file : files.subList(0, Math.min(20, files.size()))) {
            try {
                String name =
                        Detection.of(file, settings()).require(file.toString()).name();
                return Formats.find(name, settings());
            } catch (InputException e) {
                first = first == null ? e : first; // a folder may hold other files too
            }
        }
        throw first;
    }

    /** As {@link #definition}, with the reader that is made for the format. */
    LogFormat of(List<Path> files) throws IOException {
        String name = format.isPresent() ? format.get() : definition(files).name();
        return Formats.named(name, settings());
    }
}
