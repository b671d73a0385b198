package dev.octet.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.octet.bundle.ScoringModel;
import dev.octet.config.ExperimentConfig;
import dev.octet.event.InputException;
import dev.octet.event.Labelled;
import dev.octet.event.LoginEvent;
import dev.octet.event.LoginField;
import dev.octet.feature.Encoder;
import dev.octet.feature.FeatureExtractor;
import dev.octet.feature.RowReader;
import dev.octet.feature.history.AttemptHistory;
import dev.octet.feature.history.LoginHistory;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ValidationPassTest {
    private static final String CONFIG = SimulatedConfig.text("pass", "{rows: 12000, takeovers: 12, seed: 5}", """
            split: {by: time, train: 0.4, validation: 0.3, test: 0.3}
            detectors:
              - {name: counts, user-surprise: {}}
              - {name: plain, isolation-forest: {}, features: [country, hour]}
            threshold: {percentile: 98}
            evaluate: {on: successful}
            """);

    @TempDir
    static Path folder;

    @BeforeAll
    static void simulate() throws IOException {
        Sample.makeIfMissing(config().data(), RunListener.SILENT);
    }

    private static ExperimentConfig config(String... overrides) {
        return SimulatedConfig.of(CONFIG, folder.resolve("logins.csv"), folder.resolve("out"), overrides);
    }

    private static ReadLog read(String... overrides) throws IOException {
        return ReadStep.read(config(overrides), RunListener.SILENT, true);
    }

    /** The compressed file is cut off in the test span: reading the test span fails, reading the validation span does not. */
    @Test
    void whatFollowsTheSpanIsNotRead() throws IOException {
        Path whole = folder.resolve("logins.csv");
        Path packed = folder.resolve("cut.csv.gz");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(packed))) {
            Files.copy(whole, out);
        }
        ReadLog read =
                ReadStep.read(SimulatedConfig.of(CONFIG, packed, folder.resolve("cut")), RunListener.SILENT, true);
        Set<LoginField> user = LoginField.setOf(LoginField.USER);
        List<Long> expected = times(read.openValidation(user));
        byte[] content = Files.readAllBytes(packed);
        Files.write(packed, Arrays.copyOf(content, content.length * 85 / 100));
        assertEquals(expected, times(read.openValidation(user)));
        assertTrue(expected.size() > 1000, expected.size() + " rows");
        assertThrows(InputException.class, () -> times(read.openTest(user)));
    }

    private static List<Long> times(RowReader reader) throws IOException {
        List<Long> times = new ArrayList<>();
        try (reader) {
            for (Labelled<?> row = reader.next(); row != null; row = reader.next()) {
                times.add(row.row().timeMicros());
            }
        }
        return times;
    }

    private static FittedDetector fitted(ReadLog read, int detector) throws IOException {
        FitStep fit = new FitStep(read, RunListener.SILENT);
        fit.readRows(read.config().detection().detectors());
        return fit.fit(read.config().detection().detectors().get(detector));
    }

    /** Logins of the validation span that a model flags, one after the other, those that it flags not updating the history. */
    private static int flagged(ReadLog read, ScoringModel model) throws IOException {
        AttemptHistory history = new AttemptHistory(
                new LoginHistory(read.config().detection().history().options(), List.of()));
        FeatureExtractor extractor = model.features().extractor(List.of(history));
        Encoder encoder = model.features().bind(extractor);
        float[] raw = new float[extractor.width()];
        float[] columns = new float[model.features().columns()];
        double[] score = new double[1];
        int flagged = 0;
        try (RowReader rows = read.open(LoginField.all())) {
            for (Labelled<?> row = rows.next(); row != null; row = rows.next()) {
                LoginEvent login = (LoginEvent) row.row();
                boolean above = false;
                if (login.timeMicros() >= read.spans().validationUntil()) {
                    return flagged;
                }
                if (login.timeMicros() >= read.spans().trainUntil() && login.success()) {
                    extractor.extract(login, raw);
                    encoder.encode(raw, columns);
                    model.detector().score(columns, 1, score);
                    above = score[0] > model.threshold().value();
                    flagged += above ? 1 : 0;
                }
                extractor.observe(login);
                extractor.learn(login, !above);
            }
        }
        return flagged;
    }

    @Test
    void thePromiseIsWhatTheThresholdFlagsWhereFlaggedLoginsDoNotUpdateTheHistory() throws IOException {
        ReadLog read = read();
        FittedDetector fitted = fitted(read, 0);
        ScoringModel free = ThresholdStep.model(read.config(), fitted);
        double freePromise = free.threshold().alerts().perDay() * read.validationDays();
        assertTrue(flagged(read, free) > 1.1 * freePromise, flagged(read, free) + " for " + freePromise);

        FittedDetector scored = new ValidationPass(read, RunListener.SILENT).score(fitted);
        ScoringModel model = ThresholdStep.model(read.config(), scored);
        assertEquals(free.threshold().value(), model.threshold().value(), "a percentile is one of scores");
        assertEquals(flagged(read, free), model.threshold().alerts().perDay() * read.validationDays(), 1e-9);
    }

    @Test
    void aNumberOfAlertsIsKept() throws IOException {
        ReadLog read = read("threshold={alerts-per-day: 2}");
        FittedDetector fitted = fitted(read, 0);
        double allowed = 2 * read.validationDays();
        int free = flagged(read, ThresholdStep.model(read.config(), fitted));
        assertTrue(free > 1.1 * allowed, free + " for " + allowed);

        FittedDetector scored = new ValidationPass(read, RunListener.SILENT).score(fitted);
        int flagged = flagged(read, ThresholdStep.model(read.config(), scored));
        assertTrue(flagged <= allowed && flagged > 0.9 * allowed, flagged + " for " + allowed);
    }

    @Test
    void nothingIsScoredAgainWhereTheThresholdChangesNoHistory() throws IOException {
        ReadLog read = read();
        FittedDetector plain = fitted(read, 1);
        assertSame(plain, new ValidationPass(read, RunListener.SILENT).score(plain), "no feature looks back");
        ReadLog all = read("history.flagged-update-history=true");
        FittedDetector counts = fitted(all, 0);
        assertSame(counts, new ValidationPass(all, RunListener.SILENT).score(counts), "flagged logins update it too");
    }
}
