package dev.octet.cli;

import dev.octet.bundle.Bundle;
import dev.octet.bundle.Reasons;
import dev.octet.bundle.ScoreFile;
import dev.octet.bundle.Scorer;
import dev.octet.event.CsvFormat;
import dev.octet.event.CsvSource;
import dev.octet.event.InputException;
import dev.octet.event.LabelledLogin;
import dev.octet.event.LoginReader;
import dev.octet.event.RejectedRows;
import dev.octet.event.RejectionPolicy;
import dev.octet.feature.LabelledRow;
import dev.octet.feature.RowReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "score",
        mixinStandardHelpOptions = true,
        description = "Streams a log through a saved bundle and writes a score for each row.")
final class ScoreCommand implements Callable<Integer> {
    /** The formats that need no config. */
    enum Preset {
        RBA(CsvFormat.RBA),
        MOLIN(CsvFormat.MOLIN);

        private final CsvFormat format;

        Preset(CsvFormat format) {
            this.format = format;
        }
    }

    @Option(names = "--model", required = true, paramLabel = "BUNDLE", description = "the bundle's directory")
    private Path model;

    @Option(
            names = "--input",
            required = true,
            paramLabel = "FILE",
            description = "the log; .gz, .xz, .zst as they are")
    private Path input;

    @Option(
            names = "--format",
            paramLabel = "PRESET",
            description = "rba or molin; the format that the bundle was trained on where not given")
    private Optional<Preset> format = Optional.empty();

    @Option(names = "--output", required = true, paramLabel = "FILE", description = "the scores, a CSV file")
    private Path output;

    @Option(
            names = "--max-rejected",
            defaultValue = "0.001",
            paramLabel = "SHARE",
            description = "share of rows that may be unreadable (default: ${DEFAULT-VALUE}); they are listed beside the"
                    + " output as OUTPUT.rejected.csv")
    private double maxRejected;

    @Option(names = "--strict", description = "stop at the first row that cannot be read")
    private boolean strict;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        Bundle bundle = Bundle.load(model);
        if (!Files.isRegularFile(input)) {
            throw new InputException("--input " + input + (Files.exists(input) ? " is no file" : " does not exist")
                    + "; name the log to score");
        }
        if (Files.isDirectory(output)) {
            throw new InputException("--output " + output + " is a directory; name the file to write the scores to");
        }
        if (Files.exists(output) && Files.isSameFile(input, output)) {
            throw new InputException("--output " + output + " is the log itself, which it would replace");
        }
        long start = System.nanoTime();
        CsvSource source =
                new CsvSource(input, format.map(preset -> preset.format).orElse(bundle.format()));
        Path rejectedList = output.resolveSibling(output.getFileName() + ".rejected.csv");
        Tally tally = new Tally();
        try (RejectedRows rejected = RejectedRows.listedIn(
                rejectedList, source.name(), new RejectionPolicy(maxRejected, strict, "--max-rejected"))) {
            score(bundle, source, rejected, tally);
            if (rejected.count() > 0) {
                spec.commandLine()
                        .getErr()
                        .printf(
                                Locale.ROOT,
                                "%,d rows could not be used and were set aside in %s%n",
                                rejected.count(),
                                rejectedList);
            }
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        spec.commandLine()
                .getOut()
                .printf(
                        Locale.ROOT,
                        "%s: %,d of %,d %s scored%s, %,d flagged above %s, in %.1f s (%,.0f rows/s)%n",
                        output,
                        tally.scored,
                        tally.read,
                        bundle.model().view().key().equals("attempt") ? "logins" : "windows",
                        bundle.model().successfulOnly() ? " (the successful ones, as the bundle was made for)" : "",
                        tally.flagged,
                        bundle.model().threshold().value(),
                        seconds,
                        tally.read / seconds);
        return 0;
    }

    private void score(Bundle bundle, CsvSource source, RejectedRows rejected, Tally tally) throws IOException {
        Reasons reasons = new Reasons(bundle.model().features().layout());
        Scorer scorer = new Scorer(bundle.model(), bundle.model().features().extractor());
        long[] usable = new long[1];
        try (LoginReader counted = counting(source.open(rejected), usable);
                RowReader rows = bundle.model().view().read(counted, Optional.empty());
                ScoreFile out = new ScoreFile(
                        output,
                        bundle.model().view(),
                        bundle.model().threshold().value())) {
            Scorer.Sink sink = (row, score, flagged, columns, contributions) -> {
                tally.scored++;
                tally.flagged += flagged ? 1 : 0;
                out.write(row.row(), score, flagged, reasons.of(contributions));
            };
            for (LabelledRow row = rows.next(); row != null; row = rows.next()) {
                tally.read++;
                scorer.add(row, sink);
            }
            scorer.flush(sink);
            rejected.check(usable[0] + rejected.count());
            if (usable[0] == 0) {
                throw new InputException(
                        source.name() + " has a header but no rows that can be used; nothing to score");
            }
            out.complete();
        }
    }

    private static LoginReader counting(LoginReader reader, long[] usable) {
        return new LoginReader() {
            @Override
            public LabelledLogin next() throws IOException {
                LabelledLogin login = reader.next();
                if (login != null) {
                    usable[0]++;
                }
                return login;
            }

            @Override
            public void close() throws IOException {
                reader.close();
            }
        };
    }

    private static final class Tally {
        private long read;
        private long scored;
        private long flagged;
    }
}
