package dev.octet.detect.autoencoder;

import dev.octet.onnx.OnnxGraph;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The trained network as it scores: dense layers only, each batch normalisation folded into the weights of the layer
 * after it. With a normalised activation s a + t, s = gamma / sqrt(variance + epsilon), t = beta - s mean, the next
 * layer's W (s a + t) + b is (W s) a + (W t + b).
 *
 * <p>Immutable and thread-safe: what a call needs besides the weights it allocates. A row's outputs have the same bits
 * whatever the rows around it.
 */
final class ForwardPass {
    /** Rows that go through the layers together; their activations stay in the first caches. */
    private static final int TILE = 64;

    private static final Kernel KERNEL = Kernel.best();

    /**
     * A dense layer ready for the kernel.
     *
     * @param weights row-major [inputs][padded outputs], zero in the padding
     * @param bias [padded outputs]
     */
    record FoldedLayer(int inputs, int outputs, Activation activation, float[] weights, float[] bias) {

        /** Row-major [inputs][outputs], without padding. */
        float[] plainWeights() {
            int stride = Kernel.padded(outputs);
            float[] plain = new float[inputs * outputs];
            for (int i = 0; i < inputs; i++) {
                System.arraycopy(weights, i * stride, plain, i * outputs, outputs);
            }
            return plain;
        }

        float[] plainBias() {
            return Arrays.copyOf(bias, outputs);
        }

        /** Adds the layer to a graph and names its outputs. */
        String addTo(OnnxGraph graph, String input) {
            String sums = graph.add(
                    "Gemm", input, graph.floats(plainWeights(), inputs, outputs), graph.floats(plainBias(), outputs));
            return activation.addTo(graph, sums);
        }

        /** The inverse of {@link #plainWeights} and {@link #plainBias}. */
        static FoldedLayer of(int inputs, int outputs, Activation activation, float[] weights, float[] bias) {
            int stride = Kernel.padded(outputs);
            float[] padded = new float[inputs * stride];
            for (int i = 0; i < inputs; i++) {
                System.arraycopy(weights, i * outputs, padded, i * stride, outputs);
            }
            return new FoldedLayer(inputs, outputs, activation, padded, Arrays.copyOf(bias, stride));
        }
    }

    /** Told about each tile of reconstructed rows, in order. */
    interface Reader {
        /**
         * @param firstRow index of the tile's first row
         * @param count rows in the tile
         * @param outputs row-major with {@code stride} floats a row
         */
        void tile(int firstRow, int count, float[] outputs, int stride);
    }

    private final List<FoldedLayer> layers;
    private final int widest;

    ForwardPass(List<FoldedLayer> layers) {
        this.layers = List.copyOf(layers);
        int width = 0;
        for (FoldedLayer layer : layers) {
            width = Math.max(width, Kernel.padded(layer.outputs()));
        }
        this.widest = width;
    }

    /** Folds the parameters of a trained network. */
    static ForwardPass fold(NetworkShape shape, float[] parameters) {
        List<FoldedLayer> folded = new ArrayList<>();
        NetworkShape.Dense before = null;
        for (NetworkShape.Dense layer : shape.layers()) {
            folded.add(fold(before, layer, parameters));
            before = layer;
        }
        return new ForwardPass(folded);
    }

    private static FoldedLayer fold(NetworkShape.Dense before, NetworkShape.Dense layer, float[] parameters) {
        int inputs = layer.inputs();
        int outputs = layer.outputs();
        double[] scale = new double[inputs];
        double[] shift = new double[inputs];
        for (int i = 0; i < inputs; i++) {
            scale[i] = 1;
            if (before != null && before.batchNorm()) {
                // StrictMath: the weights must not depend on the machine that folds them.
                double deviation = StrictMath.pow(10, parameters[before.logDeviation() + i]);
                scale[i] = parameters[before.gamma() + i]
                        / Math.sqrt(deviation * deviation + NetworkShape.BATCH_NORM_EPSILON);
                shift[i] = parameters[before.beta() + i] - scale[i] * parameters[before.mean() + i];
            }
        }
        float[] weights = new float[inputs * outputs];
        float[] bias = new float[outputs];
        for (int o = 0; o < outputs; o++) {
            double sum = parameters[layer.bias() + o];
            for (int i = 0; i < inputs; i++) {
                double weight = parameters[layer.weights() + o * inputs + i];
                weights[i * outputs + o] = (float) (weight * scale[i]);
                sum += weight * shift[i];
            }
            bias[o] = (float) sum;
        }
        return FoldedLayer.of(inputs, outputs, layer.activation(), weights, bias);
    }

    int columns() {
        return layers.get(0).inputs();
    }

    List<FoldedLayer> layers() {
        return layers;
    }

    /** Sends {@code count} rows, row-major in {@code rows} from {@code start} on, through the network. */
    void run(float[] rows, int start, int count, Reader reader) {
        int tileRows = Math.min(TILE, count);
        float[] in = new float[tileRows * widest];
        float[] out = new float[tileRows * widest];
        for (int first = 0; first < count; first += TILE) {
            int tile = Math.min(TILE, count - first);
            float[] from = rows;
            int fromStart = start + first * columns();
            int fromStride = columns();
            for (FoldedLayer layer : layers) {
                int stride = Kernel.padded(layer.outputs());
                dense(layer, tile, from, fromStart, fromStride, out, stride);
                float[] free = from == rows ? in : from;
                from = out;
                fromStart = 0;
                fromStride = stride;
                out = free;
            }
            reader.tile(first, tile, from, fromStride);
            // Both buffers are free again; the one that was read last must not be taken for the rows.
            in = from;
        }
    }

    private static void dense(
            FoldedLayer layer, int count, float[] from, int fromStart, int fromStride, float[] to, int stride) {
        KERNEL.multiply(
                count,
                stride,
                layer.inputs(),
                from,
                fromStart,
                fromStride,
                1,
                layer.weights(),
                0,
                stride,
                layer.bias(),
                to,
                0,
                stride);
        KERNEL.activate(layer.activation(), to, 0, count * stride);
    }
}
