package dev.octet.cli;

import dev.octet.event.InputException;
import dev.octet.event.LoginField;
import dev.octet.event.RejectedRows;
import dev.octet.event.TemporaryFile;
import dev.octet.event.format.Detection;
import dev.octet.event.format.FormatDefinition;
import dev.octet.event.format.Formats;
import dev.octet.event.format.LogFiles;
import dev.octet.event.text.PlainText;
import dev.octet.lab.LogSurvey;
import dev.octet.lab.StarterConfig;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A log that a user has and no config for yet: what it is, what is in it, and a config to start with. */
record OwnLog(List<Path> files, FormatDefinition format, LogSurvey survey, String name, String yaml) {

    /**
     * Looks at the logs.
     *
     * @param logs as the user named them
     * @param addresses the databases that the user named
     */
    static OwnLog look(List<String> logs, LogOptions options, EnrichOptions addresses, Output console)
            throws IOException {
        List<Path> files = LogFiles.find(logs, System.in);
        FormatDefinition format = options.definition(files);
        LogSurvey survey;
        try (Steps steps = console.steps()) {
            survey = LogSurvey.of(files, Formats.named(format.name(), format.settings()), addresses.ofALog(), steps);
        }
        List<String> named = new ArrayList<>();
        for (int i = 0; i < logs.size(); i++) {
            // what came by standard input is gone; a config names the file that it was kept in
            named.add(logs.get(i).equals(LogFiles.STANDARD_INPUT) ? files.get(i).toString() : logs.get(i));
        }
        String name = StarterConfig.nameOf(logs.get(0));
        return new OwnLog(
                files, format, survey, name, StarterConfig.yaml(name, named, format, addresses.named(), survey));
    }

    /** Prints what was found. */
    void print(PrintWriter out) throws IOException {
        Detection detection = Detection.of(files.get(0), format.settings());
        out.printf(
                Locale.ROOT,
                "%s: %s (%s), %s%s%n",
                PlainText.of(files.get(0).toString()),
                format.title(),
                PlainText.of(format.name()),
                detection.encoding(),
                files.size() > 1 ? ", and " + (files.size() - 1) + " more files" : "");
        out.printf(
                Locale.ROOT,
                "  %,d logins of %,d users, %s to %s%n",
                survey.logins(),
                survey.users(),
                survey.first(),
                survey.last());
        out.printf(Locale.ROOT, "  %.1f %% succeeded%n", 100.0 * survey.successes() / survey.logins());
        for (RejectedRows.LeftOut why : RejectedRows.LeftOut.values()) {
            long count = survey.leftOut().getOrDefault(why, 0L);
            if (count > 0) {
                out.printf(Locale.ROOT, "  %,d records left out: %s%n", count, why.text());
            }
        }
        if (survey.unreadable() > 0) {
            out.printf(
                    Locale.ROOT,
                    "  %,d logins could not be read; the first: %s%n",
                    survey.unreadable(),
                    PlainText.of(survey.firstUnreadable()));
        }
        List<String> known = new ArrayList<>();
        for (LoginField field : LoginField.values()) {
            double share = survey.share(field);
            if (share > 0 && !field.required()) {
                known.add(String.format(Locale.ROOT, "%s %.0f %%", field.key(), 100 * share));
            }
        }
        out.println("  fields: " + String.join(", ", known));
        StarterConfig.lacks(survey).forEach(lack -> out.println("  " + lack));
        out.flush();
    }

    /**
     * Writes the config, in one step.
     *
     * @throws InputException if there is another one already
     */
    void write(Path config, boolean replace) throws IOException {
        if (Files.exists(config) && !replace && !Files.readString(config).equals(yaml)) {
            throw new InputException(config + " exists already and says something else; --force replaces it, --output"
                    + " names another");
        }
        Path target = config.toAbsolutePath();
        Files.createDirectories(target.getParent());
        Path temporary = TemporaryFile.beside(target);
        Files.write(temporary, yaml.getBytes(StandardCharsets.UTF_8));
        Files.move(temporary, target, StandardCopyOption.REPLACE_EXISTING);
    }
}
