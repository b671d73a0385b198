package dev.octet.lab;

import dev.octet.config.ConfigFile;
import dev.octet.config.ConfigValue;
import dev.octet.config.YamlText;
import java.util.SortedMap;
import java.util.TreeMap;

/** The keys of a config as one flat list: dotted paths with their values as YAML. */
final class ConfigSettings {
    private ConfigSettings() {}

    static SortedMap<String, String> of(ConfigFile file) {
        SortedMap<String, String> settings = new TreeMap<>();
        flatten("", file.root().value(), settings);
        return settings;
    }

    private static void flatten(String path, ConfigValue value, SortedMap<String, String> settings) {
        if (value instanceof ConfigValue.Entries entries && !entries.entries().isEmpty()) {
            entries.entries()
                    .forEach((key, entry) -> flatten(path.isEmpty() ? key : path + "." + key, entry.value(), settings));
        } else if (value instanceof ConfigValue.Items items
                && items.items().stream().anyMatch(each -> each instanceof ConfigValue.Entries)) {
            for (int i = 0; i < items.items().size(); i++) {
                flatten(path + "." + i, items.items().get(i), settings);
            }
        } else {
            settings.put(path, YamlText.line(value));
        }
    }
}
