package dev.octet.config;

import dev.octet.feature.Encoding;
import dev.octet.feature.Feature;
import dev.octet.feature.FeatureRequest;
import dev.octet.feature.View;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** {@code docs/config.md}, written from the very keys that configs are read by. */
public final class ConfigReference {
    private static final String HEAD = """
            # The config file

            Generated from the code by `./octet docs config > docs/config.md`; do not edit, a test keeps it current.

            An experiment is one YAML file; `./octet run FILE` runs it. Any value can be overridden:
            `./octet run FILE --set data.train=my.csv --set detector.autoencoder.epochs=5`. The value is YAML, a list's items
            are numbered from 0 (`--set detectors.0.autoencoder.seed=7`), and `null` takes a key back. Unknown keys, wrong
            types and impossible values are refused with file, line and what is allowed. Anchors, aliases and tags are not
            allowed: what a config means stands where it is read.

            ```yaml
            name: rba-octets
            data: {format: rba, train: data/rba-sample.csv, labels: {column: Is Account Takeover}}
            view: {attempt: {}}
            features: [ip-octets, hour, weekday, country, device, browser-family, os-family, success]
            split: {by: time, train: 0.5, validation: 0.1, test: 0.4}
            detector: {autoencoder: {preset: ml-siem, epochs: 20, seed: 1}}
            threshold: {percentile: 99.5}
            evaluate: {on: successful}
            output: models/rba-octets
            ```
            """;

    private ConfigReference() {}

    /**
     * The whole page.
     *
     * @param others sections of other config files than an experiment's, described at the end
     */
    public static String markdown(Section<?>... others) {
        StringBuilder page = new StringBuilder(HEAD);
        Map<String, Section<?>> sections = new LinkedHashMap<>();
        collect(ExperimentConfig.KEYS, sections);
        for (Section<?> section : sections.values()) {
            append(page, section);
        }
        appendFeatures(page);
        Map<String, Section<?>> more = new LinkedHashMap<>();
        for (Section<?> other : others) {
            collect(other, more);
        }
        for (Section<?> section : more.values()) {
            append(page, section);
        }
        return page.toString();
    }

    private static void collect(Section<?> section, Map<String, Section<?>> sections) {
        Section<?> before = sections.putIfAbsent(section.title(), section);
        if (before == section) {
            return;
        }
        if (before != null) {
            throw new IllegalStateException("two sections are called " + section.title());
        }
        for (Key<?> key : section.keys()) {
            key.type().sections().forEach(inner -> collect(inner, sections));
        }
    }

    private static void append(StringBuilder page, Section<?> section) {
        page.append("\n## ").append(section.title()).append("\n\n");
        page.append(section.description());
        if (!section.description().endsWith(".")) {
            page.append('.');
        }
        page.append('\n');
        if (section.keys().isEmpty()) {
            page.append("\nIt has no keys: `{}`.\n");
            return;
        }
        page.append("\n| key | value | default | what it does |\n|---|---|---|---|\n");
        for (Key<?> key : section.keys()) {
            page.append("| `").append(key.name()).append("` | ");
            page.append(cell(value(key.type()))).append(" | ");
            String byDefault = key.isRequired() ? "required" : "";
            if (!key.defaultYaml().isEmpty()) {
                byDefault = "`" + key.defaultYaml() + "`";
            }
            page.append(cell(byDefault)).append(" | ");
            page.append(cell(key.description())).append(" |\n");
        }
    }

    private static String value(ConfigType<?> type) {
        if (type instanceof Section<?> section) {
            return link(section);
        }
        // a list or a choice names its sections behind what it says itself
        List<String> links = new ArrayList<>();
        type.sections().forEach(section -> links.add(link(section)));
        return links.isEmpty() ? type.describe() : type.describe() + ": " + String.join(", ", links);
    }

    private static String link(Section<?> section) {
        return "[" + section.title() + "](#" + anchor(section.title()) + ")";
    }

    /** GitHub's anchor of a heading. */
    private static String anchor(String heading) {
        return heading.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9 _-]", "").replace(' ', '-');
    }

    private static String cell(String text) {
        return text.replace("|", "\\|");
    }

    private static void appendFeatures(StringBuilder page) {
        page.append("\n## features\n\n");
        page.append("Each is scaled by statistics of the training normals only. `index`, `Is Attack IP`, user names and"
                + " sub-second times are refused: they are the label, or memory of who was attacked.\n");
        appendFeatures(page, "attempt", new View.Attempt());
        appendFeatures(page, "window", new View.Window(Duration.ofMinutes(1)));
        appendFeatures(page, "entity", new View.Entity(View.Entity.By.IP));
    }

    private static void appendFeatures(StringBuilder page, String name, View view) {
        page.append("\n### In the view `").append(name).append("`\n\n");
        page.append("| feature | encodings, the default first | what it is |\n|---|---|---|\n");
        for (Feature feature : Feature.values()) {
            if (feature.isOf(view)) {
                page.append("| `").append(feature.key()).append("` | ");
                page.append(feature.encodings().stream().map(Encoding::key).collect(Collectors.joining(", ")));
                page.append(" | ").append(cell(feature.description())).append(" |\n");
            }
        }
        page.append("\nPresets: ");
        page.append(new TreeMap<>(FeatureRequest.presets(view))
                .entrySet().stream()
                        .map(preset -> "`" + preset.getKey() + "` = "
                                + preset.getValue().stream()
                                        .map(ConfigReference::spelled)
                                        .collect(Collectors.joining(", ", "[", "]")))
                        .collect(Collectors.joining("; ")));
        page.append(".\n");
    }

    private static String spelled(FeatureRequest request) {
        return request.encoding() == Encoding.DEFAULT
                ? request.name()
                : "{" + request.name() + ": " + request.encoding().key() + "}";
    }
}
