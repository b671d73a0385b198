package dev.octet.feature;

import dev.octet.event.IpAddress;
import dev.octet.event.LoginEvent;
import dev.octet.event.LoginField;
import dev.octet.event.ViewRow;
import dev.octet.event.enrich.AddressSpace;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** What a feature saw in a row, in words. */
final class FeatureWords {
    private static final List<String> WEEKDAYS =
            List.of("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday");

    private FeatureWords() {}

    /** @throws IllegalArgumentException if the feature does not come from the row alone */
    static String of(FeatureRequest request, ViewRow row) {
        Feature feature = request.feature()
                .orElseThrow(() -> new IllegalArgumentException("there is no feature " + request.name()));
        Optional<LoginField> text = request.plainText();
        if (text.isPresent()) {
            String value = login(row).text(text.get());
            return named(noun(text.get()), text.get().equals(LoginField.USER_AGENT) ? UserAgentWords.of(value) : value);
        }
        return switch (feature) {
            case HOUR, MINUTE_OF_DAY -> {
                int minute = TimeParts.minuteOfDay(row.timeMicros());
                yield String.format(Locale.ROOT, "%02d:%02d", minute / 60, minute % 60);
            }
            case WEEKDAY -> WEEKDAYS.get(TimeParts.weekday(row.timeMicros()));
            case IP_OCTETS -> named("address", address(login(row).ip()));
            case IP_VERSION ->
                named(
                        "address of IP version",
                        FeatureExtractor.ipVersion(login(row).ip()));
            case ASN -> network(login(row));
            case BROWSER_FAMILY -> named("browser", ClientFamily.of(login(row).browser()));
            case OS_FAMILY ->
                named("operating system", ClientFamily.of(login(row).os()));
            case SUCCESS -> login(row).success() ? "login succeeded" : "login failed";
            case ROUND_TRIP_TIME -> roundTrip(login(row).roundTripMillis());
            case EXTRA_NUMBER -> {
                LoginField field = request.extra().orElseThrow();
                double number = login(row).number(field);
                yield Double.isNaN(number)
                        ? "unknown " + noun(field)
                        : noun(field) + String.format(Locale.ROOT, " %.4g", number);
            }
            case UNREADABLE_FIELDS -> unreadable(login(row).unreadableFields());
            case ATTEMPTS -> count(window(row).attempts(), "attempt");
            case FAILURES -> count(window(row).failures(), "failed attempt");
            case USERS_WITH_FAILURES -> count(window(row).usersWithFailures(), "user") + " with failed attempts";
            case DISTINCT_USERS -> count(window(row).distinctUsers(), "user");
            case DISTINCT_IPS ->
                window(row).distinctIps() + (window(row).distinctIps() == 1 ? " source address" : " source addresses");
            case WRONG_USERNAME_FAILURES ->
                count(window(row).wrongUsernameFailures(), "failed attempt") + " with a wrong username";
            case WRONG_PASSWORD_FAILURES ->
                count(window(row).wrongPasswordFailures(), "failed attempt") + " with a wrong password";
            case TOTAL_COUNT -> count(entity(row).attempts(), "attempt");
            case MEDIAN_DAILY_COUNT ->
                String.format(
                        Locale.ROOT,
                        "a median of %.1f attempts a day",
                        entity(row).medianDailyCount());
            case WEEKDAY_WEEKEND_RATIO ->
                String.format(
                        Locale.ROOT,
                        "%.1f attempts on weekdays for each on a weekend",
                        entity(row).weekdayWeekendRatio());
            case MEAN_GAP -> gap("between two attempts on average", entity(row).meanGapMinutes());
            case MAX_GAP -> gap("between two attempts at most", entity(row).maxGapMinutes());
            default -> throw new IllegalStateException("nothing words the feature " + feature.key());
        };
    }

    private static String unreadable(Set<LoginField> fields) {
        return fields.isEmpty()
                ? "every field readable"
                : "unreadable " + fields.stream().map(FeatureWords::noun).collect(Collectors.joining(", "));
    }

    private static String noun(LoginField field) {
        return field.equals(LoginField.OS) ? "operating system" : field.key().replace('-', ' ');
    }

    private static LoginEvent login(ViewRow row) {
        return (LoginEvent) row;
    }

    private static WindowRow window(ViewRow row) {
        return (WindowRow) row;
    }

    private static EntityRow entity(ViewRow row) {
        return (EntityRow) row;
    }

    private static String gap(String which, double minutes) {
        return minutes >= 0 ? String.format(Locale.ROOT, "%.0f minutes %s", minutes, which) : "one attempt only";
    }

    private static String address(IpAddress ip) {
        return ip.version() == 0 ? "" : ip.toString();
    }

    private static String roundTrip(float millis) {
        return millis >= 0 ? String.format(Locale.ROOT, "round trip of %.0f ms", millis) : "unknown round-trip time";
    }

    private static String network(LoginEvent login) {
        boolean internal = AddressSpace.isNetworkNumber(login.asn(), login.ip());
        return internal
                ? named("network", AddressSpace.networkName(login.asn(), login.ip()))
                : named("network AS", FeatureExtractor.network(login.asn()));
    }

    private static String named(String what, String value) {
        return value.isBlank() ? "unknown " + what : what + " " + value.strip();
    }

    private static String count(int count, String noun) {
        return count + " " + noun + (count == 1 ? "" : "s");
    }
}
