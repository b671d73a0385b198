package dev.octet.config;

import dev.octet.config.ConfigValue.Entries;
import dev.octet.config.ConfigValue.Entry;
import dev.octet.config.ConfigValue.Items;
import dev.octet.config.ConfigValue.Kind;
import dev.octet.config.ConfigValue.Scalar;
import dev.octet.event.InputException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.api.lowlevel.Present;
import org.snakeyaml.engine.v2.api.lowlevel.Serialize;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.events.CollectionEndEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/**
 * YAML 1.2 text to values and back. No object is ever constructed from a tag; a value written once is used once, so
 * anchors, aliases and tags of one's own are refused, as are a key given twice and a second document.
 */
public final class YamlText {
    private static final int MAX_CHARACTERS = 1 << 20;
    private static final int MAX_DEPTH = 100;
    // ${NAME} alone has a tag of its own here; it is a text, and only a path replaces it
    private static final Map<Tag, Kind> KINDS = Map.of(
            Tag.NULL,
            Kind.NULL,
            Tag.BOOL,
            Kind.BOOLEAN,
            Tag.INT,
            Kind.INTEGER,
            Tag.FLOAT,
            Kind.NUMBER,
            Tag.STR,
            Kind.TEXT,
            Tag.ENV_TAG,
            Kind.TEXT);
    private static final Map<Kind, Tag> TAGS = Map.of(
            Kind.NULL,
            Tag.NULL,
            Kind.BOOLEAN,
            Tag.BOOL,
            Kind.INTEGER,
            Tag.INT,
            Kind.NUMBER,
            Tag.FLOAT,
            Kind.TEXT,
            Tag.STR);

    private final Function<Optional<Mark>, String> place;

    private YamlText(Function<Optional<Mark>, String> place) {
        this.place = place;
    }

    /** Reads a file's text; places are {@code file:line:column}, counted from 1. */
    static ConfigValue read(String file, String text) {
        return new YamlText(mark -> mark.map(at -> file + ":" + (at.getLine() + 1) + ":" + (at.getColumn() + 1))
                        .orElse(file))
                .parse(text);
    }

    /** Reads a value that does not stand in a file; {@code place} is the place of all of it. */
    static ConfigValue readAt(String place, String text) {
        return new YamlText(mark -> place).parse(text);
    }

    private ConfigValue parse(String text) {
        LoadSettings settings = LoadSettings.builder()
                .setSchema(new CoreSchema())
                .setUseMarks(true)
                .setCodePointLimit(MAX_CHARACTERS)
                .setAllowNonScalarKeys(true) // refused below, with its place
                .build();
        try {
            requireShallow(new Parse(settings).parseString(text));
            Iterator<Node> documents =
                    new Compose(settings).composeAllFromString(text).iterator();
            if (!documents.hasNext()) {
                return new Scalar("", Kind.NULL, place.apply(Optional.empty()));
            }
            Node first = documents.next();
            if (documents.hasNext()) {
                throw refused(
                        documents.next(),
                        "a second YAML document begins here; a config is one document, remove the ---");
            }
            return value(first);
        } catch (MarkedYamlEngineException e) {
            Optional<Mark> mark = e.getProblemMark().or(e::getContextMark);
            String context = e.getContext() == null ? "" : " " + e.getContext();
            throw new ConfigException(place.apply(mark) + ": not valid YAML: " + e.getProblem() + context, e);
        } catch (ReaderException e) {
            throw new ConfigException(
                    String.format(
                            Locale.ROOT,
                            "%s: not text: the character U+%04X, the %d. of the file, is not allowed",
                            place.apply(Optional.empty()),
                            e.getCodePoint(),
                            e.getPosition() + 1),
                    e);
        } catch (YamlEngineException e) {
            throw new ConfigException(
                    place.apply(Optional.empty()) + ": not valid YAML: "
                            + e.getMessage().strip().replaceAll("\\s*\\R\\s*", "; "),
                    e);
        }
    }

    // composing is recursive
    private void requireShallow(Iterable<Event> events) {
        int depth = 0;
        for (Event event : events) {
            if (event instanceof CollectionStartEvent) {
                depth++;
            } else if (event instanceof CollectionEndEvent) {
                depth--;
            }
            if (depth > MAX_DEPTH) {
                throw new ConfigException(place.apply(event.getStartMark()) + ": lists and keys are nested more than "
                        + MAX_DEPTH + " deep, which no config needs");
            }
        }
    }

    private ConfigValue value(Node node) {
        if (node.getAnchor().isPresent()) {
            throw refused(
                    node,
                    "the anchor &" + node.getAnchor().get().getValue()
                            + " is not allowed in a config; write the value out where it is used");
        }
        if (node instanceof ScalarNode scalar) {
            Kind kind = KINDS.get(scalar.getTag());
            if (kind == null) {
                throw tagRefused(node);
            }
            return new Scalar(scalar.getValue(), kind, placeOf(node));
        }
        if (node instanceof SequenceNode sequence) {
            if (!node.getTag().equals(Tag.SEQ)) {
                throw tagRefused(node);
            }
            return new Items(sequence.getValue().stream().map(this::value).toList(), placeOf(node));
        }
        if (node instanceof MappingNode mapping && node.getTag().equals(Tag.MAP)) {
            return entries(mapping);
        }
        throw tagRefused(node);
    }

    private Entries entries(MappingNode mapping) {
        Map<String, Entry> entries = new LinkedHashMap<>();
        for (NodeTuple tuple : mapping.getValue()) {
            if (!(value(tuple.getKeyNode()) instanceof Scalar key)) {
                throw refused(tuple.getKeyNode(), "a key must be a plain text");
            }
            Entry before = entries.get(key.text());
            if (before != null) {
                throw refused(
                        tuple.getKeyNode(),
                        "the key " + key.text() + " was already given at " + before.keyPlace() + "; remove one");
            }
            entries.put(key.text(), new Entry(key.place(), value(tuple.getValueNode())));
        }
        return new Entries(entries, placeOf(mapping));
    }

    private String placeOf(Node node) {
        return place.apply(node.getStartMark());
    }

    private InputException tagRefused(Node node) {
        return refused(node, "the tag " + node.getTag() + " is not allowed in a config; write the plain value");
    }

    private InputException refused(Node node, String message) {
        return new ConfigException(placeOf(node) + ": " + message);
    }

    /** The value as YAML that reads back equal, places apart; comments and layout are not kept. */
    static String write(ConfigValue value) {
        DumpSettings settings = DumpSettings.builder()
                .setSchema(new CoreSchema())
                .setWidth(120)
                .setSplitLines(false)
                .build();
        return emit(settings, node(value, FlowStyle.BLOCK));
    }

    /** As {@link #write}, on one line. */
    public static String line(ConfigValue value) {
        DumpSettings settings = DumpSettings.builder()
                .setSchema(new CoreSchema())
                .setWidth(Integer.MAX_VALUE)
                .setSplitLines(false)
                .build();
        return emit(settings, node(value, FlowStyle.FLOW)).strip();
    }

    private static String emit(DumpSettings settings, Node node) {
        return new Present(settings)
                .emitToString(new Serialize(settings).serializeOne(node).iterator());
    }

    /** @param style of maps, and of lists that hold one */
    private static Node node(ConfigValue value, FlowStyle style) {
        if (value instanceof Scalar scalar) {
            return new ScalarNode(TAGS.get(scalar.kind()), scalar.text(), ScalarStyle.PLAIN);
        }
        if (value instanceof Items list) {
            boolean flat = list.items().stream().allMatch(item -> item instanceof Scalar);
            List<Node> nodes =
                    list.items().stream().map(item -> node(item, style)).toList();
            return new SequenceNode(Tag.SEQ, nodes, flat ? FlowStyle.FLOW : style);
        }
        Entries entries = (Entries) value;
        List<NodeTuple> tuples = new ArrayList<>();
        entries.entries()
                .forEach((key, entry) -> tuples.add(
                        new NodeTuple(new ScalarNode(Tag.STR, key, ScalarStyle.PLAIN), node(entry.value(), style))));
        return new MappingNode(Tag.MAP, tuples, style);
    }
}
