package dev.octet.run;

import dev.octet.config.ConfigFile;
import dev.octet.config.ConfigValue.Kind;
import dev.octet.config.ConfigValue.Scalar;
import dev.octet.config.ExperimentConfig;
import dev.octet.config.SplitConfig;
import dev.octet.evaluate.EvaluationReport;
import dev.octet.evaluate.FoldTable;
import dev.octet.event.text.JsonText;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Runs a config once for each of its folds, each on a later test span and with all that comes before it for training. The
 * last fold is the run in the config's output folder, with its bundle; the others are in {@code fold-1} and so on below it.
 * {@code folds.md} and {@code folds.json} have all of them. Not thread-safe.
 */
public final class RollingOrigin {
    /** A millionth of a millionth of ten years is a third of a millisecond. */
    private static final int DECIMALS = 12;

    private final ExperimentConfig config;
    private final SplitConfig.Shares shares;
    private final RunListener listener;

    private RollingOrigin(ExperimentConfig config, SplitConfig.Shares shares, RunListener listener) {
        this.config = config;
        this.shares = shares;
        this.listener = listener;
    }

    /**
     * What the folds gave.
     *
     * @param last the run of the last fold
     * @param table all of them
     */
    public record Result(Experiment.Result last, FoldTable table) {}

    /** The folds of a config; empty where it has a single split. */
    public static Optional<RollingOrigin> of(ExperimentConfig config, RunListener listener) {
        return config.split() instanceof SplitConfig.Shares shares && shares.folds() > 1
                ? Optional.of(new RollingOrigin(config, shares, listener))
                : Optional.empty();
    }

    /** Runs all folds, the first one first. */
    public Result run(boolean strict) throws IOException {
        int folds = shares.folds();
        List<ExperimentConfig> configs = new ArrayList<>();
        for (int fold = 1; fold <= folds; fold++) {
            configs.add(fold(fold));
        }
        List<EvaluationReport> reports = new ArrayList<>();
        Experiment.Result last = null;
        for (int fold = 1; fold <= folds; fold++) {
            listener.stage(String.format(Locale.ROOT, "fold %d of %d", fold, folds));
            last = new Experiment(configs.get(fold - 1), listener).run(strict);
            reports.add(last.report());
        }
        FoldTable table = new FoldTable(config.name(), reports);
        OutputFile.write(config.output().resolve("folds.json"), JsonText.indented(table.tree()) + "\n");
        OutputFile.write(config.output().resolve("folds.md"), table.markdown());
        return new Result(last, table);
    }

    /** The config of a fold: a single split, and an output of its own unless it is the last. */
    private ExperimentConfig fold(int fold) {
        BigDecimal all = BigDecimal.valueOf(shares.test().orElseThrow());
        BigDecimal each = all.divide(BigDecimal.valueOf(shares.folds()), DECIMALS, RoundingMode.DOWN);
        BigDecimal before = each.multiply(BigDecimal.valueOf(fold - 1L));
        BigDecimal train = BigDecimal.valueOf(shares.train()).add(before);
        BigDecimal test = fold == shares.folds() ? all.subtract(before) : each;
        ConfigFile file = config.file();
        file = with(file, "split.train", train.toPlainString(), Kind.NUMBER);
        file = with(file, "split.validation", Double.toString(shares.validation()), Kind.NUMBER);
        file = with(file, "split.test", test.toPlainString(), Kind.NUMBER);
        file = with(file, "split.folds", "1", Kind.INTEGER);
        Path output = fold == shares.folds() ? config.output() : config.output().resolve("fold-" + fold);
        return ExperimentConfig.of(with(file, "output", output.toString(), Kind.TEXT));
    }

    private static ConfigFile with(ConfigFile file, String key, String value, Kind kind) {
        return file.with(key, new Scalar(value, kind, "fold"));
    }
}
