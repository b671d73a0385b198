package dev.octet.onnx;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import onnx.Onnx;
import org.nd4j.shade.protobuf.ByteString;
import org.nd4j.shade.protobuf.InvalidProtocolBufferException;

/**
 * An ONNX graph in the making: nodes are added in the order in which they run, and each names its result. Everything is
 * named by its place, so equal calls give equal bytes.
 *
 * <p>The model is IR version {@value #IR_VERSION} with operator set {@value #OPSET} and version {@value #ML_OPSET} of {@code
 * ai.onnx.ml}: ONNX 1.15. Not thread-safe.
 */
public final class OnnxGraph {
    /** Version of the file format. */
    public static final int IR_VERSION = 9;

    /** The first operator set with strings that can be taken apart. */
    public static final int OPSET = 20;

    /** Version of the operators for classical models. */
    public static final int ML_OPSET = 4;

    private static final String ML_DOMAIN = "ai.onnx.ml";
    private static final String ROWS = "N";

    /** Element types of tensors. */
    public enum Type {
        FLOAT(1),
        INT64(7),
        STRING(8),
        BOOL(9),
        DOUBLE(11);

        private final int code;

        Type(int code) {
            this.code = code;
        }

        // The type is set by its bytes on the wire, field 1 or 2: where the ONNX classes of Deeplearning4j M2.1 have a
        // number, M1.1's have an enum.

        private Onnx.TypeProto.Tensor.Builder elements() {
            try {
                return Onnx.TypeProto.Tensor.newBuilder().mergeFrom(new byte[] {1 << 3, (byte) code});
            } catch (InvalidProtocolBufferException e) {
                throw new IllegalStateException(e);
            }
        }

        private Onnx.TensorProto.Builder tensor() {
            try {
                return Onnx.TensorProto.newBuilder().mergeFrom(new byte[] {2 << 3, (byte) code});
            } catch (InvalidProtocolBufferException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private final Onnx.GraphProto.Builder graph;
    private final String prefix;
    private final Set<String> taken = new HashSet<>();
    private int next;

    public OnnxGraph(String name) {
        this(name, "");
    }

    private OnnxGraph(String name, String prefix) {
        graph = Onnx.GraphProto.newBuilder().setName(name);
        this.prefix = prefix;
    }

    /** A graph for {@link #choose}; it may use the results of this one. */
    public OnnxGraph branch(String name) {
        return new OnnxGraph(name, prefix + name + "/");
    }

    /**
     * Declares an input of N rows.
     *
     * @param width columns, or 0 for a tensor [N]
     */
    public String input(String name, Type type, int width) {
        take(name);
        graph.addInput(value(name, type, width));
        return name;
    }

    /** Gives a result its outward name: an output of N rows, as {@link #input}. */
    public void output(String name, Type type, int width, String result) {
        take(name);
        graph.addNode(node("Identity", name, result));
        graph.addOutput(value(name, type, width));
    }

    private void take(String name) {
        if (!taken.add(name)) {
            throw new IllegalArgumentException("the graph has " + name + " already");
        }
    }

    /** Adds a node without attributes. */
    public String add(String operator, String... inputs) {
        return new Node(operator, "").of(inputs);
    }

    /** A node with attributes. */
    public Node node(String operator) {
        return new Node(operator, "");
    }

    /** A node of the operators for classical models. */
    public Node mlNode(String operator) {
        return new Node(operator, ML_DOMAIN);
    }

    /** The value, converted. */
    public String cast(String value, Type type) {
        return node("Cast").with("to", type.code).of(value);
    }

    /** A tensor [N] as [N, 1]. */
    public String column(String value) {
        return add("Unsqueeze", value, longs(new long[] {1}, 1));
    }

    /** Tensors side by side. */
    public String beside(List<String> parts) {
        return parts.size() == 1 ? parts.get(0) : node("Concat").with("axis", 1).of(parts.toArray(String[]::new));
    }

    /** Sums over columns, [N, columns] to [N]. */
    public String rowSums(String value) {
        return node("ReduceSum").with("keepdims", 0).of(value, longs(new long[] {1}, 1));
    }

    /**
     * The result of one of two branches, of one output each, by a condition of one element.
     *
     * @param ifTrue with an output
     * @param ifFalse with an output of the same type
     */
    public String choose(String condition, OnnxGraph ifTrue, OnnxGraph ifFalse) {
        return node("If")
                .with("then_branch", ifTrue)
                .with("else_branch", ifFalse)
                .of(condition);
    }

    /** The output of a branch; its shape is what it turns out to be. */
    public void result(Type type, String result) {
        String name = name("result");
        graph.addNode(node("Identity", name, result));
        graph.addOutput(Onnx.ValueInfoProto.newBuilder()
                .setName(name)
                .setType(Onnx.TypeProto.newBuilder().setTensorType(type.elements())));
    }

    /** A constant tensor; without dimensions a scalar. */
    public String floats(float[] values, int... dimensions) {
        ByteBuffer bytes = bytes(values.length, Float.BYTES);
        bytes.asFloatBuffer().put(values);
        return constant(Type.FLOAT, bytes, dimensions);
    }

    /** As {@link #floats}. */
    public String doubles(double[] values, int... dimensions) {
        ByteBuffer bytes = bytes(values.length, Double.BYTES);
        bytes.asDoubleBuffer().put(values);
        return constant(Type.DOUBLE, bytes, dimensions);
    }

    /** As {@link #floats}. */
    public String longs(long[] values, int... dimensions) {
        ByteBuffer bytes = bytes(values.length, Long.BYTES);
        bytes.asLongBuffer().put(values);
        return constant(Type.INT64, bytes, dimensions);
    }

    /** A constant of one number, no dimension. */
    public String scalar(float value) {
        return floats(new float[] {value});
    }

    /** A constant of one number, no dimension. */
    public String scalar(double value) {
        return doubles(new double[] {value});
    }

    /** A constant of one number, no dimension. */
    public String scalar(long value) {
        return longs(new long[] {value});
    }

    /** A constant text, no dimension. */
    public String text(String value) {
        String name = name("constant");
        graph.addInitializer(Type.STRING.tensor().setName(name).addStringData(ByteString.copyFromUtf8(value)));
        return name;
    }

    /**
     * Looks texts up.
     *
     * @param places what each known text becomes
     * @param other what any other text becomes
     */
    public String lookUp(String texts, Map<String, Long> places, long other) {
        Map<String, Long> sorted = new TreeMap<>(places);
        return mlNode("LabelEncoder")
                .with("keys_strings", sorted.keySet().toArray(String[]::new))
                .with(
                        "values_int64s",
                        sorted.values().stream().mapToLong(Long::longValue).toArray())
                .with("default_int64", other)
                .of(texts);
    }

    /** Looks numbers up, as {@link #lookUp}. */
    public String lookUpNumbers(String numbers, Map<Long, Long> places, long other) {
        Map<Long, Long> sorted = new TreeMap<>(places);
        return mlNode("LabelEncoder")
                .with(
                        "keys_int64s",
                        sorted.keySet().stream().mapToLong(Long::longValue).toArray())
                .with(
                        "values_int64s",
                        sorted.values().stream().mapToLong(Long::longValue).toArray())
                .with("default_int64", other)
                .of(numbers);
    }

    private static ByteBuffer bytes(int count, int size) {
        return ByteBuffer.allocate(Math.multiplyExact(count, size)).order(ByteOrder.LITTLE_ENDIAN);
    }

    private String constant(Type type, ByteBuffer bytes, int... dimensions) {
        String name = name("constant");
        Onnx.TensorProto.Builder tensor = type.tensor().setName(name).setRawData(ByteString.copyFrom(bytes));
        for (int dimension : dimensions) {
            tensor.addDims(dimension);
        }
        graph.addInitializer(tensor);
        return name;
    }

    private String name(String kind) {
        return prefix + kind + "_" + next++;
    }

    /**
     * The bytes of a {@code .onnx} file.
     *
     * @param metadata what a reader is told beside the graph
     */
    public byte[] model(Map<String, String> metadata) {
        Onnx.ModelProto.Builder model = Onnx.ModelProto.newBuilder()
                .setIrVersion(IR_VERSION)
                .setProducerName("octet")
                .addOpsetImport(operators("", OPSET))
                .addOpsetImport(operators(ML_DOMAIN, ML_OPSET))
                .setGraph(graph);
        new TreeMap<>(metadata)
                .forEach((key, value) -> model.addMetadataProps(
                        Onnx.StringStringEntryProto.newBuilder().setKey(key).setValue(value)));
        return model.build().toByteArray();
    }

    private static Onnx.OperatorSetIdProto operators(String domain, int version) {
        return Onnx.OperatorSetIdProto.newBuilder()
                .setDomain(domain)
                .setVersion(version)
                .build();
    }

    private static Onnx.NodeProto.Builder node(String operator, String output, String... inputs) {
        return Onnx.NodeProto.newBuilder()
                .setName(output)
                .setOpType(operator)
                .addAllInput(List.of(inputs))
                .addOutput(output);
    }

    private static Onnx.ValueInfoProto value(String name, Type type, int width) {
        Onnx.TensorShapeProto.Builder shape = Onnx.TensorShapeProto.newBuilder()
                .addDim(Onnx.TensorShapeProto.Dimension.newBuilder().setDimParam(ROWS));
        if (width > 0) {
            shape.addDim(Onnx.TensorShapeProto.Dimension.newBuilder().setDimValue(width));
        }
        return Onnx.ValueInfoProto.newBuilder()
                .setName(name)
                .setType(Onnx.TypeProto.newBuilder()
                        .setTensorType(type.elements().setShape(shape)))
                .build();
    }

    /** A node whose attributes are being collected; it joins the graph with its inputs. */
    public final class Node {
        private final Onnx.NodeProto.Builder node;

        private Node(String operator, String domain) {
            node = Onnx.NodeProto.newBuilder().setOpType(operator).setDomain(domain);
        }

        public Node with(String name, long value) {
            return with(attribute(name, Onnx.AttributeProto.AttributeType.INT).setI(value));
        }

        public Node with(String name, float value) {
            return with(attribute(name, Onnx.AttributeProto.AttributeType.FLOAT).setF(value));
        }

        public Node with(String name, String value) {
            return with(
                    attribute(name, Onnx.AttributeProto.AttributeType.STRING).setS(ByteString.copyFromUtf8(value)));
        }

        public Node with(String name, String[] values) {
            Onnx.AttributeProto.Builder attribute = attribute(name, Onnx.AttributeProto.AttributeType.STRINGS);
            for (String value : values) {
                attribute.addStrings(ByteString.copyFrom(value, StandardCharsets.UTF_8));
            }
            return with(attribute);
        }

        public Node with(String name, long[] values) {
            Onnx.AttributeProto.Builder attribute = attribute(name, Onnx.AttributeProto.AttributeType.INTS);
            for (long value : values) {
                attribute.addInts(value);
            }
            return with(attribute);
        }

        public Node with(String name, float[] values) {
            Onnx.AttributeProto.Builder attribute = attribute(name, Onnx.AttributeProto.AttributeType.FLOATS);
            for (float value : values) {
                attribute.addFloats(value);
            }
            return with(attribute);
        }

        private Node with(String name, OnnxGraph branch) {
            return with(attribute(name, Onnx.AttributeProto.AttributeType.GRAPH).setG(branch.graph));
        }

        private Node with(Onnx.AttributeProto.Builder attribute) {
            node.addAttribute(attribute);
            return this;
        }

        private static Onnx.AttributeProto.Builder attribute(String name, Onnx.AttributeProto.AttributeType type) {
            return Onnx.AttributeProto.newBuilder().setName(name).setType(type);
        }

        /** Adds the node and names its first result. */
        public String of(String... inputs) {
            return of(1, inputs)[0];
        }

        /** Adds the node and names its results. */
        public String[] of(int results, String... inputs) {
            String[] names = new String[results];
            for (int i = 0; i < results; i++) {
                names[i] = name(node.getOpType());
                node.addOutput(names[i]);
            }
            node.setName(names[0]).addAllInput(List.of(inputs));
            graph.addNode(node);
            return names;
        }
    }
}
