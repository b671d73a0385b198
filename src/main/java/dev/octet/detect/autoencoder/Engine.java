package dev.octet.detect.autoencoder;

import java.util.Locale;

/**
 * The implementation that computes the steps of a training. The network and its initial weights are Deeplearning4j's in
 * all of them.
 */
public enum Engine {
    /**
     * {@link #FUSED} where the JVM has vectors of at least 256 bits, else {@link #DL4J}. In a build with CUDA both are timed
     * for a moment on the network and batch size at hand, and the faster one is taken.
     */
    AUTO,
    /** Deeplearning4j's own operations. */
    DL4J,
    /**
     * The same gradient in a few passes over arrays, on all cores. Gives the same bits on every machine and for every
     * number of threads; without vectors it is no faster than {@link #DL4J}.
     */
    FUSED,
    /**
     * Deeplearning4j's replicas on Apache Spark, whose parameters are averaged now and then (ParameterAveraging). Slower than
     * each of the others on one machine, and no two trainings are equal: docs/spark.md has the figures. {@link SparkTraining} finds it.
     */
    DL4J_SPARK;

    /** Whether it can train several replicas of the network. */
    public boolean hasReplicas() {
        return this == DL4J || this == DL4J_SPARK;
    }

    /** The name in a config, e.g. {@code fused}. */
    public String configName() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
