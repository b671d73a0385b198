package dev.octet.feature.history;

import dev.octet.feature.FeatureRequest;
import dev.octet.feature.RowFeatures;
import dev.octet.feature.View;
import java.io.IOException;
import java.io.InputStream;
import java.util.Collection;
import java.util.List;

/** The features that remember earlier rows, by view. */
public final class Memories {
    private Memories() {}

    /** Names of all such features of a view; an entity, which is seen once a span, has none. */
    public static List<String> names(View view) {
        if (view instanceof View.Entity) {
            return List.of();
        }
        return view instanceof View.Attempt ? HistoryFeature.keys() : WindowHistoryFeature.keys();
    }

    /** The memories that the asked features need, empty ones; none where no feature remembers. */
    public static List<RowFeatures> neededFor(View view, Collection<FeatureRequest> asked, HistoryOptions options) {
        List<String> names = names(view);
        boolean remembers = asked.stream()
                .anyMatch(request ->
                        names.contains(request.name()) || request.extra().isPresent() && request.isFromElsewhere());
        if (!remembers) {
            return List.of();
        }
        return List.of(
                view instanceof View.Attempt
                        ? new AttemptHistory(new LoginHistory(options, FeatureRequest.extrasOf(asked)))
                        : new WindowHistory(new PairHistory(options)));
    }

    /**
     * As {@link #neededFor}, for features that remember, with the evidence of failures and travel of the release that saved a memory.
     *
     * @throws dev.octet.event.InputException if the stream does not begin like one
     */
    public static List<RowFeatures> like(
            InputStream saved, View view, Collection<FeatureRequest> asked, HistoryOptions options) throws IOException {
        return view instanceof View.Attempt
                ? List.of(new AttemptHistory(LoginHistory.like(saved, options, FeatureRequest.extrasOf(asked))))
                : neededFor(view, asked, options);
    }

    /** A memory with the same options, of the same release, that has seen nothing. */
    public static RowFeatures startAgain(RowFeatures memory) {
        if (memory instanceof AttemptHistory attempts) {
            return new AttemptHistory(attempts.history().startedAgain());
        }
        throw new IllegalArgumentException("only the memory of logins can start again");
    }

    /**
     * Reads a memory that {@link RowFeatures#save} wrote.
     *
     * @throws dev.octet.event.InputException if the bytes are none, or are damaged
     */
    public static List<RowFeatures> load(View view, InputStream in) throws IOException {
        return List.of(
                view instanceof View.Attempt ? new AttemptHistory(LoginHistory.load(in)) : WindowHistory.load(in));
    }
}
