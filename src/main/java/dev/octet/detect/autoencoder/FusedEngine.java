package dev.octet.detect.autoencoder;

import dev.octet.detect.autoencoder.NetworkShape.Dense;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Trains on the CPU without Deeplearning4j's operations: the gradient of the same network in a few passes over arrays,
 * then the step of {@link Optimization}. Deeplearning4j gives the initial weights, the layout of the parameters and the
 * gradient that this one is tested against.
 *
 * <p>For a batch of N rows, layer by layer, W being [outputs][inputs], x the layer's input and f its activation:
 *
 * <pre>
 * forward    z = W x + b,  a = f(z),  y = a
 *   with batch normalisation, over the batch's mean m and variance v:
 *            y = gamma (a - m) s + beta,  s = 1 / sqrt(v + epsilon)
 * backward   from g = dL/dy:
 *   with batch normalisation:
 *            dbeta = sum g,  dgamma = s sum g (a - m)
 *            g &lt;- gamma s (g - dbeta/N - (a - m) s dgamma/N)
 *   dz = g f'(z),  db = sum dz,  dW = sum dz x^T,  dL/dx = W^T dz
 * </pre>
 *
 * <p>The batch is cut into slices of at least 128 rows, at most 16. Each slice is worked on by one thread and keeps its
 * own sums; sums are put together in the order of the slices, so the number of threads changes no bit. All slices meet
 * only where batch normalisation needs the whole batch: the layers up to the next one are a stage, and the last stage
 * goes forward and straight back again while its rows are in the cache.
 */
final class FusedEngine implements TrainingEngine {
    private static final Kernel KERNEL = Kernel.best();
    private static final int SLICE_ROWS = 128;
    private static final int MAX_SLICES = 16;
    /** Outputs of a layer whose weights are updated by one thread; few, so that the threads have about as much to do. */
    private static final int PART_OUTPUTS = 32;
    /** Rows that are summed in floats before the sum goes to a double. */
    private static final int BLOCK_ROWS = 16;

    private static final float BETA1 = 0.9f;
    private static final float BETA2 = 0.999f;
    private static final float EPSILON = 1e-8f;

    private final NetworkShape shape;
    private final Loss loss;
    private final Optimization optimization;
    /** What the outputs that are dropped follow from, with the step and the row. */
    private final long dropoutSeed;

    private final Workers workers;
    private final List<FusedLayer> layers = new ArrayList<>();
    private final List<Part> parts = new ArrayList<>();
    /** Index of the last layer of each stage. */
    private final List<Integer> stageEnds = new ArrayList<>();

    private final float[] parameters;
    /** In the layout of the parameters; 0 where the running statistics lie. */
    private final float[] gradient;

    private final float[] firstMoment;
    private final float[] secondMoment;
    private double learningRate;
    private int steps;

    /** Of the steps since it was last taken. */
    private double lossSum;

    private final double[] sliceLosses = new double[MAX_SLICES];
    /** Of slices whose input is sparse; {@code null} before a slice was tried. */
    private final SparseRows[] sparse = new SparseRows[MAX_SLICES];

    private final boolean[] isSparse = new boolean[MAX_SLICES];
    private final GroupedOutput[] grouped = new GroupedOutput[MAX_SLICES];
    private float[] input = new float[0];
    private int rows;
    private int slices;

    /**
     * @param initial parameters in the layout of {@code shape}
     * @param threads at least 1; more than 16 are not used
     */
    FusedEngine(NetworkShape shape, float[] initial, Loss loss, double learningRate, int threads) {
        this(shape, initial, loss, learningRate, Optimization.DEFAULT, 1, threads);
    }

    /**
     * @param initial parameters in the layout of {@code shape}
     * @param seed of what dropout drops
     * @param threads at least 1; more than 16 are not used
     */
    FusedEngine(
            NetworkShape shape,
            float[] initial,
            Loss loss,
            double learningRate,
            Optimization optimization,
            long seed,
            int threads) {
        this.optimization = optimization;
        this.dropoutSeed = new SplittableRandom(seed).nextLong();
        this.shape = shape;
        this.loss = loss;
        this.learningRate = learningRate;
        this.workers = new Workers(Math.min(threads, MAX_SLICES));
        this.parameters = initial.clone();
        this.gradient = new float[initial.length];
        this.firstMoment = new float[initial.length];
        this.secondMoment = new float[initial.length];
        for (Dense dense : shape.layers()) {
            boolean hidden = layers.size() < shape.layers().size() - 1;
            FusedLayer layer = new FusedLayer(dense, hidden && optimization.dropout() > 0);
            if (dense.batchNorm()) {
                for (int i = 0; i < dense.outputs(); i++) {
                    layer.runningVariance[i] = (float) StrictMath.pow(10, 2 * initial[dense.logDeviation() + i]);
                }
                stageEnds.add(layers.size());
            }
            layers.add(layer);
            for (int from = 0; from < dense.outputs(); from += PART_OUTPUTS) {
                parts.add(new Part(layer, from, Math.min(dense.outputs(), from + PART_OUTPUTS)));
            }
        }
        stageEnds.add(layers.size() - 1);
        parts.forEach(this::prepare);
    }

    /** The weights of a layer's outputs {@code from} to {@code to - 1}; of its vectors the first part has all. */
    private record Part(FusedLayer layer, int from, int to) {}

    @Override
    public void step(float[] inputs, float[] targets, int count) {
        lossSum += count * pass(inputs, targets, count);
        updateRunningStatistics();
        steps++;
        float rate = (float)
                (learningRate * Math.sqrt(1 - StrictMath.pow(BETA2, steps)) / (1 - StrictMath.pow(BETA1, steps)));
        workers.run(parts.size(), i -> {
            addUp(parts.get(i));
            update(parts.get(i), rate);
            prepare(parts.get(i));
        });
    }

    @Override
    public double takeLossSum() {
        double sum = lossSum;
        lossSum = 0;
        return sum;
    }

    /** The gradient of the mean loss of {@code count} rows, in the layout of the parameters; the engine's own array. */
    float[] gradient() {
        return gradient;
    }

    /** Fills {@link #gradient} and the statistics of the batch; returns the mean loss. */
    double computeGradient(float[] inputs, float[] targets, int count) {
        double meanLoss = pass(inputs, targets, count);
        parts.forEach(this::addUp);
        return meanLoss;
    }

    /** Forward and back: all but the slices' sums put together. */
    private double pass(float[] inputs, float[] targets, int count) {
        rows = count;
        slices = Math.max(1, Math.min(MAX_SLICES, count / SLICE_ROWS));
        makeRoom();
        int last = stageEnds.size() - 1;
        for (int stage = 0; stage < last; stage++) {
            int now = stage;
            workers.run(slices, slice -> {
                if (now == 0) {
                    takeInput(inputs, slice);
                }
                forward(now, slice, stageEnds.get(now));
            });
            layers.get(stageEnds.get(stage)).finishStatistics(parameters, slices, rows);
        }
        workers.run(slices, slice -> {
            if (last == 0) {
                takeInput(inputs, slice);
            }
            if (loss instanceof GroupedLoss groups && layers.size() > 1) {
                forward(last, slice, layers.size() - 2);
                sliceLosses[slice] = throughOutput(groups, slice, targets);
                backward(last, slice, layers.size() - 2);
            } else {
                forward(last, slice, layers.size() - 1);
                sliceLosses[slice] = lossGradients(slice, targets);
                backward(last, slice, layers.size() - 1);
            }
        });
        for (int stage = last - 1; stage >= 0; stage--) {
            int now = stage;
            layers.get(stageEnds.get(stage)).finishBack(gradient, slices, rows);
            workers.run(slices, slice -> backward(now, slice, stageEnds.get(now)));
        }
        double sum = 0;
        for (int slice = 0; slice < slices; slice++) {
            sum += sliceLosses[slice];
        }
        return sum / rows;
    }

    private void makeRoom() {
        int needed = rows * Kernel.padded(shape.columns());
        if (input.length < needed) {
            input = new float[needed];
        }
        for (FusedLayer layer : layers) {
            layer.makeRoom(rows, slices);
        }
    }

    /** Keeps a slice's input as what is not 0 where that is little, else in rows of padded width. */
    private void takeInput(float[] inputs, int slice) {
        int columns = shape.columns();
        if (sparse[slice] == null) {
            sparse[slice] = new SparseRows();
        }
        int count = firstRow(slice + 1) - firstRow(slice);
        isSparse[slice] = sparse[slice].take(inputs, firstRow(slice) * columns, columns, count);
        if (isSparse[slice]) {
            return;
        }
        int stride = Kernel.padded(columns);
        for (int row = firstRow(slice); row < firstRow(slice + 1); row++) {
            System.arraycopy(inputs, row * columns, input, row * stride, columns);
        }
    }

    private void prepare(Part part) {
        part.layer.prepare(parameters, part.from, part.to);
    }

    private void addUp(Part part) {
        part.layer.addUp(gradient, slices, rows, part.from, part.to);
    }

    private int firstRow(int slice) {
        return (int) ((long) slice * rows / slices);
    }

    private int stageStart(int stage) {
        return stage == 0 ? 0 : stageEnds.get(stage - 1) + 1;
    }

    /** What goes into a layer: its rows have the width that the layer's {@code in} says. */
    private float[] inputOf(int index) {
        return index == 0 ? input : layers.get(index - 1).outputs;
    }

    /** @param end index of the last layer */
    private void forward(int stage, int slice, int end) {
        int first = firstRow(slice);
        int count = firstRow(slice + 1) - first;
        if (stage > 0) {
            layers.get(stageStart(stage) - 1).normalize(first, count);
            drop(stageStart(stage) - 1, first, count);
        }
        for (int i = stageStart(stage); i <= end; i++) {
            if (i == 0 && isSparse[slice]) {
                layers.get(i).forward(sparse[slice], first, count);
            } else {
                layers.get(i).forward(inputOf(i), first, count);
            }
            if (!layers.get(i).dense.batchNorm()) {
                drop(i, first, count);
            }
        }
        if (stage < stageEnds.size() - 1) {
            layers.get(stageEnds.get(stage)).addStatistics(slice, first, count);
        }
    }

    private void drop(int index, int first, int count) {
        FusedLayer layer = layers.get(index);
        if (layer.drops) {
            layer.drop(dropoutSeed, steps, index, optimization.dropout(), first, count);
        }
    }

    private double lossGradients(int slice, float[] targets) {
        FusedLayer output = layers.get(layers.size() - 1);
        int first = firstRow(slice);
        return loss.gradients(
                firstRow(slice + 1) - first,
                shape.columns(),
                output.outputs,
                first * output.out,
                output.out,
                targets,
                first * shape.columns(),
                output.gradients);
    }

    /** The last layer both ways, for each row the outputs alone that its loss depends on; returns the slice's loss. */
    private double throughOutput(GroupedLoss groups, int slice, float[] targets) {
        FusedLayer output = layers.get(layers.size() - 1);
        if (grouped[slice] == null) {
            grouped[slice] = new GroupedOutput(output, groups);
        }
        int first = firstRow(slice);
        return grouped[slice].run(
                first,
                firstRow(slice + 1) - first,
                inputOf(layers.size() - 1),
                targets,
                shape.columns(),
                layers.get(layers.size() - 2).gradients,
                output.sums[slice]);
    }

    /** @param end index of the layer to begin with */
    private void backward(int stage, int slice, int end) {
        int first = firstRow(slice);
        int count = firstRow(slice + 1) - first;
        if (stage < stageEnds.size() - 1) {
            layers.get(stageEnds.get(stage)).normalizeBack(first, count);
        }
        for (int i = end; i >= stageStart(stage); i--) {
            if (layers.get(i).drops && !layers.get(i).dense.batchNorm()) {
                layers.get(i).dropBack(first, count);
            }
            if (i == 0 && isSparse[slice]) {
                layers.get(i).backward(sparse[slice], slice, first, count);
            } else {
                layers.get(i).backward(inputOf(i), slice, first, count);
            }
            if (i > 0) {
                layers.get(i).backThroughWeights(layers.get(i - 1).gradients, first, count);
            }
        }
        if (stage > 0) {
            if (layers.get(stageStart(stage) - 1).drops) {
                layers.get(stageStart(stage) - 1).dropBack(first, count);
            }
            layers.get(stageStart(stage) - 1).addBackSums(slice, first, count);
        }
    }

    private void updateRunningStatistics() {
        float keep = (float) optimization.batchNormMomentum();
        float take = (float) (1 - optimization.batchNormMomentum());
        for (FusedLayer layer : layers) {
            for (int i = 0; layer.dense.batchNorm() && i < layer.dense.outputs(); i++) {
                int mean = layer.dense.mean() + i;
                parameters[mean] = keep * parameters[mean] + take * layer.mean[i];
                layer.runningVariance[i] = keep * layer.runningVariance[i] + take * layer.variance[i];
            }
        }
    }

    private void update(Part part, float rate) {
        Dense dense = part.layer.dense;
        int weights = dense.weights() + part.from * dense.inputs();
        int count = (part.to - part.from) * dense.inputs();
        float decay = (float) optimization.weightDecay();
        if (optimization.decaysGradient()) {
            for (int i = weights; i < weights + count; i++) {
                gradient[i] += decay * parameters[i];
            }
        } else if (decay > 0) {
            float kept = (float) (1 - learningRate * optimization.weightDecay());
            for (int i = weights; i < weights + count; i++) {
                parameters[i] *= kept;
            }
        }
        move(rate, weights, count);
        if (part.from == 0) {
            move(rate, dense.bias(), dense.batchNorm() ? dense.mean() - dense.bias() : dense.outputs());
        }
    }

    private void move(float rate, int from, int count) {
        if (optimization.optimizer() == Optimization.Optimizer.SGD) {
            nesterov((float) learningRate, (float) optimization.momentum(), from, count);
        } else {
            adam(rate, from, count);
        }
    }

    /** v = mu v - rate g, then p += mu v - rate g, as Deeplearning4j has it: the velocity holds the learning rate. */
    private void nesterov(float rate, float mu, int from, int count) {
        float[] v = firstMoment;
        for (int i = from; i < from + count; i++) {
            v[i] = mu * v[i] - rate * gradient[i];
            parameters[i] += mu * v[i] - rate * gradient[i];
        }
    }

    private void adam(float rate, int from, int count) {
        float[] g = gradient;
        float[] m = firstMoment;
        float[] v = secondMoment;
        float[] p = parameters;
        for (int i = from; i < from + count; i++) {
            m[i] = BETA1 * m[i] + (1 - BETA1) * g[i];
            v[i] = BETA2 * v[i] + (1 - BETA2) * g[i] * g[i];
            p[i] -= rate * m[i] / ((float) Math.sqrt(v[i]) + EPSILON);
        }
    }

    @Override
    public float[] parameters() {
        float[] copy = parameters.clone();
        for (FusedLayer layer : layers) {
            for (int i = 0; layer.dense.batchNorm() && i < layer.dense.outputs(); i++) {
                copy[layer.dense.logDeviation() + i] = (float) (0.5 * StrictMath.log10(layer.runningVariance[i]));
            }
        }
        return copy;
    }

    /** First moments, second moments, and the running variances, whose logarithms in the parameters are rounded. */
    @Override
    public float[] optimizerState() {
        int variances =
                layers.stream().mapToInt(layer -> layer.runningVariance.length).sum();
        float[] state = new float[2 * parameters.length + variances];
        System.arraycopy(firstMoment, 0, state, 0, parameters.length);
        System.arraycopy(secondMoment, 0, state, parameters.length, parameters.length);
        int at = 2 * parameters.length;
        for (FusedLayer layer : layers) {
            System.arraycopy(layer.runningVariance, 0, state, at, layer.runningVariance.length);
            at += layer.runningVariance.length;
        }
        return state;
    }

    @Override
    public int steps() {
        return steps;
    }

    @Override
    public void setLearningRate(double learningRate) {
        this.learningRate = learningRate;
    }

    @Override
    public void restore(float[] parameters, float[] optimizerState, int steps) {
        int length = this.parameters.length;
        System.arraycopy(parameters, 0, this.parameters, 0, length);
        System.arraycopy(optimizerState, 0, firstMoment, 0, length);
        System.arraycopy(optimizerState, length, secondMoment, 0, length);
        int at = 2 * length;
        for (FusedLayer layer : layers) {
            System.arraycopy(optimizerState, at, layer.runningVariance, 0, layer.runningVariance.length);
            at += layer.runningVariance.length;
        }
        this.steps = steps;
        parts.forEach(this::prepare);
    }

    @Override
    public void close() {
        workers.close();
    }

    /** A layer and its arrays; of those with a row each, the rows are of padded width. */
    private static final class FusedLayer {
        final Dense dense;
        /** Padded widths. */
        final int in;

        final int out;
        final float[] weightsByInput;
        final float[] weightsByOutput;
        final float[] bias;
        final float[] zero;
        final Sums[] sums = new Sums[MAX_SLICES];
        float[] activations = new float[0];
        /** The activations themselves where nothing is normalised. */
        float[] outputs = activations;
        /** Of the outputs, then of the activations, then of the layer's sums. */
        float[] gradients = new float[0];

        // Batch normalisation of this batch.
        final float[] mean;
        /** What is left of the mean after rounding to a float: the same for all rows, so it would not average out. */
        final double[] meanRest;

        final float[] variance;
        final double[] deviationInverse;
        final float[] scale;
        final float[] shift;
        final float[] backShift;
        final float[] backSlope;

        final float[] runningVariance;

        /** Whether some of the outputs are dropped in each step. */
        final boolean drops;

        /** 0 for what is dropped, else what it is multiplied by; rows of padded width. */
        float[] mask = new float[0];

        FusedLayer(Dense dense, boolean drops) {
            this.dense = dense;
            this.drops = drops;
            this.in = Kernel.padded(dense.inputs());
            this.out = Kernel.padded(dense.outputs());
            // A group of outputs is read in whole vectors, which may end after its last.
            this.weightsByInput = new float[dense.inputs() * out + Kernel.LANES];
            this.weightsByOutput = new float[dense.outputs() * in];
            this.bias = new float[out + Kernel.LANES];
            this.zero = new float[Math.max(in, out)];
            int normalized = dense.batchNorm() ? out : 0;
            this.mean = new float[normalized];
            this.meanRest = new double[normalized];
            this.variance = new float[normalized];
            this.deviationInverse = new double[normalized];
            this.scale = new float[normalized];
            this.shift = new float[normalized];
            this.backShift = new float[normalized];
            this.backSlope = new float[normalized];
            this.runningVariance = new float[normalized];
        }

        void makeRoom(int rows, int slices) {
            if (activations.length < rows * out) {
                activations = new float[rows * out];
                outputs = dense.batchNorm() || drops ? new float[rows * out] : activations;
                mask = new float[drops ? rows * out : 0];
                gradients = new float[rows * out];
            }
            for (int slice = 0; slice < slices; slice++) {
                if (sums[slice] == null) {
                    sums[slice] = new Sums(this);
                }
            }
        }

        /** Copies the parameters of some outputs to where the kernel wants them. */
        void prepare(float[] parameters, int from, int to) {
            int inputs = dense.inputs();
            int weights = dense.weights();
            for (int o = from; o < to; o++) {
                int at = weights + o * inputs;
                System.arraycopy(parameters, at, weightsByOutput, o * in, inputs);
                for (int i = 0; i < inputs; i++) {
                    weightsByInput[i * out + o] = parameters[at + i];
                }
            }
            if (from == 0) {
                System.arraycopy(parameters, dense.bias(), bias, 0, dense.outputs());
            }
        }

        /** a = f(W x + b). */
        void forward(float[] input, int first, int count) {
            int start = first * out;
            KERNEL.multiply(
                    count,
                    out,
                    dense.inputs(),
                    input,
                    first * in,
                    in,
                    1,
                    weightsByInput,
                    0,
                    out,
                    bias,
                    activations,
                    start,
                    out);
            KERNEL.activate(dense.activation(), activations, start, start + count * out);
        }

        /** The same for an input of which little is not 0. */
        void forward(SparseRows input, int first, int count) {
            int start = first * out;
            input.multiply(KERNEL, count, out, weightsByInput, bias, activations, start);
            KERNEL.activate(dense.activation(), activations, start, start + count * out);
        }

        /** The slice's mean of a and its sum of squares about it. */
        void addStatistics(int slice, int first, int count) {
            Sums of = sums[slice];
            of.rows = count;
            sumRows(first, count, activations, of.mean);
            for (int i = 0; i < out; i++) {
                of.mean[i] /= count;
                of.center[i] = (float) of.mean[i];
            }
            addCentredProducts(first, count, activations, of.center, of.center, of.squares);
        }

        /** Sets {@code target} to the sums of a matrix's columns. */
        private void sumRows(int first, int count, float[] matrix, double[] target) {
            float[] totals = new float[out];
            float[] rests = new float[out];
            KERNEL.sumRows(count, out, first * out, matrix, totals, rests);
            for (int i = 0; i < out; i++) {
                target[i] = (double) totals[i] + rests[i];
            }
        }

        /** Sets {@code target} to the sums of (x - xCenter) (a - aCenter). */
        private void addCentredProducts(
                int first, int count, float[] x, float[] xCenter, float[] aCenter, double[] target) {
            Arrays.fill(target, 0);
            float[] block = new float[out];
            for (int done = 0; done < count; done += BLOCK_ROWS) {
                Arrays.fill(block, 0);
                KERNEL.addCentredProducts(
                        Math.min(BLOCK_ROWS, count - done),
                        out,
                        (first + done) * out,
                        x,
                        xCenter,
                        activations,
                        aCenter,
                        block);
                for (int i = 0; i < out; i++) {
                    target[i] += block[i];
                }
            }
        }

        /** Mean and variance of the batch from those of its slices (Chan, Golub &amp; LeVeque 1983). */
        void finishStatistics(float[] parameters, int slices, int rows) {
            for (int i = 0; i < dense.outputs(); i++) {
                double sum = 0;
                for (int slice = 0; slice < slices; slice++) {
                    sum += sums[slice].rows * sums[slice].mean[i];
                }
                double m = sum / rows;
                double squares = 0;
                for (int slice = 0; slice < slices; slice++) {
                    double away = sums[slice].mean[i] - m;
                    squares += sums[slice].squares[i] + sums[slice].rows * away * away;
                }
                double v = squares / rows;
                double s = 1 / Math.sqrt(v + NetworkShape.BATCH_NORM_EPSILON);
                double gammaS = parameters[dense.gamma() + i] * s;
                mean[i] = (float) m;
                meanRest[i] = m - mean[i];
                variance[i] = (float) v;
                deviationInverse[i] = s;
                scale[i] = (float) gammaS;
                shift[i] = (float) (parameters[dense.beta() + i] - gammaS * meanRest[i]);
            }
        }

        /** y = gamma s (a - m) + beta. */
        void normalize(int first, int count) {
            KERNEL.normalize(count, out, first * out, activations, mean, scale, shift, outputs);
        }

        /** The slice's part of the sums of g and of g (a - m). */
        void addBackSums(int slice, int first, int count) {
            sumRows(first, count, gradients, sums[slice].beta);
            addCentredProducts(first, count, gradients, zero, mean, sums[slice].gamma);
        }

        /** dgamma and dbeta, and what the way back needs of them. */
        void finishBack(float[] gradient, int slices, int rows) {
            for (int i = 0; i < dense.outputs(); i++) {
                double beta = 0;
                double products = 0;
                for (int slice = 0; slice < slices; slice++) {
                    beta += sums[slice].beta[i];
                    products += sums[slice].gamma[i];
                }
                double s = deviationInverse[i];
                double gamma = s * (products - meanRest[i] * beta);
                gradient[dense.beta() + i] = (float) (beta / rows);
                gradient[dense.gamma() + i] = (float) (gamma / rows);
                backSlope[i] = (float) (s * gamma / rows);
                backShift[i] = (float) ((beta - meanRest[i] * s * gamma) / rows);
            }
        }

        /** g becomes gamma s (g - dbeta/N - (a - m) s dgamma/N). */
        void normalizeBack(int first, int count) {
            KERNEL.normalizeBack(count, out, first * out, activations, mean, backShift, backSlope, scale, gradients);
        }

        /**
         * Drops a share of the outputs and makes up for it. What is dropped follows from the step, the layer and the row in the
         * batch, whatever the threads.
         */
        void drop(long seed, int step, int layer, double share, int first, int count) {
            float scale = (float) (1 / (1 - share));
            float[] from = dense.batchNorm() ? outputs : activations;
            for (int row = first; row < first + count; row++) {
                SplittableRandom random = new SplittableRandom(seed ^ ((long) step << 27 | (long) layer << 21 | row));
                int start = row * out;
                for (int i = start; i < start + dense.outputs(); i++) {
                    mask[i] = random.nextDouble() < share ? 0 : scale;
                    outputs[i] = from[i] * mask[i];
                }
            }
        }

        /** The way back through {@link #drop}. */
        void dropBack(int first, int count) {
            for (int i = first * out; i < (first + count) * out; i++) {
                gradients[i] *= mask[i];
            }
        }

        /** dz = g f'(z), and the slice's part of db and dW. */
        void backward(float[] input, int slice, int first, int count) {
            int start = first * out;
            Sums of = sums[slice];
            KERNEL.multiplyBySlope(dense.activation(), activations, gradients, start, start + count * out);
            sumRows(first, count, gradients, of.bias);
            KERNEL.multiply(
                    dense.outputs(),
                    in,
                    count,
                    gradients,
                    start,
                    1,
                    out,
                    input,
                    first * in,
                    in,
                    zero,
                    of.weights,
                    0,
                    in);
        }

        /** The same for an input of which little is not 0. */
        void backward(SparseRows input, int slice, int first, int count) {
            int start = first * out;
            Sums of = sums[slice];
            KERNEL.multiplyBySlope(dense.activation(), activations, gradients, start, start + count * out);
            sumRows(first, count, gradients, of.bias);
            if (of.weightsByInput.length == 0) {
                of.weightsByInput = new float[dense.inputs() * out];
            }
            input.multiplyTransposed(
                    KERNEL, count, gradients, start, out, dense.outputs(), of.weights, in, of.weightsByInput);
        }

        /** dL/dx = W^T dz. */
        void backThroughWeights(float[] inputGradients, int first, int count) {
            KERNEL.multiply(
                    count,
                    in,
                    dense.outputs(),
                    gradients,
                    first * out,
                    out,
                    1,
                    weightsByOutput,
                    0,
                    in,
                    zero,
                    inputGradients,
                    first * in,
                    in);
        }

        /** The batch's mean of dW and db of some outputs from the slices' sums. */
        void addUp(float[] gradient, int slices, int rows, int from, int to) {
            float[] total = sums[0].weights;
            for (int slice = 1; slice < slices; slice++) {
                float[] weights = sums[slice].weights;
                for (int i = from * in; i < to * in; i++) {
                    total[i] += weights[i];
                }
            }
            float share = 1f / rows;
            for (int o = from; o < to; o++) {
                int at = dense.weights() + o * dense.inputs();
                for (int i = 0; i < dense.inputs(); i++) {
                    gradient[at + i] = total[o * in + i] * share;
                }
            }
            for (int o = 0; from == 0 && o < dense.outputs(); o++) {
                double sum = 0;
                for (int slice = 0; slice < slices; slice++) {
                    sum += sums[slice].bias[o];
                }
                gradient[dense.bias() + o] = (float) (sum / rows);
            }
        }
    }

    /**
     * The last layer of one slice, for a loss of which each row depends on one group of outputs: rows of a group go through it
     * together, through that group's weights alone. Products with 0 change no sum, so the bits are those of the whole layer.
     */
    private static final class GroupedOutput {
        private final FusedLayer layer;
        private final GroupedLoss loss;
        private final List<GroupedLoss.Group> groups;
        private int[] groupOf = new int[0];
        private int[] members = new int[0];
        private double[] losses = new double[0];
        private float[] inputs = new float[0];
        private float[] outputs = new float[0];
        private float[] gradients = new float[0];
        private float[] back = new float[0];

        GroupedOutput(FusedLayer layer, GroupedLoss loss) {
            this.layer = layer;
            this.loss = loss;
            this.groups = loss.groups();
        }

        /** Adds up the slice's part of db and dW, writes dL/dx, and returns the loss. */
        double run(
                int first, int count, float[] input, float[] targets, int columns, float[] inputGradients, Sums sums) {
            int in = layer.in;
            makeRoom(count);
            for (int row = 0; row < count; row++) {
                groupOf[row] = loss.group(targets, (first + row) * columns);
                losses[row] = 0;
            }
            Arrays.fill(inputGradients, first * in, (first + count) * in, 0);
            Arrays.fill(sums.bias, 0);
            for (int g = 0; g < groups.size(); g++) {
                int size = 0;
                for (int row = 0; row < count; row++) {
                    if (groupOf[row] == g) {
                        System.arraycopy(input, (first + row) * in, inputs, size * in, in);
                        members[size++] = row;
                    }
                }
                forward(groups.get(g), size);
                int stride = Kernel.padded(groups.get(g).count());
                Arrays.fill(gradients, 0, size * stride, 0);
                for (int i = 0; i < size; i++) {
                    int row = members[i];
                    losses[row] = loss.gradients(g, outputs, i * stride, targets, (first + row) * columns, gradients);
                }
                backward(groups.get(g), size, sums);
                for (int i = 0; i < size; i++) {
                    System.arraycopy(back, i * in, inputGradients, (first + members[i]) * in, in);
                }
            }
            double sum = 0;
            for (int row = 0; row < count; row++) {
                sum += losses[row];
            }
            return sum;
        }

        private void makeRoom(int count) {
            if (groupOf.length < count) {
                int widest =
                        groups.stream().mapToInt(GroupedLoss.Group::count).max().orElse(0);
                groupOf = new int[count];
                members = new int[count];
                losses = new double[count];
                inputs = new float[count * layer.in];
                back = new float[count * layer.in];
                outputs = new float[count * Kernel.padded(widest)];
                gradients = new float[count * Kernel.padded(widest)];
            }
        }

        private void forward(GroupedLoss.Group group, int size) {
            int stride = Kernel.padded(group.count());
            float[] bias = Arrays.copyOfRange(layer.bias, group.from(), group.from() + stride);
            KERNEL.multiply(
                    size,
                    stride,
                    layer.dense.inputs(),
                    inputs,
                    0,
                    layer.in,
                    1,
                    layer.weightsByInput,
                    group.from(),
                    layer.out,
                    bias,
                    outputs,
                    0,
                    stride);
            KERNEL.activate(layer.dense.activation(), outputs, 0, size * stride);
        }

        private void backward(GroupedLoss.Group group, int size, Sums sums) {
            int stride = Kernel.padded(group.count());
            KERNEL.multiplyBySlope(layer.dense.activation(), outputs, gradients, 0, size * stride);
            float[] totals = new float[stride];
            float[] rests = new float[stride];
            KERNEL.sumRows(size, stride, 0, gradients, totals, rests);
            for (int i = 0; i < group.count(); i++) {
                sums.bias[group.from() + i] = (double) totals[i] + rests[i];
            }
            KERNEL.multiply(
                    group.count(),
                    layer.in,
                    size,
                    gradients,
                    0,
                    1,
                    stride,
                    inputs,
                    0,
                    layer.in,
                    layer.zero,
                    sums.weights,
                    group.from() * layer.in,
                    layer.in);
            KERNEL.multiply(
                    size,
                    layer.in,
                    group.count(),
                    gradients,
                    0,
                    stride,
                    1,
                    layer.weightsByOutput,
                    group.from() * layer.in,
                    layer.in,
                    layer.zero,
                    back,
                    0,
                    layer.in);
        }
    }

    /** What one slice adds up for a layer. */
    private static final class Sums {
        /** Of a layer whose input is sparse, [inputs][outputs], 0 between two passes; empty before it is used. */
        float[] weightsByInput = new float[0];

        final float[] weights;
        final double[] bias;
        final double[] mean;
        final float[] center;
        final double[] squares;
        final double[] beta;
        final double[] gamma;
        int rows;

        Sums(FusedLayer layer) {
            int normalized = layer.dense.batchNorm() ? layer.out : 0;
            this.weights = new float[layer.dense.outputs() * layer.in];
            this.bias = new double[layer.out];
            this.mean = new double[normalized];
            this.center = new float[normalized];
            this.squares = new double[normalized];
            this.beta = new double[normalized];
            this.gamma = new double[normalized];
        }
    }
}
