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

    /** A memory with the same options that has seen nothing. */
    public static RowFeatures startAgain(RowFeatures memory) {
        if (memory instanceof AttemptHistory attempts) {
            LoginHistory history = attempts.history();
            return new AttemptHistory(new LoginHistory(history.options(), history.extraFields()));
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
