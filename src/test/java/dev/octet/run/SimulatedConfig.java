package dev.octet.run;

import dev.octet.config.ConfigFile;
import dev.octet.config.ExperimentConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Configs of small runs on a simulated log. */
public final class SimulatedConfig {
    private static final String DATA = """
            name: %s
            data:
              format: rba
              train: 'LOG'
              simulate: %s
              labels: {column: Is Account Takeover, in-training: ignore}
            view: attempt
            features: [country, hour, rarity-asn, surprise-asn, new-country]
            """;

    private SimulatedConfig() {}

    /**
     * The text of a config, in which {@code LOG} stands for the log.
     *
     * @param simulate how the log is made
     * @param rest everything from the split on
     */
    public static String text(String name, String simulate, String rest) {
        return DATA.formatted(name, simulate) + rest;
    }

    static ExperimentConfig of(String text, Path log, Path output, String... overrides) {
        List<String> all = new ArrayList<>(List.of(overrides));
        all.add("output=" + output);
        return ExperimentConfig.of(ConfigFile.parse("c.yaml", text.replace("LOG", log.toString()), all, Map.of()));
    }
}
