package dev.octet.lab.search;

import dev.octet.event.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * A search for the candidate with the highest score. Candidate 0 is what the user had already; the others are drawn from
 * the space, none twice. With several rungs it is successive halving (Jamieson and Talwalkar, "Non-stochastic Best Arm
 * Identification and Hyperparameter Optimization", 2016): all are trained for a few epochs, the best {@code 1/factor} of
 * them go on for more, and so forth; candidate 0 goes all the way, to be compared with.
 *
 * <p>Which trials come next follows from the plan and the outcomes so far, and outcomes are kept in a file: a search that
 * was killed, started again, ends as it would have. Only a limit on time is not repeatable. Not thread-safe.
 */
public final class Search {
    /** Draws in a row that bring nothing new before a random search counts its space as empty. */
    private static final int DRAWS = 1000;

    private static final Comparator<Standing> BY_SCORE =
            Comparator.comparingDouble((Standing s) -> -s.score()).thenComparingInt(Standing::candidate);

    private final List<Dimension> dimensions;
    private final SearchPlan plan;
    private final Trials trials;
    private final SearchListener listener;
    private final Path journalFile;
    private final CandidateTable table;
    private final String fingerprint;

    private final List<Standing> standings = new ArrayList<>();
    private final Set<List<String>> drawn = new HashSet<>();
    private final long start = System.nanoTime();
    private double secondsBefore;
    private Journal journal;
    private Standing base;
    private Standing best;

    /**
     * A search that was begun earlier or is to begin.
     *
     * @param fingerprint all that the outcome of a trial depends on besides candidate and rung
     * @param directory where {@code search.jsonl} and {@code candidates.csv} are written
     */
    public Search(
            List<Dimension> dimensions,
            SearchPlan plan,
            Trials trials,
            SearchListener listener,
            String fingerprint,
            Path directory) {
        this.dimensions = List.copyOf(dimensions);
        this.plan = plan;
        this.trials = trials;
        this.listener = listener;
        this.fingerprint = fingerprint;
        journalFile = directory.resolve("search.jsonl");
        table = new CandidateTable(directory.resolve("candidates.csv"), trials.columns(), plan);
    }

    /** Forgets what an earlier start left. */
    public void restart() throws IOException {
        Files.deleteIfExists(journalFile);
    }

    /** Whether an earlier start left outcomes, or at least began. */
    public boolean isBegun() {
        return Files.exists(journalFile);
    }

    /**
     * Searches until the end.
     *
     * @throws InputException if candidate 0 has no score, or the files belong to another search
     */
    public SearchResult run() throws IOException {
        try (Journal opened = new Journal(journalFile, fingerprint)) {
            journal = opened;
            base = new Standing(0, List.of(), trials.cells(List.of()), trials.seed(List.of()));
            drawn.add(base.cells());
            standings.add(base);
            best = base;
            requireScore(tryOut(base, 0, 0, plan.candidates()));

            SearchResult.End end = drawCandidates();
            for (int rung = 1; rung < plan.rungs().size() && end != SearchResult.End.TIME; rung++) {
                if (!climb(rung)) {
                    end = SearchResult.End.TIME;
                }
            }
            best.markBest();
            table.write(standings);
            if (end != SearchResult.End.TIME) {
                for (Standing standing : standings) {
                    trials.forget(standing.candidate());
                }
            }
            return new SearchResult(best, base, standings, end);
        }
    }

    private static void requireScore(Outcome outcome) {
        switch (outcome.state()) {
            case DONE -> {}
            case FAILED ->
                throw new InputException("the base config itself cannot be trained and scored: " + outcome.message());
            case OUT_OF_TIME ->
                throw new InputException("minutes: the time was up before the base config was trained; give more");
        }
    }

    /** The first rung: every candidate. */
    private SearchResult.End drawCandidates() throws IOException {
        Iterator<List<String>> candidates = plan.generator().candidates(dimensions, plan.gridValues(), plan.seed());
        int sinceBest = 0;
        for (int number = 1; number <= plan.candidates(); number++) {
            Optional<List<String>> values = nextNew(candidates);
            if (values.isEmpty()) {
                return SearchResult.End.EXHAUSTED;
            }
            Standing standing =
                    new Standing(number, values.get(), trials.cells(values.get()), trials.seed(values.get()));
            standings.add(standing);
            Standing bestBefore = best;
            Outcome outcome = tryOut(standing, 0, number, plan.candidates());
            if (outcome.state() == Outcome.State.OUT_OF_TIME) {
                return SearchResult.End.TIME;
            }
            sinceBest = best == bestBefore ? sinceBest + 1 : 0;
            if (plan.patience().isPresent() && sinceBest >= plan.patience().getAsInt()) {
                return SearchResult.End.PATIENCE;
            }
        }
        return SearchResult.End.COMPLETE;
    }

    private Optional<List<String>> nextNew(Iterator<List<String>> candidates) {
        for (int draw = 0; draw < DRAWS && candidates.hasNext(); draw++) {
            List<String> values = candidates.next();
            if (drawn.add(trials.cells(values))) {
                return Optional.of(values);
            }
        }
        return Optional.empty();
    }

    /** The best of the rung below go on; false where the time is up. */
    private boolean climb(int rung) throws IOException {
        List<Standing> below = standings.stream()
                .filter(standing -> standing != base && standing.rung() == rung - 1)
                .sorted(BY_SCORE)
                .toList();
        int places = (below.size() + plan.factor() - 1) / plan.factor();
        for (Standing standing : below.subList(places, below.size())) {
            standing.drop();
            trials.forget(standing.candidate());
        }
        if (places == 0) {
            return true;
        }
        Standing bestBelow = best;
        best = base;
        if (tryOut(base, rung, 0, places).state() == Outcome.State.OUT_OF_TIME) {
            best = bestBelow;
            return false;
        }
        for (int i = 0; i < places; i++) {
            if (tryOut(below.get(i), rung, i + 1, places).state() == Outcome.State.OUT_OF_TIME) {
                best = i == 0 ? bestBelow : best; // a rung that only the base has climbed compares nothing
                return false;
            }
        }
        return true;
    }

    private Outcome tryOut(Standing standing, int rung, int place, int places) throws IOException {
        Optional<Journal.Noted> known = journal.find(standing.candidate(), rung, standing.cells());
        Journal.Noted noted;
        if (known.isPresent()) {
            noted = known.get();
            secondsBefore += noted.seconds();
        } else {
            noted = train(standing, rung);
            if (noted.outcome().state() != Outcome.State.OUT_OF_TIME) {
                journal.append(standing.candidate(), rung, standing.cells(), noted);
            }
        }
        Outcome outcome = noted.outcome();
        standing.add(outcome, noted.seconds());
        boolean better = Double.isNaN(best.score(rung)) || outcome.score() > best.score(rung);
        if (outcome.state() == Outcome.State.DONE && better) {
            best = standing;
        }
        if (known.isEmpty()) {
            table.write(standings);
        }
        listener.tried(standing, known.isPresent(), new SearchListener.Progress(rung, place, places, best, base));
        return outcome;
    }

    private Journal.Noted train(Standing standing, int rung) throws IOException {
        long begin = System.nanoTime();
        OptionalLong deadline = plan.minutes().isPresent()
                ? OptionalLong.of(start + (long) ((plan.minutes().getAsDouble() * 60 - secondsBefore) * 1e9))
                : OptionalLong.empty();
        Outcome outcome = deadline.isPresent() && begin - deadline.getAsLong() >= 0
                ? Outcome.outOfTime()
                : trials.run(new Trial(
                        standing.candidate(),
                        standing.values(),
                        rung,
                        plan.rungs().get(rung),
                        deadline));
        return new Journal.Noted(outcome, (System.nanoTime() - begin) / 1e9);
    }
}
