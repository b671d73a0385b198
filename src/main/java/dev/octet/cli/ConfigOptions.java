package dev.octet.cli;

import java.util.List;
import picocli.CommandLine.Option;

/** How a config and its data are read; mixed into the commands that train. */
final class ConfigOptions {
    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "overrides a value of CONFIG, e.g. --set output=models/mine; may be repeated")
    private List<String> overrides = List.of();

    @Option(names = "--strict", description = "stop at the first row that cannot be read")
    private boolean strict;

    List<String> overrides() {
        return overrides;
    }

    boolean strict() {
        return strict;
    }
}
