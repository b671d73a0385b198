package dev.octet.detect.autoencoder;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.octet.detect.TrainingData;
import dev.octet.detect.TrainingProgress;
import dev.octet.event.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CheckpointTest {
    private static final TrainingData DATA = Rows.data(Rows.matrix(500, 6, 1), Rows.matrix(100, 6, 2));

    @TempDir
    Path folder;

    private Path file;
    private AutoencoderTrainer plain;
    private AutoencoderTrainer trainer;

    @BeforeEach
    void setUp() {
        file = folder.resolve("new").resolve("training.checkpoint");
        // A minimal improvement that is often missed, so that both counters and the learning rate move.
        plain = AutoencoderTrainer.withDefaults()
                .withHidden(List.of(new Layer(16, Activation.RELU, true), new Layer(4, Activation.ELU, true)))
                .withSchedule(new Schedule(7, Integer.MAX_VALUE, 64, 0.02, 5, 0.2, 1, 0.5))
                .withEngine(Engine.FUSED);
        trainer = plain.withCheckpoint(file);
    }

    /** Ends a training as a kill would, when epoch {@code at} has begun. */
    private static final class Kill extends RuntimeException implements TrainingProgress {
        private static final long serialVersionUID = 1L;
        private final int at;

        Kill(int at) {
            this.at = at;
        }

        @Override
        public void batch(int epoch, long rowsDone, double loss) {
            if (epoch == at) {
                throw this;
            }
        }
    }

    /** Writes down which epochs were trained and what was noted. */
    private static final class Diary implements TrainingProgress {
        final List<Integer> epochs = new ArrayList<>();
        final List<String> notes = new ArrayList<>();

        @Override
        public void epochStarted(int epoch, int of, long rows) {
            epochs.add(epoch);
        }

        @Override
        public void note(String text) {
            notes.add(text);
        }
    }

    private void killAt(int epoch) {
        assertThrows(Kill.class, () -> trainer.train(DATA, new Kill(epoch)));
    }

    @ParameterizedTest
    @EnumSource(
            value = Engine.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = "DL4J_SPARK") // needs Spark: SparkLibrariesIT
    void aKilledTrainingGoesOnAndEndsWithTheSameBits(Engine engine) {
        plain = plain.withEngine(engine);
        trainer = trainer.withEngine(engine);
        AutoencoderDetector whole = plain.train(DATA, TrainingProgress.SILENT);
        killAt(3);
        killAt(6);
        Diary diary = new Diary();
        AutoencoderTrainerTest.assertSameBits(whole, trainer.train(DATA, diary));
        assertEquals(List.of(6, 7), diary.epochs);
        assertEquals(List.of("resuming after epoch 5 from the checkpoint " + file), diary.notes);
        assertArrayEquals(
                new String[] {"training.checkpoint"},
                folder.resolve("new").toFile().list());
    }

    @Test
    void soDoesOneOfSeveralWorkersAndTheirNumberIsPartOfIt() {
        plain = plain.withEngine(Engine.DL4J).withWorkers(2);
        trainer = trainer.withEngine(Engine.DL4J).withWorkers(2);
        AutoencoderDetector whole = plain.train(DATA, TrainingProgress.SILENT);
        killAt(3);
        for (int workers : new int[] {1, 3}) {
            assertThrows(
                    InputException.class, () -> trainer.withWorkers(workers).train(DATA, TrainingProgress.SILENT));
        }
        AutoencoderTrainerTest.assertSameBits(whole, trainer.train(DATA, TrainingProgress.SILENT));
    }

    @Test
    void aFinishedTrainingIsNotTrainedAgainButMayBeMadeLonger() {
        trainer.train(DATA, TrainingProgress.SILENT);
        Diary again = new Diary();
        AutoencoderTrainerTest.assertSameBits(plain.train(DATA, TrainingProgress.SILENT), trainer.train(DATA, again));
        assertEquals(List.of(), again.epochs);
        Diary longer = new Diary();
        AutoencoderTrainerTest.assertSameBits(
                plain.withEpochs(9).train(DATA, TrainingProgress.SILENT),
                trainer.withEpochs(9).train(DATA, longer));
        assertEquals(List.of(8, 9), longer.epochs);
    }

    @Test
    void anUnfinishedTrainingOfAnotherKindIsNotTouched() throws IOException {
        killAt(3);
        byte[] before = Files.readAllBytes(file);
        String refusal = "the checkpoint " + file + " belongs to an unfinished training with another configuration or"
                + " other rows; delete it to train from the start, or give another path as autoencoder.checkpoint";
        TrainingData otherRows = Rows.data(Rows.matrix(500, 6, 3), Rows.matrix(100, 6, 2));
        TrainingData fewerRows = Rows.data(Rows.matrix(499, 6, 1), Rows.matrix(100, 6, 2));
        for (InputException e : List.of(
                assertThrows(InputException.class, () -> trainer.withSeed(2).train(DATA, TrainingProgress.SILENT)),
                assertThrows(
                        InputException.class,
                        () -> trainer.withEngine(Engine.DL4J).train(DATA, TrainingProgress.SILENT)),
                assertThrows(InputException.class, () -> trainer.train(otherRows, TrainingProgress.SILENT)),
                assertThrows(InputException.class, () -> trainer.train(fewerRows, TrainingProgress.SILENT)))) {
            assertEquals(refusal, e.getMessage());
        }
        assertTrue(Arrays.equals(before, Files.readAllBytes(file)));
    }

    @Test
    void aFinishedTrainingOfAnotherKindIsReplaced() {
        trainer.train(DATA, TrainingProgress.SILENT);
        Diary diary = new Diary();
        AutoencoderTrainerTest.assertSameBits(
                plain.withSeed(2).train(DATA, TrainingProgress.SILENT),
                trainer.withSeed(2).train(DATA, diary));
        assertEquals(7, diary.epochs.size());
    }

    @Test
    void aDamagedFileIsRefusedWhereverItIsDamaged() throws IOException {
        killAt(3);
        byte[] good = Files.readAllBytes(file);
        for (int at : new int[] {40, good.length / 2, good.length - 1}) {
            byte[] bad = good.clone();
            bad[at] ^= 1;
            refused("is damaged or cut off (its checksum does not match)", bad);
        }
        for (int length : new int[] {35, good.length / 2, good.length - 1}) {
            String reason = assertThrows(InputException.class, () -> trainWith(Arrays.copyOf(good, length)))
                    .getMessage();
            assertTrue(reason.startsWith("the checkpoint " + file + " is damaged or cut off"), reason);
        }
        refused("is not a checkpoint of this version of Octet", new byte[0]);
        refused("is not a checkpoint of this version of Octet", "PK".repeat(100).getBytes());
    }

    private void refused(String why, byte[] content) {
        InputException e = assertThrows(InputException.class, () -> trainWith(content));
        assertEquals(
                "the checkpoint " + file + " " + why
                        + "; delete it to train from the start, or give another path as autoencoder.checkpoint",
                e.getMessage());
    }

    private void trainWith(byte[] content) throws IOException {
        Files.write(file, content);
        trainer.train(DATA, TrainingProgress.SILENT);
    }

    @Test
    void aFolderThatCannotBeWrittenIsNamed() throws IOException {
        Path notAFolder = Files.writeString(folder.resolve("file"), "");
        Path impossible = notAFolder.resolve("training.checkpoint");
        InputException e = assertThrows(
                InputException.class, () -> plain.withCheckpoint(impossible).train(DATA, TrainingProgress.SILENT));
        assertTrue(e.getMessage().startsWith("cannot write the checkpoint " + impossible + ": "), e.getMessage());
    }
}
