package dev.octet.detect.autoencoder;

import dev.octet.detect.Detector;
import dev.octet.detect.DetectorState;
import dev.octet.event.InputException;
import dev.octet.onnx.OnnxGraph;
import dev.octet.onnx.OnnxScore;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A trained autoencoder. A row's score is its mean squared reconstruction error, (1/columns) sum (x' - x)<sup>2</sup>,
 * in squared units of the scaled columns; higher = more anomalous; a column's contribution is its squared error.
 *
 * <p>Immutable, thread-safe and without Deeplearning4j. Costs one multiplication a weight and row.
 */
public final class AutoencoderDetector implements Detector {
    public static final String KIND = "autoencoder";
    private static final int STATE_VERSION = 1;

    private final ForwardPass network;

    AutoencoderDetector(ForwardPass network) {
        this.network = network;
    }

    ForwardPass network() {
        return network;
    }

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public int columns() {
        return network.columns();
    }

    @Override
    public void score(float[] rows, int count, double[] scores) {
        if (count < 0 || rows.length < (long) count * columns() || scores.length < count) {
            throw new IllegalArgumentException(count + " rows of " + columns() + " columns and as many scores need"
                    + " larger arrays than " + rows.length + " and " + scores.length);
        }
        int columns = columns();
        network.run(rows, 0, count, (first, tile, outputs, stride) -> {
            for (int row = 0; row < tile; row++) {
                int in = (first + row) * columns;
                int out = row * stride;
                double sum = 0;
                for (int column = 0; column < columns; column++) {
                    double error = (double) outputs[out + column] - rows[in + column];
                    sum += error * error;
                }
                scores[first + row] = sum / columns;
            }
        });
    }

    @Override
    public void contributions(float[] row, double[] contributions) {
        if (row.length < columns() || contributions.length < columns()) {
            throw new IllegalArgumentException("a row and its contributions need " + columns() + " values each, not "
                    + row.length + " and " + contributions.length);
        }
        network.run(row, 0, 1, (first, tile, outputs, stride) -> {
            for (int column = 0; column < columns(); column++) {
                double error = (double) outputs[column] - row[column];
                contributions[column] = error * error;
            }
        });
    }

    @Override
    public void explain(float[] rows, int count, double[] scores, double[] contributions) {
        int columns = columns();
        network.run(rows, 0, count, (first, tile, outputs, stride) -> {
            for (int row = 0; row < tile; row++) {
                int in = (first + row) * columns;
                int out = row * stride;
                double sum = 0;
                for (int column = 0; column < columns; column++) {
                    double error = (double) outputs[out + column] - rows[in + column];
                    contributions[in + column] = error * error;
                    sum += error * error;
                }
                scores[first + row] = sum / columns;
            }
        });
    }

    /** The network with batch normalisation folded in; the sums are the runtime's own, in float. */
    @Override
    public Optional<OnnxScore> addTo(OnnxGraph graph, String features) {
        String reconstruction = features;
        for (ForwardPass.FoldedLayer layer : network.layers()) {
            reconstruction = layer.addTo(graph, reconstruction);
        }
        String difference = graph.add("Sub", reconstruction, features);
        String squared = graph.add("Mul", difference, difference);
        String mean = graph.node("ReduceMean").with("keepdims", 0).of(squared, graph.longs(new long[] {1}, 1));
        return Optional.of(new OnnxScore(mean, squared));
    }

    @Override
    public DetectorState state() {
        List<ForwardPass.FoldedLayer> layers = network.layers();
        int[] widths = new int[layers.size() + 1];
        widths[0] = columns();
        List<String> activations = new ArrayList<>();
        Map<String, Object> arrays = new HashMap<>();
        for (int i = 0; i < layers.size(); i++) {
            ForwardPass.FoldedLayer layer = layers.get(i);
            widths[i + 1] = layer.outputs();
            activations.add(layer.activation().configName());
            arrays.put("weights" + i, layer.plainWeights());
            arrays.put("bias" + i, layer.plainBias());
        }
        arrays.put("widths", widths);
        return new DetectorState(KIND, STATE_VERSION, Map.of("activations", String.join(",", activations)), arrays);
    }

    /**
     * The detector whose {@link #state} this is; its scores have the same bits.
     *
     * @param state {@code widths} int[layers + 1] from the columns to the columns again, {@code activations} a name a
     *     layer, {@code weightsI} float[] row-major [inputs][outputs] and {@code biasI} float[outputs] of layer I, with
     *     batch normalisation folded in
     * @throws InputException if it is not the state of an autoencoder, or not a whole one
     */
    public static AutoencoderDetector restore(DetectorState state) {
        if (!state.kind().equals(KIND)) {
            throw new InputException("autoencoder: the stored detector is of kind " + state.kind() + ", not " + KIND);
        }
        if (state.version() != STATE_VERSION) {
            throw new InputException("autoencoder: the stored detector has version " + state.version()
                    + ", this Octet reads version " + STATE_VERSION);
        }
        return new AutoencoderDetector(new ForwardPass(restoreLayers(state)));
    }

    /** The layers in a state: {@code widths}, {@code activations}, {@code weightsI} and {@code biasI}, all checked. */
    static List<ForwardPass.FoldedLayer> restoreLayers(DetectorState state) {
        if (!(state.arrays().get("widths") instanceof int[] widths) || widths.length < 2) {
            throw new InputException("autoencoder: the stored detector has no widths of at least 2 layers");
        }
        for (int width : widths) {
            if (width < 1 || width > Layer.MAX_WIDTH) {
                throw new InputException("autoencoder: the stored detector has a layer of width " + width
                        + ", allowed is [1, " + Layer.MAX_WIDTH + "]");
            }
        }
        if (widths[0] != widths[widths.length - 1]) {
            throw new InputException("autoencoder: the stored detector takes " + widths[0] + " columns and gives "
                    + widths[widths.length - 1] + "; both must be the same");
        }
        String[] activations =
                String.valueOf(state.settings().get("activations")).split(",", -1);
        if (activations.length != widths.length - 1) {
            throw new InputException("autoencoder: the stored detector has " + (widths.length - 1) + " layers and "
                    + activations.length + " activations");
        }
        List<ForwardPass.FoldedLayer> layers = new ArrayList<>();
        for (int i = 0; i < activations.length; i++) {
            layers.add(ForwardPass.FoldedLayer.of(
                    widths[i],
                    widths[i + 1],
                    Activation.ofConfigName(activations[i]),
                    floats(state, "weights" + i, (long) widths[i] * widths[i + 1]),
                    floats(state, "bias" + i, widths[i + 1])));
        }
        return layers;
    }

    private static float[] floats(DetectorState state, String name, long length) {
        if (!(state.arrays().get(name) instanceof float[] values)) {
            throw new InputException("autoencoder: the stored detector has no float array " + name);
        }
        if (values.length != length) {
            throw new InputException(
                    "autoencoder: the stored " + name + " has " + values.length + " values, its layer needs " + length);
        }
        for (int i = 0; i < values.length; i++) {
            if (!Float.isFinite(values[i])) {
                throw new InputException("autoencoder: the stored " + name + " has the value " + values[i] + " at " + i
                        + "; weights must be finite");
            }
        }
        return values;
    }
}
