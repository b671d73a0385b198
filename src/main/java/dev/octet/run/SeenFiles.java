package dev.octet.run;

import dev.octet.event.TemporaryFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Checksums of files that an earlier run read, by size and time of change, so that what it kept is found before the files have been
 * read again. A file that was changed shortly before it was read is not remembered: another change could have the same time.
 */
final class SeenFiles {
    private static final String NAME = "files.txt";
    private static final Duration SETTLED = Duration.ofSeconds(2);
    private static final Pattern LINE = Pattern.compile("([0-9a-f]{64}) (\\d{1,19}) (\\S{1,40}) (.+)");

    private final Path list;
    private final Map<Path, Seen> seen = new HashMap<>();

    private record Seen(String checksum, long bytes, String changed) {
        boolean isOf(Stat stat) {
            return bytes == stat.bytes && changed.equals(stat.changed.toString());
        }
    }

    /** What a file's directory says of it. */
    record Stat(long bytes, FileTime changed) {
        static Stat of(Path file) throws IOException {
            return new Stat(Files.size(file), Files.getLastModifiedTime(file));
        }
    }

    private SeenFiles(Path list) {
        this.list = list;
    }

    /** @param folder of what was kept; an unreadable line is no file that was seen */
    static SeenFiles in(Path folder) throws IOException {
        SeenFiles files = new SeenFiles(folder.resolve(NAME));
        try {
            for (String line : Files.readAllLines(files.list)) {
                Matcher parts = LINE.matcher(line);
                if (parts.matches()) {
                    files.seen.put(
                            Path.of(parts.group(4)),
                            new Seen(parts.group(1), Long.parseLong(parts.group(2)), parts.group(3)));
                }
            }
        } catch (NoSuchFileException e) {
            return files; // no run has been here
        }
        return files;
    }

    /** Where the list is, beside what was kept. */
    Path folder() {
        return list.getParent();
    }

    /** The checksum that the file had when it had this size and this time. */
    Optional<String> checksum(Path file) throws IOException {
        Seen one = seen.get(file.toAbsolutePath());
        return one != null && one.isOf(Stat.of(file)) ? Optional.of(one.checksum) : Optional.empty();
    }

    /**
     * Remembers these files and no others.
     *
     * @param checksums by file
     * @param before what was said of the files before their checksums were computed
     * @param begun when that was
     */
    void keep(Map<Path, String> checksums, Map<Path, Stat> before, Instant begun) throws IOException {
        List<String> lines = new ArrayList<>();
        for (Map.Entry<Path, String> each : checksums.entrySet()) {
            Path file = each.getKey();
            Stat stat = before.get(file);
            boolean settled = stat.changed.toInstant().plus(SETTLED).isBefore(begun);
            if (settled && stat.equals(Stat.of(file))) {
                lines.add(each.getValue() + ' ' + stat.bytes + ' ' + stat.changed + ' ' + file.toAbsolutePath());
            }
        }
        Path temporary = TemporaryFile.beside(list);
        Files.write(temporary, lines);
        Files.move(temporary, list, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
