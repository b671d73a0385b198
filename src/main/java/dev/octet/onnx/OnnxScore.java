package dev.octet.onnx;

import java.util.Objects;
import java.util.Optional;

/**
 * The results that a detector leaves in a graph.
 *
 * @param score name of its scores, float [N]
 * @param contributions name of what each column adds, float [N, columns]; empty where only the scores can be expressed
 */
public record OnnxScore(String score, Optional<String> contributions) {
    public OnnxScore {
        Objects.requireNonNull(score, "score");
        Objects.requireNonNull(contributions, "contributions");
    }

    /** Scores with what each column adds. */
    public OnnxScore(String score, String contributions) {
        this(score, Optional.of(contributions));
    }
}
