package dev.octet.serve;

import dev.octet.bundle.Bundle;
import dev.octet.feature.history.AttemptHistory;
import dev.octet.feature.history.LoginHistory;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;

/** Looks at what is kept. */
final class StateOf {
    private StateOf() {}

    static LoginHistory bundle(Path bundle) throws IOException {
        return ((AttemptHistory) Bundle.load(bundle).extractor().memories().get(0)).history();
    }

    /** The history of a service that was stopped. */
    static LoginHistory directory(Path state) throws IOException {
        try (StateDirectory directory = StateDirectory.open(state)) {
            return directory.load().orElseThrow().history().orElseThrow();
        }
    }

    /** Number of the last login of a service that was stopped. */
    static long logins(Path state) throws IOException {
        try (StateDirectory directory = StateDirectory.open(state)) {
            return directory.load().orElseThrow().sequence();
        }
    }

    static byte[] bytes(LoginHistory history) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        history.save(bytes);
        return bytes.toByteArray();
    }
}
