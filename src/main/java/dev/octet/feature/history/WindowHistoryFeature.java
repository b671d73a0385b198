package dev.octet.feature.history;

import java.util.Arrays;
import java.util.List;

/** The features of a window that come from history, in the order in which {@link PairHistory#close} writes them. */
public enum WindowHistoryFeature {
    NEW_PAIR_ATTEMPTS(
            "new-pair-attempts", "attempts from an (IP, user) pair without a successful login in an earlier window"),
    NEW_IP_ATTEMPTS("new-ip-attempts", "attempts from an IP without a successful login in an earlier window"),
    FIRST_SEEN_USERS("first-seen-users", "distinct usernames, as typed, that no earlier window held"),
    NEW_PAIR_ATTEMPTS_BEFORE("new-pair-attempts-before", "new-pair-attempts of the window before; 0 at the first"),
    NEW_IP_ATTEMPTS_BEFORE("new-ip-attempts-before", "new-ip-attempts of the window before; 0 at the first"),
    FIRST_SEEN_USERS_BEFORE("first-seen-users-before", "first-seen-users of the window before; 0 at the first");

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

    /** The count in words, for a reason. */
    String words(int count) {
        String attempts = count + (count == 1 ? " attempt" : " attempts");
        return switch (this) {
            case NEW_PAIR_ATTEMPTS -> attempts + " from an address and user that never logged in together";
            case NEW_IP_ATTEMPTS -> attempts + " from addresses that never logged in";
            case FIRST_SEEN_USERS -> count + (count == 1 ? " username" : " usernames") + " never seen before";
            case NEW_PAIR_ATTEMPTS_BEFORE -> NEW_PAIR_ATTEMPTS.words(count) + ", in the window before";
            case NEW_IP_ATTEMPTS_BEFORE -> NEW_IP_ATTEMPTS.words(count) + ", in the window before";
            case FIRST_SEEN_USERS_BEFORE -> FIRST_SEEN_USERS.words(count) + ", in the window before";
        };
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
