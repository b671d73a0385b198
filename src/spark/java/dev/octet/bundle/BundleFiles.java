package dev.octet.bundle;

import dev.octet.event.InputException;
import dev.octet.event.LogFormat;
import dev.octet.event.TemporaryFile;
import dev.octet.event.enrich.AddressFact;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The files of a bundle that scoring needs, as bytes: neither its memory nor its graphs; how the log is read, and the address
 * databases that complete it. It travels to where rows are scored and is unpacked and verified there once a JVM. Immutable and
 * thread-safe.
 */
public final class BundleFiles implements Serializable {
    private static final long serialVersionUID = 1L;
    private static final Map<String, Bundle> LOADED = new ConcurrentHashMap<>();

    private final String id;
    private final String[] names;
    private final byte[][] contents;
    private final String format;
    private final Database[] databases;
    /** Of all of it, so that it is unpacked once. */
    private final String checksum;

    /** An address database. */
    private static final class Database implements Serializable {
        private static final long serialVersionUID = 1L;

        private final AddressFact fact;
        private final String name;
        private final byte[] content;

        Database(AddressFact fact, Path file) throws IOException {
            this.fact = fact;
            name = String.valueOf(file.getFileName());
            content = Files.readAllBytes(file);
        }
    }

    private BundleFiles(String id, String[] names, byte[][] contents, String format, Database[] databases) {
        this.id = id;
        this.names = names;
        this.contents = contents;
        this.format = format;
        this.databases = databases;
        MessageDigest digest = Checksums.sha256();
        digest.update((id + ' ' + format).getBytes(StandardCharsets.UTF_8));
        for (Database each : databases) {
            digest.update((each.fact + " " + each.name + " " + each.content.length).getBytes(StandardCharsets.UTF_8));
            digest.update(each.content);
        }
        checksum = HexFormat.of().formatHex(digest.digest());
    }

    /** The same bundle for logs of another format. */
    public static Bundle reading(Bundle bundle, LogFormat format) {
        return new Bundle(
                bundle.model(),
                format,
                bundle.config(),
                bundle.provenance(),
                bundle.golden(),
                bundle.files(),
                bundle.directory());
    }

    /**
     * Packs a bundle that was loaded, and so verified, with its format of logs.
     *
     * @param named address databases, by what they are asked for
     * @throws InputException if a file of it has gone
     */
    public static BundleFiles of(Bundle bundle, Map<AddressFact, List<Path>> named) throws IOException {
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
        List<Database> databases = new ArrayList<>();
        for (Map.Entry<AddressFact, List<Path>> each : named.entrySet()) {
            for (Path file : each.getValue()) {
                databases.add(new Database(each.getKey(), file));
            }
        }
        return new BundleFiles(
                bundle.id(),
                names.toArray(new String[0]),
                contents.toArray(new byte[0][]),
                SavedFormat.write(bundle.format()),
                databases.toArray(new Database[0]));
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
        return LOADED.computeIfAbsent(checksum, made -> unpack());
    }

    /** Checksum of everything. */
    public String checksum() {
        return checksum;
    }

    /** Unpacks the address databases, into files that stay as long as this JVM. */
    public Map<AddressFact, List<Path>> unpackDatabases() throws IOException {
        Map<AddressFact, List<Path>> files = new EnumMap<>(AddressFact.class);
        if (databases.length > 0) {
            Path directory = Files.createTempDirectory("octet-databases");
            directory.toFile().deleteOnExit();
            for (int i = 0; i < databases.length; i++) {
                Path file = Files.write(directory.resolve(i + "-" + databases[i].name), databases[i].content);
                file.toFile().deleteOnExit();
                files.computeIfAbsent(databases[i].fact, made -> new ArrayList<>())
                        .add(file);
            }
        }
        return files;
    }

    private Bundle unpack() {
        try {
            Path directory = Files.createTempDirectory("octet-bundle");
            try {
                for (int i = 0; i < names.length; i++) {
                    Files.write(directory.resolve(names[i]), contents[i]);
                }
                return reading(Bundle.load(directory), SavedFormat.read(format, "the format of the log"));
            } finally {
                TemporaryFile.deleteTree(directory);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the bundle cannot be unpacked on this machine: " + e.getMessage(), e);
        }
    }
}
