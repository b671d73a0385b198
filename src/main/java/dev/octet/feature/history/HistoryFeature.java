package dev.octet.feature.history;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The features of a login that come from history, in the order in which {@link LoginHistory#features} writes them.
 * Higher is more surprising unless the description says otherwise. All are finite.
 */
public enum HistoryFeature {
    NEW_COUNTRY("new-country", "1 if the user never logged in from this country; 0 without history"),
    NEW_ASN("new-asn", "1 if the user never logged in from this network (ASN); 0 without history"),
    NEW_PREFIX("new-prefix", "1 if the user never logged in from this address block; 0 without history"),
    NEW_IP("new-ip", "1 if the user never logged in from this address; 0 without history"),
    NEW_DEVICE(
            "new-device",
            "1 if the user never had this device: type, OS family and browser family together; 0 without history"),
    NEW_DEVICE_TYPE("new-device-type", "1 if the user never had this device type; 0 without history"),
    NEW_BROWSER("new-browser", "1 if the user never had this browser family; 0 without history"),
    NEW_OS("new-os", "1 if the user never had this OS family; 0 without history"),
    NEW_USER_AGENT("new-user-agent", "1 if the user never had exactly this user agent; 0 without history"),
    SURPRISE_COUNTRY("surprise-country", "-ln p(country | user)"),
    SURPRISE_ASN("surprise-asn", "-ln p(network | user)"),
    SURPRISE_PREFIX("surprise-prefix", "-ln p(address block | user)"),
    SURPRISE_IP("surprise-ip", "-ln p(address | user)"),
    SURPRISE_DEVICE("surprise-device", "-ln p(device | user)"),
    SURPRISE_DEVICE_TYPE("surprise-device-type", "-ln p(device type | user)"),
    SURPRISE_BROWSER("surprise-browser", "-ln p(browser family | user)"),
    SURPRISE_OS("surprise-os", "-ln p(OS family | user)"),
    SURPRISE_USER_AGENT("surprise-user-agent", "-ln p(user agent | user)"),
    RARITY_COUNTRY("rarity-country", "-ln share of the country among all successful logins"),
    RARITY_ASN("rarity-asn", "-ln share of the network among all successful logins"),
    RARITY_PREFIX("rarity-prefix", "-ln share of the address block among all successful logins"),
    RARITY_IP("rarity-ip", "-ln share of the address among all successful logins"),
    RARITY_DEVICE("rarity-device", "-ln share of the device among all successful logins"),
    RARITY_DEVICE_TYPE("rarity-device-type", "-ln share of the device type among all successful logins"),
    RARITY_BROWSER("rarity-browser", "-ln share of the browser family among all successful logins"),
    RARITY_OS("rarity-os", "-ln share of the OS family among all successful logins"),
    RARITY_USER_AGENT("rarity-user-agent", "-ln share of the user agent among all successful logins"),
    RATIO_DEVICE("ratio-device", "ln share of the device among all - ln p(device | user); 0 without history"),
    RATIO_USER_AGENT(
            "ratio-user-agent", "ln share of the user agent among all - ln p(user agent | user); 0 without history"),
    NO_HISTORY("no-history", "1 if the user has no earlier successful login that is remembered"),
    EARLIER_SUCCESSES("earlier-successes", "ln(1 + the user's earlier successful logins); lower is more surprising"),
    DAYS_SINCE_SUCCESS("days-since-success", "ln(1 + days since the user's last successful login); 0 without history"),
    HOUR_DISTANCE(
            "hour-distance",
            "hours, around the clock, from the hour of this login to the nearest in which the user logged in before,"
                    + " 0 to 12; 0 without history"),
    SURPRISE_HOUR(
            "surprise-hour",
            "-ln p(hour of day | user), each earlier login counted half in its hour and a quarter in each neighbour"),
    USER_FAILURES_HOUR("user-failures-hour", "ln(1 + failed attempts of this user within the last hour)"),
    USER_FAILURES_DAY("user-failures-day", "ln(1 + failed attempts of this user within the last 24 hours)"),
    COUNTRY_CHANGE(
            "country-change", "1 if the user's last successful login came from another country; 0 without history"),
    SPEED_KMH(
            "speed-kmh",
            "km/h from the place of the user's last successful login to this one; 0 if nearer than 50 km, from the"
                    + " same address, or if either place is unknown"),
    SPEED_KNOWN("speed-known", "1 if the places of this login and of the user's last successful one are known"),
    ASN_ACTIVITY_DAY("asn-activity-day", "ln(1 + attempts from this network within the last 24 hours)"),
    IP_ACTIVITY_DAY("ip-activity-day", "ln(1 + attempts from this address within the last 24 hours)"),
    IP_USERS_HOUR("ip-users-hour", "ln(1 + distinct users attempted from this address within the last hour)"),
    CAMPAIGN_WEEK(
            "campaign-week",
            "surprise, in nats, of so many users' first successful logins from this network within 7 days; 0 unless"
                    + " this login is a first contact too"),
    CAMPAIGN_DAY(
            "campaign-day",
            "surprise, in nats, of so many users' first successful logins from this network within 24 hours; 0 unless"
                    + " this login is a first contact too"),
    USER_SURPRISE(
            "user-surprise",
            "surprise-asn + surprise-country + ratio-device + ratio-user-agent + (campaign-week + campaign-day) / 4"),
    FREEMAN(
            "freeman",
            "ln of the risk score of Freeman et al. (NDSS 2016) as the authors of the RBA data set use it; 0 without"
                    + " history"),
    PRESSURE_ADDRESS(
            "pressure-address",
            "surprise, in nats, of so many failed logins from this address within an hour or a day; 0 if the user used it"
                    + " before"),
    PRESSURE_NETWORK_AGENT(
            "pressure-network-agent",
            "the same for this network with this user agent, against their habit or their shares among the logins, as far as so"
                    + " many other users who so failed within a day and did not get in since say it; 0 if the user used network"
                    + " and device before"),
    PRESSURE_USER("pressure-user", "the same for the user; 0 if the user used network and device before"),
    PRESSURE_USERS(
            "pressure-users",
            "surprise, in nats, of so many other users who failed from this address within a day and did not get in from it"
                    + " since; 0 if the user used it before"),
    TRAVEL(
            "travel",
            "surprise, in nats, of another country than at the user's last login so soon after it, given how often this user"
                    + " changes; 0 in the same country"),
    FOREIGN_CONTACTS_WEEK(
            "foreign-contacts-week",
            "campaign-week of first contacts that look foreign: each counts by how much likelier its device and country are"
                    + " an attacker's than its user's, 1 at most"),
    FOREIGN_CONTACTS_DAY("foreign-contacts-day", "the same within 24 hours");

    private static final List<String> KEYS =
            Arrays.stream(values()).map(HistoryFeature::key).toList();
    private static final HistoryFeature[] ALL = values();
    private static final Map<String, HistoryFeature> BY_KEY =
            Arrays.stream(ALL).collect(Collectors.toMap(HistoryFeature::key, Function.identity()));

    /** Number of features. */
    public static final int COUNT = ALL.length;

    private final String key;
    private final String description;

    HistoryFeature(String key, String description) {
        this.key = key;
        this.description = description;
    }

    /** The feature's name in a config, a table and a reason. */
    public String key() {
        return key;
    }

    /** One line for the generated documentation. */
    public String description() {
        return description;
    }

    /** All names, in order. */
    public static List<String> keys() {
        return KEYS;
    }

    /** The feature of this name; empty where it has none. */
    static Optional<HistoryFeature> named(String key) {
        return Optional.ofNullable(BY_KEY.get(key));
    }

    static HistoryFeature at(int ordinal) {
        return ALL[ordinal];
    }

    /** The field that a feature of the families new-, surprise- and rarity- is about. */
    Field field() {
        if (ordinal() >= 3 * Field.WITH_FEATURES) {
            throw new IllegalStateException(key + " is not about one field");
        }
        return Field.at(ordinal() % Field.WITH_FEATURES);
    }

    /** Whether it takes more of {@link RecentAttempts} than the attempts of an address within the day. */
    boolean countsAttempts() {
        return switch (this) {
            case USER_FAILURES_HOUR, USER_FAILURES_DAY, ASN_ACTIVITY_DAY, IP_USERS_HOUR -> true;
            default -> false;
        };
    }

    /**
     * The feature that stands for all which say the same in other counts: those of first contacts, of failed logins. A name that
     * is no such feature stands for itself.
     */
    public static String topic(String feature) {
        return named(feature).map(known -> known.topic().key).orElse(feature);
    }

    private HistoryFeature topic() {
        return switch (this) {
            case CAMPAIGN_DAY, FOREIGN_CONTACTS_WEEK, FOREIGN_CONTACTS_DAY -> CAMPAIGN_WEEK;
            case PRESSURE_NETWORK_AGENT, PRESSURE_USER, PRESSURE_USERS, USER_FAILURES_HOUR, USER_FAILURES_DAY ->
                PRESSURE_ADDRESS;
            default -> this;
        };
    }
}
