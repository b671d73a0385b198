package dev.octet.detect.autoencoder;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.octet.detect.TrainingData;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whether gpu/check.sh would notice: an engine with a fault must fail its comparison, one without must pass. */
class EngineTrialTest {
    /** As in gpu/check.sh, which has larger batches. */
    private static final int BATCH = 1024;

    private static final int STEPS = 20;
    private static final double FIRST_TOLERANCE = 0.0005;
    private static final double TOLERANCE = 0.02;

    private static final EngineTrial TRIAL = new EngineTrial(14, 1, 1);
    private static final NetworkShape SHAPE = TRIAL.shape();
    private static final TrainingData DATA = TRIAL.data(BATCH * STEPS);
    private static final float[] WEIGHTS = weights();
    /** What a training begins with on a card. */
    private static final float[] CARD_WEIGHTS = Dl4jEngine.hostWeights(SHAPE, 1);

    private static final EngineTrial.Result REFERENCE = TRIAL.train(DATA, fused(WEIGHTS), BATCH, 1);
    private static final EngineTrial.Result CARD_REFERENCE = TRIAL.train(DATA, fused(CARD_WEIGHTS), BATCH, 1);

    private static float[] weights() {
        try (Dl4jEngine engine = new Dl4jEngine(SHAPE, Loss.MEAN_SQUARED_ERROR, 1, 1e-3)) {
            return engine.parameters();
        }
    }

    private static FusedEngine fused(float[] weights) {
        return new FusedEngine(SHAPE, weights, Loss.MEAN_SQUARED_ERROR, 1e-3, 2);
    }

    /** What goes wrong with the parameters in a step. */
    private interface Wrong {
        void change(float[] before, float[] after);
    }

    private record Fault(String name, Wrong wrong) {
        @Override
        public String toString() {
            return name;
        }
    }

    static List<Fault> faults() {
        List<Fault> faults = new ArrayList<>();
        faults.add(new Fault("gradients of the wrong sign", steps(-1)));
        faults.add(new Fault("a learning rate 1 % too high", steps(1.01)));
        faults.add(new Fault("a learning rate 1 % too low", steps(0.99)));
        faults.add(new Fault("parameters kept as bfloat16", bits(0xffff0000)));
        faults.add(new Fault("parameters kept with TF32's 10 bits", bits(0xffffe000)));
        for (int i = 0; i < SHAPE.layers().size(); i++) {
            NetworkShape.Dense layer = SHAPE.layers().get(i);
            faults.add(still("weights of layer " + i, layer.weights(), layer.bias()));
            faults.add(still("biases of layer " + i, layer.bias(), layer.gamma()));
            if (layer.batchNorm()) {
                faults.add(still("gammas of layer " + i, layer.gamma(), layer.beta()));
                faults.add(still("betas of layer " + i, layer.beta(), layer.mean()));
                faults.add(still("running means of layer " + i, layer.mean(), layer.logDeviation()));
            }
        }
        return faults;
    }

    private static Wrong steps(double factor) {
        return (before, after) -> {
            for (int i = 0; i < after.length; i++) {
                after[i] = (float) (before[i] + factor * (after[i] - before[i]));
            }
        };
    }

    private static Wrong bits(int mask) {
        return (before, after) -> {
            for (int i = 0; i < after.length; i++) {
                after[i] = Float.intBitsToFloat(Float.floatToIntBits(after[i]) & mask);
            }
        };
    }

    private static Fault still(String what, int from, int to) {
        return new Fault(
                what + " not trained", (before, after) -> System.arraycopy(before, from, after, from, to - from));
    }

    @ParameterizedTest
    @MethodSource("faults")
    void aFaultShowsInTheFirstEpoch(Fault fault) {
        assertShows(fault, WEIGHTS, REFERENCE);
        assertShows(fault, CARD_WEIGHTS, CARD_REFERENCE);
    }

    private static void assertShows(Fault fault, float[] weights, EngineTrial.Result reference) {
        try (TrainingEngine engine = new Faulty(fused(weights), fault.wrong)) {
            EngineTrial.Comparison comparison = EngineTrial.compare(TRIAL.train(DATA, engine, BATCH, 1), reference);
            assertFalse(comparison.first() <= FIRST_TOLERANCE, comparison.toString());
        }
    }

    @Test
    void weightsOfZeroShow() {
        EngineTrial.Result zero = TRIAL.train(DATA, fused(new float[WEIGHTS.length]), BATCH, 8);
        EngineTrial.Comparison comparison = EngineTrial.compare(zero, TRIAL.train(DATA, fused(WEIGHTS), BATCH, 8));
        assertTrue(comparison.first() > FIRST_TOLERANCE && comparison.most() > TOLERANCE, comparison.toString());
        // Nor where both engines have them, as when a card drew none: only biases learn then.
        assertFalse(EngineTrial.compare(zero, zero).passes(FIRST_TOLERANCE, TOLERANCE));
    }

    @Test
    void anEngineWithoutFaultPasses() {
        EngineTrial.Result reference = TRIAL.train(DATA, fused(WEIGHTS), BATCH, 8);
        EngineTrial.Comparison same =
                EngineTrial.compare(TRIAL.train(DATA, new Faulty(fused(WEIGHTS), steps(1)), BATCH, 8), reference);
        assertTrue(same.passes(1e-5, 1e-2), same.toString());
        EngineTrial.Comparison dl4j = EngineTrial.compare(TRIAL.train(DATA, Engine.DL4J, 1, BATCH, 8), reference);
        assertTrue(dl4j.passes(FIRST_TOLERANCE, TOLERANCE), dl4j.toString());
        assertFalse(dl4j.passes(1e-12, TOLERANCE));
        assertFalse(dl4j.passes(FIRST_TOLERANCE, 1e-12));
    }

    @Test
    void aLossThatIsNoNumberPassesNowhere() {
        double[] losses = {1, 0.1};
        double[] broken = {1, Double.NaN};
        EngineTrial.Result good = new EngineTrial.Result(losses, losses, losses);
        for (EngineTrial.Result bad : List.of(
                new EngineTrial.Result(broken, losses, losses), new EngineTrial.Result(losses, broken, losses))) {
            assertFalse(EngineTrial.compare(bad, good).passes(1, 1));
        }
        EngineTrial.Comparison equal = EngineTrial.compare(good, good);
        assertEquals(0, equal.most());
        assertTrue(equal.passes(0, 0));
    }

    private static final class Faulty implements TrainingEngine {
        private final TrainingEngine inner;
        private final Wrong wrong;

        Faulty(TrainingEngine inner, Wrong wrong) {
            this.inner = inner;
            this.wrong = wrong;
        }

        @Override
        public void step(float[] inputs, float[] targets, int count) {
            float[] before = inner.parameters();
            inner.step(inputs, targets, count);
            float[] after = inner.parameters();
            wrong.change(before, after);
            inner.restore(after, inner.optimizerState(), inner.steps());
        }

        @Override
        public double takeLossSum() {
            return inner.takeLossSum();
        }

        @Override
        public float[] parameters() {
            return inner.parameters();
        }

        @Override
        public float[] optimizerState() {
            return inner.optimizerState();
        }

        @Override
        public int steps() {
            return inner.steps();
        }

        @Override
        public void setLearningRate(double learningRate) {
            inner.setLearningRate(learningRate);
        }

        @Override
        public void restore(float[] parameters, float[] optimizerState, int steps) {
            inner.restore(parameters, optimizerState, steps);
        }

        @Override
        public void close() {
            inner.close();
        }
    }
}
