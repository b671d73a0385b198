package dev.octet.lab;

import dev.octet.event.LoginField;
import dev.octet.event.enrich.AddressFact;
import dev.octet.event.format.FormatDefinition;
import dev.octet.event.format.FormatSettings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A config to start with for a log that somebody has: YAML with comments, which {@code run} takes as it is. */
public final class StarterConfig {
    private static final double MOSTLY_MISSING = 0.5;
    private static final int FEW_DAYS = 14;

    private StarterConfig() {}

    /** A name for what is made of a log: its file's, without what says how it is packed and written. */
    public static String nameOf(String log) {
        String name = log.equals("-")
                ? "logins"
                : Path.of(log).toAbsolutePath().normalize().getFileName().toString();
        String plain = name.replaceAll("(?i)(\\.(gz|xz|zst|log|txt|csv|tsv|json|ndjson|jsonl|parquet))+$", "")
                .replaceAll("[^A-Za-z0-9._-]+", "-")
                .replaceAll("^[.-]+|[.-]+$", "");
        return plain.isEmpty() ? "logins" : plain;
    }

    /**
     * The config.
     *
     * @param logs as the user named them
     * @param databases of addresses, as the user named them
     */
    public static String yaml(
            String name,
            List<String> logs,
            FormatDefinition format,
            Map<AddressFact, List<Path>> databases,
            LogSurvey survey) {
        StringBuilder yaml = new StringBuilder();
        yaml.append("# Finds account takeovers in this log: ./octet run ")
                .append(name)
                .append(".yaml\n");
        yaml.append("# docs/config.md explains every key.\n");
        yaml.append("name: ").append(quoted(name)).append('\n');
        yaml.append("data:\n");
        yaml.append("  # ").append(format.title()).append("; docs/formats.md says what is read\n");
        yaml.append("  format: ").append(format(format)).append('\n');
        yaml.append("  train: ").append(list(logs)).append('\n');
        if (!databases.isEmpty()) {
            yaml.append("  enrich: # what the addresses tell: docs/addresses.md\n");
            databases.forEach((fact, files) -> yaml.append("    ")
                    .append(fact.key())
                    .append(": ")
                    .append(list(files))
                    .append('\n'));
        }
        yaml.append(String.format(
                Locale.ROOT,
                "  # %,d logins of %,d users from %s to %s; %.1f %% succeeded%n",
                survey.logins(),
                survey.users(),
                survey.first(),
                survey.last(),
                100.0 * survey.successes() / survey.logins()));
        yaml.append("view: attempt # a row is a login\n");
        yaml.append("# the first half trains, the next tenth sets the threshold, the rest is tested\n");
        yaml.append("split: {by: time, train: 0.5, validation: 0.1, test: 0.4}\n");
        yaml.append("detector:\n");
        yaml.append("  # learns the networks, countries, devices and hours of each user\n");
        yaml.append("  autoencoder: {reconstruction: likelihood, epochs: 20, seed: 1}\n");
        yaml.append(
                "# 1 of 1,000 logins as unusual as the validation logins are flagged: a higher percentile flags fewer\n");
        yaml.append("threshold: {percentile: 99.9, if-too-few: lower}\n");
        yaml.append("evaluate: {on: successful} # a takeover is a login that succeeded\n");
        yaml.append("output: ").append(quoted("models/" + name)).append('\n');
        return yaml.toString();
    }

    private static String format(FormatDefinition format) {
        FormatSettings settings = format.settings();
        List<String> keys = new ArrayList<>();
        if (!settings.users().isEmpty()) {
            keys.add("users: "
                    + settings.users().stream().map(user -> user.key()).toList());
        }
        if (settings.machineAccounts()) {
            keys.add("machine-accounts: true");
        }
        settings.zone().ifPresent(zone -> keys.add("zone: " + quoted(zone.getId())));
        settings.year().ifPresent(year -> keys.add("year: " + year));
        if (!settings.parameters().isEmpty()) {
            keys.add("options: "
                    + list(settings.parameters().entrySet().stream()
                            .map(option -> option.getKey() + "=" + option.getValue())
                            .sorted()
                            .toList()));
        }
        if (!settings.extra().isEmpty()) {
            List<String> extra = new ArrayList<>();
            settings.extra()
                    .forEach((field, place) -> extra.add(field.key() + ": {column: " + quoted(place) + ", type: "
                            + field.extra().orElseThrow().key() + "}"));
            keys.add("extra: {" + String.join(", ", extra) + "}");
        }
        if (keys.isEmpty()) {
            return quoted(format.name());
        }
        keys.add(0, "name: " + quoted(format.name()));
        return "{" + String.join(", ", keys) + "}";
    }

    /** Texts or paths as YAML: one alone, several as a list. */
    public static String list(List<?> texts) {
        List<String> quoted =
                texts.stream().map(text -> quoted(text.toString())).toList();
        return quoted.size() == 1 ? quoted.get(0) : "[" + String.join(", ", quoted) + "]";
    }

    /** The text as YAML, in quotes where it is more than a plain word. */
    private static String quoted(String text) {
        if (text.matches("[A-Za-z_./][A-Za-z0-9_./-]*") && !text.matches("(?i)true|false|null|yes|no|on|off")) {
            return text;
        }
        StringBuilder quoted = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                quoted.append('\\').append(c);
            } else if (c < ' ' || c == 0x7f || c >= 0x80 && c < 0xa0 || c == 0x2028 || c == 0x2029) {
                quoted.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
            } else {
                quoted.append(c);
            }
        }
        return quoted.append('"').toString();
    }

    /** What the log lacks, and what that costs; one sentence each. */
    public static List<String> lacks(LogSurvey survey) {
        List<String> lacks = new ArrayList<>();
        if (survey.share(LoginField.USER) < MOSTLY_MISSING) {
            lacks.add("no users: what is usual for a user cannot be learnt, only what is usual for the site");
        }
        if (survey.share(LoginField.IP) < MOSTLY_MISSING) {
            lacks.add("no addresses: where a login came from is not known");
        } else {
            if (survey.share(LoginField.ASN) < MOSTLY_MISSING) {
                lacks.add("no AS numbers: give an address database with --asn, or blocks of addresses are used instead"
                        + " (docs/addresses.md)");
            }
            if (survey.share(LoginField.COUNTRY) < MOSTLY_MISSING) {
                lacks.add("no countries: give an address database with --country, or a login from a new country is not"
                        + " told");
            }
        }
        if (survey.share(LoginField.USER_AGENT) < MOSTLY_MISSING
                && survey.share(LoginField.BROWSER) < MOSTLY_MISSING
                && survey.share(LoginField.DEVICE) < MOSTLY_MISSING) {
            lacks.add("no user agents: a login with a new device or browser is not told");
        }
        if (survey.successes() == survey.logins()) {
            lacks.add("no failed logins: guessed passwords leave no trace before they are right");
        }
        if (survey.successes() == 0) {
            lacks.add("no successful logins: there is no takeover to find; evaluate.on: all looks at the failed ones");
        }
        if (survey.span().toDays() < FEW_DAYS) {
            lacks.add(String.format(
                    Locale.ROOT,
                    "%d days: what is usual is learnt from the first half; a few weeks are better",
                    Math.max(1, survey.span().toDays())));
        }
        return lacks;
    }
}
