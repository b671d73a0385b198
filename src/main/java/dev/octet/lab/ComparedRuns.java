package dev.octet.lab;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.octet.config.ConfigFile;
import dev.octet.evaluate.AttackGroups;
import dev.octet.evaluate.AttackRanks;
import dev.octet.evaluate.PairedBootstrap;
import dev.octet.evaluate.PairedDifferences;
import dev.octet.evaluate.RunComparison;
import dev.octet.evaluate.report.RunComparisonPage;
import dev.octet.event.InputException;
import dev.octet.run.AttackFile;
import dev.octet.run.OutputFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Reads what finished runs wrote ({@code evaluation.json}, {@code config.yaml}, {@code attacks.csv}) and puts it side by
 * side. Reads no log and no model. Not thread-safe.
 */
public final class ComparedRuns {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final List<Finished> runs;

    /** One run's files. */
    private record Finished(String name, Path folder, JsonNode evaluation, Map<String, String> settings) {
        Optional<JsonNode> differences() {
            return Optional.ofNullable(evaluation.get("paired_differences"));
        }

        AttackFile attacks() throws IOException {
            return AttackFile.read(
                    folder.resolve(AttackFile.NAME),
                    differences().map(each -> each.path("grouped_by").asText()).orElse("user"),
                    evaluation.path("rows").asLong());
        }
    }

    private ComparedRuns(List<Finished> runs) {
        this.runs = runs;
    }

    /**
     * Compares.
     *
     * @param folders the output folders of at least two runs
     * @throws InputException if one holds no finished run, or there are fewer than two
     */
    public static RunComparison of(List<Path> folders) throws IOException {
        if (folders.size() < 2) {
            throw new InputException("a comparison needs two runs or more, found " + folders.size());
        }
        List<Finished> runs = new ArrayList<>();
        for (Path folder : folders) {
            runs.add(read(folder, folders));
        }
        return new ComparedRuns(runs).compare();
    }

    /** Writes a comparison as a page. */
    public static void writePage(RunComparison comparison, Path file) throws IOException {
        OutputFile.write(file, RunComparisonPage.of(comparison));
    }

    private static Finished read(Path folder, List<Path> folders) throws IOException {
        Path file = folder.resolve("evaluation.json");
        if (!Files.isRegularFile(file)) {
            throw new InputException(folder + " holds no finished run: there is no evaluation.json in it; name the"
                    + " output folder of a run");
        }
        JsonNode evaluation;
        try {
            evaluation = MAPPER.readTree(file.toFile());
        } catch (JsonProcessingException e) {
            throw new InputException(file + ": not readable as JSON: " + e.getOriginalMessage(), e);
        }
        if (!evaluation.path("detectors").isArray()
                || evaluation.path("version").asInt() < 2) {
            throw new InputException(file + ": version is " + evaluation.path("version")
                    + "; 2 or more is needed, run the config again with this Octet");
        }
        Path config = folder.resolve("config.yaml");
        Map<String, String> settings = new TreeMap<>();
        if (Files.isRegularFile(config)) {
            settings.putAll(ConfigSettings.of(ConfigFile.read(config, List.of(), Map.of())));
        }
        return new Finished(name(folder, folders), folder, evaluation, settings);
    }

    /** The last name of the path, or the whole path where two runs have the same one. */
    private static String name(Path folder, List<Path> folders) {
        String last = folder.toAbsolutePath().normalize().getFileName().toString();
        long same = folders.stream()
                .filter(each -> each.toAbsolutePath()
                        .normalize()
                        .getFileName()
                        .toString()
                        .equals(last))
                .count();
        return same == 1 ? last : folder.toString();
    }

    private RunComparison compare() throws IOException {
        List<Double> shares = shares();
        List<String> notes = new ArrayList<>();
        return new RunComparison(
                runs.stream()
                        .map(run -> new RunComparison.Run(
                                run.name,
                                run.evaluation.path("data").asText(),
                                run.evaluation.path("split").asText(),
                                detectors(run, shares)))
                        .toList(),
                shares,
                settings(),
                differences(shares, notes),
                notes);
    }

    private List<Double> shares() {
        Set<Double> common = null;
        for (Finished run : runs) {
            Set<Double> own = new LinkedHashSet<>();
            run.evaluation
                    .path("detectors")
                    .path(0)
                    .path("budgets")
                    .forEach(each -> own.add(each.path("share").asDouble()));
            if (common == null) {
                common = own;
            } else {
                common.retainAll(own);
            }
        }
        return List.copyOf(common);
    }

    private List<RunComparison.Setting> settings() {
        Set<String> keys = new java.util.TreeSet<>();
        runs.forEach(run -> keys.addAll(run.settings.keySet()));
        keys.removeAll(List.of("name", "output"));
        List<RunComparison.Setting> differing = new ArrayList<>();
        for (String key : keys) {
            List<String> values = runs.stream()
                    .map(run -> run.settings.getOrDefault(key, "-"))
                    .toList();
            if (values.stream().distinct().count() > 1) {
                differing.add(new RunComparison.Setting(key, values));
            }
        }
        return differing;
    }

    private static List<RunComparison.Detector> detectors(Finished run, List<Double> shares) {
        Map<String, JsonNode> seeds = new LinkedHashMap<>();
        run.evaluation
                .path("seeds")
                .forEach(each -> seeds.put(each.path("detector").asText(), each));
        List<RunComparison.Detector> detectors = new ArrayList<>();
        for (JsonNode one : run.evaluation.path("detectors")) {
            String name = one.path("detector").asText();
            JsonNode many = seeds.get(name);
            JsonNode at = one.path("at_threshold");
            detectors.add(
                    many == null
                            ? new RunComparison.Detector(
                                    name,
                                    1,
                                    number(one.path("roc_auc")),
                                    number(one.path("average_precision")),
                                    recalls(one, shares, "value"),
                                    number(at.path("recall").path("value")),
                                    number(at.path("precision").path("value")),
                                    number(at.path("alerts_per_day").path("value")))
                            : new RunComparison.Detector(
                                    name,
                                    many.path("seeds").asInt(),
                                    number(many.path("roc_auc").path("mean")),
                                    number(many.path("average_precision").path("mean")),
                                    recalls(many, shares, "mean"),
                                    number(many.path("at_threshold")
                                            .path("recall")
                                            .path("mean")),
                                    number(many.path("at_threshold")
                                            .path("precision")
                                            .path("mean")),
                                    number(many.path("at_threshold")
                                            .path("alerts_per_day")
                                            .path("mean"))));
        }
        return detectors;
    }

    private static List<Double> recalls(JsonNode node, List<Double> shares, String figure) {
        List<Double> recalls = new ArrayList<>();
        for (JsonNode budget : node.path("budgets")) {
            if (shares.contains(budget.path("share").asDouble())) {
                recalls.add(number(budget.path("recall").path(figure)));
            }
        }
        return recalls;
    }

    private static double number(JsonNode node) {
        return node.isNumber() ? node.asDouble() : Double.NaN;
    }

    /** Differences within each set of runs that were tested on the same rows. */
    private List<PairedDifferences> differences(List<Double> shares, List<String> notes) throws IOException {
        Map<String, List<Finished>> sameRows = new LinkedHashMap<>();
        Map<Finished, AttackFile> attacks = new LinkedHashMap<>();
        for (Finished run : runs) {
            if (!run.evaluation.path("attacks").isNumber()
                    || run.evaluation.path("attacks").asLong() == 0) {
                notes.add(run.name + " has no labelled attack: no differences");
                continue;
            }
            AttackFile file = run.attacks();
            attacks.put(run, file);
            String rows = run.evaluation.path("rows") + " " + checksums(run) + " " + file.rows() + " "
                    + Arrays.toString(file.groups().ofAttack());
            sameRows.computeIfAbsent(rows, any -> new ArrayList<>()).add(run);
        }
        List<PairedDifferences> all = new ArrayList<>();
        for (List<Finished> same : sameRows.values()) {
            if (same.size() < 2) {
                notes.add(same.get(0).name + " was tested on other rows than the other runs: no differences with them");
                continue;
            }
            List<AttackRanks> ranks = new ArrayList<>();
            for (Finished run : same) {
                for (AttackRanks each : attacks.get(run).ranks()) {
                    boolean known =
                            ranks.stream().anyMatch(one -> one.detector().equals(each.detector()));
                    if (!each.detector().equals(AttackRanks.RANDOM)) {
                        ranks.add(new AttackRanks(run.name + "/" + each.detector(), each.rows(), each.seeds()));
                    } else if (!known) {
                        ranks.add(each);
                    }
                }
            }
            AttackGroups groups = attacks.get(same.get(0)).groups();
            PairedBootstrap.of(ranks.get(0).detector(), ranks, groups, shares).ifPresent(all::add);
        }
        return all;
    }

    private static String checksums(Finished run) {
        List<String> sums = new ArrayList<>();
        run.evaluation
                .path("provenance")
                .path("data")
                .forEach(file -> sums.add(
                        file.path("sha256").asText() + file.path("query").asText()));
        return sums.stream().collect(Collectors.joining(","));
    }
}
