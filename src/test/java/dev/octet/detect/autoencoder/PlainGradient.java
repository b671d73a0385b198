package dev.octet.detect.autoencoder;

import dev.octet.detect.autoencoder.NetworkShape.Dense;
import java.util.List;
import java.util.SplittableRandom;

/**
 * The gradient of the mean squared error, computed by the formulas of {@link FusedEngine} one operation after the other,
 * in doubles or in floats. In floats each result is rounded and each sum is taken in a random order; only a batch's means
 * stay doubles. Java rounds alike on every machine, so the spread of these gradients over some seeds says what can be
 * expected of arithmetic in floats, wherever a test runs.
 */
final class PlainGradient {
    private final NetworkShape shape;
    private final float[] parameters;
    private final boolean floats;
    private final SplittableRandom random;

    private PlainGradient(NetworkShape shape, float[] parameters, boolean floats, long seed) {
        this.shape = shape;
        this.parameters = parameters;
        this.floats = floats;
        this.random = new SplittableRandom(seed);
    }

    /** In double precision, in the layout of the parameters; 0 where the running statistics lie. */
    static double[] exact(NetworkShape shape, float[] parameters, float[] inputs, float[] targets, int rows) {
        return new PlainGradient(shape, parameters, false, 0).gradient(inputs, targets, rows);
    }

    /** In floats, the sums in the order that {@code seed} gives. */
    static double[] rounded(
            NetworkShape shape, float[] parameters, float[] inputs, float[] targets, int rows, long seed) {
        return new PlainGradient(shape, parameters, true, seed).gradient(inputs, targets, rows);
    }

    private double rounded(double result) {
        return floats ? (float) result : result;
    }

    private int[] order(int count) {
        int[] order = new int[count];
        for (int i = 0; i < count; i++) {
            int j = random.nextInt(i + 1);
            order[i] = order[j];
            order[j] = i;
        }
        return order;
    }

    /** A layer's values row by row; the mean and 1 / sqrt(variance + epsilon) where it is normalised. */
    private record Values(double[] in, double[] activated, double[] out, double[] mean, double[] inverse) {}

    private double[] gradient(float[] inputs, float[] targets, int rows) {
        List<Dense> layers = shape.layers();
        Values[] values = new Values[layers.size()];
        double[] x = new double[inputs.length];
        for (int i = 0; i < x.length; i++) {
            x[i] = inputs[i];
        }
        for (int l = 0; l < values.length; l++) {
            values[l] = forward(layers.get(l), x, rows);
            x = values[l].out;
        }
        double[] gradient = new double[parameters.length];
        double[] g = new double[x.length];
        for (int i = 0; i < g.length; i++) {
            g[i] = rounded(rounded(x[i] - targets[i]) * rounded(2.0 / shape.columns()));
        }
        for (int l = values.length - 1; l >= 0; l--) {
            g = backward(layers.get(l), values[l], g, rows, gradient);
        }
        for (int i = 0; i < gradient.length; i++) {
            gradient[i] = rounded(gradient[i] / rows);
        }
        return gradient;
    }

    private Values forward(Dense layer, double[] in, int rows) {
        int width = layer.outputs();
        double[] activated = new double[rows * width];
        int[] inputs = order(layer.inputs());
        for (int row = 0; row < rows; row++) {
            for (int o = 0; o < width; o++) {
                double sum = parameters[layer.bias() + o];
                for (int i : inputs) {
                    double weight = parameters[layer.weights() + o * layer.inputs() + i];
                    sum = rounded(sum + rounded(weight * in[row * layer.inputs() + i]));
                }
                activated[row * width + o] = rounded(activated(layer.activation(), sum));
            }
        }
        return layer.batchNorm()
                ? normalized(layer, in, activated, rows)
                : new Values(in, activated, activated, null, null);
    }

    private Values normalized(Dense layer, double[] in, double[] activated, int rows) {
        int width = layer.outputs();
        double[] out = new double[rows * width];
        double[] mean = new double[width];
        double[] inverse = new double[width];
        for (int o = 0; o < width; o++) {
            double sum = 0;
            for (int row = 0; row < rows; row++) {
                sum += activated[row * width + o];
            }
            mean[o] = sum / rows;
            double squares = 0;
            for (int row : order(rows)) {
                double away = rounded(activated[row * width + o] - mean[o]);
                squares = rounded(squares + rounded(away * away));
            }
            double variance = rounded(rounded(squares / rows) + NetworkShape.BATCH_NORM_EPSILON);
            inverse[o] = rounded(1 / rounded(Math.sqrt(variance)));
            double scale = rounded(parameters[layer.gamma() + o] * inverse[o]);
            for (int row = 0; row < rows; row++) {
                double away = rounded(activated[row * width + o] - mean[o]);
                out[row * width + o] = rounded(rounded(away * scale) + parameters[layer.beta() + o]);
            }
        }
        return new Values(in, activated, out, mean, inverse);
    }

    /** Sets the layer's part of {@code gradient} to sums over the rows; returns dL/dx. */
    private double[] backward(Dense layer, Values values, double[] g, int rows, double[] gradient) {
        int width = layer.outputs();
        double[] dz = g.clone();
        int[] order = order(rows);
        for (int o = 0; o < width; o++) {
            if (layer.batchNorm()) {
                normalizedBack(layer, o, values, dz, rows, gradient);
            }
            double bias = 0;
            for (int row : order) {
                int at = row * width + o;
                dz[at] = rounded(dz[at] * rounded(slope(layer.activation(), values.activated[at])));
                bias = rounded(bias + dz[at]);
            }
            gradient[layer.bias() + o] = bias;
        }
        double[] back = new double[rows * layer.inputs()];
        int[] outputs = order(width);
        for (int row : order) {
            for (int o : outputs) {
                double z = dz[row * width + o];
                for (int i = 0; i < layer.inputs(); i++) {
                    int weight = layer.weights() + o * layer.inputs() + i;
                    int at = row * layer.inputs() + i;
                    gradient[weight] = rounded(gradient[weight] + rounded(z * values.in[at]));
                    back[at] = rounded(back[at] + rounded(z * parameters[weight]));
                }
            }
        }
        return back;
    }

    private void normalizedBack(Dense layer, int o, Values values, double[] g, int rows, double[] gradient) {
        int width = layer.outputs();
        double beta = 0;
        double products = 0;
        for (int row : order(rows)) {
            int at = row * width + o;
            beta = rounded(beta + g[at]);
            products = rounded(products + rounded(g[at] * rounded(values.activated[at] - values.mean[o])));
        }
        double gamma = rounded(products * values.inverse[o]);
        gradient[layer.beta() + o] = beta;
        gradient[layer.gamma() + o] = gamma;
        double shift = rounded(beta / rows);
        double slope = rounded(rounded(gamma / rows) * values.inverse[o]);
        double scale = rounded(parameters[layer.gamma() + o] * values.inverse[o]);
        for (int row = 0; row < rows; row++) {
            int at = row * width + o;
            double away = rounded(values.activated[at] - values.mean[o]);
            g[at] = rounded(scale * rounded(rounded(g[at] - shift) - rounded(away * slope)));
        }
    }

    private static double activated(Activation activation, double z) {
        return switch (activation) {
            case RELU -> Math.max(0, z);
            case TANH -> StrictMath.tanh(z);
            case ELU -> z > 0 ? z : StrictMath.expm1(z);
            case SIGMOID -> 1 / (1 + StrictMath.exp(-z));
            case IDENTITY -> z;
        };
    }

    private static double slope(Activation activation, double y) {
        return switch (activation) {
            case RELU -> y > 0 ? 1 : 0;
            case TANH -> 1 - y * y;
            case ELU -> y > 0 ? 1 : y + 1;
            case SIGMOID -> y * (1 - y);
            case IDENTITY -> 1;
        };
    }
}
