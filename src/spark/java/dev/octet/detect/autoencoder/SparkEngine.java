package dev.octet.detect.autoencoder;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.spark.api.RDDTrainingApproach;
import org.deeplearning4j.spark.api.Repartition;
import org.deeplearning4j.spark.impl.multilayer.SparkDl4jMultiLayer;
import org.deeplearning4j.spark.impl.paramavg.ParameterAveragingTrainingMaster;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.ILossFunction;
import org.nd4j.linalg.lossfunctions.impl.LossMSE;

/**
 * Trains with Deeplearning4j's {@link ParameterAveragingTrainingMaster} on Apache Spark. Each replica of the network takes its
 * own batches; after {@link #BATCHES_A_ROUND} of them, and at the end of an epoch, the parameters and the optimiser's moments of
 * all replicas are averaged. The sums of the averages depend on which task ends first, so no two trainings are equal.
 *
 * <p>The training loss is the mean of the losses of each replica's last batch before an average, with the penalty of weight
 * decay: Deeplearning4j tells no more.
 */
final class SparkEngine implements TrainingEngine {
    /** Batches of a replica between two averages. An average costs about 0.1 s, as much as 200 steps of one machine. */
    static final int BATCHES_A_ROUND = 50;

    private final JavaSparkContext spark;
    private final SparkDl4jMultiLayer training;
    private final int columns;
    private final int epochRows;
    private final int workers;
    private final List<DataSet> waiting = new ArrayList<>();
    private int waitingRows;
    private int rowsOfEpoch;
    private int steps;
    private double lossSum;

    /**
     * An engine.
     *
     * @param epochRows rows of each epoch, after which the replicas are averaged
     * @param workers replicas
     */
    SparkEngine(
            JavaSparkContext spark,
            AutoencoderTrainer trainer,
            NetworkShape shape,
            Loss loss,
            int epochRows,
            int workers) {
        this.spark = spark;
        this.columns = shape.columns();
        this.epochRows = epochRows;
        this.workers = workers;
        ILossFunction minimised = loss == Loss.MEAN_SQUARED_ERROR ? new LossMSE() : new SparkLoss(loss);
        MultiLayerNetwork network = Dl4jEngine.initialNetwork(
                shape, minimised, trainer.seed(), trainer.schedule().learningRate(), trainer.optimization());
        int batch = Math.min(trainer.schedule().batchSize(), epochRows);
        training = new SparkDl4jMultiLayer(
                spark,
                network,
                new ParameterAveragingTrainingMaster.Builder(workers, batch)
                        .batchSizePerWorker(batch)
                        .averagingFrequency(BATCHES_A_ROUND)
                        .workerPrefetchNumBatches(0)
                        .repartionData(Repartition.Never)
                        .rddTrainingApproach(RDDTrainingApproach.Direct)
                        .build());
    }

    private MultiLayerNetwork network() {
        return training.getNetwork();
    }

    @Override
    public void step(float[] inputs, float[] targets, int count) {
        long[] shape = {count, columns};
        waiting.add(new DataSet(
                Nd4j.create(Arrays.copyOf(inputs, count * columns), shape, 'c'),
                Nd4j.create(Arrays.copyOf(targets, count * columns), shape, 'c')));
        waitingRows += count;
        rowsOfEpoch += count;
        if (waiting.size() == workers * BATCHES_A_ROUND || rowsOfEpoch >= epochRows) {
            round();
        }
    }

    /** Trains each replica on its part of the batches that wait, and averages them. */
    private void round() {
        int replicas = Math.min(workers, waiting.size());
        training.fit(spark.parallelize(waiting, replicas));
        lossSum += training.getScore() * waitingRows;
        steps += (waiting.size() + replicas - 1) / replicas;
        network().setIterationCount(steps);
        waiting.clear();
        waitingRows = 0;
        rowsOfEpoch = rowsOfEpoch >= epochRows ? 0 : rowsOfEpoch;
    }

    /** Of the rounds that are done; the last one ends with the epoch. */
    @Override
    public double takeLossSum() {
        double taken = lossSum;
        lossSum = 0;
        return taken;
    }

    @Override
    public float[] parameters() {
        return network().params().toFloatVector();
    }

    @Override
    public float[] optimizerState() {
        return network().getUpdater().getStateViewArray().toFloatVector();
    }

    @Override
    public int steps() {
        return steps;
    }

    @Override
    public String kind() {
        return getClass().getSimpleName() + " " + workers;
    }

    @Override
    public void setLearningRate(double learningRate) {
        network().setLearningRate(learningRate);
    }

    @Override
    public void restore(float[] parameters, float[] optimizerState, int steps) {
        Dl4jEngine.restore(network(), parameters, optimizerState, steps);
        this.steps = steps;
    }

    @Override
    public void close() {
        // The session ends with the JVM: another detector of the run, or another seed, trains on it too.
    }
}
