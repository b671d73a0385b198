package dev.octet.bundle;

import dev.octet.event.InputException;
import dev.octet.event.TemporaryFile;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The files of a bundle that scoring needs, as bytes: neither its memory nor its graphs. It travels to where rows are scored
 * and is unpacked and verified there once a JVM. Immutable and thread-safe.
 */
public final class BundleFiles implements Serializable {
    private static final long serialVersionUID = 1L;
    private static final Map<String, Bundle> LOADED = new ConcurrentHashMap<>();

    private final String id;
    private final String[] names;
    private final byte[][] contents;

    private BundleFiles(String id, String[] names, byte[][] contents) {
        this.id = id;
        this.names = names;
        this.contents = contents;
    }

    /**
     * Packs a bundle that was loaded, and so verified.
     *
     * @throws InputException if a file of it has gone
     */
    public static BundleFiles of(Bundle bundle) throws IOException {
        List<String> names = new ArrayList<>();
        List<byte[]> contents = new ArrayList<>();
        StringBuilder checksums = new StringBuilder();
        for (Map.Entry<String, String> file : bundle.files().entrySet()) {
            String name = file.getKey();
            if (name.equals(Bundle.HISTORY) || name.equals(Bundle.ONNX) || name.equals(Bundle.ENCODED)) {
                continue;
            }
            Path path = bundle.directory().resolve(name);
            if (!Checksums.sha256(path).equals(file.getValue())) {
                throw new InputException(path + " was changed after the bundle was verified; copy the bundle again");
            }
            names.add(name);
            contents.add(Files.readAllBytes(path));
            checksums.append(file.getValue()).append("  ").append(name).append('\n');
        }
        names.add(Checksums.FILE);
        contents.add(checksums.toString().getBytes(StandardCharsets.UTF_8));
        return new BundleFiles(bundle.id(), names.toArray(new String[0]), contents.toArray(new byte[0][]));
    }

    /** {@link Bundle#id} of the whole bundle. */
    public String id() {
        return id;
    }

    /** Size of all files together. */
    public long bytes() {
        long sum = 0;
        for (byte[] each : contents) {
            sum += each.length;
        }
        return sum;
    }

    /** The bundle without memory and graphs; unpacked at the first call in a JVM. */
    public Bundle bundle() {
        return LOADED.computeIfAbsent(id, made -> unpack());
    }

    private Bundle unpack() {
        try {
            Path directory = Files.createTempDirectory("octet-bundle");
            try {
                for (int i = 0; i < names.length; i++) {
                    Files.write(directory.resolve(names[i]), contents[i]);
                }
                return Bundle.load(directory);
            } finally {
                TemporaryFile.deleteTree(directory);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the bundle cannot be unpacked on this machine: " + e.getMessage(), e);
        }
    }
}
