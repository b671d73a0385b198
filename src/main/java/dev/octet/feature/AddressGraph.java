package dev.octet.feature;

import dev.octet.onnx.OnnxGraph;
import dev.octet.onnx.OnnxGraph.Type;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Addresses in an ONNX graph, as {@link dev.octet.event.IpAddress} reads them. An IPv4 address is split at its dots and
 * every part looked up, so that an empty or malformed one needs no case of its own; only where a batch holds something else
 * the branch for IPv6 runs, which is slower.
 */
final class AddressGraph {
    /** The octets and the version of a text that is no address; no address has them. */
    static final long INVALID = -1;

    private static final long EMPTY = 256;
    private static final long REST = 257;
    private static final String HEX = "[0-9A-Fa-f]{1,4}";
    private static final String OCTET = "(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";

    private final OnnxGraph graph;
    /** [N, 4]. */
    private final String octets;
    /** [N]: 4, 6, 0 for a missing address, or {@link #INVALID}. */
    private final String version;

    AddressGraph(OnnxGraph graph, String text) {
        this.graph = graph;
        // With four dots more there are always five parts, the last of which is "..." behind four octets and nothing
        // else.
        String parts = graph.node("StringSplit")
                .with("delimiter", ".")
                .with("maxsplit", 4)
                .of(2, graph.add("StringConcat", text, graph.text("....")))[0];
        Map<String, Long> values = new HashMap<>();
        for (long octet = 0; octet < 256; octet++) {
            values.put(Long.toString(octet), octet);
        }
        values.put("", EMPTY);
        values.put("...", REST);
        String coded = graph.lookUp(parts, values, INVALID);
        String[] split = graph.node("Split").with("axis", 1).of(2, coded, graph.longs(new long[] {4, 1}, 2));
        String least = reduce("ReduceMin", split[0]);
        String most = reduce("ReduceMax", split[0]);
        String isV4 = graph.add(
                "And",
                graph.add(
                        "And",
                        graph.add("GreaterOrEqual", least, graph.scalar(0L)),
                        graph.add("Less", most, graph.scalar(EMPTY))),
                graph.add("Equal", split[1], graph.scalar(REST)));
        String empty = graph.scalar(EMPTY);
        String isMissing = graph.add(
                "And",
                graph.add("Equal", reduce("ReduceMin", coded), empty),
                graph.add("Equal", reduce("ReduceMax", coded), empty));
        String others = graph.node("ReduceSum")
                .with("keepdims", 0)
                .of(graph.cast(graph.add("Not", graph.add("Or", isV4, isMissing)), Type.INT64));

        OnnxGraph noOthers = graph.branch("ipv4");
        noOthers.result(Type.INT64, noOthers.longs(new long[] {0, 0, 0, 0, 0}, 1, 5));
        OnnxGraph v6 = graph.branch("ipv6");
        v6.result(Type.INT64, readV6(v6, text));
        String other = graph.choose(graph.add("Greater", others, graph.scalar(0L)), v6, noOthers);
        String[] otherParts = graph.node("Split").with("axis", 1).of(2, other, graph.longs(new long[] {4, 1}, 2));
        octets = graph.add("Where", isV4, split[0], graph.add("Where", isMissing, graph.scalar(0L), otherParts[0]));
        version = graph.add(
                "Squeeze",
                graph.add(
                        "Where",
                        isV4,
                        graph.scalar(4L),
                        graph.add("Where", isMissing, graph.scalar(0L), otherParts[1])),
                graph.longs(new long[] {1}, 1));
    }

    private String reduce(String operator, String value) {
        return graph.node(operator).with("keepdims", 1).of(value, graph.longs(new long[] {1}, 1));
    }

    /** The first four bytes, then the version; {@link #INVALID} all, where the text is no IPv6 address. */
    private static String readV6(OnnxGraph graph, String text) {
        String valid = graph.node("RegexFullMatch").with("pattern", v6Pattern()).of(text);
        String address = graph.add("Where", valid, text, graph.text(""));
        String parts = graph.node("StringSplit")
                .with("delimiter", ":")
                .with("maxsplit", 3)
                .of(2, graph.add("StringConcat", address, graph.text(":::")))[0];
        // Where "::" leads and stands for one group only, the second group is the part behind it.
        String oneOff = graph.node("RegexFullMatch")
                .with("pattern", oneGroupOffPattern())
                .of(address);
        String groups = graph.beside(List.of(
                part(graph, parts, 0),
                graph.add("Where", graph.column(oneOff), part(graph, parts, 2), part(graph, parts, 1))));
        // ONNX reads no hexadecimal number: each bit is a pattern of its digit.
        String value = null;
        for (int bit = 0; bit < 16; bit++) {
            StringBuilder digits = new StringBuilder();
            for (int digit = 0; digit < 16; digit++) {
                if ((digit >> bit % 4 & 1) == 1) {
                    digits.append(Integer.toHexString(digit));
                }
            }
            String pattern = "(?i).*[" + digits + "].{" + bit / 4 + "}";
            String isSet = graph.cast(
                    graph.node("RegexFullMatch").with("pattern", pattern).of(groups), Type.INT64);
            String term = graph.add("Mul", isSet, graph.scalar(1L << bit));
            value = value == null ? term : graph.add("Add", value, term);
        }
        String high = graph.add("Div", value, graph.scalar(256L));
        String low = graph.add("Sub", value, graph.add("Mul", high, graph.scalar(256L)));
        String last = graph.longs(new long[] {2}, 1);
        String pairs = graph.node("Concat")
                .with("axis", 2)
                .of(graph.add("Unsqueeze", high, last), graph.add("Unsqueeze", low, last));
        String bytes = graph.add("Reshape", pairs, graph.longs(new long[] {-1, 4}, 2));
        String isValid = graph.column(valid);
        return graph.beside(List.of(
                graph.add("Where", isValid, bytes, graph.scalar(INVALID)),
                graph.add("Where", isValid, graph.scalar(6L), graph.scalar(INVALID))));
    }

    private static String part(OnnxGraph graph, String parts, long which) {
        return graph.node("Gather").with("axis", 1).of(parts, graph.longs(new long[] {which}, 1));
    }

    private static String oneGroupOffPattern() {
        String v4 = "(?:" + OCTET + "\\.){3}" + OCTET;
        return "::(?:(?:" + HEX + ":){6}" + HEX + "|(?:" + HEX + ":){5}" + v4 + ")";
    }

    /** RFC 4291, section 2.2, without a zone; "::" stands for at least one group. */
    private static String v6Pattern() {
        String v4 = "(?:" + OCTET + "\\.){3}" + OCTET;
        List<String> forms = new ArrayList<>();
        forms.add("(?:" + HEX + ":){7}" + HEX);
        forms.add("(?:" + HEX + ":){1,7}:");
        for (int before = 1; before <= 6; before++) {
            forms.add("(?:" + HEX + ":){" + before + "}(?::" + HEX + "){1," + (7 - before) + "}");
        }
        forms.add(":(?:(?::" + HEX + "){1,7}|:)");
        forms.add("(?:" + HEX + ":){6}" + v4);
        forms.add("::(?:" + HEX + ":){0,5}" + v4);
        forms.add("(?:" + HEX + ":){1,5}:" + v4);
        for (int before = 1; before <= 4; before++) {
            forms.add("(?:" + HEX + ":){" + before + "}(?::" + HEX + "){1," + (5 - before) + "}:" + v4);
        }
        return String.join("|", forms);
    }

    /** The first four bytes, [N, 4]. */
    String octets() {
        return octets;
    }

    /** The place of the version among its names, [N]; -1 for a missing address. */
    String version(List<String> vocabulary) {
        Map<Long, Long> places = new HashMap<>();
        places.put(0L, -1L);
        for (int i = 0; i < vocabulary.size(); i++) {
            places.put(Long.parseLong(vocabulary.get(i)), (long) i);
        }
        return graph.lookUpNumbers(version, places, vocabulary.size());
    }
}
