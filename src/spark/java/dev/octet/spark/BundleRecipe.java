package dev.octet.spark;

import dev.octet.bundle.BundleFiles;
import dev.octet.event.LogFormat;
import dev.octet.event.LoginEvent;
import dev.octet.event.enrich.Enrichment;
import dev.octet.feature.HistoryPlaces;

/** Reads logins as a bundle's training did, for the bundle to score. */
final class BundleRecipe implements LoginRecipe {
    private static final long serialVersionUID = 1L;

    private final BundleFiles files;

    BundleRecipe(BundleFiles files) {
        this.files = files;
    }

    @Override
    public LogFormat format() {
        return files.bundle().format();
    }

    @Override
    public boolean labelMayBeMissing() {
        return false;
    }

    @Override
    public Enrichment completion() {
        return Completion.of(files);
    }

    @Override
    public HistoryPlaces places() {
        return new HistoryPlaces(files.bundle().model().features());
    }

    @Override
    public boolean numbersNames() {
        return false;
    }

    @Override
    public boolean needsValues(LoginEvent event) {
        return files.bundle().model().scores(event);
    }
}
