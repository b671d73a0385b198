package dev.octet.detect.autoencoder;

import dev.octet.event.InputException;
import dev.octet.onnx.OnnxGraph;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * The activation function of a layer. All are computed in {@code float} by the same few operations everywhere, so a
 * result has the same bits on every machine.
 */
public enum Activation {
    /** max(0, x). */
    RELU,
    /** tanh x. */
    TANH,
    /** x above 0, e<sup>x</sup> - 1 below. */
    ELU,
    /** 1 / (1 + e<sup>-x</sup>). */
    SIGMOID,
    /** x. */
    IDENTITY;

    /** Largest argument for which e^x and its reciprocal are finite, normal floats. */
    static final float EXP_LIMIT = 87;

    static final float LOG2_E = 1.44269504f;
    /** ln 2 in two parts; the first has 9 bits, so its products with the integers up to 126 are exact. */
    static final float LN2_HIGH = 0.693359375f;

    static final float LN2_LOW = -2.12194440e-4f;
    /** 1.5 * 2^23: a float that is added to it is rounded to an integer, which then stands in its lowest bits. */
    static final float ROUND = 12582912f;

    /** The name in a config, e.g. {@code relu}. */
    public String configName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * The activation of that {@link #configName}.
     *
     * @throws InputException if there is none
     */
    public static Activation ofConfigName(String name) {
        for (Activation activation : values()) {
            if (activation.configName().equals(name)) {
                return activation;
            }
        }
        throw new InputException("autoencoder: unknown activation '" + name + "'; allowed are "
                + Arrays.stream(values()).map(Activation::configName).collect(Collectors.joining(", ")));
    }

    float apply(float x) {
        return switch (this) {
            case RELU -> x > 0 ? x : 0;
            case TANH -> {
                float e = expm1(2 * x);
                yield e / (e + 2);
            }
            case ELU -> x > 0 ? x : expm1(x);
            case SIGMOID -> 1 / (2 + expm1(-x));
            case IDENTITY -> x;
        };
    }

    /** Replaces each of {@code values[from .. to)} by its {@link #apply(float)}. */
    void apply(float[] values, int from, int to) {
        // The switch is outside the loops, which then run without a branch an element.
        switch (this) {
            case RELU -> {
                for (int i = from; i < to; i++) {
                    values[i] = RELU.apply(values[i]);
                }
            }
            case TANH -> {
                for (int i = from; i < to; i++) {
                    values[i] = TANH.apply(values[i]);
                }
            }
            case ELU -> {
                for (int i = from; i < to; i++) {
                    values[i] = ELU.apply(values[i]);
                }
            }
            case SIGMOID -> {
                for (int i = from; i < to; i++) {
                    values[i] = SIGMOID.apply(values[i]);
                }
            }
            case IDENTITY -> {}
        }
    }

    /** Adds the activation to a graph and names its outputs; an identity needs no node of its own. */
    String addTo(OnnxGraph graph, String sums) {
        return switch (this) {
            case RELU -> graph.add("Relu", sums);
            case TANH -> graph.add("Tanh", sums);
            case ELU -> graph.add("Elu", sums);
            case SIGMOID -> graph.add("Sigmoid", sums);
            case IDENTITY -> sums;
        };
    }

    /** The derivative at the argument for which {@link #apply} gave {@code y}. */
    float slope(float y) {
        return switch (this) {
            case RELU -> y > 0 ? 1 : 0;
            case TANH -> 1 - y * y;
            case ELU -> y > 0 ? 1 : y + 1;
            case SIGMOID -> y * (1 - y);
            case IDENTITY -> 1;
        };
    }

    /**
     * e<sup>x</sup> - 1, correct to a few units in the last place, also near 0. With x = n ln 2 + r, |r| &le; ln 2 / 2,
     * it is 2<sup>n</sup>(e<sup>r</sup> - 1) + (2<sup>n</sup> - 1), and e<sup>r</sup> - 1 is its Taylor polynomial of
     * degree 7 (remainder below 6e-9).
     */
    static float expm1(float x) {
        return exponential(x, 1);
    }

    /** e<sup>x</sup>, correct to a few units in the last place, also where it is small, as {@link #expm1} + 1 is not. */
    static float exp(float x) {
        return exponential(x, 0);
    }

    /** e<sup>x</sup> less a number, which is subtracted from 2<sup>n</sup> before anything is added to that. */
    private static float exponential(float x, float less) {
        float clamped = Math.max(-EXP_LIMIT, Math.min(EXP_LIMIT, x));
        float shifted = Math.fma(clamped, LOG2_E, ROUND);
        float n = shifted - ROUND;
        float r = Math.fma(-n, LN2_LOW, Math.fma(-n, LN2_HIGH, clamped));
        float power = Float.intBitsToFloat((Float.floatToRawIntBits(shifted) << 23) + 0x3f800000);
        float p = 1 / 5040f;
        p = Math.fma(p, r, 1 / 720f);
        p = Math.fma(p, r, 1 / 120f);
        p = Math.fma(p, r, 1 / 24f);
        p = Math.fma(p, r, 1 / 6f);
        p = Math.fma(p, r, 0.5f);
        p = Math.fma(p, r, 1f);
        return Math.fma(power, p * r, power - less);
    }
}
