package dev.octet.serve;

import dev.octet.event.LogFormat;
import dev.octet.serve.desk.AlertStore;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The desk of a service.
 *
 * @param watched logs that are read while they grow, beside what comes over HTTP; may be empty
 * @param format of those logs; the bundle's where empty
 * @param keep how much is kept for it
 */
public record DeskSettings(List<Path> watched, Optional<LogFormat> format, AlertStore.Keep keep) {
    public DeskSettings {
        watched = List.copyOf(watched);
    }
}
