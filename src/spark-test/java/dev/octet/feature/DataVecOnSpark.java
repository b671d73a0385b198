package dev.octet.feature;

import dev.octet.bundle.Bundle;
import dev.octet.event.Labelled;
import dev.octet.event.LoginEvent;
import dev.octet.event.LoginField;
import dev.octet.event.LoginReader;
import dev.octet.event.RejectedRows;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.datavec.api.transform.TransformProcess;
import org.datavec.api.writable.Writable;
import org.datavec.spark.transform.SparkTransformExecutor;

/**
 * Has datavec-spark execute the process of a bundle on the rows of a log, and compares each cell with what the kernel makes of
 * the same row. Prints the number of cells, of those that are equal to the bit and to a millionth, and the columns that have
 * others.
 */
public final class DataVecOnSpark {
    private static final int PARTITIONS = 5;

    private DataVecOnSpark() {}

    /** Arguments: the bundle, the log, how many of its rows to take. */
    public static void main(String[] arguments) throws Exception {
        Bundle bundle = Bundle.load(Path.of(arguments[0]));
        int rows = Integer.parseInt(arguments[2]);
        FeatureExtractor extractor = bundle.coldExtractor();
        Encoder encoder = bundle.model().features().bind(extractor);
        float[] raw = new float[extractor.width()];
        List<float[]> expected = new ArrayList<>();
        List<List<Writable>> records = new ArrayList<>();
        try (LoginReader reader = bundle.format()
                .sources(List.of(Path.of(arguments[1])), false, note -> {})
                .get(0)
                .open(RejectedRows.ignoring(), LoginField.all())) {
            for (Labelled<LoginEvent> each = reader.next();
                    each != null && records.size() < rows;
                    each = reader.next()) {
                LoginEvent login = each.row();
                records.add(DataVecFeatures.record(login, extractor));
                float[] columns = new float[encoder.columns()];
                extractor.extract(login, raw);
                encoder.encode(raw, columns);
                expected.add(columns);
                extractor.observe(login);
                extractor.learn(login, true);
            }
        }
        TransformProcess process = bundle.model().features().transformProcess();
        long cells = 0;
        long equal = 0;
        long near = 0;
        Set<String> others = new TreeSet<>();
        try (JavaSparkContext spark = new JavaSparkContext(new SparkConf().setAppName("DataVec on Spark"))) {
            List<List<Writable>> found = SparkTransformExecutor.execute(spark.parallelize(records, PARTITIONS), process)
                    .collect();
            for (int i = 0; i < expected.size(); i++) {
                float[] columns = expected.get(i);
                for (int j = 0; j < columns.length; j++) {
                    float value = found.get(i).get(j).toFloat();
                    cells++;
                    if (Float.floatToIntBits(value) == Float.floatToIntBits(columns[j])) {
                        equal++;
                    } else {
                        others.add(bundle.model().features().columnNames().get(j));
                    }
                    near += Math.abs(value - columns[j]) <= 1e-6f * Math.max(1, Math.abs(columns[j])) ? 1 : 0;
                }
            }
            System.out.println("rows " + found.size() + " of " + expected.size() + ", columns "
                    + found.get(0).size() + " of " + encoder.columns() + ", cells " + cells + ", near " + near
                    + ", equal " + equal
                    + ", others in " + others);
        }
    }
}
