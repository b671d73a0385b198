package dev.octet.bundle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.octet.event.CsvFormat;
import dev.octet.event.CsvSource;
import dev.octet.event.RejectedRows;
import dev.octet.feature.RowReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rows that are scored on all cores while others are read. */
class RowScorerTest {
    private static final int ROWS = 50_000; // of which 20,000 are scored: more batches than are under way at once

    @TempDir
    private static Path directory;

    private static Bundle bundle;

    @BeforeAll
    static void makesABundle() throws IOException {
        Bundles.make(directory, "mse", ROWS, 1, directory.resolve("bundle"));
        bundle = Bundle.load(directory.resolve("bundle"));
    }

    private static void score(boolean background, RowScorer.Sink sink) throws IOException {
        RowScorer scorer = new RowScorer(bundle.model(), bundle.coldExtractor(), background);
        try (RowReader rows = bundle.model()
                .view()
                .read(
                        new CsvSource(directory.resolve("logins.csv"), (CsvFormat) bundle.format())
                                .open(RejectedRows.ignoring()),
                        Optional.empty())) {
            scorer.score(rows, sink);
        }
    }

    @Test
    void theSinkHearsTheSameInTheSameOrder() throws IOException {
        List<List<Object>> expected = new ArrayList<>();
        List<List<Object>> actual = new ArrayList<>();
        for (boolean background : new boolean[] {false, true}) {
            List<List<Object>> heard = background ? actual : expected;
            score(
                    background,
                    (row, score, flagged, columns, contributions, words) -> heard.add(List.of(
                            row.row().row(),
                            score,
                            flagged,
                            Arrays.toString(columns),
                            Arrays.toString(contributions),
                            words.of("country"))));
        }
        assertTrue(expected.size() > 8 * 1024, expected.size() + " rows");
        assertEquals(expected, actual);
    }

    @Test
    void whatTheSinkThrowsComesOutAndNothingIsToldAfterIt() {
        for (Exception thrown : List.of(new IOException("the disk is full"), new IllegalStateException("no more"))) {
            List<Long> heard = new ArrayList<>();
            Exception out = assertThrows(
                    thrown.getClass(),
                    () -> score(true, (row, score, flagged, columns, contributions, words) -> {
                        if (heard.size() == 1500) {
                            if (thrown instanceof IOException io) {
                                throw io;
                            }
                            throw (RuntimeException) thrown;
                        }
                        heard.add(row.row().row());
                    }));
            assertSame(thrown, out);
            assertEquals(1500, heard.size());
        }
    }
}
