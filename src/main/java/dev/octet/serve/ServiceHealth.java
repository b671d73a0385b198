package dev.octet.serve;

import dev.octet.bundle.Bundle;
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
import java.util.stream.Collectors;

/** What whoever scores knows of how well it works, beside what the kept logins tell. */
final class ServiceHealth {
    /** Share of logins with an unreadable field that is no reason to look. */
    private static final double EXPECTED_UNREADABLE = 0.001;

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
