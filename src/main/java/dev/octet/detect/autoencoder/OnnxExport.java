package dev.octet.detect.autoencoder;

import dev.octet.detect.autoencoder.ForwardPass.FoldedLayer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import onnx.Onnx;
import org.nd4j.shade.protobuf.ByteString;

/**
 * An autoencoder as an ONNX model, for any runtime in any language.
 *
 * <p>Input {@code features}, float [N, columns], scaled as in training. Outputs {@code reconstruction}, float [N,
 * columns], and {@code error}, float [N], the mean squared reconstruction error a row: the detector's score but for the
 * rounding of the runtime's own sums. Opset 18, IR version 9; batch normalisation is folded into the weights.
 */
public final class OnnxExport {
    private static final int OPSET = 18;
    private static final int IR_VERSION = 9;
    private static final String ROWS = "N";

    private final Onnx.GraphProto.Builder graph = Onnx.GraphProto.newBuilder().setName("autoencoder");

    private OnnxExport() {}

    /** The bytes of a {@code .onnx} file; equal detectors give equal bytes. */
    public static byte[] model(AutoencoderDetector detector) {
        OnnxExport export = new OnnxExport();
        export.addGraph(detector.network().layers(), detector.columns());
        return Onnx.ModelProto.newBuilder()
                .setIrVersion(IR_VERSION)
                .setProducerName("octet")
                .addOpsetImport(
                        Onnx.OperatorSetIdProto.newBuilder().setDomain("").setVersion(OPSET))
                .setGraph(export.graph)
                .build()
                .toByteArray();
    }

    private void addGraph(List<FoldedLayer> layers, int columns) {
        graph.addInput(value("features", columns));
        String last = "features";
        for (int i = 0; i < layers.size(); i++) {
            FoldedLayer layer = layers.get(i);
            addTensor("weights" + i, layer.plainWeights(), layer.inputs(), layer.outputs());
            addTensor("bias" + i, layer.plainBias(), layer.outputs());
            String result = i == layers.size() - 1 ? "reconstruction" : "layer" + i;
            // An identity layer needs no node of its own.
            String sums = layer.activation() == Activation.IDENTITY ? result : "sums" + i;
            addNode("Gemm", sums, last, "weights" + i, "bias" + i);
            addActivation(layer.activation(), result, sums);
            last = result;
        }
        addNode("Sub", "difference", "reconstruction", "features");
        addNode("Mul", "squared", "difference", "difference");
        graph.addInitializer(Onnx.TensorProto.newBuilder()
                .setName("axes")
                .setDataType(Onnx.TensorProto.DataType.INT64_VALUE)
                .addDims(1)
                .addInt64Data(1));
        graph.addNode(node("ReduceMean", "error", "squared", "axes")
                .addAttribute(Onnx.AttributeProto.newBuilder()
                        .setName("keepdims")
                        .setType(Onnx.AttributeProto.AttributeType.INT)
                        .setI(0)));
        graph.addOutput(value("reconstruction", columns));
        graph.addOutput(value("error"));
    }

    private void addActivation(Activation activation, String result, String sums) {
        switch (activation) {
            case RELU -> addNode("Relu", result, sums);
            case TANH -> addNode("Tanh", result, sums);
            case ELU -> addNode("Elu", result, sums);
            case SIGMOID -> addNode("Sigmoid", result, sums);
            case IDENTITY -> {}
        }
    }

    private void addNode(String operator, String output, String... inputs) {
        graph.addNode(node(operator, output, inputs));
    }

    private static Onnx.NodeProto.Builder node(String operator, String output, String... inputs) {
        return Onnx.NodeProto.newBuilder()
                .setName(output)
                .setOpType(operator)
                .addAllInput(List.of(inputs))
                .addOutput(output);
    }

    private void addTensor(String name, float[] values, int... dimensions) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        Onnx.TensorProto.Builder tensor = Onnx.TensorProto.newBuilder()
                .setName(name)
                .setDataType(Onnx.TensorProto.DataType.FLOAT_VALUE)
                .setRawData(ByteString.copyFrom(bytes));
        for (int dimension : dimensions) {
            tensor.addDims(dimension);
        }
        graph.addInitializer(tensor);
    }

    /** A float tensor of N rows and the given further dimensions. */
    private static Onnx.ValueInfoProto value(String name, int... dimensions) {
        Onnx.TensorShapeProto.Builder shape = Onnx.TensorShapeProto.newBuilder()
                .addDim(Onnx.TensorShapeProto.Dimension.newBuilder().setDimParam(ROWS));
        for (int dimension : dimensions) {
            shape.addDim(Onnx.TensorShapeProto.Dimension.newBuilder().setDimValue(dimension));
        }
        return Onnx.ValueInfoProto.newBuilder()
                .setName(name)
                .setType(Onnx.TypeProto.newBuilder()
                        .setTensorType(Onnx.TypeProto.Tensor.newBuilder()
                                .setElemType(Onnx.TensorProto.DataType.FLOAT_VALUE)
                                .setShape(shape)))
                .build();
    }
}
