package dev.octet.event;

import java.nio.file.Path;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Names for files that are not complete yet: hidden, beside their target, so that moving them into place is one step.
 * Created by the usual ways, they get the usual permissions, which those of {@code Files.createTempFile} are not.
 */
public final class TemporaryFile {
    private TemporaryFile() {}

    /** A name beside the target that no other run uses. */
    public static Path beside(Path target) {
        String unique = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
        return target.toAbsolutePath().resolveSibling("." + target.getFileName() + "." + unique + ".tmp");
    }
}
