package dev.octet.detect.autoencoder;

import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;
import org.nd4j.linalg.api.environment.Nd4jEnvironment;
import org.nd4j.linalg.api.ops.executioner.OpExecutioner;
import org.nd4j.linalg.factory.Nd4j;

/** Where ND4J computes. Asking for it loads ND4J, which takes a second or two. */
public final class Backend {
    private Backend() {}

    /** Whether ND4J computes on a CUDA device; else on the CPU. */
    public static boolean onDevice() {
        return Nd4j.getExecutioner().type() == OpExecutioner.ExecutionerType.CUDA;
    }

    /** The backend and what it runs on, e.g. {@code CPU, 2 cores} or {@code CUDA, NVIDIA L4 (8.9)}. */
    public static String description() {
        Properties environment = Nd4j.getExecutioner().getEnvironmentInformation();
        String backend = environment.get(Nd4jEnvironment.BACKEND_KEY).toString();
        if (!onDevice()) {
            return backend + ", " + Runtime.getRuntime().availableProcessors() + " cores";
        }
        List<?> devices = (List<?>) environment.get(Nd4jEnvironment.CUDA_DEVICE_INFORMATION_KEY);
        return backend + ", "
                + devices.stream().map(device -> device((Map<?, ?>) device)).collect(Collectors.joining(", "));
    }

    private static String device(Map<?, ?> device) {
        return device.get(Nd4jEnvironment.CUDA_DEVICE_NAME_KEY) + " ("
                + device.get(Nd4jEnvironment.CUDA_DEVICE_MAJOR_VERSION_KEY) + "."
                + device.get(Nd4jEnvironment.CUDA_DEVICE_MINOR_VERSION_KEY) + ")";
    }
}
