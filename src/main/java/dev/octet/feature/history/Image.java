package dev.octet.feature.history;

import java.io.DataOutputStream;
import java.io.IOException;

/** A history, or a part of one, as it was at one moment: it may be saved on any thread while the history goes on. */
@FunctionalInterface
public interface Image {
    /** Saves it; leaves {@code out} open. */
    void save(DataOutputStream out) throws IOException;
}
