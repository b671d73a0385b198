package dev.octet.serve;

import dev.octet.event.Verdicts;
import dev.octet.serve.http.RequestException;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/** What the service counts, in the text format of Prometheus. No user and no address is ever a label. Thread-safe. */
final class ServiceMetrics {
    private static final double[] SCORES = {
        1e-4, 3e-4, 1e-3, 3e-3, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100, 300, 1000, 3000
    };
    private static final Duration[] LATENCIES = {
        Duration.ofNanos(250_000),
        Duration.ofNanos(500_000),
        Duration.ofMillis(1),
        Duration.ofNanos(2_500_000),
        Duration.ofMillis(5),
        Duration.ofMillis(10),
        Duration.ofMillis(25),
        Duration.ofMillis(50),
        Duration.ofMillis(100),
        Duration.ofMillis(250),
        Duration.ofSeconds(1),
        Duration.ofSeconds(5),
        Duration.ofSeconds(30)
    };

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final Map<String, Timer> requests = new ConcurrentHashMap<>();
    private final Map<String, Counter> rejected = new ConcurrentHashMap<>();
    private final Map<String, Counter> unseen = new ConcurrentHashMap<>();
    private final Counter scored = logins("scored");
    private final Counter passedBy = logins("not scored");
    private final Counter late = Counter.builder("octet.logins.late")
            .description("logins that came too late to update the history")
            .register(registry);
    private final Counter flagged = Counter.builder("octet.logins.flagged")
            .description("logins whose score is above the threshold")
            .register(registry);
    private final DistributionSummary scores = DistributionSummary.builder("octet.score")
            .description("scores, higher = more anomalous; negative ones are not in it")
            .serviceLevelObjectives(SCORES)
            .register(registry);

    private final Timer snapshotWaits = Timer.builder("octet.snapshot.wait")
            .description("how long requests had to wait for a snapshot to begin")
            .register(registry);

    ServiceMetrics() {
        new JvmMemoryMetrics().bindTo(registry);
    }

    private Counter logins(String outcome) {
        return Counter.builder("octet.logins")
                .description("logins taken")
                .tag("outcome", outcome)
                .register(registry);
    }

    /** Shows a number that is asked for when somebody looks. */
    void show(String name, String description, Supplier<Number> value) {
        Gauge.builder(name, value).description(description).register(registry);
    }

    void answered(Answer answer) {
        (answer.scored() ? scored : passedBy).increment();
        if (answer.scored()) {
            scores.record(answer.score());
        }
        if (answer.flagged()) {
            flagged.increment();
        }
        if (answer.late()) {
            late.increment();
        }
    }

    /** Counts values of a category that the model's vocabulary lacks. */
    void unseen(String feature, long count) {
        unseen.computeIfAbsent(
                        feature,
                        name -> Counter.builder("octet.unseen.categories")
                                .description("values that the model's vocabulary lacks")
                                .tag("feature", name)
                                .register(registry))
                .increment(count);
    }

    /** Counts a field of a login that could not be read. */
    void unreadable(String field) {
        Counter.builder("octet.unreadable.fields")
                .description("fields of logins that could not be read and count as not known")
                .tag("field", field)
                .register(registry)
                .increment();
    }

    void verdict(Verdicts.Verdict verdict) {
        Counter.builder("octet.verdicts")
                .description("what analysts said")
                .tag("verdict", verdict.spelled())
                .register(registry)
                .increment();
    }

    void rejected(RequestException.Why why) {
        String reason = why.name().toLowerCase(Locale.ROOT);
        rejected.computeIfAbsent(
                        reason,
                        name -> Counter.builder("octet.rejected")
                                .description("requests, and logins of requests, that were not done")
                                .tag("reason", name)
                                .register(registry))
                .increment();
    }

    void request(String route, int status, long nanos) {
        requests.computeIfAbsent(
                        route + ' ' + status,
                        key -> Timer.builder("octet.request")
                                .description("requests")
                                .tag("route", route)
                                .tag("status", Integer.toString(status))
                                .serviceLevelObjectives(LATENCIES)
                                .register(registry))
                .record(Duration.ofNanos(nanos));
    }

    /** Counts a snapshot for which requests had to wait so long. */
    void snapshot(long nanos) {
        snapshotWaits.record(Duration.ofNanos(nanos));
    }

    String text() {
        return registry.scrape();
    }
}
