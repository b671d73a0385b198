package dev.octet.bundle;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** A graph of a bundle in ONNX Runtime, on one thread. Thread-safe. */
final class OnnxSession implements AutoCloseable {
    private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
    private final OrtSession session;

    /** What a graph gave, a value a row; the errors of features one after the other, row by row. */
    record Results(float[] scores, boolean[] flagged, Optional<float[]> featureErrors) {}

    /** Why ONNX Runtime, which is native code, cannot run on this machine; empty where it can. */
    static Optional<String> obstacle() {
        try {
            OrtEnvironment.getEnvironment();
            return Optional.empty();
        } catch (LinkageError e) {
            return Optional.of("ONNX Runtime, which checks every graph, cannot be loaded on this machine: " + e);
        }
    }

    /** @throws OrtException if the runtime refuses the graph */
    OnnxSession(byte[] graph) throws OrtException {
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(1);
            // of warnings it has one kind here, that a graph names a constant which it does not use
            options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR);
            session = environment.createSession(graph, options);
        }
    }

    /**
     * Runs the graph.
     *
     * @param rows number of rows
     * @param tensors {@code String[]}, {@code long[]} or {@code float[]} by name
     */
    Results run(int rows, Map<String, Object> tensors) throws OrtException {
        Map<String, OnnxTensor> inputs = new LinkedHashMap<>();
        try {
            for (Map.Entry<String, Object> tensor : tensors.entrySet()) {
                inputs.put(tensor.getKey(), tensor(tensor.getValue(), rows));
            }
            return run(inputs);
        } finally {
            inputs.values().forEach(OnnxTensor::close);
        }
    }

    /** Runs the graph of encoded rows, row-major. */
    Results runEncoded(int rows, float[] columns) throws OrtException {
        try (OnnxTensor tensor = OnnxTensor.createTensor(
                environment, FloatBuffer.wrap(columns), new long[] {rows, columns.length / rows})) {
            return run(Map.of(OnnxModels.FEATURES, tensor));
        }
    }

    private Results run(Map<String, OnnxTensor> inputs) throws OrtException {
        try (OrtSession.Result result = session.run(inputs)) {
            Optional<float[]> errors = Optional.empty();
            if (result.get(OnnxModels.FEATURE_ERROR).orElse(null) instanceof OnnxTensor tensor) {
                FloatBuffer buffer = tensor.getFloatBuffer();
                float[] values = new float[buffer.remaining()];
                buffer.get(values);
                errors = Optional.of(values);
            }
            return new Results(
                    (float[]) result.get(OnnxModels.SCORE).orElseThrow().getValue(),
                    (boolean[]) result.get(OnnxModels.FLAGGED).orElseThrow().getValue(),
                    errors);
        }
    }

    private OnnxTensor tensor(Object values, long rows) throws OrtException {
        long[] shape = {rows};
        if (values instanceof String[] texts) {
            return OnnxTensor.createTensor(environment, texts, shape);
        }
        if (values instanceof long[] numbers) {
            return OnnxTensor.createTensor(environment, LongBuffer.wrap(numbers), shape);
        }
        return OnnxTensor.createTensor(environment, FloatBuffer.wrap((float[]) values), shape);
    }

    @Override
    public void close() throws OrtException {
        session.close();
    }
}
