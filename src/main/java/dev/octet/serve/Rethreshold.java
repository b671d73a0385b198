package dev.octet.serve;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.NamedCsvRecord;
import dev.octet.bundle.Bundle;
import dev.octet.bundle.Checksums;
import dev.octet.detect.AlertRate;
import dev.octet.detect.FittedThreshold;
import dev.octet.detect.SignificantDigits;
import dev.octet.detect.Threshold;
import dev.octet.detect.ValidationScores;
import dev.octet.event.InputException;
import dev.octet.event.Micros;
import dev.octet.event.Verdicts;
import dev.octet.event.text.PlainText;
import dev.octet.run.ModelCard;
import dev.octet.serve.desk.AlertStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * Another threshold for a bundle, from what analysts said of its alerts and from the scores that it gave meanwhile. A
 * login that nobody judged counts as normal. Only scores of this bundle, or of one that it was re-thresholded from, count:
 * those of other detectors mean something else.
 */
public final class Rethreshold {
    /** Provenance's key for the ids of the bundles with the same detector that came before. */
    private static final String EARLIER = "rethresholded_from";

    private final Bundle bundle;
    private final Path verdictFile;
    private final int ofOthers;
    private final ValidationScores all;
    private final ValidationScores judged;
    private final int scores;
    private final double[] descending;

    /** A threshold and what it does to the logins at hand. */
    public record Outcome(
            double threshold, long alerts, AlertRate alertsPerDay, int takeoversFound, int benignFlagged) {}

    /**
     * Reads what there is.
     *
     * @param verdicts the verdict log
     * @param scoresAt a scores file of {@code octet score}, or the state directory of a service
     * @throws InputException if there is no verdict of this bundle
     */
    public Rethreshold(Bundle bundle, Path verdicts, Path scoresAt) throws IOException {
        this(bundle, verdicts, true, (population, ids) -> population.read(scoresAt, ids));
    }

    /**
     * What thresholds do to scores, whether or not somebody has judged.
     *
     * @param verdicts the verdict log, which may not exist
     * @param scoresAt as above
     */
    static Rethreshold withOrWithoutVerdicts(Bundle bundle, Path verdicts, Path scoresAt) throws IOException {
        return new Rethreshold(bundle, verdicts, false, (population, ids) -> population.read(scoresAt, ids));
    }

    /** As above, with the scores that a desk keeps. */
    static Rethreshold ofDesk(Bundle bundle, Path verdicts, AlertStore store) throws IOException {
        return new Rethreshold(
                bundle,
                verdicts,
                false,
                (population, ids) -> store.scores((id, timeMicros, score, of) -> population.take(
                        new ScoreArchive.Line(id, 0, timeMicros, "", score, Double.NaN, false, of), ids)));
    }

    /** Fills a population with the scores of some bundles. */
    private interface Source {
        void read(Population population, Set<String> bundles) throws IOException;
    }

    private Rethreshold(Bundle bundle, Path verdicts, boolean needed, Source source) throws IOException {
        this.bundle = bundle;
        verdictFile = verdicts;
        Set<String> ids = new HashSet<>(earlier(bundle));
        ids.add(bundle.id());
        Map<String, Verdicts.Entry> entries = new HashMap<>();
        int others = 0;
        for (Verdicts.Entry entry :
                needed || Files.isRegularFile(verdicts) ? Verdicts.read(verdicts) : List.<Verdicts.Entry>of()) {
            if (ids.contains(entry.bundle())) {
                entries.put(entry.id(), entry);
            } else {
                others++;
            }
        }
        ofOthers = others;
        if (needed && entries.isEmpty()) {
            throw new InputException(verdicts + " has no verdict of a login that bundle " + bundle.id()
                    + (others == 0
                            ? " scored"
                            : " scored, but " + others + " of other bundles, whose scores mean something else")
                    + "; judge some with POST /v1/feedback first");
        }
        Population population = new Population(entries);
        source.read(population, ids);
        entries.values().stream()
                .filter(entry -> !population.seen.contains(entry.id()))
                .forEach(population::add);
        all = population.scores(false);
        judged = population.scores(true);
        scores = population.values.size();
        descending = population.values.stream()
                .mapToDouble(value -> -value)
                .sorted()
                .map(value -> -value)
                .toArray();
    }

    private static List<String> earlier(Bundle bundle) {
        String text = bundle.provenance().path(EARLIER).asText();
        return text.isEmpty() ? List.of() : List.of(text.split(" "));
    }

    /** The scores at hand, each login once. */
    private static final class Population {
        private final Map<String, Verdicts.Entry> entries;
        private final Set<String> seen = new HashSet<>();
        private final List<Double> values = new ArrayList<>();
        private final BitSet takeovers = new BitSet();
        private final BitSet benign = new BitSet();
        private long first = Long.MAX_VALUE;
        private long last = Long.MIN_VALUE;

        Population(Map<String, Verdicts.Entry> entries) {
            this.entries = entries;
        }

        private void read(Path at, Set<String> bundles) throws IOException {
            if (Files.isRegularFile(at)) {
                readScoreFile(at);
                return;
            }
            if (!Files.isDirectory(at)) {
                throw new InputException(
                        at + " does not exist; --scores is the state directory of octet serve, or a file"
                                + " that octet score wrote");
            }
            for (Path file : new ScoreArchive(at).files()) {
                ScoreArchive.read(file, line -> take(line, bundles));
            }
            for (Path file : Journal.in(at)) {
                Journal.readRaw(
                        file,
                        0,
                        Integer.MAX_VALUE,
                        (payload, length) ->
                                EventRecord.readScore(payload, length).ifPresent(line -> take(line, bundles)));
            }
        }

        private void take(ScoreArchive.Line line, Set<String> bundles) {
            if (bundles.contains(line.bundle()) && seen.add(line.id())) {
                add(line.id(), line.timeMicros(), line.score());
            }
        }

        /** A file of {@code octet score} has no ids, so verdicts are told by user and time. */
        private void readScoreFile(Path file) throws IOException {
            Map<String, Verdicts.Entry> byLogin = new HashMap<>();
            entries.values()
                    .forEach(entry -> byLogin.put(entry.timeMicros() + " " + PlainText.of(entry.user()), entry));
            try (CsvReader<NamedCsvRecord> csv = CsvReader.builder().ofNamedCsvRecord(file)) {
                int row = 0;
                for (NamedCsvRecord line : csv) {
                    Optional<String> time = line.findField("timestamp");
                    Optional<String> user = line.findField("user");
                    Optional<String> score = line.findField("score");
                    if (time.isEmpty() || user.isEmpty() || score.isEmpty()) {
                        throw new InputException(file + " is no scores file of logins: it needs the columns timestamp,"
                                + " user and score, found " + line.getHeader());
                    }
                    long micros = ChronoUnit.MICROS.between(Instant.EPOCH, Instant.parse(time.get()));
                    Verdicts.Entry entry = byLogin.get(micros + " " + user.get());
                    String id = entry == null ? "row " + row : entry.id();
                    seen.add(id);
                    add(id, micros, Double.parseDouble(score.get()));
                    row++;
                }
            }
        }

        private void add(Verdicts.Entry entry) {
            add(entry.id(), entry.timeMicros(), entry.score());
        }

        private void add(String id, long timeMicros, double score) {
            Verdicts.Entry entry = entries.get(id);
            takeovers.set(values.size(), entry != null && entry.verdict() == Verdicts.Verdict.TAKEOVER);
            benign.set(values.size(), entry != null && entry.verdict() == Verdicts.Verdict.BENIGN);
            values.add(score);
            first = Math.min(first, timeMicros);
            last = Math.max(last, timeMicros);
        }

        private ValidationScores scores(boolean judgedOnly) {
            double[] chosen = new double[values.size()];
            BitSet attacks = new BitSet();
            int n = 0;
            for (int i = 0; i < values.size(); i++) {
                if (!judgedOnly || takeovers.get(i) || benign.get(i)) {
                    attacks.set(n, takeovers.get(i));
                    chosen[n++] = values.get(i);
                }
            }
            double days = (last - first) / (double) Micros.PER_DAY;
            return ValidationScores.of(chosen, n, attacks, days > 0 ? days : Double.NaN);
        }
    }

    /**
     * Chooses a threshold by a policy.
     *
     * @throws InputException if the scores and verdicts at hand cannot say one
     */
    public FittedThreshold fit(Threshold policy) {
        if (policy instanceof Threshold.TargetPrecisionRecall
                && judged.attacks().count() == 0) {
            throw new InputException(
                    verdictFile + " has " + verdicts(judged.normals().count())
                            + " of benign logins and none of a takeover, so no threshold can be the one that finds the known"
                            + " takeovers. Judge some takeovers, or choose by --alerts-per-day, --percentile or --threshold;"
                            + " the threshold stays " + present());
        }
        if (policy instanceof Threshold.AlertsPerDay budget) {
            requireSupport(budget.alerts());
        }
        FittedThreshold fitted;
        try {
            fitted = policy.fit(all);
        } catch (InputException e) {
            throw new InputException(
                    String.format(
                            Locale.ROOT,
                            "The %,d scores at hand are too few for %s. Choose otherwise, or wait for more logins; the"
                                    + " threshold stays %s",
                            scores,
                            policy.text(),
                            present()),
                    e);
        }
        if (Double.isInfinite(fitted.value())) {
            throw new InputException(String.format(
                    Locale.ROOT,
                    "The %,d scores at hand give no finite threshold for %s; the threshold stays %s",
                    scores,
                    policy.text(),
                    present()));
        }
        return fitted;
    }

    /** Alerts a day say something only where the scores at hand allow some of them, and not all. */
    private void requireSupport(double alertsPerDay) {
        double days = all.days();
        String budget = "--alerts-per-day " + SignificantDigits.of(alertsPerDay, 6);
        if (!(days > 0)) {
            throw new InputException(String.format(
                    Locale.ROOT,
                    "The %,d scores at hand are of one moment, so they have no alerts a day. Choose by --percentile or"
                            + " --threshold, or wait for more logins; the threshold stays %s",
                    scores,
                    present()));
        }
        if (alertsPerDay * days < 1) {
            throw new InputException(String.format(
                    Locale.ROOT,
                    "%s allows no alert at all in the %s days of the scores at hand. Allow at least %s a day, or wait for"
                            + " more logins; the threshold stays %s",
                    budget,
                    SignificantDigits.of(days, 3),
                    SignificantDigits.of(1 / days, 3),
                    present()));
        }
        if (Math.floor(alertsPerDay * days * (1 + 1e-12)) >= all.rows()) {
            throw new InputException(String.format(
                    Locale.ROOT,
                    "%s allows more alerts than there are logins: %,d scores in %s days. Every threshold keeps it, so none"
                            + " is proposed. Allow fewer, or wait for more logins; the threshold stays %s",
                    budget,
                    scores,
                    SignificantDigits.of(days, 3),
                    present()));
        }
    }

    private String present() {
        return SignificantDigits.of(bundle.model().threshold().value(), 5);
    }

    private static String verdicts(int count) {
        return count == 1 ? "1 verdict" : String.format(Locale.ROOT, "%,d verdicts", count);
    }

    /** A threshold that somebody names. */
    public FittedThreshold given(double value) {
        if (Double.isNaN(value)) {
            throw new InputException("a threshold cannot be NaN");
        }
        return new FittedThreshold(value, "given by hand", AlertRate.expected(all.above(value), all.days()), List.of());
    }

    /** What a threshold does to the logins at hand. */
    public Outcome outcome(double threshold) {
        long alerts = all.above(threshold);
        return new Outcome(
                threshold,
                alerts,
                AlertRate.of(alerts, all.days()),
                judged.attacks().above(threshold),
                judged.normals().above(threshold));
    }

    /**
     * What thresholds do to the logins at hand, from the highest score down to twenty times the alerts of the present
     * threshold: {@code scores}, {@code days}, {@code known_takeovers}, {@code known_benign}, {@code threshold} and {@code
     * points}.
     */
    ObjectNode curve() {
        double present = bundle.model().threshold().value();
        Outcome now = outcome(present);
        TreeSet<Double> thresholds = new TreeSet<>();
        thresholds.add(present);
        double most = Math.min(descending.length - 1, Math.max(200, 20.0 * now.alerts));
        for (double rank = 0; rank <= most; rank = Math.max(rank + 1, rank * 1.05)) {
            thresholds.add(descending[(int) rank]);
        }
        ObjectNode tree = JsonNodeFactory.instance.objectNode();
        tree.put("bundle", bundle.id());
        tree.put("scores", scores);
        tree.put("days", Double.isNaN(all.days()) ? null : (Double) all.days());
        tree.put("known_takeovers", judged.attacks().count());
        tree.put("known_benign", judged.normals().count());
        tree.put("threshold", Double.isFinite(present) ? (Double) present : null);
        ArrayNode points = tree.putArray("points");
        for (double threshold : thresholds) {
            if (Double.isFinite(threshold)) {
                ObjectNode point = tree(outcome(threshold));
                if (Double.isNaN(point.get("alerts_per_day").doubleValue())) {
                    point.putNull("alerts_per_day");
                }
                points.add(point);
            }
        }
        return tree;
    }

    /** Before and after, with what it rests on. */
    public ObjectNode tree(FittedThreshold next) {
        ObjectNode tree = JsonNodeFactory.instance.objectNode();
        tree.put("scores", scores);
        tree.put("days", all.days());
        tree.put("known_takeovers", judged.attacks().count());
        tree.put("known_benign", judged.normals().count());
        tree.put("verdicts_of_other_bundles", ofOthers);
        tree.put("policy", next.policy());
        tree.set("before", tree(outcome(bundle.model().threshold().value())));
        tree.set("after", tree(outcome(next.value())));
        return tree;
    }

    private static ObjectNode tree(Outcome outcome) {
        ObjectNode tree = JsonNodeFactory.instance.objectNode();
        tree.put("threshold", outcome.threshold);
        tree.put("alerts", outcome.alerts);
        tree.put("alerts_per_day", outcome.alertsPerDay.perDay());
        tree.put("known_takeovers_found", outcome.takeoversFound);
        tree.put("known_false_alarms", outcome.benignFlagged);
        return tree;
    }

    /** Before and after, as a table, with what it rests on. */
    public String report(FittedThreshold next) {
        Outcome before = outcome(bundle.model().threshold().value());
        Outcome after = outcome(next.value());
        int takeovers = judged.attacks().count();
        int benign = judged.normals().count();
        StringBuilder text = new StringBuilder();
        text.append(String.format(
                Locale.ROOT,
                "%,d scores over %s days; %,d verdicts: %,d takeovers, %,d benign. Logins that nobody judged count as"
                        + " normal.%n",
                scores,
                Double.isNaN(all.days()) ? "no" : SignificantDigits.of(all.days(), 3),
                takeovers + benign,
                takeovers,
                benign));
        if (ofOthers > 0) {
            text.append(String.format(
                    Locale.ROOT,
                    "%,d verdicts are of logins that other bundles scored, and are left out.%n",
                    ofOthers));
        }
        text.append(
                String.format(
                        "%n|        | threshold | alerts | alerts a day [95 %%] | known takeovers found | known false alarms |%n"));
        text.append(
                String.format(
                        "|--------|----------:|-------:|--------------------:|----------------------:|-------------------:|%n"));
        row(text, "before", before, takeovers, benign);
        row(text, "after", after, takeovers, benign);
        text.append(String.format("%nafter: %s%n", next.policy()));
        next.notes().forEach(note -> text.append(String.format("note: %s%n", note)));
        if (takeovers < 10) {
            text.append(String.format(
                    "note: %d known takeovers say little about the ones to come; mostly logins that were flagged are judged%n",
                    takeovers));
        }
        return text.toString();
    }

    private static void row(StringBuilder text, String name, Outcome outcome, int takeovers, int benign) {
        Function<Double, String> digits = value -> SignificantDigits.of(value, 3);
        String perDay = Double.isNaN(outcome.alertsPerDay.perDay())
                ? "n/a"
                : digits.apply(outcome.alertsPerDay.perDay()) + " [" + digits.apply(outcome.alertsPerDay.low()) + ", "
                        + digits.apply(outcome.alertsPerDay.high()) + "]";
        text.append(String.format(
                Locale.ROOT,
                "| %-6s | %9s | %,6d | %19s | %21s | %18s |%n",
                name,
                SignificantDigits.of(outcome.threshold, 5),
                outcome.alerts,
                perDay,
                outcome.takeoversFound + " of " + takeovers,
                outcome.benignFlagged + " of " + benign));
    }

    /**
     * Writes the bundle with another threshold to a place of its own.
     *
     * @return the new bundle, verified
     */
    public Bundle apply(FittedThreshold next, Path target) throws IOException {
        ObjectNode provenance = bundle.provenance().deepCopy();
        List<String> from = new ArrayList<>(earlier(bundle));
        from.add(bundle.id());
        provenance.put(EARLIER, String.join(" ", from));
        provenance.put(
                "rethresholded",
                String.format(
                        Locale.ROOT,
                        "%s, from %s (bundle %s, threshold %s) by %d verdicts (%d takeovers, %d benign) of %s, SHA-256 %s,"
                                + " among %d scores",
                        Instant.now().truncatedTo(ChronoUnit.SECONDS),
                        bundle.directory(),
                        bundle.id(),
                        bundle.model().threshold().value(),
                        judged.rows(),
                        judged.attacks().count(),
                        judged.normals().count(),
                        verdictFile,
                        Files.isRegularFile(verdictFile) ? Checksums.sha256(verdictFile) : "none",
                        scores));
        return ModelCard.renewed(
                bundle,
                bundle.withThreshold(target, next, provenance),
                "The threshold was changed from " + bundle.model().threshold().value() + " to " + next.value() + ".");
    }

    /** The first name beside a bundle that is free: {@code BUNDLE-v2}, {@code BUNDLE-v3}, … */
    public static Path nextVersion(Path bundle) {
        Path absolute = bundle.toAbsolutePath().normalize();
        String name = absolute.getFileName().toString().replaceFirst("-v\\d+$", "");
        for (int version = 2; ; version++) {
            Path next = absolute.resolveSibling(name + "-v" + version);
            if (!Files.exists(next)) {
                return next;
            }
        }
    }
}
