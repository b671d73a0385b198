package dev.octet.bundle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.octet.detect.AlertRate;
import dev.octet.detect.FittedThreshold;
import dev.octet.event.CsvFormat;
import dev.octet.event.CsvSource;
import dev.octet.event.IpAddress;
import dev.octet.event.JudgedLogins;
import dev.octet.event.Label;
import dev.octet.event.Labelled;
import dev.octet.event.LoginEvent;
import dev.octet.event.Micros;
import dev.octet.event.RejectedRows;
import dev.octet.feature.FeatureExtractor;
import dev.octet.feature.RowReader;
import dev.octet.feature.history.AttemptHistory;
import dev.octet.feature.history.HistoryOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rows that are scored on all cores while others are read, and rows that were judged. */
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

    /** Seven quiet days make a flagged way familiar; not where somebody called the login of the last one a takeover. */
    @Test
    void aTakeoverNeverUpdatesTheHistory() throws IOException {
        Bundles.make(directory, "likelihood", 6000, 1, directory.resolve("looks-back"));
        Bundle looksBack = Bundle.load(directory.resolve("looks-back"));
        ScoringModel all = looksBack
                .model()
                .withThreshold(new FittedThreshold(-1e9, "all rows of a test", new AlertRate(0, 0, 0), List.of()));
        LoginEvent last = flagged(HistoryOptions.FAMILIAR_DAYS - 1);
        Path verdicts = Files.writeString(directory.resolve("verdicts.ndjson"), """
                {"id":"1","verdict":"takeover","time":"%s","user":"ann","score":1,"threshold":0,"bundle":"b"}
                """.formatted(
                        Instant.EPOCH.plus(last.timeMicros(), ChronoUnit.MICROS)));
        List<Integer> remembered = new ArrayList<>();
        for (JudgedLogins judged : List.of(JudgedLogins.NONE, JudgedLogins.read(verdicts))) {
            FeatureExtractor extractor = looksBack.coldExtractor();
            RowScorer scorer = new RowScorer(all, extractor, false, judged);
            for (int day = 0; day < HistoryOptions.FAMILIAR_DAYS; day++) {
                scorer.add(
                        new Labelled<>(flagged(day), Label.UNKNOWN),
                        (row, score, flagged, columns, contributions, words) -> assertTrue(flagged));
            }
            remembered.add(
                    ((AttemptHistory) extractor.memories().get(0)).history().earlierSuccesses(last));
        }
        assertEquals(List.of(1, 0), remembered);
    }

    private static LoginEvent flagged(int day) {
        return LoginEvent.at((1 + day) * Micros.PER_DAY, "ann", true)
                .row(day)
                .ip(IpAddress.parse("192.0.2.7"))
                .asn(64_500)
                .device("desktop")
                .build();
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
