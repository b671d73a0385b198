package dev.octet.feature.history;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The priors of failures at any place of a log. A prior is a sum of logarithms in the order of the log, which no other order
 * gives to the last bit, but it changes only some hundred times: each time when a sixteenth more logins were counted. So the
 * counts are added up in order in one place, and all that others need are the few values with their places. Immutable.
 */
public final class PriorFits implements Serializable {
    private static final long serialVersionUID = 1L;

    /** Number of priors. */
    public static final int PRIORS = Moment.PRIORS;

    private final long[][] ordinals = new long[PRIORS][];
    private final double[][] shapes = new double[PRIORS][];
    private final double[][] rates = new double[PRIORS][];

    private PriorFits() {}

    /** The priors as they are before the first login. */
    public static PriorFits of(StartingHistory history) {
        return new Builder(history).fits(new long[0][][]);
    }

    /** Sets the priors to what they are for a login. */
    void at(long ordinal, PressurePrior[] priors) {
        for (int i = 0; i < PRIORS; i++) {
            int last = last(i, ordinal);
            priors[i].take(shapes[i][last], rates[i][last]);
        }
    }

    /**
     * Whether some priors are the same for a login.
     *
     * @param which their bits
     */
    public boolean equalAt(long ordinal, int which, PriorFits other) {
        for (int i = 0; i < PRIORS; i++) {
            if ((which >> i & 1) == 0) {
                continue;
            }
            int own = last(i, ordinal);
            int others = other.last(i, ordinal);
            if (shapes[i][own] != other.shapes[i][others] || rates[i][own] != other.rates[i][others]) {
                return false;
            }
        }
        return true;
    }

    /** Which of a prior's values a login meets: a login tells the prior of later ones. */
    private int last(int prior, long ordinal) {
        int found = Arrays.binarySearch(ordinals[prior], ordinal);
        return found < 0 ? -found - 1 : found;
    }

    /** Adds up what the logins of one chunk after the other tell the priors. Not thread-safe. */
    public static final class Builder {
        private final PressurePrior[] priors = new PressurePrior[PRIORS];
        private final List<List<double[]>> fitted = new ArrayList<>();
        /** By chunk and prior: which of the counts made the prior change. */
        private final List<int[][]> changes = new ArrayList<>();

        /** Priors before the log. */
        public Builder(StartingHistory history) {
            for (int i = 0; i < PRIORS; i++) {
                priors[i] = new PressurePrior();
            }
            history.load(priors);
            for (int i = 0; i < PRIORS; i++) {
                fitted.add(new ArrayList<>());
                fitted.get(i).add(new double[] {priors[i].shape(), priors[i].rate()});
            }
        }

        /**
         * Adds the next chunk.
         *
         * @param counts by prior, what {@link PopulationWalk.Told} wrote
         * @return by prior, the numbers of the counts in the chunk that made the prior change
         */
        public int[][] add(byte[][] counts) {
            int[][] changed = new int[PRIORS][];
            for (int i = 0; i < PRIORS; i++) {
                List<Integer> places = new ArrayList<>();
                PackedInput in = new PackedInput(counts[i]);
                int place = 0;
                while (!in.atEnd()) {
                    for (long zeros = in.number(); zeros > 0; zeros--) {
                        add(i, 0, place++, places);
                    }
                    if (!in.atEnd()) {
                        add(i, in.integer(), place++, places);
                    }
                }
                changed[i] = places.stream().mapToInt(Integer::intValue).toArray();
            }
            changes.add(changed);
            return changed;
        }

        private void add(int i, int count, int place, List<Integer> places) {
            long next = priors[i].nextFit();
            priors[i].add(count);
            if (priors[i].logins() >= next) {
                places.add(place);
                fitted.get(i).add(new double[] {priors[i].shape(), priors[i].rate()});
            }
        }

        /** The priors after the chunks that were added. */
        PressurePrior[] priors() {
            return priors;
        }

        /** @param places by chunk and prior, the ordinals of the logins whose counts made the prior change */
        public PriorFits fits(long[][][] places) {
            PriorFits fits = new PriorFits();
            for (int i = 0; i < PRIORS; i++) {
                int prior = i;
                fits.ordinals[i] = Arrays.stream(places)
                        .flatMapToLong(chunk -> Arrays.stream(chunk[prior]))
                        .toArray();
                fits.shapes[i] =
                        fitted.get(i).stream().mapToDouble(fit -> fit[0]).toArray();
                fits.rates[i] =
                        fitted.get(i).stream().mapToDouble(fit -> fit[1]).toArray();
                if (fits.shapes[i].length != fits.ordinals[i].length + 1) {
                    throw new IllegalStateException("prior " + i + " changed " + (fits.shapes[i].length - 1)
                            + " times, but " + fits.ordinals[i].length + " places are known");
                }
            }
            return fits;
        }
    }
}
