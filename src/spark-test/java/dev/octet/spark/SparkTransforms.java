package dev.octet.spark;

import dev.octet.bundle.Bundle;
import dev.octet.event.Labelled;
import dev.octet.event.LoginField;
import dev.octet.event.LoginReader;
import dev.octet.event.RejectedRows;
import dev.octet.feature.DataVecFeatures;
import dev.octet.feature.Encoder;
import dev.octet.feature.FeatureExtractor;
import dev.octet.feature.RowReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.datavec.api.transform.TransformProcess;
import org.datavec.api.writable.Writable;
import org.datavec.spark.transform.SparkTransformExecutor;

/** Runs a bundle's TransformProcess on Spark with datavec-spark, and compares its columns with those of Octet's kernel. */
public final class SparkTransforms {
    private static final int PARTITIONS = 3;

    private SparkTransforms() {}

    /** Takes a bundle and a log, and prints the number of cells and of those that differ in a bit. */
    public static void main(String[] arguments) throws Exception {
        Bundle bundle = Bundle.load(Path.of(arguments[0]));
        TransformProcess process =
                TransformProcess.fromJson(Files.readString(bundle.directory().resolve("transform-process.json")));
        FeatureExtractor extractor = bundle.extractor();
        Encoder encoder = bundle.model().features().bind(extractor);
        List<List<Writable>> records = new ArrayList<>();
        List<float[]> expected = new ArrayList<>();
        float[] raw = new float[extractor.width()];
        try (LoginReader logins = bundle.format()
                        .sources(List.of(Path.of(arguments[1])), false, note -> {})
                        .get(0)
                        .open(RejectedRows.ignoring(), LoginField.all());
                RowReader rows = bundle.model().view().read(logins, Optional.empty())) {
            for (Labelled<?> row = rows.next(); row != null; row = rows.next()) {
                records.add(DataVecFeatures.record(row.row(), extractor));
                extractor.extract(row.row(), raw);
                float[] columns = new float[encoder.columns()];
                encoder.encode(raw, columns);
                expected.add(columns);
            }
        }
        SparkSession session =
                SparkSession.builder().appName("transform process").getOrCreate();
        JavaSparkContext spark = new JavaSparkContext(session.sparkContext());
        List<List<Writable>> found = SparkTransformExecutor.execute(spark.parallelize(records, PARTITIONS), process)
                .collect();
        session.stop();
        long cells = 0;
        long different = Math.abs(found.size() - expected.size());
        for (int i = 0; i < Math.min(found.size(), expected.size()); i++) {
            float[] columns = expected.get(i);
            different += Math.abs(columns.length - found.get(i).size());
            for (int j = 0; j < Math.min(columns.length, found.get(i).size()); j++) {
                cells++;
                float other = found.get(i).get(j).toFloat();
                different += Float.floatToIntBits(columns[j]) == Float.floatToIntBits(other) ? 0 : 1;
            }
        }
        System.out.println("cells " + cells + " different " + different);
    }
}
