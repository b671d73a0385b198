package dev.octet.detect.autoencoder;

import dev.octet.feature.FloatMatrix;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * Each time a row is shown, one of its fields is to be predicted from the user's context and the fields before it; the
 * others do not go in. Corruption hides those before, or takes them from another row.
 */
final class LikelihoodObjective implements Objective {
    private static final Head[] HEADS = Head.values();
    /** Rows whose losses one task sums. */
    private static final int SLICE = 4096;

    private final NetworkShape shape;
    private final List<HeadCells> heads;
    private final CountryOfNetwork countries;
    private final LikelihoodTrainer trainer;
    private final double[] networkShares = new double[HEADS.length];
    private final float[] row = new float[LoginColumns.COUNT];
    private final float[] other = new float[LoginColumns.COUNT];

    LikelihoodObjective(
            NetworkShape shape, List<HeadCells> heads, CountryOfNetwork countries, LikelihoodTrainer trainer) {
        this.countries = countries;
        this.shape = shape;
        this.heads = heads;
        this.trainer = trainer;
        Arrays.fill(networkShares, trainer.networkShare());
    }

    @Override
    public String recipe() {
        return " likelihood " + trainer.networkShare() + ' ' + LoginColumns.MOST_EARLIER + ' '
                + trainer.network().corruption();
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
            int asked = noise.nextInt(HEADS.length);
            if (LoginColumns.has(HEADS[asked], row, 0)) {
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
        double rarity = LoginColumns.rarity(HEADS[h], row, 0);
        double share = StrictMath.exp(-rarity);
        double earlier = LoginColumns.earlier(row, 0);
        double weight = LoginColumns.weight(earlier);
        double seen = weight * LoginColumns.seen(earlier, LoginColumns.surprise(HEADS[h], row, 0), share);
        int cell = cell(h, row);
        double w = trainer.networkShare();
        // All divided by the value's share, so that a rare value's are no smaller than floats can be.
        int at = start + head.offset();
        targets[at] = cell;
        targets[at + 1] = (float) (seen / share);
        targets[at + 2] = (float) ((1 - w) * countries.lift(HEADS[h], row, 0, share));
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
        if (!LoginColumns.has(HEADS[h], from, 0)) {
            return;
        }
        HeadCells head = heads.get(h);
        inputs[start + head.offset() + cell(h, from)] = 1;
        double earlier = LoginColumns.earlier(from, 0);
        double share = StrictMath.exp(-LoginColumns.rarity(HEADS[h], from, 0));
        if (earlier > 0 && LoginColumns.seen(earlier, LoginColumns.surprise(HEADS[h], from, 0), share) < 0.5) {
            inputs[start + head.newFlag()] = 1;
        }
    }

    private int cell(int h, float[] from) {
        return heads.get(h).cell(LoginColumns.key(HEADS[h], from, 0), LoginColumns.rarity(HEADS[h], from, 0));
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
                trainer.populationShare());
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
        double[][] losses = new double[HEADS.length][shares.length];
        int slices = (chosen.length + SLICE - 1) / SLICE;
        IntStream.range(0, slices)
                .parallel()
                .mapToObj(slice -> sums(detector, rows, chosen, slice, shares))
                .forEachOrdered(sums -> {
                    for (int h = 0; h < HEADS.length; h++) {
                        for (int s = 0; s < shares.length; s++) {
                            losses[h][s] += sums[h][s] / chosen.length;
                        }
                    }
                });
        return losses;
    }

    private static double[][] sums(
            LikelihoodDetector detector, FloatMatrix rows, int[] chosen, int slice, double[] shares) {
        double[][] sums = new double[HEADS.length][shares.length];
        int most = LikelihoodDetector.TILE;
        LikelihoodDetector.Prediction prediction = detector.prediction(most);
        float[] tile = new float[most * LoginColumns.COUNT];
        int end = Math.min(chosen.length, (slice + 1) * SLICE);
        for (int first = slice * SLICE; first < end; first += most) {
            int logins = Math.min(most, end - first);
            for (int i = 0; i < logins; i++) {
                rows.copyRow(chosen[first + i], tile, i * LoginColumns.COUNT);
            }
            prediction.predict(tile, 0, logins);
            for (int i = 0; i < logins; i++) {
                prediction.select(i);
                addLosses(prediction, tile, i * LoginColumns.COUNT, shares, sums);
            }
        }
        return sums;
    }

    private static void addLosses(
            LikelihoodDetector.Prediction prediction, float[] rows, int start, double[] shares, double[][] sums) {
        for (int h = 0; h < HEADS.length; h++) {
            if (LoginColumns.has(HEADS[h], rows, start)) {
                for (int s = 0; s < shares.length; s++) {
                    sums[h][s] -= StrictMath.log(prediction.lift(h, shares[s]) + prediction.ownLift(h));
                }
            }
        }
    }
}
