package dev.octet.serve;

import dev.octet.bundle.Bundle;
import dev.octet.detect.SignificantDigits;
import dev.octet.evaluate.drift.DriftReport;
import dev.octet.event.enrich.AddressFact;
import dev.octet.event.enrich.AddressFiles;
import dev.octet.serve.desk.HealthFact;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** What whoever scores knows of how well it works, beside what the kept logins tell. */
final class ServiceHealth {
    /** Share of logins with an unreadable field that is no reason to look. */
    private static final double EXPECTED_UNREADABLE = 0.001;

    private static final String DRIFT = "model-fit";
    private static final int INPUTS_SHOWN = 3;
    private static final Duration OLD_DATABASE = Duration.ofDays(60);

    private ServiceHealth() {}

    /** Fields that could not be read, by column. */
    static HealthFact unreadable(Map<String, Long> fields, long logins) {
        long all = fields.values().stream().mapToLong(Long::longValue).sum();
        boolean ok = all <= EXPECTED_UNREADABLE * logins || all < 3;
        String columns = fields.entrySet().stream()
                .map(each -> String.format(Locale.ROOT, "%s (%,d)", each.getKey(), each.getValue()))
                .collect(Collectors.joining(", "));
        return new HealthFact(
                "unreadable-fields",
                "Fields that could not be read",
                String.format(Locale.ROOT, "%,d", all),
                ok,
                all == 0
                        ? "Since the service started."
                        : "Since the service started: " + columns
                                + (ok ? "." : ". Look at what hands logins in; such a field counts as not known."));
    }

    /**
     * Whether scores and inputs are as those that the model was made on, by the last full span of logins.
     *
     * @param last what that span says; empty before one has ended
     * @param watching whether the bundle has what later logins are compared with
     */
    static HealthFact drift(Optional<DriftReport> last, boolean watching) {
        String title = "Scores, against training";
        if (last.isEmpty()) {
            return new HealthFact(
                    DRIFT,
                    title,
                    "not known yet",
                    true,
                    watching
                            ? "This is told by 2,000 scored logins or more, of a day or more. They have not come yet."
                            : "The bundle was made by an older Octet and does not say what its scores were.");
        }
        DriftReport report = last.get();
        String value = report.score().index() > report.score().limit()
                ? "moved"
                : report.moved().isEmpty() ? "as in training" : "as in training, inputs moved";
        String facts = String.format(
                Locale.ROOT,
                " Shift of the scores: %s, up to %s is usual. Inputs that moved: %s.",
                SignificantDigits.of(report.score().index(), 2),
                SignificantDigits.of(report.score().limit(), 2),
                report.moved().isEmpty()
                        ? "none"
                        : report.moved().stream()
                                .limit(INPUTS_SHOWN)
                                .map(DriftReport.Shift::name)
                                .collect(Collectors.joining(", ")));
        return switch (report.decision()) {
            case TOO_FEW_ROWS, OLDER_LOG ->
                new HealthFact(
                        DRIFT,
                        title,
                        "not known",
                        true,
                        "The logins are older than those that the model was made on, or too few." + facts);
            case KEEP -> new HealthFact(DRIFT, title, value, true, "The model fits the latest logins." + facts);
            case RETHRESHOLD ->
                new HealthFact(
                        DRIFT,
                        title,
                        value,
                        false,
                        "Scores or alerts have moved, the inputs have not. Look at the first alerts: an attack looks the"
                                + " same. If they are usual logins, choose another threshold." + facts);
            case RETRAIN ->
                new HealthFact(
                        DRIFT,
                        title,
                        value,
                        false,
                        "Logins are not like those that the model was made on. Look at the first alerts and at the inputs"
                                + " that moved: a field may be missing. Then train the model on later logins." + facts);
        };
    }

    /** The age of each address database that was named. */
    static List<HealthFact> databases(AddressFiles files, Bundle bundle, Clock clock) {
        List<HealthFact> facts = new ArrayList<>();
        for (Map.Entry<AddressFact, List<Path>> each : files.named().entrySet()) {
            for (Path file : each.getValue()) {
                facts.add(database(each.getKey().name().toLowerCase(Locale.ROOT), file, clock));
            }
        }
        if (facts.isEmpty() && !bundle.enrichment().databases().isEmpty()) {
            facts.add(new HealthFact(
                    "address-database",
                    "Address database",
                    "found by itself",
                    true,
                    "The model was trained with one; it was looked for in $OCTET_DATA/geo."));
        }
        return facts;
    }

    private static HealthFact database(String what, Path file, Clock clock) {
        String title = "Address database (" + what + ")";
        Instant changed;
        try {
            changed = Files.getLastModifiedTime(file).toInstant();
        } catch (IOException e) {
            return new HealthFact(
                    "address-database-" + what,
                    title,
                    "gone",
                    false,
                    "The file is not there any more; the service goes on with what it has read, a new start will fail.");
        }
        Duration age = Duration.between(changed, clock.instant());
        boolean ok = age.compareTo(OLD_DATABASE) < 0;
        return new HealthFact(
                "address-database-" + what,
                title,
                age.toDays() + " days",
                ok,
                ok ? "By the file's date." : "By the file's date. Networks move: get a newer one.");
    }
}
