package dev.octet.simulate;

/** Receives progress updates of a simulation. */
@FunctionalInterface
public interface SimulationProgress {
    /** Tells nobody. */
    SimulationProgress NONE = (done, total) -> {};

    /** {@code done} of {@code total} rows are written. */
    void rows(long done, long total);
}
