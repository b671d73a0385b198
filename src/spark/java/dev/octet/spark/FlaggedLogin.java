package dev.octet.spark;

import dev.octet.feature.history.LoginWords;
import dev.octet.feature.history.PackedInput;
import java.util.Optional;

/**
 * A flagged login on the driver, with what its reasons in words are made of.
 *
 * @param place in the order of the log
 * @param cause what made it anomalous above all
 * @param contributions what each column adds to the score
 * @param words what the history says; empty where no feature looks back
 */
record FlaggedLogin(
        OrderKey place,
        long row,
        long micros,
        String user,
        double score,
        String cause,
        double[] contributions,
        Optional<LoginWords> words) {
    /** Reads what {@link ScoredLogins#write} wrote of a flagged login. */
    static FlaggedLogin of(OrderKey place, long row, long micros, String user, double score, byte[] words) {
        PackedInput in = new PackedInput(words);
        String cause = in.text();
        double[] contributions = new double[in.integer()];
        for (int i = 0; i < contributions.length; i++) {
            contributions[i] = in.real();
        }
        return new FlaggedLogin(
                place,
                row,
                micros,
                user,
                score,
                cause,
                contributions,
                in.atEnd() ? Optional.empty() : Optional.of(LoginWords.of(in.rest())));
    }

    /** {@link #cause} alone. */
    static String cause(byte[] words) {
        return new PackedInput(words).text();
    }
}
