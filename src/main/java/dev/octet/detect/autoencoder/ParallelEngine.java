package dev.octet.detect.autoencoder;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Phaser;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.deeplearning4j.datasets.iterator.ExistingDataSetIterator;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.WorkspaceMode;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.deeplearning4j.parallelism.ParallelWrapper;
import org.deeplearning4j.parallelism.factory.DefaultTrainerContext;
import org.deeplearning4j.parallelism.trainer.DefaultTrainer;
import org.deeplearning4j.parallelism.trainer.Trainer;
import org.nd4j.linalg.api.concurrency.AffinityManager;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.ILossFunction;
import org.nd4j.linalg.lossfunctions.impl.LossMSE;

/**
 * Trains with Deeplearning4j's {@link ParallelWrapper}: several replicas of the network, each on a thread and, where there
 * are several, on a device of its own. At each step every replica computes the gradient of its share of the batch; these
 * are averaged before the optimiser has them, so that the step is that of the whole batch, but for batch normalisation,
 * which sees a share. ParallelWrapper alone averages only what the optimisers made of it; it still does, which keeps the
 * replicas equal where shares are not. The same rows with as many workers give the same bits on the CPU.
 *
 * <p>ParallelWrapper's {@code fit} goes over an iterator and ends its threads and replicas after it. So it runs on a
 * thread of its own, and the iterator waits for {@link #step}; a new one is begun only for another learning rate.
 */
final class ParallelEngine implements TrainingEngine {
    private final MultiLayerNetwork network;
    private final Loss loss;
    private final int columns;
    private final int workers;
    private final boolean onDevice = Backend.onDevice();
    private double learningRate;
    private double lossSum;
    /** Set between the first step and {@link #stop}. */
    private Fit running;

    /** @param workers how many replicas, at least 2; batches need as many rows */
    ParallelEngine(
            NetworkShape shape, Loss loss, long seed, double learningRate, Optimization optimization, int workers) {
        this.loss = loss;
        this.columns = shape.columns();
        this.learningRate = learningRate;
        this.workers = workers;
        // Replicas are made from the network's JSON, so its loss is one of Deeplearning4j's until they are.
        this.network = Dl4jEngine.initialNetwork(shape, new LossMSE(), seed, learningRate, optimization);
    }

    int workers() {
        return workers;
    }

    @Override
    public void step(float[] inputs, float[] targets, int count) {
        if (running == null) {
            running = new Fit();
        }
        Round round = new Round(shares(inputs, targets, count));
        running.train(round);
        for (Share share : round.shares) {
            lossSum += share.lossSum;
        }
    }

    private List<Share> shares(float[] inputs, float[] targets, int count) {
        if (count < workers) {
            throw new IllegalArgumentException(count + " rows for " + workers + " workers");
        }
        List<Share> shares = new ArrayList<>(workers);
        int first = 0;
        for (int worker = 0; worker < workers; worker++) {
            int rows = count / workers + (worker < count % workers ? 1 : 0);
            int from = first * columns;
            int to = from + rows * columns;
            shares.add(new Share(Arrays.copyOfRange(inputs, from, to), Arrays.copyOfRange(targets, from, to), rows));
            first += rows;
        }
        return shares;
    }

    @Override
    public double takeLossSum() {
        double taken = lossSum;
        lossSum = 0;
        return taken;
    }

    @Override
    public boolean onDevice() {
        return onDevice;
    }

    @Override
    public float[] parameters() {
        return network.params().toFloatVector();
    }

    @Override
    public float[] optimizerState() {
        return network.getUpdater().getStateViewArray().toFloatVector();
    }

    @Override
    public int steps() {
        return network.getIterationCount();
    }

    @Override
    public String kind() {
        return getClass().getSimpleName() + " " + workers;
    }

    @Override
    public void setLearningRate(double learningRate) {
        if (learningRate != this.learningRate) {
            stop();
            network.setLearningRate(learningRate);
            this.learningRate = learningRate;
        }
    }

    @Override
    public void restore(float[] parameters, float[] optimizerState, int steps) {
        stop();
        Dl4jEngine.restore(network, parameters, optimizerState, steps);
    }

    @Override
    public void close() {
        stop();
    }

    private void stop() {
        if (running != null) {
            // The end of a fit clears the network, and its optimiser's moments with it.
            float[] state = optimizerState();
            running.end();
            running = null;
            Dl4jEngine.setOptimizerState(network, state);
            network.setListeners();
            setLoss(network, new LossMSE());
        }
    }

    private static void setLoss(MultiLayerNetwork network, ILossFunction loss) {
        ((BaseOutputLayer) network.getOutputLayer().conf().getLayer()).setLossFn(loss);
    }

    private static IllegalStateException interruption(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new IllegalStateException("interrupted while replicas of the network are trained", e);
    }

    /** What one replica gets in a step; goes through ParallelWrapper as a data set, which it does not look into. */
    private static final class Share extends DataSet {
        private static final long serialVersionUID = 1;

        private final transient float[] inputs;
        private final transient float[] targets;
        private final transient int rows;
        private transient double lossSum;

        Share(float[] inputs, float[] targets, int rows) {
            this.inputs = inputs;
            this.targets = targets;
            this.rows = rows;
        }

        @Override
        public boolean equals(Object other) {
            return this == other;
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(this);
        }
    }

    /** A step of all replicas. */
    private record Round(List<Share> shares, CompletableFuture<Void> done) {
        Round(List<Share> shares) {
            this(shares, new CompletableFuture<>());
        }
    }

    /** Where replicas wait for each other: once when they have been made, then at each step with their gradients. */
    private static final class Meeting extends Phaser {
        private final INDArray[] gradients;
        private final AtomicReference<Throwable> failure = new AtomicReference<>();

        Meeting(int workers) {
            super(workers);
            gradients = new INDArray[workers];
        }

        /** @throws IllegalStateException if another replica will not come, for it has failed */
        void attend() {
            if (arriveAndAwaitAdvance() < 0) {
                throw new IllegalStateException("another replica failed", failure.get());
            }
        }

        /** No replica waits for one that has failed. */
        void fail(Throwable reason) {
            failure.compareAndSet(null, reason);
            forceTermination();
        }

        @Override
        protected boolean onAdvance(int phase, int workers) {
            if (gradients[0] != null) {
                Nd4j.averageAndPropagate(null, Arrays.asList(gradients));
                Nd4j.getExecutioner().commit();
            }
            return false;
        }

        TrainingListener listener(int worker) {
            return new BaseTrainingListener() {
                @Override
                public void onGradientCalculation(Model model) {
                    INDArray gradient = ((MultiLayerNetwork) model).getFlattenedGradients();
                    Nd4j.getExecutioner().commit();
                    AffinityManager devices = Nd4j.getAffinityManager();
                    if (!devices.isCrossDeviceAccessSupported()) {
                        // Cards that cannot read each other's memory average on the host, as ParallelWrapper's do.
                        devices.ensureLocation(gradient, AffinityManager.Location.HOST);
                    }
                    gradients[worker] = gradient;
                    attend();
                }
            };
        }
    }

    /** One call of ParallelWrapper's {@code fit}, and the iterator that it goes over. */
    private final class Fit implements Iterator<DataSet> {
        private final SynchronousQueue<Optional<Round>> rounds = new SynchronousQueue<>();
        private final Thread thread;
        private final Meeting meeting = new Meeting(workers);

        private Round round;
        private int given;
        /** Whether it has been asked once for more than the round has, as ParallelWrapper does before it trains. */
        private boolean askedForMore;

        Fit() {
            int device = Nd4j.getAffinityManager().getDeviceForCurrentThread();
            ParallelWrapper wrapper = new ParallelWrapper.Builder<>(network)
                    .workers(workers)
                    .averagingFrequency(1)
                    .averageUpdaters(true)
                    .prefetchBuffer(0)
                    .trainingMode(ParallelWrapper.TrainingMode.AVERAGING)
                    .build();
            wrapper.setTrainerContext(new Replicas());
            thread = new Thread(() -> fit(wrapper, device), "octet-parallel");
            thread.setDaemon(true);
            thread.start();
        }

        private void fit(ParallelWrapper wrapper, int device) {
            try {
                // Where the network's arrays are.
                Nd4j.getAffinityManager().unsafeSetDevice(device);
                wrapper.fit(new ExistingDataSetIterator(this));
            } catch (RuntimeException | Error e) {
                meeting.fail(e);
                if (round != null) {
                    round.done.completeExceptionally(meeting.failure.get());
                }
                wrapper.shutdown();
            }
        }

        /** Returns when parameters are averaged. */
        void train(Round next) {
            try {
                while (!offer(Optional.of(next))) {
                    if (!thread.isAlive()) {
                        throw new IllegalStateException("replicas of the network failed", meeting.failure.get());
                    }
                }
                next.done.get();
            } catch (InterruptedException e) {
                throw interruption(e);
            } catch (ExecutionException e) {
                throw new IllegalStateException("a replica of the network could not be trained", e.getCause());
            }
        }

        /** Ends the replicas; the network has what they learnt. */
        void end() {
            try {
                while (thread.isAlive() && !offer(Optional.empty())) {
                    // It may be ending after a failure.
                }
                thread.join();
            } catch (InterruptedException e) {
                throw interruption(e);
            }
        }

        private boolean offer(Optional<Round> next) throws InterruptedException {
            return rounds.offer(next, 50, TimeUnit.MILLISECONDS);
        }

        /** Waits for the next round, once the one before it is done. */
        @Override
        public boolean hasNext() {
            if (round != null && given == round.shares.size()) {
                if (!askedForMore) {
                    askedForMore = true;
                    return true;
                }
                round.done.complete(null);
                round = null;
            }
            if (round == null) {
                try {
                    round = rounds.take().orElse(null);
                } catch (InterruptedException e) {
                    throw interruption(e);
                }
                given = 0;
                askedForMore = false;
            }
            return round != null;
        }

        @Override
        public DataSet next() {
            if (round == null || given == round.shares.size()) {
                throw new NoSuchElementException();
            }
            return round.shares.get(given++);
        }

        private final class Replicas extends DefaultTrainerContext {
            @Override
            public Trainer create(
                    String uuid,
                    int worker,
                    Model model,
                    int rootDevice,
                    boolean useMultiDataSets,
                    ParallelWrapper wrapper,
                    WorkspaceMode mode,
                    int averagingFrequency) {
                return new Replica(uuid, worker, model, wrapper, mode, averagingFrequency);
            }
        }

        /** The first one is the network itself. */
        private final class Replica extends DefaultTrainer {
            private Dl4jSteps steps;

            Replica(
                    String uuid,
                    int worker,
                    Model model,
                    ParallelWrapper wrapper,
                    WorkspaceMode mode,
                    int averagingFrequency) {
                this.uuid = uuid + "_" + worker;
                this.threadId = worker;
                this.originalModel = model;
                this.replicatedModel = model;
                this.parallelWrapper = wrapper;
                this.workspaceMode = mode;
                this.averagingFrequency = averagingFrequency;
                setupIfNeccessary();
            }

            @Override
            public void run() {
                try {
                    super.run();
                } catch (RuntimeException e) {
                    // DefaultTrainer has noted it, and ParallelWrapper asks it.
                    meeting.fail(e);
                }
            }

            /** Called when the replica has been made. */
            @Override
            protected void postInit() {
                // Only now may the first replica, which the others are made of, change.
                meeting.attend();
                MultiLayerNetwork replica = (MultiLayerNetwork) replicatedModel;
                StepLoss own = StepLoss.of(loss, columns);
                setLoss(replica, own);
                replica.setListeners(meeting.listener(threadId));
                steps = new Dl4jSteps(replica, own, columns);
            }

            @Override
            protected void fit(org.nd4j.linalg.dataset.api.DataSet dataSet) {
                Share share = (Share) dataSet;
                try {
                    steps.step(share.inputs, share.targets, share.rows);
                    share.lossSum = steps.takeLossSum();
                } catch (Error e) {
                    // DefaultTrainer notes exceptions only.
                    throw new IllegalStateException(e.toString(), e);
                }
            }
        }
    }
}
