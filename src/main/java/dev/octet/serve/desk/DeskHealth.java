package dev.octet.serve.desk;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.octet.bundle.Bundle;
import dev.octet.detect.AlertRate;
import dev.octet.detect.SignificantDigits;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.commons.math3.distribution.PoissonDistribution;

/** What the kept logins and the bundle tell of how well logins are scored. */
final class DeskHealth {
    /** Logins from which a share says something. */
    private static final long ENOUGH = 200;
    /** Share of logins without a network from which it is said. */
    private static final double WITHOUT_NETWORK = 0.2;
    /** Probability of as few or as many alerts, if the expected rate were right, below which it is said. */
    private static final double UNLIKELY = 0.001;
    /** Times the expected rate that are said only: less is no reason to do something. */
    private static final double TIMES = 2;

    private static final Duration OLD = Duration.ofDays(180);

    private final AlertStore store;
    private final Bundle bundle;
    private final TakenPerMinute taken;
    private final Clock clock;
    private final boolean live;

    DeskHealth(AlertStore store, Bundle bundle, TakenPerMinute taken, boolean live, Clock clock) {
        this.live = live;
        this.store = store;
        this.bundle = bundle;
        this.taken = taken;
        this.clock = clock;
    }

    List<HealthFact> facts() {
        ObjectNode kept = store.health();
        List<HealthFact> facts = new ArrayList<>();
        long latest = kept.get("latest").longValue();
        if (live) {
            facts.add(rate(latest));
        }
        if (latest > 0) {
            facts.add(scored(kept, latest));
            facts.add(networks(kept, latest));
            facts.add(alerts(kept));
        }
        long skipped = kept.get("skipped").longValue();
        facts.add(new HealthFact(
                "kept",
                "Logins kept for time lines",
                String.format(Locale.ROOT, "%,d", kept.get("logins").longValue()),
                skipped == 0,
                skipped == 0
                        ? "Time lines and neighbours are made of these."
                        : String.format(
                                Locale.ROOT,
                                "%,d logins without an alert were left out, since they came faster than the desk could keep"
                                        + " them. Their scores are not affected; time lines have gaps.",
                                skipped)));
        facts.add(age());
        return facts;
    }

    private HealthFact rate(long latest) {
        double rate = taken.rate();
        boolean ok = rate > 0 || latest == 0;
        return new HealthFact(
                "logins-per-minute",
                "Logins a minute",
                number(rate),
                ok,
                ok
                        ? "Over the last " + TakenPerMinute.MINUTES + " minutes."
                        : "No login came in the last " + TakenPerMinute.MINUTES
                                + " minutes. Look at what hands logins in.");
    }

    private HealthFact scored(ObjectNode kept, long latest) {
        long scored = kept.get("latest_scored").longValue();
        long expected =
                bundle.model().successfulOnly() ? kept.get("latest_successes").longValue() : latest;
        boolean ok = expected < ENOUGH || scored >= 0.95 * expected;
        return new HealthFact(
                "share-scored",
                "Logins scored",
                percent(scored / (double) latest),
                ok,
                ok
                        ? String.format(
                                Locale.ROOT,
                                "Of the latest %,d.%s",
                                latest,
                                bundle.model().successfulOnly() ? " The model scores successful logins only." : "")
                        : "Fewer logins are scored than the model could score. Look at the notes of the service.");
    }

    private HealthFact networks(ObjectNode kept, long latest) {
        double share = kept.get("latest_without_network").longValue() / (double) latest;
        boolean used = bundle.model().features().requests().stream()
                .anyMatch(request ->
                        request.name().contains("asn") || request.name().contains("network"));
        boolean ok = !used || latest < ENOUGH || share < WITHOUT_NETWORK;
        return new HealthFact(
                "without-network",
                "Logins without a network",
                percent(share),
                ok,
                ok
                        ? String.format(Locale.ROOT, "Of the latest %,d.", latest)
                        : "The model uses networks, and many logins have none. Give an address database (docs/enrich.md), or send"
                                + " asn.");
    }

    private HealthFact alerts(ObjectNode kept) {
        double days = kept.get("latest_days").doubleValue();
        long came = kept.get("latest_alerts").longValue();
        double expectedRate = bundle.model().threshold().alerts().perDay();
        String value = days > 0 ? number(came / days) + " a day" : String.valueOf(came);
        if (!Double.isFinite(expectedRate) || days <= 0) {
            return new HealthFact(
                    "score-drift",
                    "Alerts, against training",
                    value,
                    true,
                    "The bundle does not say how many to expect.");
        }
        double expected = expectedRate * days;
        boolean more = came > expected;
        double burst = bundle.model().threshold().alerts().dispersion();
        boolean ok = came <= TIMES * expected && came >= expected / TIMES
                || probability(Math.round(came / burst), expected / burst) > UNLIKELY;
        String range = AlertRate.of(came, days).text();
        return new HealthFact(
                "score-drift",
                "Alerts, against training",
                value,
                ok,
                String.format(Locale.ROOT, "Training expected %s a day; %s came. ", number(expectedRate), range)
                        + (ok
                                ? "The scores are as in training."
                                : more
                                        ? "Scores are higher than in training: an attack, a change of the log, or a model that is"
                                                + " too old."
                                        : "Scores are lower than in training: look at the model's age, and at what fills the log."));
    }

    /** How likely a count as far from the expected one is, on its side, where logins come independently. */
    static double probability(long came, double expected) {
        if (expected <= 0) {
            return came > 0 ? 0 : 1;
        }
        PoissonDistribution poisson = new PoissonDistribution(expected);
        int count = (int) Math.min(came, Integer.MAX_VALUE);
        return came > expected ? 1 - poisson.cumulativeProbability(count - 1) : poisson.cumulativeProbability(count);
    }

    private HealthFact age() {
        String made = bundle.provenance().path("made").asText();
        try {
            Duration age = Duration.between(Instant.parse(made), clock.instant());
            boolean ok = age.compareTo(OLD) < 0;
            return new HealthFact(
                    "model-age",
                    "Age of the model",
                    age.toDays() == 1 ? "1 day" : age.toDays() + " days",
                    ok,
                    "Made " + made + (ok ? "." : "; train it again on a newer log."));
        } catch (DateTimeException e) {
            return new HealthFact(
                    "model-age", "Age of the model", "not known", true, "The bundle does not say when it was made.");
        }
    }

    private static String number(double value) {
        return value >= 100 ? String.format(Locale.ROOT, "%,.0f", value) : SignificantDigits.of(value, 3);
    }

    private static String percent(double share) {
        return String.format(Locale.ROOT, "%.1f %%", 100 * share);
    }
}
