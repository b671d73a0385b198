package dev.octet.bundle;

import dev.octet.event.InputException;
import dev.octet.event.LoginEvent;
import dev.octet.feature.Encoder;
import dev.octet.feature.FeatureExtractor;
import dev.octet.feature.RowFeatures;
import dev.octet.feature.View;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * A bundle inside another Java program: load, score, close.
 *
 * <pre>{@code
 * try (Scorer scorer = Scorer.load(Path.of("models/demo/bundle"))) {
 *     LoginEvent login = LoginEvent.at(micros, "alice", true).country("NO").asn(29695).build();
 *     scorer.score(login).filter(Scorer.Score::flagged).ifPresent(score -> log(score.reasons()));
 * }
 * }</pre>
 *
 * <p>A login is held against what the bundle remembers, which never changes here: two calls with the same login give the same
 * score, to the bit the one of {@code octet score}. A service whose history is to go on runs {@code octet serve}, or streams
 * its logins through a {@link RowScorer}.
 *
 * <p>Immutable as seen from outside, and thread-safe; any number of threads may score. They wait for each other only where
 * the bundle has a history, for the microsecond that a look into it takes. Loads neither Deeplearning4j nor ONNX Runtime.
 */
public final class Scorer implements AutoCloseable {
    private final String id;
    private final ScoringModel model;
    /** Null once closed. */
    private volatile Held held;

    /** What takes memory: the history, and working space that no call needs at the moment. */
    private record Held(List<RowFeatures> memories, Queue<Worker> idle) {}

    /**
     * What a login got.
     *
     * @param value higher = more anomalous, in units of the detector
     * @param flagged whether it exceeds the bundle's threshold
     * @param reasons why it was flagged, in words; {@code ""} where it was not
     */
    public record Score(double value, boolean flagged, String reasons) {}

    private Scorer(Bundle bundle) throws IOException {
        id = bundle.id();
        model = bundle.model();
        held = new Held(bundle.extractor().memories(), new ConcurrentLinkedQueue<>());
    }

    /**
     * Reads and verifies a bundle; its history, where it has one, stays in memory until {@link #close}.
     *
     * @throws InputException if it is damaged or no bundle, or one that does not score single logins
     */
    public static Scorer load(Path directory) throws IOException {
        Bundle bundle = Bundle.withoutFormat(directory);
        if (!(bundle.model().view() instanceof View.Attempt)) {
            throw new InputException(directory + " scores "
                    + bundle.model().view().key() + " rows, not single logins; use octet score with a log");
        }
        return new Scorer(bundle);
    }

    /** The id of the bundle, for audit records. */
    public String bundleId() {
        return id;
    }

    /** The score above which a login is flagged. */
    public double threshold() {
        return model.threshold().value();
    }

    /**
     * Scores one login.
     *
     * @return empty for a failed login, where the model scores successful ones only
     * @throws InputException if a number of the login that may not be missing is not finite
     * @throws IllegalStateException after {@link #close}
     */
    public Optional<Score> score(LoginEvent login) {
        Held now = held;
        if (now == null) {
            throw new IllegalStateException("the scorer of bundle " + id + " is closed");
        }
        if (!model.scores(login)) {
            return Optional.empty();
        }
        Worker worker = now.idle.poll();
        if (worker == null) {
            worker = new Worker(model, now.memories);
        }
        Score score = worker.score(login);
        now.idle.add(worker);
        return Optional.of(score);
    }

    /** Lets go of the history; logins that are being scored are finished. */
    @Override
    public void close() {
        held = null;
    }

    /** What one call works with. */
    private static final class Worker {
        private final ScoringModel model;
        private final List<RowFeatures> memories;
        private final Reasons reasons;
        private final FeatureExtractor extractor;
        private final Encoder encoder;
        private final float[] raw;
        private final float[] columns;
        private final double[] contributions;
        private final double[] score = new double[1];

        Worker(ScoringModel model, List<RowFeatures> memories) {
            this.model = model;
            this.memories = memories;
            reasons = new Reasons(model.features().layout());
            extractor = model.features().extractor(memories);
            encoder = model.features().bind(extractor);
            raw = new float[extractor.width()];
            columns = new float[encoder.columns()];
            contributions = new double[encoder.columns()];
        }

        Score score(LoginEvent row) {
            extract(row);
            encoder.encode(raw, columns);
            model.detector().score(columns, 1, score);
            boolean flagged = model.threshold().flags(score[0]);
            return new Score(score[0], flagged, flagged ? reasons(row) : "");
        }

        /** A memory has working space of its own, which one login at a time may use. */
        private void extract(LoginEvent row) {
            if (memories.isEmpty()) {
                extractor.extract(row, raw);
                return;
            }
            synchronized (memories) {
                extractor.extract(row, raw);
            }
        }

        private String reasons(LoginEvent row) {
            model.detector().contributions(columns, contributions);
            synchronized (memories) {
                extractor.extract(row, raw); // the words are those of the row that was extracted last
                return reasons.inWords(contributions, extractor.words(row));
            }
        }
    }
}
