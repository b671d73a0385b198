package dev.octet.spark;

import dev.octet.event.LogFormat;
import dev.octet.event.LoginEvent;
import dev.octet.event.enrich.Enrichment;
import dev.octet.feature.HistoryPlaces;
import java.io.Serializable;

/** How the logins of a log are read, and which raw values of them travel to where users are walked through. Immutable. */
interface LoginRecipe extends Serializable {
    /** How the log tells of logins, with the column that marks attacks where it is looked at. */
    LogFormat format();

    /** Whether a file without the label column is read as one without labels. */
    boolean labelMayBeMissing();

    /** What completes logins. */
    Enrichment completion();

    /** Computes the raw values of a login that do not look back; of its own, since it is not thread-safe. */
    HistoryPlaces places();

    /** Whether names get their numbers as they come, so that each block of the log has numbers of its own. */
    boolean numbersNames();

    /** Whether raw values of a login are needed. */
    boolean needsValues(LoginEvent event);
}
