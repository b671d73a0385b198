package dev.octet.feature;

import dev.octet.onnx.OnnxGraph;
import java.util.Objects;

/**
 * An input of an exported model, a tensor [N].
 *
 * @param name of the tensor: the field's or feature's, with {@code _} for {@code -}
 * @param type of its elements
 * @param meaning what it holds
 * @param missing what stands for a value that is not known
 */
public record GraphInput(String name, OnnxGraph.Type type, String meaning, String missing) {
    public GraphInput {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(type, "type");
        Objects.requireNonNull(meaning, "meaning");
        Objects.requireNonNull(missing, "missing");
    }

    /** The name of the input for a feature. */
    static String nameOf(String feature) {
        return feature.replace('-', '_');
    }
}
