package dev.octet.detect.autoencoder;

import dev.octet.feature.FloatMatrix;
import dev.octet.feature.history.NaturalLog;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * Each time a row is shown, one of its fields is to be predicted from the user's context and the fields before it; the
 * others do not go in. Corruption hides those before, or takes them from another row.
 */
final class LikelihoodObjective implements Objective {
    /** Rows whose losses one task sums. */
    private static final int SLICE = 4096;

    private final NetworkShape shape;
    private final List<HeadCells> heads;
    private final Head[] kinds;
    private final CountryOfNetwork countries;
    private final LikelihoodTrainer trainer;
    private final double[] networkShares;
    private final float[] row;
    private final float[] other;

    LikelihoodObjective(
            NetworkShape shape, List<HeadCells> heads, CountryOfNetwork countries, LikelihoodTrainer trainer) {
        this.countries = countries;
        this.shape = shape;
        this.heads = heads;
        kinds = heads.stream().map(HeadCells::head).toArray(Head[]::new);
        networkShares = new double[kinds.length];
        row = new float[LoginColumns.count(kinds.length)];
        other = new float[row.length];
        this.trainer = trainer;
        Arrays.fill(networkShares, trainer.networkShare());
    }

    @Override
    public String recipe() {
        return " likelihood " + trainer.networkShare() + ' ' + LoginColumns.MAX_EARLIER + ' '
                + trainer.network().corruption()
                + (trainer.extras().isEmpty() ? "" : " " + trainer.extras());
    }

    @Override
    public void batch(
            FloatMatrix rows,
            int[] order,
            int first,
            int count,
            RandomGenerator noise,
            float[] inputs,
            float[] targets) {
        int columns = shape.columns();
        Arrays.fill(inputs, 0, count * columns, 0);
        Arrays.fill(targets, 0, count * columns, MixtureLoss.NOT_ASKED);
        for (int i = 0; i < count; i++) {
            rows.copyRow(order[first + i], row, 0);
            int asked = noise.nextInt(kinds.length);
            if (LoginColumns.has(kinds[asked], row, 0)) {
                putTarget(asked, targets, i * columns);
            }
            for (int h = 0; h < asked; h++) {
                putInput(h, rows, noise, inputs, i * columns);
            }
            int context = (i + 1) * columns - LoginColumns.CONTEXT_COLUMNS;
            for (int c = 0; c < LoginColumns.CONTEXT_COLUMNS; c++) {
                inputs[context + c] = LoginColumns.context(c, row, 0);
            }
        }
    }

    private void putTarget(int h, float[] targets, int start) {
        HeadCells head = heads.get(h);
        double rarity = LoginColumns.rarity(kinds[h], row, 0);
        double share = StrictMath.exp(-rarity);
        double earlier = LoginColumns.earlier(row, 0);
        double weight = LoginColumns.weight(earlier);
        double seen = weight * LoginColumns.seen(earlier, LoginColumns.surprise(kinds[h], row, 0), share);
        int cell = cell(h, row);
        double w = trainer.networkShare();
        // All divided by the value's share, so that a rare value's are no smaller than floats can be.
        int at = start + head.offset();
        targets[at] = cell;
        targets[at + 1] = (float) (seen / share);
        targets[at + 2] = (float) ((1 - w) * countries.lift(kinds[h], row, 0, share));
        targets[at + 3] = (float) (w / head.shares()[cell]);
        targets[at + 4] = (float) (weight * earlier);
    }

    private void putInput(int h, FloatMatrix rows, RandomGenerator noise, float[] inputs, int start) {
        float[] from = row;
        Corruption corruption = trainer.network().corruption();
        if (corruption.share() > 0 && noise.nextDouble() < corruption.share()) {
            if (corruption.how() == Corruption.How.MASK) {
                return;
            }
            rows.copyRow(noise.nextInt(rows.rows()), other, 0);
            from = other;
        }
        if (!LoginColumns.has(kinds[h], from, 0)) {
            return;
        }
        HeadCells head = heads.get(h);
        inputs[start + head.offset() + cell(h, from)] = 1;
        double earlier = LoginColumns.earlier(from, 0);
        double share = StrictMath.exp(-LoginColumns.rarity(kinds[h], from, 0));
        if (earlier > 0 && LoginColumns.seen(earlier, LoginColumns.surprise(kinds[h], from, 0), share) < 0.5) {
            inputs[start + head.newFlag()] = 1;
        }
    }

    private int cell(int h, float[] from) {
        return heads.get(h).cell(LoginColumns.key(kinds[h], from, 0), LoginColumns.rarity(kinds[h], from, 0));
    }

    /** Mean over the rows of the sum over the fields of -ln p_a / share, in nats. */
    @Override
    public double loss(float[] parameters, FloatMatrix rows, int[] chosen) {
        LikelihoodDetector detector = new LikelihoodDetector(
                heads,
                countries,
                ForwardPass.fold(shape, parameters),
                networkShares,
                trainer.countedShare(),
                trainer.populationShare(),
                FieldWeights.even(kinds.length));
        double sum = 0;
        for (double[] ofHead : losses(detector, rows, chosen, new double[] {trainer.networkShare()})) {
            sum += ofHead[0];
        }
        return sum;
    }

    /**
     * The mean of -ln p_a / share for each head and each share of the network; the detector's own must be above 0. On all
     * cores; rows are summed in slices that do not depend on their number.
     */
    static double[][] losses(LikelihoodDetector detector, FloatMatrix rows, int[] chosen, double[] shares) {
        Head[] kinds = detector.kinds();
        double[][] losses = new double[kinds.length][shares.length];
        int slices = (chosen.length + SLICE - 1) / SLICE;
        IntStream.range(0, slices)
                .parallel()
                .mapToObj(slice -> sums(detector, rows, chosen, slice, shares))
                .forEachOrdered(sums -> {
                    for (int h = 0; h < kinds.length; h++) {
                        for (int s = 0; s < shares.length; s++) {
                            losses[h][s] += sums[h][s] / chosen.length;
                        }
                    }
                });
        return losses;
    }

    private static double[][] sums(
            LikelihoodDetector detector, FloatMatrix rows, int[] chosen, int slice, double[] shares) {
        double[][] sums = new double[detector.kinds().length][shares.length];
        int most = LikelihoodDetector.TILE;
        LikelihoodDetector.Prediction prediction = detector.prediction(most);
        int columns = detector.columns();
        float[] tile = new float[most * columns];
        int end = Math.min(chosen.length, (slice + 1) * SLICE);
        for (int first = slice * SLICE; first < end; first += most) {
            int logins = Math.min(most, end - first);
            for (int i = 0; i < logins; i++) {
                rows.copyRow(chosen[first + i], tile, i * columns);
            }
            prediction.predict(tile, 0, logins);
            for (int i = 0; i < logins; i++) {
                prediction.select(i);
                addLosses(detector.kinds(), prediction, tile, i * columns, shares, sums);
            }
        }
        return sums;
    }

    private static void addLosses(
            Head[] kinds,
            LikelihoodDetector.Prediction prediction,
            float[] rows,
            int start,
            double[] shares,
            double[][] sums) {
        for (int h = 0; h < kinds.length; h++) {
            if (LoginColumns.has(kinds[h], rows, start)) {
                for (int s = 0; s < shares.length; s++) {
                    sums[h][s] -= NaturalLog.of(prediction.lift(h, shares[s]) + prediction.ownLift(h));
                }
            }
        }
    }
}
