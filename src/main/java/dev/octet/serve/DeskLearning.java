package dev.octet.serve;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.octet.bundle.Bundle;
import dev.octet.event.InputException;
import dev.octet.event.LoginSource;
import dev.octet.event.SortedLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;

/**
 * What {@code octet learn} finds, for a desk: the logs that it watches are scored again.
 *
 * @param logs what the verdicts are about; empty where logins came over HTTP only
 * @param sources reads those logs
 * @param cold whether they begin with an empty history
 * @param pseudonymous whether verdicts name users as the logs do not
 */
record DeskLearning(
        List<Path> logs, Supplier<List<LoginSource>> sources, Path verdicts, boolean cold, boolean pseudonymous) {
    /**
     * Larger logs are learnt from on the command line. Nothing but time bounds it: memory does not grow with the log. But
     * the page shows no progress and cannot stop it, *apply* reads the log once more, and on a service's machine it takes the
     * cores that score.
     */
    private static final long MAX_BYTES = 200L << 20;

    /** What would change; {@code reason} where it cannot be told. */
    ObjectNode tree(Bundle bundle) throws IOException {
        try {
            return with(bundle, Learn::tree);
        } catch (InputException e) {
            return JsonNodeFactory.instance.objectNode().put("reason", e.getMessage());
        }
    }

    /** Writes the bundle with what was learnt beside it. */
    Bundle apply(Bundle bundle) throws IOException {
        Path target = Rethreshold.nextVersion(bundle.directory());
        return with(bundle, learn -> learn.apply(target));
    }

    private interface Use<T> {
        T of(Learn learn) throws IOException;
    }

    private <T> T with(Bundle bundle, Use<T> use) throws IOException {
        if (logs.isEmpty()) {
            throw new InputException(
                    "learning needs the log that the verdicts are about, and this service gets its logins over"
                            + " HTTP; run octet learn --input LOG, or start it with --watch LOG");
        }
        if (pseudonymous) {
            throw new InputException("the verdicts name users by pseudonyms, which the log does not have");
        }
        if (!Files.isRegularFile(verdicts) || Files.size(verdicts) == 0) {
            throw new InputException("nobody has judged yet; judge some alerts first");
        }
        long bytes = 0;
        for (Path log : logs) {
            bytes += Files.size(log);
        }
        if (bytes > MAX_BYTES) {
            throw new InputException("the logs have " + (bytes >> 20) + " MiB; the desk learns from up to "
                    + (MAX_BYTES >> 20)
                    + " MiB, since a page can neither show how far it is nor stop it. Run octet learn"
                    + " --model BUNDLE --verdicts " + verdicts + " --input LOG" + (cold ? " --history cold" : "")
                    + " --apply, and let the new bundle score (POST /v1/model)");
        }
        List<LoginSource> read = sources.get();
        if (read.size() == 1 && SortedLog.isInOrder(read.get(0))) {
            return use.of(new Learn(bundle, verdicts, read.get(0), cold));
        }
        try (SortedLog sorted = SortedLog.inTemporaryFolder(read, note -> {})) {
            return use.of(new Learn(bundle, verdicts, sorted, cold));
        }
    }
}
