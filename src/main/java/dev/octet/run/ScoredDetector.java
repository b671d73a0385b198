package dev.octet.run;

import dev.octet.evaluate.AlarmResult;
import dev.octet.evaluate.SingleFeatures;
import dev.octet.evaluate.TopAlert;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What {@link ScoreStep} found of one detector: what it gave the test span, and what came of it.
 *
 * @param alarms what its alerts were worth, over the whole span and by month where that is asked for
 * @param top its alerts for the report, the highest score first, without what the log says around them
 * @param figures what the report draws of it
 * @param single what each of its features tells alone; of the first detector only
 * @param clusters of each row, where it has clusters
 * @param notes what a reader of the table must know, those of its training first
 * @param memoryNotes the same of what its features remember, equal for detectors that remember the same
 */
record ScoredDetector(
        TrainedDetector trained,
        TestScores scores,
        List<AlarmResult> alarms,
        List<TopAlert> top,
        FigureCollector.OfDetector figures,
        Optional<SingleFeatures> single,
        Optional<IntArrayList> clusters,
        List<String> notes,
        List<String> memoryNotes) {
    ScoredDetector {
        memoryNotes = List.copyOf(memoryNotes);
        alarms = List.copyOf(alarms);
        top = List.copyOf(top);
        notes = List.copyOf(notes);
    }

    String name() {
        return trained.name();
    }
}
