package dev.octet.detect.autoencoder;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Collectors;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.Pointer;
import org.nd4j.linalg.api.environment.Nd4jEnvironment;
import org.nd4j.linalg.api.ops.executioner.OpExecutioner;
import org.nd4j.linalg.factory.Nd4j;

/** The ND4J backend, on a processor or a card. Asking for it loads ND4J, which takes a second or two. */
public final class Backend {
    private static final List<String> CUDA_LIBRARIES = List.of(
            "libcudart.so.11.0", "libcublasLt.so.11", "libcublas.so.11", "libcusolver.so.11", "libcusparse.so.11");

    private Backend() {}

    /**
     * What was loaded.
     *
     * @param description as of {@link Backend#description}
     * @param onDevice whether it computes on a card
     * @param version of ND4J
     * @param platform that its native code is for, e.g. {@code linux-x86_64}
     * @param mostBytes native memory that arrays may take
     * @param vectorBits width of the vectors that the fused engine has; 0 if it has none
     * @param cuda version of CUDA that the build brings ND4J's code for
     * @param cudaLibraries of these, each with the place it was found at
     */
    public record Native(
            String description,
            boolean onDevice,
            String version,
            String platform,
            long mostBytes,
            int vectorBits,
            Optional<String> cuda,
            List<String> cudaLibraries) {}

    /** Whether ND4J computes on a CUDA device; else on the CPU. */
    public static boolean onDevice() {
        return Nd4j.getExecutioner().type() == OpExecutioner.ExecutionerType.CUDA;
    }

    /** How many CUDA devices ND4J may use; on the CPU 1. */
    static int devices() {
        return onDevice() ? Nd4j.getAffinityManager().getNumberOfDevices() : 1;
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

    /** Loads ND4J and says what came of it. */
    public static Native loaded() {
        String description = description();
        int lanes = Kernel.best().lanes();
        Properties versions = properties("META-INF/maven/org.nd4j/nd4j-api/pom.properties");
        Optional<String> cuda = cudaVersion();
        return new Native(
                description,
                onDevice(),
                versions.getProperty("version", "of unknown version"),
                Loader.getPlatform(),
                Pointer.maxBytes(),
                lanes > 1 ? lanes * Float.SIZE : 0,
                cuda,
                cuda.isPresent() ? CUDA_LIBRARIES.stream().map(Backend::place).toList() : List.of());
    }

    private static Optional<String> cudaVersion() {
        for (String version : List.of("11.6", "11.4", "11.2")) {
            if (Backend.class.getResource("/META-INF/maven/org.nd4j/nd4j-cuda-" + version + "/pom.properties")
                    != null) {
                return Optional.of(version);
            }
        }
        return Optional.empty();
    }

    private static Properties properties(String resource) {
        Properties properties = new Properties();
        try (InputStream in = Backend.class.getResourceAsStream("/" + resource)) {
            if (in != null) {
                properties.load(in);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return properties;
    }

    private static String place(String library) {
        if (Backend.class.getResource("/org/bytedeco/cuda/" + Loader.getPlatform() + "/" + library) != null) {
            return library + " in this build";
        }
        for (Path folder : libraryFolders()) {
            if (Files.exists(folder.resolve(library))) {
                return library + " in " + folder;
            }
        }
        return library + " not found; install a CUDA 11 toolkit, or build with -Pcuda,cuda-redist";
    }

    /** Where the loader looks, and where toolkits are. */
    private static List<Path> libraryFolders() {
        List<Path> folders = new ArrayList<>();
        for (String folder : System.getProperty("java.library.path", "").split(":")) {
            if (!folder.isEmpty()) {
                folders.add(Path.of(folder));
            }
        }
        folders.add(Path.of("/usr/lib/x86_64-linux-gnu"));
        folders.add(Path.of("/usr/local/cuda/lib64"));
        try (DirectoryStream<Path> toolkits = Files.newDirectoryStream(Path.of("/usr/local"), "cuda-11*")) {
            toolkits.forEach(toolkit -> folders.add(toolkit.resolve("lib64")));
        } catch (IOException e) {
            // No /usr/local: no toolkit there.
            return folders;
        }
        return folders;
    }
}
