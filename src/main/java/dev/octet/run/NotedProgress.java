package dev.octet.run;

import dev.octet.detect.TrainingProgress;
import dev.octet.evaluate.TrainingCurve;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;

/**
 * Passes on how a training goes and keeps what the user should read, e.g. that a detector was trained on a part of the
 * rows, for the table.
 *
 * @param listener who is told
 * @param kind of the detector, which notes may begin with
 * @param notes receives the notes, without the kind
 * @param epochs receives the losses
 */
record NotedProgress(TrainingProgress listener, String kind, List<String> notes, List<TrainingCurve.Epoch> epochs)
        implements TrainingProgress {
    private static final MathContext LOSS_DIGITS = new MathContext(7);

    @Override
    public void epochStarted(int epoch, int epochs, long rows) {
        listener.epochStarted(epoch, epochs, rows);
    }

    @Override
    public void batch(int epoch, long rowsDone, double loss) {
        listener.batch(epoch, rowsDone, loss);
    }

    @Override
    public void epochEnded(int epoch, double trainLoss, double validationLoss, double learningRate) {
        listener.epochEnded(epoch, trainLoss, validationLoss, learningRate);
        epochs.add(new TrainingCurve.Epoch(epoch, rounded(trainLoss), rounded(validationLoss), learningRate));
    }

    @Override
    public void note(String text) {
        listener.note(text);
        String prefix = kind + ": ";
        notes.add(text.startsWith(prefix) ? text.substring(prefix.length()) : text);
    }

    @Override
    public void detail(String text) {
        listener.detail(text);
    }

    /** The last bits of a mean depend on the order in which threads add up; equal runs show equal losses. */
    private static double rounded(double loss) {
        return Double.isFinite(loss) ? new BigDecimal(loss).round(LOSS_DIGITS).doubleValue() : loss;
    }
}
