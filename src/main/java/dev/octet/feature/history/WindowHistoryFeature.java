package dev.octet.feature.history;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** The features of a window that come from history, in the order in which {@link PairHistory#close} writes them. */
public enum WindowHistoryFeature {
    NEW_PAIR_ATTEMPTS(
            "new-pair-attempts", "attempts from an (IP, user) pair without a successful login in an earlier window"),
    NEW_IP_ATTEMPTS("new-ip-attempts", "attempts from an IP without a successful login in an earlier window"),
    FIRST_SEEN_USERS("first-seen-users", "distinct usernames, as typed, that no earlier window held"),
    NEW_PAIR_ATTEMPTS_BEFORE("new-pair-attempts-before", "new-pair-attempts of the window before; 0 at the first"),
    NEW_IP_ATTEMPTS_BEFORE("new-ip-attempts-before", "new-ip-attempts of the window before; 0 at the first"),
    FIRST_SEEN_USERS_BEFORE("first-seen-users-before", "first-seen-users of the window before; 0 at the first"),
    NEW_PAIR_SURPRISE(
            "new-pair-surprise",
            "-ln share of the windows with attempts, of late, that held one from an (IP, user) pair without an earlier"
                    + " success; 0 if this one holds none"),
    NEW_IP_SURPRISE(
            "new-ip-surprise",
            "-ln share of the windows with attempts, of late, that held one from an IP without an earlier success; 0 if"
                    + " this one holds none");

    private static final List<String> KEYS =
            Arrays.stream(values()).map(WindowHistoryFeature::key).toList();

    /** Number of features. */
    public static final int COUNT = values().length;

    private final String key;
    private final String description;

    WindowHistoryFeature(String key, String description) {
        this.key = key;
        this.description = description;
    }

    /** The feature's name in a config, a table and a reason. */
    public String key() {
        return key;
    }

    /** The value in words, for a reason. */
    String words(float value) {
        int count = (int) value;
        String attempts = count + (count == 1 ? " attempt" : " attempts");
        return switch (this) {
            case NEW_PAIR_ATTEMPTS -> attempts + " from an address and user that never logged in together";
            case NEW_IP_ATTEMPTS -> attempts + " from addresses that never logged in";
            case FIRST_SEEN_USERS -> count + (count == 1 ? " username" : " usernames") + " never seen before";
            case NEW_PAIR_ATTEMPTS_BEFORE -> NEW_PAIR_ATTEMPTS.words(count) + ", in the window before";
            case NEW_IP_ATTEMPTS_BEFORE -> NEW_IP_ATTEMPTS.words(count) + ", in the window before";
            case FIRST_SEEN_USERS_BEFORE -> FIRST_SEEN_USERS.words(count) + ", in the window before";
            case NEW_PAIR_SURPRISE -> "an address and user that never logged in together, as in " + share(value);
            case NEW_IP_SURPRISE -> "an address that never logged in, as in " + share(value);
        };
    }

    private static String share(float surprise) {
        double percent = 100 * StrictMath.exp(-surprise);
        String format = percent >= 10 ? "%.0f %%" : percent >= 0.1 ? "%.1f %%" : "%.3f %%";
        return String.format(Locale.ROOT, format, percent) + " of the windows with attempts of late";
    }

    /** One line for the generated documentation. */
    public String description() {
        return description;
    }

    /** All names, in order. */
    public static List<String> keys() {
        return KEYS;
    }
}
