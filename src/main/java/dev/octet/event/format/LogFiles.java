package dev.octet.event.format;

import dev.octet.event.InputException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Finds the files that a user names: files, folders with all that is in them, patterns such as {@code logs/*.gz}, and
 * {@code -} for what comes by standard input.
 */
public final class LogFiles {
    /** The name that stands for standard input. */
    public static final String STANDARD_INPUT = "-";

    private static final int MAX_DEPTH = 32;

    private LogFiles() {}

    /**
     * The files in the order of the names, those of a folder or pattern by their paths. What comes by standard input or by
     * a pipe is kept in a temporary file, which is deleted with the process, since a log is read more than once.
     *
     * @throws InputException if a name is of nothing
     */
    public static List<Path> find(List<String> names, InputStream standardInput) throws IOException {
        List<Path> files = new ArrayList<>();
        for (String name : names) {
            if (name.equals(STANDARD_INPUT)) {
                files.add(kept(standardInput));
            } else {
                files.addAll(find(name));
            }
        }
        return files;
    }

    /** As {@link #find(List, InputStream)}, of one name that is not standard input. */
    public static List<Path> find(String name) throws IOException {
        Path path = pathOf(name);
        if (path != null && Files.isDirectory(path)) {
            List<Path> files = below(path);
            if (files.isEmpty()) {
                throw new InputException(name + " is a folder without files");
            }
            return files;
        }
        if (path != null && Files.exists(path)) {
            return List.of(Files.isRegularFile(path) ? path : keptOf(path));
        }
        if (!isPattern(name)) {
            throw new InputException(name + " does not exist");
        }
        List<Path> files = matching(name);
        if (files.isEmpty()) {
            throw new InputException("no file matches " + name);
        }
        return files;
    }

    /** Whether a name may stand for several files. */
    public static boolean isPattern(String name) {
        return name.matches(".*[*?\\[{].*");
    }

    private static Path pathOf(String name) {
        try {
            return Path.of(name);
        } catch (InvalidPathException e) {
            return null; // a pattern on a system where * is no part of a name
        }
    }

    private static List<Path> below(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder, MAX_DEPTH)) {
            return all.filter(file -> !isHidden(folder, file) && Files.isRegularFile(file))
                    .sorted()
                    .toList();
        }
    }

    private static boolean isHidden(Path folder, Path file) {
        for (Path part : folder.relativize(file)) {
            if (part.toString().startsWith(".") && part.toString().length() > 1) {
                return true;
            }
        }
        return false;
    }

    private static List<Path> matching(String pattern) throws IOException {
        String plain = pattern.replace('\\', '/');
        int wild = 0;
        while ("*?[{".indexOf(plain.charAt(wild)) < 0) {
            wild++;
        }
        int slash = plain.lastIndexOf('/', wild);
        Path root = Path.of(slash < 0 ? "." : slash == 0 ? "/" : plain.substring(0, slash));
        if (!Files.isDirectory(root)) {
            return List.of();
        }
        PathMatcher matcher = FileSystems.getDefault().getPathMatcher("glob:" + plain.substring(slash + 1));
        int depth = plain.contains("**")
                ? MAX_DEPTH
                : (int) plain.substring(slash + 1).chars().filter(c -> c == '/').count() + 1;
        try (Stream<Path> all = Files.walk(root, depth)) {
            return all.filter(file -> Files.isRegularFile(file) && matcher.matches(root.relativize(file)))
                    .map(file -> slash < 0 ? root.relativize(file) : file)
                    .sorted()
                    .toList();
        }
    }

    private static Path keptOf(Path pipe) throws IOException {
        try (InputStream in = Files.newInputStream(pipe)) {
            return kept(in);
        }
    }

    private static Path kept(InputStream in) throws IOException {
        Path file = Files.createTempFile("octet-stdin-", ".log");
        file.toFile().deleteOnExit();
        Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
        return file;
    }
}
