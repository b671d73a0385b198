package dev.octet.serve;

import dev.octet.event.FollowedLog;
import dev.octet.event.GrowingLog;
import dev.octet.event.InputException;
import dev.octet.event.LogFormat;
import dev.octet.event.LogPlace;
import dev.octet.event.LoginSource;
import dev.octet.event.RejectedRows;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** The input of a {@link Watch}. */
public interface WatchInput {
    /** What messages call it. */
    String name();

    /** The files that hold it; none where it is no file. */
    List<Path> files();

    /** The logins of its files, for whoever reads them again. */
    List<LoginSource> sources(Consumer<String> notes);

    /** Forgets what an earlier watch left beside the state, before a watch that is new. */
    default void begin() throws IOException {
        // of a file nothing is kept
    }

    /**
     * Opens it.
     *
     * @param from where to go on
     * @param follow whether to wait for more at its end
     * @param poll how long to wait before looking again
     * @throws InputException if it cannot be read, or the place is one of another kind of log
     */
    GrowingLog open(
            Optional<LogPlace> from, RejectedRows rejected, boolean follow, Duration poll, GrowingLog.Waiter waiter)
            throws IOException;

    /** A file. */
    static WatchInput of(Path file, LogFormat format) {
        return new WatchInput() {
            @Override
            public String name() {
                return file.toString();
            }

            @Override
            public List<Path> files() {
                return List.of(file);
            }

            @Override
            public List<LoginSource> sources(Consumer<String> notes) {
                return format.sources(files(), false, notes);
            }

            @Override
            public GrowingLog open(
                    Optional<LogPlace> from,
                    RejectedRows rejected,
                    boolean follow,
                    Duration poll,
                    GrowingLog.Waiter waiter)
                    throws IOException {
                Optional<FollowedLog.Position> position = from.map(place -> {
                    if (place instanceof FollowedLog.Position found) {
                        return found;
                    }
                    throw new InputException(
                            "the state belongs to a topic, and " + file + " is a file; name another --state for it");
                });
                return new FollowedLog(file, format, rejected, position, follow, poll, waiter);
            }
        };
    }
}
