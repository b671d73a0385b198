package dev.octet.lab.search;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.NamedCsvRecord;
import dev.octet.event.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Searches whose score is a formula. */
class SearchTest {
    private static final List<Dimension> SPACE = List.of(
            new Dimension.Real("rate", 0.001, 1, true),
            new Dimension.Whole("width", 1, 64, false),
            new Dimension.Choice("kind", List.of("plain", "bad", "good")));

    @TempDir
    private Path folder;

    /** Scores by a formula; may be killed, may run out of time. */
    private static class Formula implements Trials {
        private final List<String> tried = new ArrayList<>();
        private final List<Integer> forgotten = new ArrayList<>();
        private int killAfter = Integer.MAX_VALUE;
        private int outOfTimeAfter = Integer.MAX_VALUE;

        @Override
        public List<String> columns() {
            return List.of("rate", "width", "kind");
        }

        @Override
        public List<String> cells(List<String> values) {
            return values.isEmpty() ? List.of("0.01", "8", "plain") : values;
        }

        @Override
        public long seed(List<String> values) {
            return 5;
        }

        @Override
        public Outcome run(Trial trial) {
            if (tried.size() >= killAfter) {
                throw new IllegalStateException("killed");
            }
            if (tried.size() >= outOfTimeAfter) {
                return Outcome.outOfTime();
            }
            tried.add(trial.candidate() + "@" + trial.epochs());
            List<String> cells = cells(trial.values());
            if (cells.get(2).equals("bad")) {
                return Outcome.failed("bad, \"as\" expected");
            }
            return Outcome.done(score(cells) * trial.epochs(), score(cells) / 2);
        }

        static double score(List<String> cells) {
            return -Math.abs(Math.log10(Double.parseDouble(cells.get(0))) + 1.5)
                    - Math.abs(Integer.parseInt(cells.get(1)) - 20) / 64.0
                    + (cells.get(2).equals("good") ? 1 : 0);
        }

        @Override
        public void forget(int candidate) {
            forgotten.add(candidate);
        }
    }

    private static SearchPlan plan(int candidates, Integer... rungs) {
        return new SearchPlan(
                Generator.RANDOM, 3, 7, candidates, OptionalDouble.empty(), OptionalInt.empty(), List.of(rungs), 3);
    }

    private SearchResult search(SearchPlan plan, Formula formula) throws IOException {
        return search(SPACE, plan, formula, "this search");
    }

    private SearchResult search(List<Dimension> space, SearchPlan plan, Formula formula, String fingerprint)
            throws IOException {
        return new Search(space, plan, formula, (standing, before, progress) -> {}, fingerprint, folder).run();
    }

    private List<List<String>> table() throws IOException {
        List<List<String>> rows = new ArrayList<>();
        try (CsvReader<NamedCsvRecord> csv = CsvReader.builder().ofNamedCsvRecord(folder.resolve("candidates.csv"))) {
            for (NamedCsvRecord row : csv) {
                List<String> fields = new ArrayList<>(row.getFields());
                fields.remove(5); // seconds
                rows.add(fields);
            }
        }
        return rows;
    }

    @Test
    void theBestIsTheHighestScore() throws IOException {
        SearchResult result = search(plan(30, 1), new Formula());
        double highest = result.standings().stream()
                .mapToDouble(Standing::score)
                .filter(score -> !Double.isNaN(score))
                .max()
                .orElseThrow();
        assertEquals(highest, result.best().score());
        assertTrue(highest > result.base().score(), "30 draws beat a base that is off in each dimension");
        assertEquals(31, result.standings().size());
        assertEquals(SearchResult.End.COMPLETE, result.end());
        assertEquals(
                31,
                new HashSet<>(result.standings().stream().map(Standing::cells).toList()).size());
    }

    @Test
    void everyCandidateIsARowOfTheTable() throws IOException {
        SearchResult result = search(plan(12, 1), new Formula());
        List<List<String>> rows = table();
        assertEquals(13, rows.size());
        for (int i = 0; i < rows.size(); i++) {
            Standing standing = result.standings().get(i);
            List<String> row = rows.get(i);
            assertEquals(Integer.toString(i), row.get(0));
            assertEquals("5", row.get(5));
            assertEquals(standing.cells(), row.subList(6, 9));
            if (standing.cells().get(2).equals("bad")) {
                assertEquals(List.of("failed", "", "", ""), row.subList(1, 5));
                assertEquals("bad, \"as\" expected", row.get(9));
            } else {
                assertEquals(standing == result.best() ? "best" : "done", row.get(1));
                assertEquals(standing.score(), Double.parseDouble(row.get(2)));
                assertEquals(standing.score() / 2, Double.parseDouble(row.get(3)));
                assertEquals("1", row.get(4));
            }
        }
        assertTrue(rows.stream().anyMatch(row -> row.get(1).equals("failed")));
    }

    @Test
    void repeatsFromItsSeedAndNotFromAnother() throws IOException {
        List<List<String>> drawn = first(Generator.RANDOM, 3, 7, 20);
        assertEquals(drawn, first(Generator.RANDOM, 3, 7, 20));
        assertNotEquals(drawn, first(Generator.RANDOM, 3, 8, 20));
        assertEquals(first(Generator.GRID, 3, 7, 20), first(Generator.GRID, 3, 7, 20));
        assertNotEquals(first(Generator.GRID, 3, 7, 20), first(Generator.GRID, 3, 8, 20));
    }

    private static List<List<String>> first(Generator generator, int gridValues, long seed, int count) {
        Iterator<List<String>> candidates = generator.candidates(SPACE, gridValues, seed);
        List<List<String>> drawn = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            drawn.add(candidates.next());
        }
        return drawn;
    }

    @Test
    void drawsCoverARangeToThreeDigitsAndNothingElse() {
        List<Dimension> space = List.of(
                new Dimension.Real("log", 0.0003, 0.01, true),
                new Dimension.Real("linear", 0.25, 0.75, false),
                new Dimension.Whole("wide", 16, 128, true),
                new Dimension.Whole("narrow", 2, 5, false));
        Iterator<List<String>> candidates = Generator.RANDOM.candidates(space, 3, 1);
        TreeSet<Double> logs = new TreeSet<>();
        TreeSet<Integer> wides = new TreeSet<>();
        TreeSet<String> narrows = new TreeSet<>();
        int below = 0;
        for (int i = 0; i < 2000; i++) {
            List<String> values = candidates.next();
            logs.add(Double.parseDouble(values.get(0)));
            assertTrue(values.get(0).replaceFirst("^0\\.0*", "").length() <= 3, values.get(0));
            double linear = Double.parseDouble(values.get(1));
            assertTrue(linear >= 0.25 && linear <= 0.75, values.get(1));
            wides.add(Integer.parseInt(values.get(2)));
            below += Integer.parseInt(values.get(2)) < 45 ? 1 : 0; // 16 √8 = 45.3
            narrows.add(values.get(3));
        }
        assertTrue(logs.first() >= 0.0003 && logs.first() < 0.00031, "from " + logs.first());
        assertTrue(logs.last() <= 0.01 && logs.last() > 0.0098, "to " + logs.last());
        assertEquals(16, wides.first());
        assertEquals(128, wides.last());
        // half of a logarithmic range lies below its geometric mean; 2000 draws are off by 0.011
        assertEquals(0.5, below / 2000.0, 0.05);
        assertEquals(new TreeSet<>(List.of("2", "3", "4", "5")), narrows);
    }

    @Test
    void aGridHasEveryCombinationOnce() {
        List<Dimension> space = List.of(
                new Dimension.Choice("one", List.of("only")), // which Arbiter's grid would take for its neighbour
                new Dimension.Choice("two", List.of("a", "b")),
                new Dimension.Real("three", 1, 100, true),
                new Dimension.Whole("four", 5, 6, false));
        Iterator<List<String>> candidates = Generator.GRID.candidates(space, 3, 1);
        TreeSet<String> all = new TreeSet<>();
        while (candidates.hasNext()) {
            assertTrue(all.add(String.join(" ", candidates.next())));
        }
        TreeSet<String> expected = new TreeSet<>();
        for (String two : List.of("a", "b")) {
            for (String three : List.of("1", "10", "100")) {
                for (String four : List.of("5", "6")) {
                    expected.add("only " + two + " " + three + " " + four);
                }
            }
        }
        assertEquals(expected, all);
    }

    @Test
    void aGridTooLargeIsRefused() {
        InputException e = assertThrows(InputException.class, () -> Generator.GRID.candidates(SPACE, 1000, 1));
        assertEquals(
                "generator: the grid has 192,000 candidates; at most 100,000 are allowed: search fewer keys or values,"
                        + " or take generator: random",
                e.getMessage());
    }

    @Test
    void aSmallSpaceIsTriedOnceAndNoMore() throws IOException {
        List<Dimension> space = List.of(
                new Dimension.Choice("rate", List.of("0.01", "0.1")),
                new Dimension.Choice("width", List.of("8")),
                new Dimension.Choice("kind", List.of("plain", "good")));
        SearchResult result = search(space, plan(50, 1), new Formula(), "small");
        assertEquals(SearchResult.End.EXHAUSTED, result.end());
        assertEquals(4, result.standings().size(), "one of the four is the base");
    }

    @Test
    void theBaseWinsWhereNothingIsBetter() throws IOException {
        List<Dimension> space = List.of(
                new Dimension.Choice("rate", List.of("0.9", "1")),
                new Dimension.Choice("width", List.of("60", "64")),
                new Dimension.Choice("kind", List.of("plain", "bad")));
        SearchResult result = search(space, plan(8, 1, 3), new Formula(), "worse");
        assertSame(result.base(), result.best());
        assertEquals("best", table().get(0).get(1));
    }

    @Test
    void theBestOfEachRungGoOnAndTheBaseGoesAllTheWay() throws IOException {
        Formula formula = new Formula();
        SearchResult result = search(plan(18, 1, 3, 9), formula);
        List<Standing> done = result.standings().stream()
                .filter(standing -> standing != result.base() && standing.rung() >= 0)
                .sorted((one, other) -> Double.compare(other.score(0), one.score(0)))
                .toList();
        int second = (done.size() + 2) / 3;
        int third = (second + 2) / 3;
        assertTrue(done.size() > 6 && third < second, done.size() + " candidates");
        for (int i = 0; i < done.size(); i++) {
            assertEquals(i < third ? 2 : i < second ? 1 : 0, done.get(i).rung(), "place " + i);
        }
        assertEquals(2, result.base().rung());
        assertSame(done.get(0), result.best());
        assertTrue(formula.tried.containsAll(List.of("0@1", "0@3", "0@9")));
        assertEquals(19 + 1 + second + 1 + third, formula.tried.size());
        assertTrue(formula.forgotten.indexOf(done.get(done.size() - 1).candidate()) < third * 10);
        assertEquals(
                done.size() - third,
                table().stream().filter(row -> row.get(1).equals("dropped")).count());
    }

    @Test
    void patienceEndsTheDrawing() throws IOException {
        SearchPlan patient =
                new SearchPlan(Generator.RANDOM, 3, 7, 1000, OptionalDouble.empty(), OptionalInt.of(6), List.of(1), 3);
        SearchResult result = search(patient, new Formula());
        assertEquals(SearchResult.End.PATIENCE, result.end());
        assertEquals(result.best().candidate() + 6, result.standings().size() - 1);
    }

    @Test
    void aKilledSearchEndsAsItWouldHave() throws IOException {
        Formula whole = new Formula();
        SearchResult expected = search(plan(20, 1, 3), whole);
        List<List<String>> expectedTable = table();
        assertTrue(whole.tried.size() > 25, whole.tried.toString());
        for (int after : new int[] {0, 1, 9, 21, 25, whole.tried.size() - 1}) {
            Files.delete(folder.resolve("search.jsonl"));
            Files.delete(folder.resolve("candidates.csv"));
            Formula killed = new Formula();
            killed.killAfter = after;
            assertThrows(IllegalStateException.class, () -> search(plan(20, 1, 3), killed));
            // what the machine was writing when it went down
            Files.writeString(folder.resolve("search.jsonl"), "{\"candidate\":3,\"ru", StandardOpenOption.APPEND);
            Formula goneOn = new Formula();
            SearchResult result = search(plan(20, 1, 3), goneOn);
            assertEquals(expected.best().cells(), result.best().cells(), "killed after " + after);
            assertEquals(expectedTable, table(), "killed after " + after);
            List<String> both = new ArrayList<>(killed.tried);
            both.addAll(goneOn.tried);
            assertEquals(whole.tried, both, "nothing is trained twice");
        }
        Formula again = new Formula();
        search(plan(20, 1, 3), again);
        assertEquals(List.of(), again.tried);
    }

    @Test
    void aSearchThatRanOutOfTimeGoesOnWithMore() throws IOException {
        Formula whole = new Formula();
        search(plan(20, 1, 3), whole);
        List<List<String>> expectedTable = table();
        for (int after : new int[] {9, 21, 24}) {
            Files.delete(folder.resolve("search.jsonl"));
            Formula shortened = new Formula();
            shortened.outOfTimeAfter = after;
            SearchResult part = search(plan(20, 1, 3), shortened);
            assertEquals(SearchResult.End.TIME, part.end());
            assertTrue(part.best().score() >= part.base().score());
            assertEquals(after == 24 ? 1 : 0, part.best().rung(), "the base alone on a rung compares nothing");
            assertFalse(shortened.forgotten.contains(part.best().candidate()), "it can go on");
            search(plan(20, 1, 3), new Formula());
            assertEquals(expectedTable, table());
        }
    }

    @Test
    void noTimeForTheBaseIsSaid() {
        Formula formula = new Formula();
        formula.outOfTimeAfter = 0;
        InputException e = assertThrows(InputException.class, () -> search(plan(5, 1), formula));
        assertEquals("minutes: the time was up before the base config was trained; give more", e.getMessage());
    }

    @Test
    void theTimeOfEarlierStartsCounts() throws IOException {
        Formula formula = new Formula();
        search(plan(3, 1), formula);
        Path journal = folder.resolve("search.jsonl");
        Files.writeString(journal, Files.readString(journal).replaceAll("\"seconds\":[^,]*", "\"seconds\":30.0"));
        SearchPlan limited =
                new SearchPlan(Generator.RANDOM, 3, 7, 10, OptionalDouble.of(2), OptionalInt.empty(), List.of(1), 3);
        Formula goneOn = new Formula();
        SearchResult result = search(limited, goneOn);
        assertEquals(SearchResult.End.TIME, result.end());
        assertEquals(List.of(), goneOn.tried, "four times 30 s are the two minutes");
        assertEquals(
                120, result.standings().stream().mapToDouble(Standing::seconds).sum(), 0.5);
    }

    @Test
    void aBaseThatFailsIsSaid() {
        Formula formula = new Formula() {
            @Override
            public Outcome run(Trial trial) {
                return Outcome.failed("no rows");
            }
        };
        InputException e = assertThrows(InputException.class, () -> search(plan(5, 1), formula));
        assertEquals("the base config itself cannot be trained and scored: no rows", e.getMessage());
    }

    @Test
    void anotherSearchOrADamagedFileIsRefused() throws IOException {
        search(plan(5, 1), new Formula());
        Path journal = folder.resolve("search.jsonl");
        assertRefused("belongs to a search with other settings, another base or other data", "another search");
        String text = Files.readString(journal);
        Files.writeString(journal, text.replaceFirst("\"candidate\":2", "\"candidate:2"));
        assertRefused("is damaged", "this search");
        Files.writeString(journal, text.replaceFirst("\"state\":\"DONE\"", "\"state\":\"WON\""));
        assertRefused("is damaged", "this search");
        Files.writeString(journal, text.replaceFirst("\"version\":1", "\"version\":2"));
        assertRefused("was written by another version of Octet", "this search");
        Files.writeString(journal, text.replaceFirst("\"cells\":\\[\"0.01\"", "\"cells\":[\"0.02\""));
        assertRefused("has [0.02, 8, plain] as candidate 0, which is now [0.01, 8, plain]", "this search");

        Search again =
                new Search(SPACE, plan(5, 1), new Formula(), (standing, before, progress) -> {}, "another", folder);
        again.restart();
        assertFalse(Files.exists(journal));
        assertEquals(6, again.run().standings().size());
    }

    private void assertRefused(String why, String fingerprint) {
        InputException e =
                assertThrows(InputException.class, () -> search(SPACE, plan(5, 1), new Formula(), fingerprint));
        assertEquals(
                folder.resolve("search.jsonl") + " " + why
                        + "; begin the search anew with --restart, or choose another output",
                e.getMessage());
    }
}
