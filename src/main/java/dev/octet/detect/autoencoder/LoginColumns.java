package dev.octet.detect.autoencoder;

import dev.octet.feature.Encoding;
import dev.octet.feature.Feature;
import dev.octet.feature.FeatureRequest;
import dev.octet.feature.UnseenMark;
import dev.octet.feature.history.HistoryFeature;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The columns that a likelihood autoencoder works on, one a feature, unscaled, and what it reads from them. */
final class LoginColumns {
    private static final List<Head> HEADS = Head.all();
    /** Columns of a field beyond the table: code, surprise, rarity. */
    private static final int COLUMNS_OF_EXTRA = 3;
    /** Room for a code in a key: dictionaries are smaller. */
    static final int CODE_BITS = 21;

    /**
     * Names that a vocabulary holds at most, the most frequent ones. A head has cells for a few dozen values of its own and
     * goes by the rarity of the others, so user agents, of which a large log has a million, need no place each. Networks
     * do: each has its countries; there are some 80,000 in the world.
     */
    private static final Map<String, Integer> MAX_NAMES = Map.of(
            Feature.ASN.key(), 1 << 17,
            Feature.COUNTRY.key(), 1 << 10,
            Feature.DEVICE.key(), 1 << 8,
            Feature.OS_FAMILY.key(), 1 << 10,
            Feature.BROWSER_FAMILY.key(), 1 << 10,
            Feature.USER_AGENT.key(), 1 << 12);

    private static final int MAX_EXTRA_NAMES = 1 << 10;

    private static final List<HistoryFeature> PRESSURE_FEATURES = List.of(
            HistoryFeature.PRESSURE_ADDRESS,
            HistoryFeature.PRESSURE_NETWORK_AGENT,
            HistoryFeature.PRESSURE_USER,
            HistoryFeature.PRESSURE_USERS);

    static final List<FeatureRequest> REQUESTS = requests();
    static final int COUNT = REQUESTS.size();

    private static final int[][] CODES = new int[HEADS.size()][];
    private static final int[] SURPRISE = new int[HEADS.size()];
    private static final int[] RARITY = new int[HEADS.size()];
    /** Columns of detectors up to state version 3, which had other campaigns in their place and none of failures and travel. */
    static final int COUNT_OF_OLD;

    static final int CAMPAIGN_WEEK = column(HistoryFeature.FOREIGN_CONTACTS_WEEK.key());
    static final int CAMPAIGN_DAY = column(HistoryFeature.FOREIGN_CONTACTS_DAY.key());
    static final int TRAVEL = column(HistoryFeature.TRAVEL.key());
    /** Columns of failures, by what they are counted by. */
    static final int[] PRESSURES = PRESSURE_FEATURES.stream()
            .mapToInt(feature -> column(feature.key()))
            .toArray();

    static final int EARLIER = column(HistoryFeature.EARLIER_SUCCESSES.key());
    private static final int[] CONTEXT = {
        column(HistoryFeature.NO_HISTORY.key()), EARLIER, column(HistoryFeature.DAYS_SINCE_SUCCESS.key())
    };
    /** Brings logarithms of counts and days near 1. */
    private static final float[] CONTEXT_SCALE = {1, 0.25f, 0.25f};

    static final int CONTEXT_COLUMNS = CONTEXT.length;

    static {
        COUNT_OF_OLD = TRAVEL;
        for (Head head : HEADS) {
            CODES[head.ordinal()] =
                    head.codes.stream().mapToInt(LoginColumns::column).toArray();
            SURPRISE[head.ordinal()] = column(head.surprise);
            RARITY[head.ordinal()] = column(head.rarity);
        }
    }

    private LoginColumns() {}

    private static List<FeatureRequest> requests() {
        Set<String> codes = new LinkedHashSet<>();
        List<FeatureRequest> requests = new ArrayList<>();
        for (Head head : HEADS) {
            codes.addAll(head.codes);
        }
        codes.forEach(name -> requests.add(new FeatureRequest(name, Encoding.CODE, MAX_NAMES.get(name))));
        for (Head head : HEADS) {
            requests.add(FeatureRequest.of(head.surprise));
            requests.add(FeatureRequest.of(head.rarity));
        }
        for (HistoryFeature feature : List.of(
                HistoryFeature.FOREIGN_CONTACTS_WEEK,
                HistoryFeature.FOREIGN_CONTACTS_DAY,
                HistoryFeature.NO_HISTORY,
                HistoryFeature.EARLIER_SUCCESSES,
                HistoryFeature.DAYS_SINCE_SUCCESS)) {
            requests.add(FeatureRequest.of(feature.key()));
        }
        requests.add(FeatureRequest.of(HistoryFeature.TRAVEL.key()));
        PRESSURE_FEATURES.forEach(feature -> requests.add(FeatureRequest.of(feature.key())));
        return List.copyOf(requests);
    }

    /** Columns of logs with these heads: those of every log, then those of fields beyond the table. */
    static List<FeatureRequest> requests(List<Head> heads) {
        List<FeatureRequest> requests = new ArrayList<>(REQUESTS);
        for (Head head : heads) {
            head.extra.ifPresent(field -> {
                requests.add(new FeatureRequest(field.key(), Encoding.CODE, MAX_EXTRA_NAMES, head.extra));
                requests.add(new FeatureRequest(head.surprise, Encoding.NUMBER, 0, head.extra));
                requests.add(new FeatureRequest(head.rarity, Encoding.NUMBER, 0, head.extra));
            });
        }
        return List.copyOf(requests);
    }

    /** Width of a row of a log with so many heads. */
    static int count(int heads) {
        return COUNT + COLUMNS_OF_EXTRA * (heads - HEADS.size());
    }

    private static int firstOfExtra(Head head) {
        return count(head.ordinal());
    }

    private static int column(String feature) {
        for (int i = 0; i < REQUESTS.size(); i++) {
            if (REQUESTS.get(i).name().equals(feature)) {
                return i;
            }
        }
        throw new IllegalStateException("no column of " + feature);
    }

    static int surpriseColumn(Head head) {
        return head.extra.isPresent() ? firstOfExtra(head) + 1 : SURPRISE[head.ordinal()];
    }

    static int rarityColumn(Head head) {
        return head.extra.isPresent() ? firstOfExtra(head) + 2 : RARITY[head.ordinal()];
    }

    /** The columns of codes that make up the {@link #key} of a head, the highest bits first. */
    static int[] codeColumns(Head head) {
        return codes(head).clone();
    }

    private static int[] codes(Head head) {
        return head.extra.isPresent() ? new int[] {firstOfExtra(head)} : CODES[head.ordinal()];
    }

    static int[] contextColumns() {
        return CONTEXT.clone();
    }

    static float[] contextScales() {
        return CONTEXT_SCALE.clone();
    }

    /** {@link #key} of a field that has no codes. */
    static long keyWithoutCodes() {
        return 0;
    }

    /** Whether every part of a head's value is in its vocabulary; the others all have one code. */
    static boolean isInVocabulary(Head head, float[] row, List<UnseenMark> unseen) {
        for (UnseenMark mark : unseen) {
            for (int column : codes(head)) {
                if (mark.column() == column && mark.isOn(row)) {
                    return false;
                }
            }
        }
        return true;
    }

    /** What stands for the value of a head's field. */
    static long key(Head head, float[] rows, int start) {
        if (head.extra.isPresent()) {
            return (long) rows[start + firstOfExtra(head)] + 1;
        }
        long key = 0;
        for (int column : CODES[head.ordinal()]) {
            key = key << CODE_BITS | (long) rows[start + column] + 1;
        }
        return key;
    }

    /** -ln p(value | user), as counted. */
    static float surprise(Head head, float[] rows, int start) {
        return rows[start + surpriseColumn(head)];
    }

    /** -ln share of the value among all logins so far. */
    static float rarity(Head head, float[] rows, int start) {
        return rows[start + rarityColumn(head)];
    }

    /** Whether the login has a value of a head's field; a missing one says nothing. */
    static boolean has(Head head, float[] rows, int start) {
        return rarity(head, rows, start) != 0 || surprise(head, rows, start) != 0;
    }

    /** The user's earlier successful logins. */
    static double earlier(float[] rows, int start) {
        return Math.rint(StrictMath.expm1(rows[start + EARLIER]));
    }

    /**
     * As how many logins a history counts at most: users change their ways, so that one with 5,000 logins is no 500 times as
     * sure as one with ten.
     */
    static final double MAX_EARLIER = 10;

    /** How far a whole count can lie from a whole number, as a share of it: a surprise is a float. */
    static final double NEARLY_WHOLE = 1e-4;

    /** The same for a count of 0, as a share of the value's share. */
    static final double NEARLY_NONE = 1e-5;

    /** What a user's counts are multiplied with. */
    static double weight(double earlier) {
        return MAX_EARLIER / Math.max(earlier, MAX_EARLIER);
    }

    /**
     * How often the user had this value before; p(x | u) = (n(x) + share) / (n + 1), solved for n(x). Whole, but for what
     * a network that is an address block has from a wider block.
     */
    static double seen(double earlier, double surprise, double share) {
        if (earlier == 0) {
            return 0;
        }
        double seen = StrictMath.exp(-surprise) * (earlier + 1) - share;
        double whole = Math.rint(seen);
        return Math.max(0, Math.abs(seen - whole) <= NEARLY_WHOLE * whole + NEARLY_NONE * share ? whole : seen);
    }

    static float context(int i, float[] rows, int start) {
        return CONTEXT_SCALE[i] * rows[start + CONTEXT[i]];
    }
}
