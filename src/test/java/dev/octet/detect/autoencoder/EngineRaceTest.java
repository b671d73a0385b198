package dev.octet.detect.autoencoder;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class EngineRaceTest {
    private long now;

    /** An engine whose steps take a time of their own, the first ones longer; a device's time passes when it is waited for. */
    private final class Timed implements TrainingEngine {
        private final long perStep;
        private final long perRow;
        private final long first;
        private final boolean device;
        private long underWay;
        private int steps;
        private int rows;

        Timed(long perStep, long perRow, long first, boolean device) {
            this.perStep = perStep;
            this.perRow = perRow;
            this.first = first;
            this.device = device;
        }

        @Override
        public void step(float[] inputs, float[] targets, int count) {
            assertEquals(count * 5, inputs.length);
            underWay += perStep + perRow * count + (steps == 0 ? first : 0);
            steps++;
            rows = count;
            if (!device) {
                now += underWay;
                underWay = 0;
            }
        }

        @Override
        public double takeLossSum() {
            now += underWay;
            underWay = 0;
            return 0;
        }

        @Override
        public float[] parameters() {
            return new float[0];
        }

        @Override
        public float[] optimizerState() {
            return new float[0];
        }

        @Override
        public int steps() {
            return steps;
        }

        @Override
        public void setLearningRate(double learningRate) {
            throw new AssertionError("a race sets no learning rate");
        }

        @Override
        public void restore(float[] parameters, float[] optimizerState, int steps) {
            throw new AssertionError("a race restores nothing");
        }

        @Override
        public void close() {
            throw new AssertionError("who makes an engine closes it");
        }
    }

    /** A card costs 3 ms a step and little a row, a processor nothing a step and 2 µs a row. */
    @Test
    void smallBatchesAreFasterOnTheProcessorAndLargeOnesOnTheCard() {
        EngineRace race = new EngineRace(() -> now);
        EngineRace.Result small =
                race.time(new Timed(0, 2000, 0, false), new Timed(3_000_000, 20, 2_000_000_000, true), 5, 256);
        assertFalse(small.secondIsFaster());
        assertEquals(256 * 2e-6, small.first(), 1e-12);
        assertEquals(3e-3 + 256 * 20e-9, small.second(), 1e-12, "the first step of a card is no measure");
        EngineRace.Result large =
                race.time(new Timed(0, 2000, 0, false), new Timed(3_000_000, 20, 2_000_000_000, true), 5, 16_384);
        assertTrue(large.secondIsFaster());
    }

    @Test
    void itTakesAMoment() {
        Timed fast = new Timed(100_000, 0, 0, false);
        Timed slow = new Timed(900_000_000, 0, 0, true);
        long before = now;
        EngineRace.Result result = new EngineRace(() -> now).time(fast, slow, 5, 64);
        assertEquals(64, fast.rows);
        assertEquals(6, slow.steps, "a slow engine is asked for no more than it needs");
        assertTrue(now - before < 6_200_000_000L, (now - before) + " ns");
        assertFalse(result.secondIsFaster());
    }
}
