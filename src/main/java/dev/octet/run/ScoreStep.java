package dev.octet.run;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.octet.bundle.Bundle;
import dev.octet.bundle.RowScorer;
import dev.octet.config.ExperimentConfig;
import dev.octet.event.InputException;
import dev.octet.event.Labelled;
import dev.octet.event.LoginField;
import dev.octet.feature.FeatureExtractor;
import dev.octet.feature.RowFeatures;
import dev.octet.feature.RowReader;
import dev.octet.feature.RowWords;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The fourth step of a run: passes the test span through all detectors at once, writes their scores and alerts, and lets the
 * memories in their bundles go on to its end. Each detector has a memory of its own, because logins that it flags do not
 * update it; where they do not fit into the heap together, the detectors take turns and the log is read once a turn. Not
 * thread-safe.
 */
final class ScoreStep {
    /** The part of the heap that memories of earlier logins may fill. */
    private static final double MEMORY_SHARE = 0.6;

    private final ReadLog read;
    private final ExperimentConfig config;
    private final List<TrainedDetector> detectors;
    private final List<RowFeatures> remembered;
    private final FigureCollector figures;
    private final RunListener listener;

    private ScoreStep(
            ReadLog read,
            List<TrainedDetector> detectors,
            List<RowFeatures> remembered,
            FigureCollector figures,
            RunListener listener) {
        this.read = read;
        this.config = read.config();
        this.detectors = detectors;
        this.remembered = remembered;
        this.figures = figures;
        this.listener = listener;
    }

    /**
     * What detectors gave the test span. The bundles of those of the last turn may still be written.
     *
     * @param detectors in the order of the config
     */
    record Scored(List<ScoredDetector> detectors, Background<Void> saving) implements AutoCloseable {

        /** Waits until the bundles are written; then their memories have left the heap. */
        void awaitSaved() throws IOException {
            saving.get();
        }

        @Override
        public void close() throws IOException {
            awaitSaved();
        }
    }

    /**
     * Scores the test span.
     *
     * @param detectors in the order of the config
     * @param remembered what the features of a single detector remember, which goes on; empty where it is read from its file
     * @throws InputException if the span holds no row to score
     */
    static Scored score(
            ReadLog read,
            List<TrainedDetector> detectors,
            List<RowFeatures> remembered,
            FigureCollector figures,
            RunListener listener)
            throws IOException {
        ScoreStep step = new ScoreStep(read, detectors, remembered, figures, listener);
        List<ScoredDetector> all = new ArrayList<>();
        Scored scored = new Scored(all, saving(List.of()));
        for (List<TrainedDetector> together : turns(detectors)) {
            scored.awaitSaved();
            scored = step.pass(together);
            all.addAll(scored.detectors());
        }
        return new Scored(all, scored.saving());
    }

    /** Writes the bundles with the memories as they are now. */
    private static Background<Void> saving(List<OfDetector> detectors) {
        return new Background<>("octet-saving", () -> {
            for (OfDetector one : detectors) {
                one.save();
            }
            return null;
        });
    }

    /** Neighbours whose memories fit into the heap together. */
    static List<List<TrainedDetector>> turns(List<TrainedDetector> detectors) throws IOException {
        return turns(detectors, (long) (MEMORY_SHARE * Runtime.getRuntime().maxMemory()));
    }

    static List<List<TrainedDetector>> turns(List<TrainedDetector> detectors, long mostBytes) throws IOException {
        List<List<TrainedDetector>> turns = new ArrayList<>();
        long bytes = 0;
        for (TrainedDetector one : detectors) {
            if (turns.isEmpty() || bytes + one.memoryBytes() > mostBytes) {
                turns.add(new ArrayList<>());
                bytes = 0;
            }
            turns.get(turns.size() - 1).add(one);
            bytes += one.memoryBytes();
        }
        return turns;
    }

    private Scored pass(List<TrainedDetector> together) throws IOException {
        listener.stage("scoring the test span: "
                + together.stream().map(TrainedDetector::name).collect(Collectors.joining(", ")));
        List<OfDetector> open = new ArrayList<>();
        try {
            for (TrainedDetector one : together) {
                open.add(new OfDetector(one));
            }
            open.stream().flatMap(one -> one.memoryNotes.stream()).distinct().forEach(listener::note);
            updateWithRestOfTrainingLog(open);
            Set<LoginField> needed = LoginField.setOf(LoginField.USER); // for the score files
            for (OfDetector one : open) {
                needed.addAll(one.extractor.neededFields());
                one.begin();
            }
            try (RowReader rows = read.openTest(needed)) {
                if (open.size() == 1) {
                    open.get(0).scorer.forEach(rows, row -> open.get(0).scorer.add(row, open.get(0).sink));
                } else {
                    for (Labelled<?> row = rows.next(); row != null; row = rows.next()) {
                        for (OfDetector one : open) {
                            one.scorer.add(row, one.sink);
                        }
                    }
                }
            }
            List<ScoredDetector> scored = new ArrayList<>();
            for (OfDetector one : open) {
                scored.add(one.end());
            }
            Background<Void> saving = saving(open);
            saving.begin();
            return new Scored(scored, saving);
        } finally {
            for (OfDetector one : open) {
                one.close();
            }
        }
    }

    /** Lets what follows the validation span in a training log with a test log of its own update what looks back. */
    private void updateWithRestOfTrainingLog(List<OfDetector> open) throws IOException {
        List<OfDetector> lookBack =
                open.stream().filter(one -> !one.extractor.memories().isEmpty()).toList();
        if (read.isOneLog() || lookBack.isEmpty()) {
            return;
        }
        RowScorer.Sink nobody = (row, score, flag, columns, contributions, words) -> {};
        Set<LoginField> needed = LoginField.setOf();
        lookBack.forEach(one -> needed.addAll(one.extractor.neededFields()));
        try (RowReader rows = read.open(needed)) {
            for (Labelled<?> row = rows.next(); row != null; row = rows.next()) {
                if (row.row().timeMicros() >= read.spans().validationUntil()) {
                    for (OfDetector one : lookBack) {
                        one.scorer.add(row, nobody);
                    }
                }
            }
            for (OfDetector one : lookBack) {
                one.scorer.flush(nobody);
            }
        }
    }

    /** One detector on its way through the test span. */
    private final class OfDetector {
        private final TrainedDetector trained;
        private final FeatureExtractor extractor;
        private final RowScorer scorer;
        private final RowScorer.Sink sink = this::scored;
        private final TestSpan span;
        private final List<String> memoryNotes;
        private long olderBefore;
        /** Of the bundle whose memory has gone on. */
        private ObjectNode provenance;

        OfDetector(TrainedDetector trained) throws IOException {
            this.trained = trained;
            extractor = remembered.isEmpty()
                    ? trained.extractor()
                    : trained.model().features().extractor(remembered);
            memoryNotes = extractor.memories().stream()
                    .flatMap(memory -> memory.notes().stream())
                    .toList();
            scorer = new RowScorer(trained.model(), extractor, true);
            span = new TestSpan(read, trained, detectors, figures);
        }

        void begin() {
            olderBefore = olderRows();
        }

        private long olderRows() {
            return extractor.memories().stream()
                    .mapToLong(RowFeatures::olderRows)
                    .sum();
        }

        private void scored(
                Labelled<?> row, double score, boolean flagged, float[] columns, double[] contributions, RowWords words)
                throws IOException {
            span.add(row, score, flagged, columns, contributions, words);
        }

        /** Ends the span: what is written moves to its place. */
        ScoredDetector end() throws IOException {
            scorer.flush(sink);
            List<String> notes = new ArrayList<>(trained.notes());
            long older = olderRows() - olderBefore;
            if (older > 0) {
                notes.add(String.format(
                        Locale.ROOT,
                        "%,d rows of the test span are older than what was learnt before it: scored, but do not update the history",
                        older));
            }
            ScoredDetector scored = span.end(notes, memoryNotes);
            provenance = Provenance.of(read, trained.trainRows(), trained.validationRows());
            return scored;
        }

        /** The bundle's memory goes on to the end of the span. */
        void save() throws IOException {
            if (!extractor.memories().isEmpty()) {
                Bundle.load(new Outputs(config).bundle(trained.name())).withMemory(extractor, provenance);
            }
        }

        void close() throws IOException {
            span.close();
        }
    }
}
