package dev.octet.detect.autoencoder;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.FloatBuffer;
import java.util.Map;
import java.util.Set;
import onnx.Onnx;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.shade.protobuf.InvalidProtocolBufferException;

class OnnxExportTest {

    @ParameterizedTest
    @MethodSource("dev.octet.detect.autoencoder.AutoencoderDetectorTest#shapes")
    void onnxRuntimeGivesTheSameErrors(NetworkShape shape) throws OrtException {
        AutoencoderDetector detector = AutoencoderDetectorTest.detector(shape);
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions();
                OrtSession session = environment.createSession(OnnxExport.model(detector), options)) {
            assertEquals(Set.of("features"), session.getInputNames());
            assertEquals(Set.of("reconstruction", "error"), session.getOutputNames());
            for (int count : new int[] {1, 2, 17, 64, 1000}) {
                float[] rows = Rows.array(count, shape.columns(), count);
                double[] scores = new double[count];
                detector.score(rows, count, scores);
                try (OnnxTensor features = OnnxTensor.createTensor(
                                environment, FloatBuffer.wrap(rows), new long[] {count, shape.columns()});
                        OrtSession.Result result = session.run(Map.of("features", features))) {
                    float[] errors = (float[]) result.get("error").orElseThrow().getValue();
                    float[][] reconstruction = (float[][])
                            result.get("reconstruction").orElseThrow().getValue();
                    assertEquals(count, errors.length);
                    assertEquals(count, reconstruction.length);
                    assertEquals(shape.columns(), reconstruction[0].length);
                    for (int row = 0; row < count; row++) {
                        assertEquals(scores[row], errors[row], 1e-6 * Math.max(1, scores[row]));
                    }
                }
            }
        }
    }

    @Test
    void theModelSaysWhatItIs() throws InvalidProtocolBufferException {
        AutoencoderDetector detector = AutoencoderDetectorTest.detector(
                AutoencoderDetectorTest.shapes().findFirst().orElseThrow());
        byte[] bytes = OnnxExport.model(detector);
        assertArrayEquals(bytes, OnnxExport.model(detector));
        Onnx.ModelProto model = Onnx.ModelProto.parseFrom(bytes);
        assertEquals(9, model.getIrVersion());
        assertEquals(18, model.getOpsetImport(0).getVersion());
        assertEquals("", model.getOpsetImport(0).getDomain());
        assertEquals(
                8,
                model.getGraph().getNodeList().stream()
                        .filter(node -> node.getOpType().equals("Gemm"))
                        .count());
    }
}
