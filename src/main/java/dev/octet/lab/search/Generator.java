package dev.octet.lab.search;

import dev.octet.event.InputException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Random;
import org.deeplearning4j.arbiter.optimize.api.Candidate;
import org.deeplearning4j.arbiter.optimize.api.CandidateGenerator;
import org.deeplearning4j.arbiter.optimize.generator.GridSearchCandidateGenerator;
import org.deeplearning4j.arbiter.optimize.generator.RandomSearchGenerator;

/** A generator of candidates. */
public enum Generator {
    /** Each dimension drawn by itself (Bergstra and Bengio, "Random Search for Hyper-Parameter Optimization", 2012). */
    RANDOM,
    /** Every combination, in an order that follows from the seed. */
    GRID;

    private static final long MAX_GRID = 100_000;

    /**
     * The candidates, a text for each dimension; the same from the same seed. Those of {@link #RANDOM} have no end and may
     * come twice.
     *
     * @param gridValues how many values a range has in a grid, at least 2
     * @throws InputException if a grid is larger than any search could be
     */
    Iterator<List<String>> candidates(List<Dimension> dimensions, int gridValues, long seed) {
        SearchSpace space = new SearchSpace(dimensions);
        return switch (this) {
            case RANDOM -> {
                RandomSearchGenerator generator = new RandomSearchGenerator(space, null);
                generator.setRngSeed(seed);
                yield candidates(generator, space);
            }
            case GRID -> {
                requireSmall(dimensions, gridValues);
                // Arbiter's own random order is drawn in its constructor, before a seed can be set
                List<List<String>> all = new ArrayList<>();
                candidates(
                                new GridSearchCandidateGenerator(
                                        space, gridValues, GridSearchCandidateGenerator.Mode.Sequential, null),
                                space)
                        .forEachRemaining(all::add);
                Collections.shuffle(all, new Random(seed));
                yield all.iterator();
            }
        };
    }

    private static void requireSmall(List<Dimension> dimensions, int gridValues) {
        double size = dimensions.stream()
                .mapToDouble(dimension -> dimension.gridSize(gridValues))
                .reduce(1, (one, other) -> one * other);
        if (size > MAX_GRID) {
            throw new InputException("generator: the grid has " + String.format("%,.0f", size)
                    + " candidates; at most " + String.format("%,d", MAX_GRID)
                    + " are allowed: search fewer keys or values, or take generator: random");
        }
    }

    private static Iterator<List<String>> candidates(CandidateGenerator generator, SearchSpace space) {
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return generator.hasMoreCandidates();
            }

            @Override
            public List<String> next() {
                if (!hasNext()) {
                    throw new NoSuchElementException();
                }
                Candidate<?> candidate = generator.getCandidate();
                if (candidate.getException() != null) {
                    throw new IllegalStateException("Arbiter made no candidate", candidate.getException());
                }
                // its value would come back through Java serialisation
                return List.copyOf(space.getValue(candidate.getFlatParameters()));
            }
        };
    }
}
