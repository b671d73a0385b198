package dev.octet.detect.autoencoder;

import java.util.Arrays;
import org.bytedeco.javacpp.FloatPointer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Gives batches to one network of Deeplearning4j's, on the device of the calling thread. Used by one thread. */
final class Dl4jSteps {
    /** Bytes of batches that may be on their way to a device at a time. */
    private static final long MAX_UNDER_WAY = 64L << 20;

    private static final int MAX_BATCHES_UNDER_WAY = 16;

    private final MultiLayerNetwork network;
    private final StepLoss loss;
    private final int columns;
    private final boolean onDevice = Backend.onDevice();
    /** Used in turn, for what a device has not read yet must not be written over. Native memory is not left to the garbage collector. */
    private INDArray[] inputArrays = {};

    private INDArray[] targetArrays = {};
    private int turn;

    /** @param loss the network's */
    Dl4jSteps(MultiLayerNetwork network, StepLoss loss, int columns) {
        this.network = network;
        this.loss = loss;
        this.columns = columns;
    }

    /** As {@link TrainingEngine#step}. */
    void step(float[] inputs, float[] targets, int count) {
        if (turn == inputArrays.length) {
            startAgain(count);
        }
        inputArrays[turn] = filled(inputArrays[turn], inputs, count);
        targetArrays[turn] = filled(targetArrays[turn], targets, count);
        loss.target(targets, count);
        network.fit(inputArrays[turn], targetArrays[turn]);
        turn++;
    }

    /** As {@link TrainingEngine#takeLossSum}. */
    double takeLossSum() {
        return loss.takeSum();
    }

    private void startAgain(int count) {
        if (onDevice) {
            Nd4j.getExecutioner().commit();
        }
        turn = 0;
        if (inputArrays.length == 0) {
            long batch = 2L * Float.BYTES * count * columns;
            int batches = onDevice ? (int) Math.max(2, Math.min(MAX_BATCHES_UNDER_WAY, MAX_UNDER_WAY / batch)) : 1;
            inputArrays = new INDArray[batches];
            targetArrays = new INDArray[inputArrays.length];
        }
    }

    private INDArray filled(INDArray reused, float[] rows, int count) {
        int values = count * columns;
        if (reused == null || reused.rows() != count) {
            return Nd4j.create(Arrays.copyOf(rows, values), new long[] {count, columns}, 'c');
        }
        if (onDevice) {
            // Copies to the device before it returns.
            reused.data().setData(rows.length == values ? rows : Arrays.copyOf(rows, values));
        } else {
            ((FloatPointer) reused.data().pointer()).put(rows, 0, values);
        }
        return reused;
    }
}
