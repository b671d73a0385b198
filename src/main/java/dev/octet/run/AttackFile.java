package dev.octet.run;

import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.NamedCsvRecord;
import dev.octet.evaluate.AttackGroups;
import dev.octet.evaluate.AttackRanks;
import dev.octet.event.CsvOutput;
import dev.octet.event.InputException;
import dev.octet.event.text.CsvLines;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * {@code attacks.csv} of a run: how high each attack of the test span ranks for each detector and seed, so that runs on the
 * same rows can be compared at any budget. Columns: {@code row}, {@code group} (attacks of one campaign or user have one number), and for
 * each detector and seed {@code NAME@SEED above}, rows with a higher score, and {@code NAME@SEED tied}, rows with the same
 * one. Names no user.
 *
 * @param rows numbers of the attacks' rows in the log
 * @param groups which attacks belong together
 * @param ranks of the detectors
 */
public record AttackFile(List<Long> rows, AttackGroups groups, List<AttackRanks> ranks) {
    /** Its name in the output folder of a run. */
    public static final String NAME = "attacks.csv";

    private static final String ABOVE = " above";
    private static final String TIED = " tied";

    public AttackFile {
        rows = List.copyOf(rows);
        ranks = List.copyOf(ranks);
    }

    void write(Path file) throws IOException {
        List<String> header = new ArrayList<>(List.of("row", "group"));
        for (AttackRanks each : ranks) {
            for (int seed = 1; seed <= each.seeds().size(); seed++) {
                header.add(each.detector() + "@" + seed + ABOVE);
                header.add(each.detector() + "@" + seed + TIED);
            }
        }
        try (CsvOutput out = new CsvOutput(file, header.toArray(String[]::new))) {
            CsvLines lines = out.lines();
            for (int i = 0; i < rows.size(); i++) {
                lines.number(rows.get(i).longValue());
                lines.number((long) groups.ofAttack()[i]);
                for (AttackRanks each : ranks) {
                    for (AttackRanks.OfSeed seed : each.seeds()) {
                        lines.number(seed.above()[i]);
                        lines.number(seed.tied()[i]);
                    }
                }
                out.end();
            }
            out.complete();
        }
    }

    /**
     * Reads it.
     *
     * @param by what joined the attacks, in words
     * @param scored rows of the test span
     * @throws InputException if it is no such file
     */
    public static AttackFile read(Path file, String by, long scored) throws IOException {
        List<Long> rows = new ArrayList<>();
        List<String> groups = new ArrayList<>();
        Map<String, List<double[]>> columns = new LinkedHashMap<>();
        if (!Files.isRegularFile(file)) {
            throw new InputException(file + " does not exist; run the config again with this Octet");
        }
        try (CsvReader<NamedCsvRecord> records = CsvReader.builder().ofNamedCsvRecord(file)) {
            for (NamedCsvRecord record : records) {
                rows.add(number(record, "row", file).longValue());
                groups.add("g" + number(record, "group", file).longValue());
                for (String name : record.getHeader()) {
                    if (name.endsWith(ABOVE) && name.contains("@")) {
                        String column = name.substring(0, name.length() - ABOVE.length());
                        columns.computeIfAbsent(column, any -> new ArrayList<>())
                                .add(new double[] {number(record, name, file), number(record, column + TIED, file)});
                    }
                }
            }
        }
        Map<String, List<AttackRanks.OfSeed>> seeds = new LinkedHashMap<>();
        columns.forEach((column, pairs) -> seeds.computeIfAbsent(
                        column.substring(0, column.lastIndexOf('@')), any -> new ArrayList<>())
                .add(new AttackRanks.OfSeed(
                        pairs.stream().mapToDouble(pair -> pair[0]).toArray(),
                        pairs.stream().mapToDouble(pair -> pair[1]).toArray())));
        List<AttackRanks> ranks = new ArrayList<>();
        seeds.forEach((detector, ofSeeds) -> ranks.add(new AttackRanks(detector, scored, ofSeeds)));
        return new AttackFile(rows, AttackGroups.of(by, groups), ranks);
    }

    private static Double number(NamedCsvRecord record, String name, Path file) {
        String where = file + ":" + record.getStartingLineNumber();
        String text = record.findField(name).orElseThrow(() -> new InputException(where + ": no column " + name));
        try {
            return Double.valueOf(text);
        } catch (NumberFormatException e) {
            throw new InputException(where + ": " + name + " is \"" + text + "\", a number is expected", e);
        }
    }
}
