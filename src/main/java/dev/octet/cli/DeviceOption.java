package dev.octet.cli;

import dev.octet.detect.autoencoder.Backend;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * Where networks are trained; mixed into the commands that train. The launcher reads the option too and chooses before
 * Java starts (gpu/device.sh): what is left to do here is to look whether ND4J does as chosen.
 */
final class DeviceOption {
    /** What the launcher chose, {@code cpu} or {@code gpu}; not set where there was nothing to choose. */
    static final String CHOSEN = "octet.device";
    /** Why. */
    static final String REASON = "octet.device.reason";

    enum Device {
        AUTO,
        CPU,
        GPU
    }

    @Option(
            names = "--device",
            paramLabel = "auto|cpu|gpu",
            description = "where networks are trained; auto: on a card that this build can use, else on the CPU"
                    + " (default: OCTET_DEVICE, else auto; ./octet doctor says more)")
    private Device device;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    /** Whether the command line names a device. */
    boolean isGiven() {
        return device != null;
    }

    /**
     * Checks that ND4J computes where it should.
     *
     * @throws CommandLine.ParameterException if a GPU is asked for and ND4J has not got one
     */
    void check() {
        Device asked = device == null ? ofEnvironment() : device;
        boolean chosen = "gpu".equals(System.getProperty(CHOSEN));
        if (asked == Device.CPU || !chosen && asked == Device.AUTO || Backend.onDevice()) {
            return;
        }
        String missing = chosen
                ? "ND4J could not load CUDA and computes on the CPU; ./octet doctor says which libraries are missing,"
                        + " --verbose what ND4J says of it"
                : "ND4J computes on the CPU; start Octet by ./octet, with a build that has CUDA in it (gpu/README.md)";
        if (asked == Device.GPU) {
            throw new CommandLine.ParameterException(command.commandLine(), "--device gpu: " + missing);
        }
        Output.err(command).println("octet: " + missing);
    }

    private static Device ofEnvironment() {
        String value = System.getenv("OCTET_DEVICE");
        // The launcher has refused what is none of these.
        return value == null || value.isEmpty() ? Device.AUTO : Device.valueOf(value.toUpperCase(Locale.ROOT));
    }
}
