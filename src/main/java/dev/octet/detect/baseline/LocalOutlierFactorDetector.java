package dev.octet.detect.baseline;

import dev.octet.detect.Detector;
import dev.octet.detect.DetectorState;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * A trained local outlier factor. The score of a row is its LOF among the training rows: about 1 inside a cluster of even
 * density, more outside. It is the negative of scikit-learn's {@code score_samples} with {@code novelty=True}; the scores of
 * the training rows themselves, each without itself, are {@link #inSampleScores()}.
 *
 * <p>The contribution of a column is its share of the squared distances to the neighbours. Immutable and thread-safe.
 */
public final class LocalOutlierFactorDetector implements Detector {
    private static final int VERSION = 1;
    private static final int GROUP = 128;
    private static final double SCIKIT_LEARN_EPSILON = 1e-10;

    private final RowColumns columns;
    private final int neighbours;
    private final Duplicates duplicates;
    private final DistinctRows distinct;
    private final boolean allRows;
    private final NeighbourTree tree;
    private final double[] reach; // k-distance of each distinct row
    private final double[] density; // local reachability density of each
    private final double[] inSample;

    /** Trains. */
    LocalOutlierFactorDetector(
            RowColumns columns, int neighbours, Duplicates duplicates, DistinctRows distinct, boolean allRows) {
        this.columns = columns;
        this.neighbours = neighbours;
        this.duplicates = duplicates;
        this.distinct = distinct;
        this.allRows = allRows;
        tree = new NeighbourTree(distinct.values(), columns.width());
        int size = distinct.size();
        reach = new double[size];
        density = new double[size];
        inSample = new double[size];
        Neighbourhood[] around = new Neighbourhood[size];
        IntStream.range(0, (size + GROUP - 1) / GROUP).parallel().forEach(group -> {
            NeighbourTree.Query query = tree.new Query(sought(), GROUP);
            int count = Math.min(GROUP, size - group * GROUP);
            int[] starts = new int[count];
            Arrays.setAll(starts, i -> tree.rowAt(group * GROUP + i) * columns.width());
            query.find(distinct.values(), starts, count);
            for (int i = 0; i < count; i++) {
                int row = tree.rowAt(group * GROUP + i);
                around[row] = Neighbourhood.of(query, i, distinct, row, neighbours, duplicates);
                reach[row] = around[row].distances[around[row].distances.length - 1];
            }
        });
        Arrays.setAll(density, row -> around[row].density(reach, duplicates));
        Arrays.setAll(inSample, row -> around[row].factor(density, density[row]));
    }

    /** Restores. */
    private LocalOutlierFactorDetector(
            RowColumns columns,
            int neighbours,
            Duplicates duplicates,
            DistinctRows distinct,
            boolean allRows,
            double[] reach,
            double[] density,
            double[] inSample) {
        this.columns = columns;
        this.neighbours = neighbours;
        this.duplicates = duplicates;
        this.distinct = distinct;
        this.allRows = allRows;
        this.reach = reach;
        this.density = density;
        this.inSample = inSample;
        tree = new NeighbourTree(distinct.values(), columns.width());
    }

    /** Distinct rows to search for: k, and one more where the row itself is among them. */
    private int sought() {
        return (int) Math.min(distinct.size(), neighbours + 1L);
    }

    /**
     * The neighbours of one row, nearest first, with how many copies of each count.
     */
    private record Neighbourhood(int[] rows, int[] copies, double[] distances) {

        /** @param self the distinct row that the point is one copy of, or -1 for a point that is no training row */
        static Neighbourhood of(
                NeighbourTree.Query query,
                int point,
                DistinctRows distinct,
                int self,
                int neighbours,
                Duplicates duplicates) {
            int found = query.size(point);
            int[] rows = new int[found];
            int[] copies = new int[found];
            double[] distances = new double[found];
            int size = 0;
            long counted = 0;
            for (int i = 0; i < found && counted < neighbours; i++) {
                int row = query.row(point, i);
                double distance = query.distance(point, i);
                int weight = distinct.counts()[row] - (row == self ? 1 : 0);
                if (duplicates == Duplicates.DISTINCT) {
                    counted += distance > 0 ? 1 : 0;
                } else {
                    weight = (int) Math.min(weight, neighbours - counted);
                    counted += weight;
                }
                if (weight > 0) {
                    rows[size] = row;
                    copies[size] = weight;
                    distances[size++] = distance;
                }
            }
            return new Neighbourhood(
                    Arrays.copyOf(rows, size), Arrays.copyOf(copies, size), Arrays.copyOf(distances, size));
        }

        double density(double[] reach, Duplicates duplicates) {
            double sum = 0;
            long count = 0;
            for (int i = 0; i < rows.length; i++) {
                sum += copies[i] * Math.max(reach[rows[i]], distances[i]);
                count += copies[i];
            }
            return switch (duplicates) {
                case DISTINCT -> count / sum;
                case AS_SCIKIT_LEARN -> 1 / (sum / count + SCIKIT_LEARN_EPSILON);
            };
        }

        double factor(double[] densities, double own) {
            double sum = 0;
            long count = 0;
            for (int i = 0; i < rows.length; i++) {
                sum += copies[i] * densities[rows[i]];
                count += copies[i];
            }
            return sum / count / own;
        }
    }

    @Override
    public String kind() {
        return LocalOutlierFactorTrainer.KIND;
    }

    @Override
    public int columns() {
        return columns.width();
    }

    @Override
    public void score(float[] rows, int count, double[] scores) {
        columns.checkScoring(rows, count, scores);
        int width = columns.width();
        IntStream groups = IntStream.range(0, (count + GROUP - 1) / GROUP);
        (count > GROUP ? groups.parallel() : groups).forEach(group -> {
            int first = group * GROUP;
            int[] starts = new int[Math.min(GROUP, count - first)];
            Arrays.setAll(starts, i -> (first + i) * width);
            NeighbourTree.Query query = tree.new Query(sought(), starts.length);
            query.find(rows, starts, starts.length);
            for (int i = 0; i < starts.length; i++) {
                Neighbourhood around = Neighbourhood.of(query, i, distinct, -1, neighbours, duplicates);
                scores[first + i] = around.factor(density, around.density(reach, duplicates));
            }
        });
    }

    @Override
    public void contributions(float[] row, double[] contributions) {
        columns.checkContributions(row, contributions);
        int width = columns.width();
        Arrays.fill(contributions, 0, width, 0);
        NeighbourTree.Query query = tree.new Query(sought(), 1);
        query.find(row, new int[1], 1);
        Neighbourhood around = Neighbourhood.of(query, 0, distinct, -1, neighbours, duplicates);
        for (int i = 0; i < around.rows.length; i++) {
            for (int j = 0; j < width; j++) {
                double difference = (double) row[j] - distinct.values()[around.rows[i] * width + j];
                contributions[j] += around.copies[i] * difference * difference;
            }
        }
    }

    /**
     * The factors of the training rows, in their order, each computed without the row itself, as the paper and scikit-learn
     * without novelty do.
     *
     * @throws IllegalStateException if the detector was trained on a sample of the rows ({@code maxRows})
     */
    public double[] inSampleScores() {
        if (!allRows) {
            throw new IllegalStateException("local-outlier-factor was trained on a sample of " + distinct.place().length
                    + " rows; in-sample scores need all rows, so raise max-rows");
        }
        return Arrays.stream(distinct.place()).mapToDouble(row -> inSample[row]).toArray();
    }

    @Override
    public DetectorState state() {
        Map<String, Object> settings = StateReader.settings(columns);
        settings.put("neighbours", (long) neighbours);
        settings.put("duplicates", duplicates.name());
        settings.put("all-rows", allRows);
        return new DetectorState(
                kind(),
                VERSION,
                settings,
                Map.of(
                        "values", distinct.values().clone(),
                        "counts", distinct.counts().clone(),
                        "place", distinct.place().clone(),
                        "reach", reach.clone(),
                        "density", density.clone(),
                        "in-sample", inSample.clone()));
    }

    /**
     * The detector that {@link #state()} was taken of.
     *
     * @throws dev.octet.event.InputException if the state is not one of this detector or damaged
     */
    public static LocalOutlierFactorDetector restore(DetectorState state) {
        StateReader reader = new StateReader(state, LocalOutlierFactorTrainer.KIND, VERSION);
        RowColumns columns = reader.columns();
        int size = reader.length("counts");
        if (size == 0) {
            throw reader.damaged("array counts is empty");
        }
        DistinctRows distinct = new DistinctRows(
                reader.floats("values", Math.multiplyExact(size, columns.width())),
                reader.indices("counts", size, 1, Integer.MAX_VALUE),
                reader.indices("place", reader.length("place"), 0, size));
        String name = reader.text("duplicates");
        Duplicates duplicates = Arrays.stream(Duplicates.values())
                .filter(value -> value.name().equals(name))
                .findFirst()
                .orElseThrow(() -> reader.damaged("setting duplicates is " + name));
        int neighbours = reader.integer("neighbours");
        if (neighbours < 1) {
            throw reader.damaged("setting neighbours is " + neighbours);
        }
        return new LocalOutlierFactorDetector(
                columns,
                neighbours,
                duplicates,
                distinct,
                reader.flag("all-rows"),
                reader.doubles("reach", size),
                reader.doubles("density", size),
                reader.doubles("in-sample", size));
    }
}
