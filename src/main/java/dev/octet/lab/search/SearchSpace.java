package dev.octet.lab.search;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.arbiter.optimize.api.ParameterSpace;

/**
 * The product of some dimensions, as Arbiter wants to see it; it has no space of that kind itself. A value is the text of
 * each dimension, in their order.
 */
@SuppressWarnings("rawtypes") // as Arbiter declares them
final class SearchSpace implements ParameterSpace<ArrayList<String>> {
    private final List<Dimension.Leaf<?>> leaves = new ArrayList<>();
    private final Map<String, ParameterSpace> spaces = new LinkedHashMap<>();

    SearchSpace(List<Dimension> dimensions) {
        for (Dimension dimension : dimensions) {
            Dimension.Leaf<?> leaf = dimension.leaf();
            leaves.add(leaf);
            spaces.put(dimension.name(), leaf.space());
        }
        if (spaces.size() != leaves.size()) {
            throw new IllegalArgumentException("two dimensions have one name: " + dimensions);
        }
    }

    @Override
    public ArrayList<String> getValue(double[] parameters) {
        ArrayList<String> values = new ArrayList<>();
        leaves.forEach(leaf -> values.add(leaf.value(parameters)));
        return values;
    }

    @Override
    public int numParameters() {
        return spaces.values().stream().mapToInt(ParameterSpace::numParameters).sum();
    }

    @Override
    public List<ParameterSpace> collectLeaves() {
        return spaces.values().stream()
                .filter(space -> space.numParameters() > 0)
                .toList();
    }

    @Override
    public Map<String, ParameterSpace> getNestedSpaces() {
        return spaces;
    }

    @Override
    public boolean isLeaf() {
        return false;
    }

    @Override
    public void setIndices(int... indices) {
        throw new UnsupportedOperationException("only leaves have an index");
    }
}
