package dev.octet.bundle;

import dev.octet.event.InputException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The checksum list of a bundle, in the format of {@code sha256sum}, so that {@code sha256sum -c checksums.sha256}
 * checks it too. It guards against damage and accident; whoever can rewrite the files can rewrite the list as well.
 */
public final class Checksums {
    static final String FILE = "checksums.sha256";
    private static final Pattern LINE = Pattern.compile("([0-9a-f]{64}) [ *]([A-Za-z0-9][A-Za-z0-9._-]{0,99})");

    private Checksums() {}

    /**
     * Writes the list anew.
     *
     * @return checksums by name
     */
    static TreeMap<String, String> write(Path directory) throws IOException {
        return write(directory, Map.of());
    }

    /**
     * As above.
     *
     * @param known checksums of files that are as they were then, by name; the others are read
     */
    static TreeMap<String, String> write(Path directory, Map<String, String> known) throws IOException {
        TreeMap<String, String> checksums = new TreeMap<>();
        StringBuilder lines = new StringBuilder();
        for (String name : files(directory)) {
            String before = known.get(name);
            checksums.put(name, before == null ? sha256(directory.resolve(name)) : before);
            lines.append(checksums.get(name)).append("  ").append(name).append('\n');
        }
        Files.writeString(directory.resolve(FILE), lines);
        return checksums;
    }

    /**
     * The files of the list, with their checksums.
     *
     * @throws InputException if there is no list, or it is not one
     */
    static TreeMap<String, String> lists(Path directory) throws IOException {
        Path list = directory.resolve(FILE);
        if (!Files.isRegularFile(list, LinkOption.NOFOLLOW_LINKS)) {
            throw new InputException(directory + " is not an Octet bundle: it has no " + FILE);
        }
        TreeMap<String, String> checksums = new TreeMap<>();
        List<String> lines = Json.readText(list).lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            Matcher line = LINE.matcher(lines.get(i));
            if (!line.matches()) {
                throw new InputException(list + ":" + (i + 1) + ": not a checksum line: \"" + lines.get(i) + "\"");
            }
            if (checksums.put(line.group(2), line.group(1)) != null) {
                throw new InputException(list + ":" + (i + 1) + ": lists " + line.group(2) + " a second time");
            }
        }
        return checksums;
    }

    /**
     * Refuses a bundle whose files are not exactly those of its list, unchanged.
     *
     * @return checksums by name
     */
    static TreeMap<String, String> verify(Path directory) throws IOException {
        TreeMap<String, String> expected = lists(directory);
        TreeSet<String> found = files(directory);
        for (Map.Entry<String, String> entry : expected.entrySet()) {
            if (!found.contains(entry.getKey())) {
                throw new InputException(directory.resolve(entry.getKey()) + " is missing, " + FILE
                        + " lists it; copy the bundle again or make it anew");
            }
            String actual = sha256(directory.resolve(entry.getKey()));
            if (!actual.equals(entry.getValue())) {
                throw new InputException(
                        directory.resolve(entry.getKey()) + " was changed or damaged: its SHA-256 is " + actual + ", "
                                + FILE + " says " + entry.getValue() + "; copy the bundle again or make it anew");
            }
        }
        TreeSet<String> unlisted = new TreeSet<>(found);
        unlisted.removeAll(expected.keySet());
        if (!unlisted.isEmpty()) {
            throw new InputException(directory + " holds files that " + FILE + " does not list: " + unlisted
                    + "; a bundle is used only as it was written");
        }
        return expected;
    }

    /** The SHA-256 of a file, in hexadecimal. */
    public static String sha256(Path file) throws IOException {
        MessageDigest digest = sha256();
        byte[] buffer = new byte[1 << 16];
        try (InputStream in = Files.newInputStream(file)) {
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                digest.update(buffer, 0, read);
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    /** The SHA-256 of a text in UTF-8, in hexadecimal. */
    public static String sha256(String text) {
        return HexFormat.of().formatHex(sha256().digest(text.getBytes(StandardCharsets.UTF_8)));
    }

    /** Names of the files in a bundle, the list apart; refuses what is not a plain file. */
    static TreeSet<String> files(Path directory) throws IOException {
        TreeSet<String> names = new TreeSet<>();
        try (Stream<Path> entries = Files.list(directory)) {
            for (Path entry : entries.toList()) {
                String name = entry.getFileName().toString();
                if (Files.isSymbolicLink(entry) || !Files.isRegularFile(entry)) {
                    throw new InputException(entry + " is not a plain file; a bundle holds plain files only");
                }
                if (!name.equals(FILE)) {
                    names.add(name);
                }
            }
        }
        return names;
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
