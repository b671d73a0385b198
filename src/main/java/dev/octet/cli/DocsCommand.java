package dev.octet.cli;

import dev.octet.config.ConfigReference;
import dev.octet.lab.TuneConfig;
import dev.octet.simulate.Profile;
import dev.octet.simulate.ProfileTables;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "docs",
        mixinStandardHelpOptions = true,
        header = "prints a reference page: every key of a config, or simulated attackers",
        description = "Prints a reference page that is generated from the code.")
final class DocsCommand implements Callable<Integer> {
    /** The generated pages. */
    enum Page {
        CONFIG,
        SIMULATOR
    }

    @Parameters(
            paramLabel = "PAGE",
            description = "${COMPLETION-CANDIDATES}: every key of a config file; attackers and events of simulate")
    private Page page;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        PrintWriter out = Output.out(spec);
        out.print(
                switch (page) {
                    case CONFIG -> ConfigReference.markdown(TuneConfig.KEYS);
                    case SIMULATOR -> ProfileTables.markdown(Profile.standard());
                });
        out.flush();
        return 0;
    }
}
