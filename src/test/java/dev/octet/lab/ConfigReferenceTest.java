package dev.octet.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.octet.config.ConfigFile;
import dev.octet.config.ConfigNode;
import dev.octet.config.ConfigReference;
import dev.octet.config.ExperimentConfig;
import dev.octet.config.Key;
import dev.octet.config.Section;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class ConfigReferenceTest {
    private static final Path PAGE = Path.of("docs/config.md");

    @Test
    void thePageIsCurrent() throws IOException {
        String page = Files.exists(PAGE) ? Files.readString(PAGE) : "";
        assertTrue(
                ConfigReference.markdown(TuneConfig.KEYS).equals(page),
                PAGE + " is not what the code says; write it anew: ./octet docs config > " + PAGE);
    }

    @Test
    void everyLinkLeadsToAHeading() {
        String page = ConfigReference.markdown(TuneConfig.KEYS);
        Set<String> anchors = new LinkedHashSet<>();
        for (String line : page.split("\n")) {
            if (line.startsWith("#")) {
                anchors.add(line.replaceFirst("#+ ", "")
                        .toLowerCase(java.util.Locale.ROOT)
                        .replaceAll("[^a-z0-9 _-]", "")
                        .replace(' ', '-'));
            }
        }
        Matcher links = Pattern.compile("\\]\\(#([^)]*)\\)").matcher(page);
        List<String> broken = new ArrayList<>();
        int found = 0;
        while (links.find()) {
            found++;
            if (!anchors.contains(links.group(1))) {
                broken.add(links.group(1));
            }
        }
        assertEquals(List.of(), broken);
        assertTrue(found > 10, "only " + found + " links");
    }

    @Test
    void everyDefaultIsAllowed() {
        ConfigNode empty = ConfigFile.parse("c.yaml", "", List.of(), Map.of()).root();
        Set<Section<?>> sections = new LinkedHashSet<>();
        collect(ExperimentConfig.KEYS, sections);
        collect(TuneConfig.KEYS, sections);
        int defaults = 0;
        for (Section<?> section : sections) {
            for (Key<?> key : section.keys()) {
                if (!key.defaultYaml().isEmpty()) {
                    key.readAbsent(empty);
                    defaults++;
                }
            }
        }
        assertTrue(defaults > 20, "only " + defaults + " defaults");
    }

    @Test
    void thePageExplainsEveryKey() {
        String page = ConfigReference.markdown(TuneConfig.KEYS);
        Set<Section<?>> sections = new LinkedHashSet<>();
        collect(ExperimentConfig.KEYS, sections);
        collect(TuneConfig.KEYS, sections);
        for (Section<?> section : sections) {
            assertTrue(page.contains("\n## " + section.title() + "\n"), section.title());
            for (Key<?> key : section.keys()) {
                assertTrue(page.contains("| `" + key.name() + "` | "), section.title() + "." + key.name());
                assertTrue(key.description().length() > 3, section.title() + "." + key.name());
            }
        }
    }

    private static void collect(Section<?> section, Set<Section<?>> sections) {
        if (sections.add(section)) {
            section.keys().forEach(key -> key.type().sections().forEach(inner -> collect(inner, sections)));
        }
    }
}
