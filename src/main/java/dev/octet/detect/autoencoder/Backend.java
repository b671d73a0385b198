package dev.octet.detect.autoencoder;

import org.nd4j.linalg.api.ops.executioner.OpExecutioner;
import org.nd4j.linalg.factory.Nd4j;

/** Where ND4J computes. Asking for it loads ND4J, which takes a second or two. */
public final class Backend {
    private Backend() {}

    /** Whether ND4J computes on a CUDA device; else on the CPU. */
    public static boolean onDevice() {
        return Nd4j.getExecutioner().type() == OpExecutioner.ExecutionerType.CUDA;
    }
}
