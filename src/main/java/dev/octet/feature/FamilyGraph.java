package dev.octet.feature;

import dev.octet.onnx.OnnxGraph;
import dev.octet.onnx.OnnxGraph.Type;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The place of a {@linkplain ClientFamily family} in its vocabulary, from the name with its version. ONNX cannot cut a text
 * where a pattern begins; so the name is split into words, the words become numbers, and a tree of the vocabulary's words is
 * walked down until a word that starts with a digit. Runs of white space count as one space.
 */
final class FamilyGraph {
    /** Starts with a digit, so that it ends every name; no name holds it. */
    private static final String END = "0\u001f";

    private final OnnxGraph graph;
    private final List<String> vocabulary;

    FamilyGraph(OnnxGraph graph, List<String> vocabulary) {
        this.graph = graph;
        this.vocabulary = vocabulary;
    }

    /** [N]: -1 for a blank name, the vocabulary's size for one that is not in it. Each name of a batch is taken apart once. */
    String place(String names) {
        String[] different = graph.node("Unique").of(3, names);
        return graph.add("Gather", placeOfEach(different[0]), different[2]);
    }

    private String placeOfEach(String names) {
        Map<String, Long> words = new HashMap<>();
        List<String[]> families = new ArrayList<>();
        int most = 1;
        for (String family : vocabulary) {
            String[] parts = family.split("\\s+");
            families.add(parts);
            most = Math.max(most, parts.length);
            for (String word : parts) {
                words.putIfAbsent(word, words.size() + 1L);
            }
        }
        long unknown = words.size() + 1L;
        Map<String, Long> codes = new HashMap<>(words);
        codes.put(END, 0L);

        String padded = graph.add("StringConcat", names, graph.text((" " + END).repeat(most + 1)));
        String tokens = graph.node("StringSplit").with("maxsplit", most).of(2, padded)[0]; // [N, most + 1]
        String coded = graph.lookUp(tokens, codes, unknown);
        String ends = graph.cast(
                graph.node("RegexFullMatch").with("pattern", "(?s)[0-9].*").of(tokens), Type.INT64);

        // States of the tree: 0 is the root, and above all states there is one for names that are not in it.
        Map<Long, Long> steps = new HashMap<>();
        Map<Long, Long> leaves = new HashMap<>();
        long states = 1;
        for (int i = 0; i < families.size(); i++) {
            long state = 0;
            for (String word : families.get(i)) {
                long step = state * (unknown + 1) + words.get(word);
                Long next = steps.get(step);
                if (next == null) {
                    next = states++;
                    steps.put(step, next);
                }
                state = next;
            }
            // of two names that differ in white space only, the one with single spaces
            if (!leaves.containsKey(state) || vocabulary.get(i).equals(String.join(" ", families.get(i)))) {
                leaves.put(state, (long) i);
            }
        }
        long none = states;
        String width = graph.scalar(unknown + 1);
        String state = null;
        String ended = null;
        for (int i = 0; i <= most; i++) {
            String word = column(coded, i);
            if (i == 0) {
                state = step(word, steps, none);
                continue;
            }
            String here = column(ends, i);
            ended = ended == null ? here : graph.add("Max", ended, here);
            String next = i == most
                    ? graph.scalar(none)
                    : step(graph.add("Add", graph.add("Mul", state, width), word), steps, none);
            state = graph.add("Where", graph.cast(ended, Type.BOOL), state, next);
        }
        String blank = graph.add("Equal", column(coded, 0), graph.scalar(0L));
        String place = leaves.isEmpty()
                ? graph.scalar((long) vocabulary.size())
                : graph.lookUpNumbers(state, leaves, vocabulary.size());
        return graph.add("Where", blank, graph.scalar(-1L), place);
    }

    private String step(String key, Map<Long, Long> steps, long none) {
        return steps.isEmpty()
                ? graph.add("Add", graph.add("Sub", key, key), graph.scalar(none))
                : graph.lookUpNumbers(key, steps, none);
    }

    private String column(String matrix, int which) {
        return graph.node("Gather").with("axis", 1).of(matrix, graph.scalar((long) which));
    }
}
