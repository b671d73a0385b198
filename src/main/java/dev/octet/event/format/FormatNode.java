package dev.octet.event.format;

import dev.octet.event.InputException;
import dev.octet.event.Spelling;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/**
 * A value of a format's YAML file, which knows where it stands, so that what is wrong with it can be said with file, line
 * and column. Nothing is ever constructed from a tag.
 */
record FormatNode(String file, String path, Node node, UnaryOperator<String> parameters) {
    private static final int MAX_CHARACTERS = 1 << 20;

    /** Reads a file's text, in which each {@code ${name}} of a text is replaced. */
    static FormatNode parse(String file, String text, UnaryOperator<String> parameters) {
        LoadSettings settings = LoadSettings.builder()
                .setSchema(new CoreSchema())
                .setUseMarks(true)
                .setMaxAliasesForCollections(0)
                .setCodePointLimit(MAX_CHARACTERS)
                .build();
        try {
            Iterator<Node> documents =
                    new Compose(settings).composeAllFromString(text).iterator();
            if (!documents.hasNext()) {
                throw new InputException(file + " is empty; docs/formats.md says what a format file holds");
            }
            return new FormatNode(file, "", documents.next(), parameters);
        } catch (MarkedYamlEngineException e) {
            Optional<Mark> mark = e.getProblemMark().or(e::getContextMark);
            throw new InputException(place(file, mark) + ": not valid YAML: " + e.getProblem(), e);
        } catch (YamlEngineException e) {
            throw new InputException(file + ": not valid YAML: " + e.getMessage(), e);
        }
    }

    private static String place(String file, Optional<Mark> mark) {
        return mark.map(at -> file + ":" + (at.getLine() + 1) + ":" + (at.getColumn() + 1))
                .orElse(file);
    }

    InputException error(String message) {
        return errorAt(node, message);
    }

    private InputException errorAt(Node where, String message) {
        return new InputException(
                place(file, where.getStartMark()) + ": " + (path.isEmpty() ? "" : path + ": ") + message);
    }

    private String found() {
        if (node instanceof ScalarNode scalar) {
            return "\"" + scalar.getValue() + "\"";
        }
        return node instanceof SequenceNode ? "a list" : "keys and values";
    }

    boolean isText() {
        return node instanceof ScalarNode;
    }

    boolean isMap() {
        return node instanceof MappingNode;
    }

    /** The text of a single value, whatever YAML takes it for. */
    String text() {
        if (node instanceof ScalarNode scalar) {
            return scalar.getTag().equals(Tag.NULL) ? "" : parameters.apply(scalar.getValue());
        }
        throw error("expected a text, found " + found());
    }

    boolean flag() {
        return switch (text()) {
            case "true" -> true;
            case "false" -> false;
            default -> throw error("expected true or false, found " + found());
        };
    }

    Pattern pattern() {
        String regex = text();
        try {
            return Pattern.compile(regex);
        } catch (PatternSyntaxException e) {
            throw error("not a regular expression: " + e.getDescription() + " at character " + e.getIndex() + " of "
                    + regex);
        }
    }

    /** The one value as a list of one, or the list. */
    List<FormatNode> items() {
        if (!(node instanceof SequenceNode list)) {
            return List.of(this);
        }
        List<FormatNode> items = new ArrayList<>();
        for (Node item : list.getValue()) {
            items.add(new FormatNode(file, path + "[" + items.size() + "]", item, parameters));
        }
        return items;
    }

    List<String> texts() {
        return items().stream().map(FormatNode::text).toList();
    }

    /** The keys and values of a map, whatever its keys. */
    Map<String, FormatNode> entries() {
        if (!(node instanceof MappingNode map)) {
            throw error("expected keys and values, found " + found());
        }
        Map<String, FormatNode> entries = new LinkedHashMap<>();
        for (NodeTuple tuple : map.getValue()) {
            if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
                throw errorAt(tuple.getKeyNode(), "a key must be a text");
            }
            String name = key.getValue();
            FormatNode value =
                    new FormatNode(file, path.isEmpty() ? name : path + "." + name, tuple.getValueNode(), parameters);
            if (entries.put(name, value) != null) {
                throw errorAt(key, "the key " + name + " is given twice");
            }
        }
        return entries;
    }

    /** The keys and values of a map that may hold none but these keys. */
    Map<String, FormatNode> entries(List<String> allowed) {
        Map<String, FormatNode> entries = entries();
        for (NodeTuple tuple : ((MappingNode) node).getValue()) {
            String name = ((ScalarNode) tuple.getKeyNode()).getValue();
            if (!allowed.contains(name)) {
                String nearest = Spelling.nearest(name, allowed)
                        .map(key -> "; did you mean " + key + "?")
                        .orElse(";");
                throw errorAt(
                        tuple.getKeyNode(),
                        "unknown key " + name + nearest + " Allowed keys: " + String.join(", ", allowed));
            }
        }
        return entries;
    }
}
