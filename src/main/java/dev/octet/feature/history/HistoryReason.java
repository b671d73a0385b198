package dev.octet.feature.history;

import dev.octet.event.LoginEvent;
import dev.octet.event.enrich.AddressSpace;
import dev.octet.feature.ClientFamily;
import dev.octet.feature.RowWords;
import dev.octet.feature.UserAgentWords;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * The words for one login's history features, from a copy of all that they need: they stay true when the history goes on.
 *
 * @param networkSince first successful login from the network, {@link FirstSeen#NEVER} if there was none
 * @param all successful logins of all users that have a value, by field
 * @param seenByAll how many of them have the login's value, by field
 * @param history the user's, null if there is none
 * @param counts how many of the user's successful logins have the login's value, by field
 * @param known how many of them have any value, by field
 */
record HistoryReason(
        LoginEvent event,
        LoginKeys keys,
        HistoryOptions options,
        long networkSince,
        long[] all,
        int[] seenByAll,
        long[] history,
        int[] counts,
        int[] known,
        RecentAttempts.View recent,
        FirstContacts.View contacts,
        RecentFailures.View failures)
        implements RowWords {

    private static final String NO_HISTORY = "no earlier login of this user";
    private static final double USUAL_SHARE = 0.9;
    private static final Pattern BLANKS = Pattern.compile("\\s+");

    @Override
    public String of(String feature) {
        return of(HistoryFeature.named(feature)
                .orElseThrow(() -> new IllegalArgumentException(
                        "no history feature " + feature + "; known are " + HistoryFeature.keys())));
    }

    private String of(HistoryFeature feature) {
        return switch (feature) {
            case NEW_COUNTRY,
                    NEW_ASN,
                    NEW_PREFIX,
                    NEW_IP,
                    NEW_DEVICE,
                    NEW_DEVICE_TYPE,
                    NEW_BROWSER,
                    NEW_OS,
                    NEW_USER_AGENT,
                    SURPRISE_COUNTRY,
                    SURPRISE_ASN,
                    SURPRISE_PREFIX,
                    SURPRISE_IP,
                    SURPRISE_DEVICE,
                    SURPRISE_DEVICE_TYPE,
                    SURPRISE_BROWSER,
                    SURPRISE_OS,
                    SURPRISE_USER_AGENT -> forUser(feature.field());
            case RARITY_COUNTRY,
                    RARITY_ASN,
                    RARITY_PREFIX,
                    RARITY_IP,
                    RARITY_DEVICE,
                    RARITY_DEVICE_TYPE,
                    RARITY_BROWSER,
                    RARITY_OS,
                    RARITY_USER_AGENT -> forAll(feature.field());
            case RATIO_DEVICE -> forUser(Field.DEVICE);
            case RATIO_USER_AGENT -> forUser(Field.USER_AGENT);
            case NO_HISTORY -> history == null ? NO_HISTORY : "";
            case EARLIER_SUCCESSES ->
                history == null ? NO_HISTORY : count(successes(), "earlier login") + " of this user";
            case DAYS_SINCE_SUCCESS ->
                history == null
                        ? NO_HISTORY
                        : "last login of this user " + ago(event.timeMicros() - UserHistories.lastSuccess(history));
            case HOUR_DISTANCE, SURPRISE_HOUR -> hours();
            case USER_FAILURES_HOUR ->
                count(recent.userFailuresHour, "failed attempt") + " of this user in the last hour";
            case USER_FAILURES_DAY ->
                count(recent.userFailuresDay, "failed attempt") + " of this user in the last 24 h";
            case COUNTRY_CHANGE -> countryChange();
            case SPEED_KMH, SPEED_KNOWN -> speed();
            case ASN_ACTIVITY_DAY ->
                count(recent.asnDay, "attempt") + " from " + value(keys.network()) + " in the last 24 h";
            case IP_ACTIVITY_DAY -> count(recent.ipDay, "attempt") + " from " + value(Field.IP) + " in the last 24 h";
            case IP_USERS_HOUR ->
                count(recent.usersOfIpHour, "user") + " attempted from " + value(Field.IP) + " in the last hour";
            case CAMPAIGN_WEEK, CAMPAIGN_DAY, FOREIGN_CONTACTS_WEEK, FOREIGN_CONTACTS_DAY -> campaign();
            case USER_SURPRISE, FREEMAN -> strongest();
            case PRESSURE_ADDRESS -> failed(PressureKey.ADDRESS, "from this address");
            case PRESSURE_NETWORK_AGENT ->
                failed(PressureKey.NETWORK_AGENT, "from " + value(keys.network()) + " with this user agent");
            case PRESSURE_USER -> failed(PressureKey.USER, "of this user");
            case PRESSURE_USERS ->
                "after failed logins of "
                        + count(failures.users[PressureKey.ADDRESS.ordinal()], "other user")
                        + " from this address in 24 h, who did not get in";
            case TRAVEL -> travel();
        };
    }

    /** Failed logins by a key before this one, over the shorter window that has most of them. */
    private String failed(PressureKey key, String where) {
        int k = key.ordinal();
        boolean hour = 2 * failures.hour[k] >= failures.day[k];
        int now = hour ? failures.hour[k] : failures.day[k];
        long before = failures.all[k] - now;
        double days = failures.age[k] / (double) LoginKeys.MICROS_PER_DAY;
        String usual = before <= 0
                ? "none before"
                : days < 1 ? before + " before" : String.format(Locale.ROOT, "usually %.1f a day", before / days);
        String users = failures.users[k] > 1 ? " on " + failures.users[k] + " other users" : "";
        return "after " + count(now, "failed login") + users + " " + where + " in " + (hour ? "1 h" : "24 h") + " ("
                + usual + ")";
    }

    private String travel() {
        if (history == null) {
            return NO_HISTORY;
        }
        boolean now = UserHistories.otherThanLast(history, keys, Field.COUNTRY);
        if (!now && UserHistories.arrival(history) == TravelHabits.NOWHERE) {
            return value(Field.COUNTRY) + " as at this user's last login";
        }
        long elsewhere = now ? UserHistories.lastSuccess(history) : UserHistories.departure(history);
        int changes = UserHistories.changes(history) - (now ? 0 : 1);
        return value(Field.COUNTRY) + " " + clock(event.timeMicros()) + ", another country at " + clock(elsewhere)
                + ", "
                + ago(event.timeMicros() - elsewhere)
                + (changes <= 0 ? "; this user never changed before" : "; " + count(changes, "change") + " before");
    }

    private static String clock(long micros) {
        long minutes = Math.floorMod(Math.floorDiv(micros, 60 * LoginKeys.MICROS_PER_SECOND), 24 * 60L);
        return twoDigits(minutes / 60) + ":" + twoDigits(minutes % 60);
    }

    private static String twoDigits(long number) {
        return (number < 10 ? "0" : "") + number;
    }

    private int successes() {
        return history == null ? 0 : UserHistories.successes(history);
    }

    private String forUser(Field asked) {
        Field field = source(asked);
        if (!keys.has(field)) {
            return unknown(field);
        }
        if (known[field.ordinal()] == 0) {
            return (history == null ? NO_HISTORY : "no earlier login of this user with a known " + field.noun()) + "; "
                    + forAll(asked);
        }
        int seen = counts[field.ordinal()];
        return value(field)
                + (seen == 0
                        ? ", never seen for this user in " + count(known[field.ordinal()], "login")
                        : ", " + seen + " of this user's " + count(known[field.ordinal()], "login"))
                + " (" + share(field) + " of all)" + since(field);
    }

    /** The field that a feature of networks is about where networks are blocks. */
    private Field source(Field field) {
        return field == Field.ASN ? keys.network() : field;
    }

    private static String unknown(Field field) {
        return "unknown " + field.noun();
    }

    private String forAll(Field asked) {
        Field field = source(asked);
        if (!keys.has(field)) {
            return unknown(field);
        }
        return value(field) + ", " + share(field) + " of all logins" + since(field);
    }

    /** How long a network has been known, while that is less than 30 days. */
    private String since(Field field) {
        if (field != keys.network()) {
            return "";
        }
        if (networkSince == FirstSeen.NEVER) {
            return ", never seen before";
        }
        long age = event.timeMicros() - networkSince;
        return age < 30 * LoginKeys.MICROS_PER_DAY ? ", first seen " + ago(age) : "";
    }

    private String share(Field field) {
        return percent(seenByAll[field.ordinal()], all[field.ordinal()]);
    }

    /** A share of all logins, as precise as an analyst needs. */
    static String percent(int count, long all) {
        if (count == 0) {
            return "0 %";
        }
        double percent = 100.0 * count / Math.max(1, all);
        if (percent < 0.001) {
            return "under 0.001 %";
        }
        return decimal(percent, percent >= 10 ? 0 : percent >= 0.1 ? 1 : 3) + " %";
    }

    /**
     * A number as {@code %.nf} writes it. {@link String#format} takes ten times as long, and every answer of the service has such
     * numbers; it is asked only where so little decides how to round that a product of doubles may be wrong.
     *
     * @param value in [0, 100]
     * @param digits behind the point, 0 to 3
     */
    static String decimal(double value, int digits) {
        int unit = digits == 0 ? 1 : digits == 1 ? 10 : digits == 2 ? 100 : 1000;
        double scaled = value * unit;
        int whole = (int) scaled;
        double over = scaled - whole;
        if (Math.abs(over - 0.5) < 1e-6) {
            return String.format(Locale.ROOT, "%." + digits + "f", value);
        }
        int rounded = over > 0.5 ? whole + 1 : whole;
        return digits == 0
                ? Integer.toString(rounded)
                : rounded / unit + "." + Integer.toString(unit + rounded % unit).substring(1);
    }

    private String value(Field field) {
        String text = switch (field) {
            case COUNTRY -> event.country();
            case ASN -> AddressSpace.networkName(event.asn(), event.ip());
            case PREFIX -> block();
            case IP -> event.ip().toString();
            case DEVICE -> device();
            case DEVICE_TYPE -> event.device();
            case BROWSER -> ClientFamily.of(event.browser());
            case OS -> ClientFamily.of(event.os());
            case USER_AGENT -> UserAgentWords.of(event.userAgent());
            case BROWSER_VERSION -> event.browser();
            case OS_VERSION -> event.os();
            case WIDE_BLOCK -> throw new IllegalStateException("a wide block is no reason");
        };
        return text.isBlank() ? unknown(field) : field.noun() + " " + text.strip();
    }

    private String block() {
        String network = LoginKeys.block(event.ip(), options.ipv4PrefixBits()).toString();
        return switch (event.ip().version()) {
            case 4 -> network + "/" + options.ipv4PrefixBits();
            case 6 -> network + "/48";
            default -> "";
        };
    }

    private String device() {
        String device = event.device() + " " + ClientFamily.of(event.os()) + " " + ClientFamily.of(event.browser());
        return BLANKS.matcher(device).replaceAll(" ");
    }

    private String hours() {
        String clock = clock(event.timeMicros());
        if (history == null) {
            return clock + ", " + NO_HISTORY;
        }
        return clock + ", usual " + usualHours();
    }

    /** The shortest run of hours, around the clock, with nine tenths of the user's logins; the earliest among equals. */
    private String usualHours() {
        int[] until = new int[2 * 24 + 1]; // logins before each hour of two days
        for (int h = 0; h < 2 * 24; h++) {
            until[h + 1] = until[h] + UserHistories.atHour(history, h % 24);
        }
        int all = until[24];
        for (int length = 1; length < 24; length++) {
            for (int first = 0; first < 24; first++) {
                if (until[first + length] - until[first] >= USUAL_SHARE * all) {
                    return twoDigits(first) + "–" + twoDigits((first + length) % 24);
                }
            }
        }
        return "at any hour";
    }

    private String countryChange() {
        if (history == null) {
            return NO_HISTORY;
        }
        String country = value(Field.COUNTRY);
        return !UserHistories.otherThanLast(history, keys, Field.COUNTRY)
                ? country + " as at this user's last login"
                : country + ", another one than at this user's last login "
                        + ago(event.timeMicros() - UserHistories.lastSuccess(history));
    }

    private String speed() {
        if (history == null) {
            return NO_HISTORY;
        }
        float north = UserHistories.latitude(history);
        if (Float.isNaN(north) || Double.isNaN(event.latitude()) || Double.isNaN(event.longitude())) {
            return "the place of this login or of the user's last one is unknown";
        }
        double km = Moment.distance(
                north, UserHistories.longitude(history), (float) event.latitude(), (float) event.longitude());
        return String.format(
                Locale.ROOT,
                "%.0f km from this user's last login %s",
                km,
                ago(event.timeMicros() - UserHistories.lastSuccess(history)));
    }

    private String campaign() {
        Field network = keys.network();
        if (counts[network.ordinal()] > 0) {
            return value(network) + " is known for this user";
        }
        String day = contacts.usersDay == 0 || contacts.usersDay == contacts.usersWeek
                ? ""
                : ", " + contacts.usersDay + " of them within 24 h";
        return count(contacts.usersWeek, "other user") + " for the first time on " + value(network) + " within "
                + (contacts.usersDay == contacts.usersWeek ? "24 h" : "7 days") + day;
    }

    /** The largest term of user surprise. */
    private String strongest() {
        double best = Double.NEGATIVE_INFINITY;
        Field strongest = keys.network();
        for (Field field : new Field[] {keys.network(), Field.COUNTRY, Field.DEVICE, Field.USER_AGENT}) {
            int f = field.ordinal();
            if (!keys.has(field)) {
                continue;
            }
            double share = GlobalCounts.smoothed(seenByAll[f], all[f]);
            double surprise = -StrictMath.log(known[f] == 0 ? share : (counts[f] + share) / (known[f] + 1.0));
            boolean isDevice = field == Field.DEVICE || field == Field.USER_AGENT;
            double term = isDevice ? surprise + StrictMath.log(share) : surprise;
            if (term > best) {
                best = term;
                strongest = field;
            }
        }
        if ((contacts.surpriseWeek + contacts.surpriseDay) / 4 > best
                && counts[keys.network().ordinal()] == 0) {
            return campaign();
        }
        return forUser(strongest);
    }

    private static String count(long count, String noun) {
        return count + " " + noun + (count == 1 ? "" : "s");
    }

    private static String ago(long micros) {
        long minutes = Math.max(0, micros) / (60 * LoginKeys.MICROS_PER_SECOND);
        if (minutes < 120) {
            return minutes + " min ago";
        }
        long hours = minutes / 60;
        return hours < 48 ? hours + " h ago" : hours / 24 + " days ago";
    }
}
