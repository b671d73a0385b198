package dev.octet.serve.desk;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.octet.bundle.Bundle;
import dev.octet.event.InputException;
import dev.octet.event.Verdicts;
import java.io.IOException;
import java.util.List;

/** The service that scores the logins which a desk shows. Thread-safe. */
public interface DeskHost {
    /** Whether logins still come; a finished run has none. */
    boolean isLive();

    /** The bundle that scores at the moment. */
    Bundle bundle();

    /**
     * Keeps what somebody said: on the disk when this returns, and used for what is scored from now on.
     *
     * @param entries in their order; all are kept, or an exception is thrown
     */
    void judge(List<Verdicts.Entry> entries) throws IOException;

    /**
     * What thresholds do to the scores that are kept: {@code scores}, {@code days}, {@code known_takeovers}, {@code
     * known_benign}, {@code threshold} of the present bundle, and {@code points}, one a threshold.
     */
    ObjectNode thresholds() throws IOException;

    /** What learning from the verdicts would change; {@code reason} where it cannot be told. */
    ObjectNode learning() throws IOException;

    /**
     * Writes the bundle with another threshold beside the present one, verifies it, and scores with it.
     *
     * @throws InputException if it cannot be written or used
     */
    Bundle apply(double threshold) throws IOException;

    /**
     * Writes the bundle with what is learnt from verdicts beside the present one, verifies it, and scores with it.
     *
     * @throws InputException if nothing can be learnt, or learning makes the order of known logins worse
     */
    Bundle learn() throws IOException;

    /**
     * Scores with the bundle again that the present one was made of.
     *
     * @throws InputException if there is none
     */
    Bundle takeBack() throws IOException;

    /** Whether {@link #takeBack} has a bundle to go back to. */
    boolean canTakeBack();

    /** What only the host knows about how well it works, beside what the desk counts itself. */
    List<HealthFact> health();
}
