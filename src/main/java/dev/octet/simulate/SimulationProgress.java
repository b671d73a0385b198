package dev.octet.simulate;

/** Is told, now and then and at the end, how far a simulation is. */
@FunctionalInterface
public interface SimulationProgress {
    /** Tells nobody. */
    SimulationProgress NONE = (done, total) -> {};

    /** {@code done} of {@code total} rows are written. */
    void rows(long done, long total);
}
