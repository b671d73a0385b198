package dev.octet.feature.history;

import java.util.Arrays;
import java.util.Set;

/**
 * One login at the moment when it comes: its keys, what its user's history says of it, and what all logins before it say.
 * {@link LoginHistory} gathers all of it on one machine; over partitions of a log the parts come from different places. The
 * features are a function of a moment alone, so that both have one implementation. Reused from login to login; not
 * thread-safe.
 */
final class Moment {
    private static final double SMALLEST_DISTANCE_KM = 50;
    private static final double EARTH_RADIUS_KM = 6371.0088;

    final LoginKeys keys;

    /** The user's history, {@code null} where there is none. */
    long[] history;
    /** The login's values among the user's successful logins, by field. */
    final int[] counts = new int[Field.COUNT];
    /** The user's successful logins that have any value, by field. */
    final int[] known = new int[Field.COUNT];
    /** Which of {@link PressureKey} say something of the login, a bit each. */
    int speaking;

    /** The login's values among all successful logins, by field. */
    final int[] seen = new int[Field.COUNT];
    /** Successful logins that have any value, by field. */
    final long[] valued = new long[Field.COUNT];
    /** Different values of the fields of {@link FreemanScore}; the other places are not used. */
    final int[] distinct = new int[Field.COUNT];
    /** Successful logins. */
    long total;
    /** Users with a successful login. */
    long users;
    /** Successful logins at the hour of the login, and at the two hours beside it. */
    long atHour;

    long besideHour;

    final RecentAttempts.View recent = new RecentAttempts.View();
    /** Of a {@linkplain #isFirstContact first contact} only. */
    final FirstContacts.View contacts = new FirstContacts.View();
    /** Where {@link #speaking} is not 0 only. */
    final RecentFailures.View failures = new RecentFailures.View();
    /** Priors of failures: within an hour and a day by each {@link PressureKey}, then of the users who fail by it. */
    static final int PRIORS = 2 * PressureKey.COUNT + PressureKey.COUNTING_USERS;

    final PressurePrior[] priors = new PressurePrior[PRIORS];
    private final Surprises surprises = new Surprises();
    /** What the history says of failed logins and of travel. */
    Evidence evidence = Evidence.PRESENT;

    /** Surprise of the {@linkplain TravelHabits#journey journey} to the country of the login; 0 without one. */
    double travel;

    /** Of the features that only some detectors look at: which are computed. The fields are those with features of their own. */
    private final boolean[] ofField = new boolean[Field.WITH_FEATURES];

    private final boolean[] lookedAt = new boolean[Field.COUNT];
    private final boolean[] lookedAtWithBlocks = new boolean[Field.COUNT];
    private boolean sum = true;
    private boolean freeman = true;
    private boolean hours = true;
    private boolean places = true;

    Moment(LoginKeys keys) {
        this.keys = keys;
        Arrays.fill(ofField, true);
        chooseFields();
        for (int i = 0; i < priors.length; i++) {
            priors[i] = new PressurePrior();
        }
    }

    /** Computes these features from now on; others may be 0. */
    void ask(Set<HistoryFeature> asked) {
        for (int f = 0; f < Field.WITH_FEATURES; f++) {
            ofField[f] = false;
            for (int family = 0; family < 3; family++) {
                ofField[f] |= asked.contains(HistoryFeature.at(family * Field.WITH_FEATURES + f));
            }
        }
        sum = asked.contains(HistoryFeature.USER_SURPRISE);
        ofField[Field.COUNTRY.ordinal()] |= sum;
        ofField[Field.ASN.ordinal()] |= sum;
        ofField[Field.DEVICE.ordinal()] |= sum || asked.contains(HistoryFeature.RATIO_DEVICE);
        ofField[Field.USER_AGENT.ordinal()] |= sum || asked.contains(HistoryFeature.RATIO_USER_AGENT);
        freeman = asked.contains(HistoryFeature.FREEMAN);
        hours = asked.contains(HistoryFeature.HOUR_DISTANCE) || asked.contains(HistoryFeature.SURPRISE_HOUR);
        places = asked.contains(HistoryFeature.SPEED_KMH) || asked.contains(HistoryFeature.SPEED_KNOWN);
        chooseFields();
    }

    /** Whether the count of a field's value among all logins matters: to a feature of its own, or to failures and first contacts. */
    private boolean looksAt(Field field, boolean blocks) {
        return switch (field) {
            case COUNTRY, ASN, DEVICE, USER_AGENT -> true;
            case WIDE_BLOCK -> blocks;
            case PREFIX -> blocks || ofField[field.ordinal()];
            case BROWSER_VERSION, OS_VERSION -> freeman;
            case IP, DEVICE_TYPE -> freeman || ofField[field.ordinal()];
            case BROWSER, OS -> ofField[field.ordinal()];
        };
    }

    private void chooseFields() {
        for (int f = 0; f < Field.COUNT; f++) {
            lookedAt[f] = looksAt(Field.at(f), false);
            lookedAtWithBlocks[f] = looksAt(Field.at(f), true);
        }
    }

    /** Of which fields the counts of a login's values among all logins matter. Not to be changed. */
    boolean[] lookedAt() {
        return keys.blocks() ? lookedAtWithBlocks : lookedAt;
    }

    /** Takes the user's history, which may be {@code null}. */
    void look(long[] ofUser) {
        history = ofUser;
        if (history == null) {
            Arrays.fill(counts, 0);
            Arrays.fill(known, 0);
        } else {
            UserHistories.counts(history, keys, counts, known);
        }
        speaking = speakingKeys();
    }

    /** The user's earlier successful logins. */
    int successes() {
        return history == null ? 0 : UserHistories.successes(history);
    }

    /**
     * Whether the user never logged in from this network; true for a user without history. A login without a user or a
     * network is no first contact, nor is that of a user of whom no network is known yet.
     */
    boolean isFirstContact() {
        int network = keys.network().ordinal();
        return keys.userKnown && keys.hasNetwork() && counts[network] == 0 && (history == null || known[network] > 0);
    }

    /** Whether the user's last successful login came from another country. */
    boolean isElsewhere() {
        return history != null && UserHistories.otherThanLast(history, keys, Field.COUNTRY);
    }

    /** Microseconds since the user's last successful login, at least 0. */
    long sinceLast() {
        return since(UserHistories.lastSuccess(history), keys);
    }

    /** Microseconds from a time to a login, at least 0. */
    static long since(long micros, LoginKeys keys) {
        return Math.max(0, keys.timeMicros - micros);
    }

    private int speakingKeys() {
        int speak = 0;
        for (int k = 0; k < PressureKey.COUNT; k++) {
            speak |= speaks(PressureKey.at(k)) ? 1 << k : 0;
        }
        return speak;
    }

    /** Whether a login has this key, and something about it is new to its user. */
    private boolean speaks(PressureKey key) {
        if (!key.has(keys)) {
            return false;
        }
        for (Field field : key.newToUser(keys)) {
            if (keys.has(field) && counts[field.ordinal()] == 0) {
                return true;
            }
        }
        return false;
    }

    /** π(x), the smoothed share of the login's value of a field among all logins that have one. */
    private double share(int field) {
        return GlobalCounts.smoothed(seen[field], valued[field]);
    }

    /**
     * Writes the login's features.
     *
     * @param out receives {@link HistoryFeature#COUNT} finite values from {@code offset} on, in the enum's order; those that are not
     *     {@linkplain #ask asked} for may be 0
     */
    void features(float[] out, int offset) {
        int n = successes();
        double surpriseDevice = 0;
        double surpriseAgent = 0;
        double userSurprise = 0;
        double logLogins = NaturalLog.of(n + 1.0);
        for (int f = 0; f < Field.WITH_FEATURES; f++) {
            Field field = Field.at(f);
            boolean isBlock = field == Field.ASN && keys.blocks();
            int source = isBlock ? Field.PREFIX.ordinal() : f;
            if (!ofField[f] || !keys.has(source)) {
                out[offset + f] = 0;
                out[offset + Field.WITH_FEATURES + f] = 0;
                out[offset + 2 * Field.WITH_FEATURES + f] = 0;
                continue;
            }
            double share = share(source);
            double rarity = -NaturalLog.of(share);
            double surprise = rarity;
            if (known[source] > 0) {
                double logKnown = known[source] == n ? logLogins : NaturalLog.of(known[source] + 1.0);
                surprise = logKnown - NaturalLog.of(counts[source] + (isBlock ? backedOff(share) : share));
            }
            out[offset + f] = known[source] > 0 && counts[source] == 0 ? 1 : 0;
            out[offset + Field.WITH_FEATURES + f] = (float) surprise;
            out[offset + 2 * Field.WITH_FEATURES + f] = (float) rarity;
            switch (field) {
                case COUNTRY, ASN -> userSurprise += surprise;
                case DEVICE -> surpriseDevice = surprise - rarity;
                case USER_AGENT -> surpriseAgent = surprise - rarity;
                default -> {}
            }
        }
        set(out, offset, HistoryFeature.RATIO_DEVICE, surpriseDevice);
        set(out, offset, HistoryFeature.RATIO_USER_AGENT, surpriseAgent);
        userFeatures(n, out, offset);
        set(out, offset, HistoryFeature.EARLIER_SUCCESSES, logLogins);

        setLogOfCount(out, offset, HistoryFeature.USER_FAILURES_HOUR, recent.userFailuresHour);
        setLogOfCount(out, offset, HistoryFeature.USER_FAILURES_DAY, recent.userFailuresDay);
        setLogOfCount(out, offset, HistoryFeature.ASN_ACTIVITY_DAY, recent.asnDay);
        setLogOfCount(out, offset, HistoryFeature.IP_ACTIVITY_DAY, recent.ipDay);
        setLogOfCount(out, offset, HistoryFeature.IP_USERS_HOUR, recent.usersOfIpHour);

        boolean first = isFirstContact();
        double week = first ? contacts.surpriseWeek : 0;
        double day = first ? contacts.surpriseDay : 0;
        set(out, offset, HistoryFeature.FOREIGN_CONTACTS_WEEK, first ? contacts.foreignSurpriseWeek : 0);
        set(out, offset, HistoryFeature.FOREIGN_CONTACTS_DAY, first ? contacts.foreignSurpriseDay : 0);
        for (int k = 0; k < PressureKey.COUNT; k++) {
            PressureKey key = PressureKey.at(k);
            double ofUsers = key.countsUsers() ? pressureOfUsers(key) : 0;
            out[offset + HistoryFeature.PRESSURE_ADDRESS.ordinal() + k] = (float) nats(key, ofUsers);
            if (key == PressureKey.ADDRESS) {
                set(out, offset, HistoryFeature.PRESSURE_USERS, ofUsers);
            }
        }
        set(out, offset, HistoryFeature.TRAVEL, travel);
        set(out, offset, HistoryFeature.CAMPAIGN_WEEK, week);
        set(out, offset, HistoryFeature.CAMPAIGN_DAY, day);
        userSurprise += surpriseDevice + surpriseAgent + (week + day) / 4;
        set(out, offset, HistoryFeature.USER_SURPRISE, sum ? userSurprise : 0);
        set(out, offset, HistoryFeature.FREEMAN, freeman ? FreemanScore.log(this, n) : 0);
    }

    /**
     * What a user's counts of a block of addresses back off to: p(wide block | user) π(block) / π(wide block), with the wide
     * block backed off to its share in turn.
     *
     * @param share π(block)
     */
    private double backedOff(double share) {
        int wide = Field.WIDE_BLOCK.ordinal();
        double shareOfWide = share(wide);
        double ofUser = (counts[wide] + shareOfWide) / (known[wide] + 1.0);
        return ofUser * Math.min(1, share / shareOfWide);
    }

    private void userFeatures(int n, float[] out, int offset) {
        double days = 0;
        double countryChange = 0;
        double speed = 0;
        double speedKnown = 0;
        if (history != null) {
            days = sinceLast() / (double) LoginKeys.MICROS_PER_DAY;
            countryChange = isElsewhere() ? 1 : 0;
            if (places && placesKnown()) {
                speedKnown = 1;
                speed = speed();
            }
        }
        set(out, offset, HistoryFeature.NO_HISTORY, n == 0 ? 1 : 0);
        set(out, offset, HistoryFeature.DAYS_SINCE_SUCCESS, StrictMath.log1p(days));
        if (hours) {
            hourFeatures(out, offset);
        } else {
            set(out, offset, HistoryFeature.HOUR_DISTANCE, 0);
            set(out, offset, HistoryFeature.SURPRISE_HOUR, 0);
        }
        set(out, offset, HistoryFeature.COUNTRY_CHANGE, countryChange);
        set(out, offset, HistoryFeature.SPEED_KMH, speed);
        set(out, offset, HistoryFeature.SPEED_KNOWN, speedKnown);
    }

    private void hourFeatures(float[] out, int offset) {
        int distance = 0;
        double near = 0;
        double all = 0;
        if (history != null) {
            distance = 12;
            for (int h = 0; h < 24; h++) {
                int logins = UserHistories.atHour(history, h);
                all += logins;
                if (logins > 0) {
                    distance = Math.min(distance, hoursBetween(h, keys.hour));
                }
            }
            near = 0.5 * UserHistories.atHour(history, keys.hour)
                    + 0.25 * UserHistories.atHour(history, (keys.hour + 23) % 24)
                    + 0.25 * UserHistories.atHour(history, (keys.hour + 1) % 24);
        }
        set(out, offset, HistoryFeature.HOUR_DISTANCE, distance);
        double share = (near + hourShare()) / (all + 1);
        set(out, offset, HistoryFeature.SURPRISE_HOUR, -NaturalLog.of(share));
    }

    /** Share of the hour among all logins, smoothed like a user's: half the hour itself, a quarter each neighbour. */
    private double hourShare() {
        double near = 0.5 * atHour + 0.25 * besideHour;
        return (near + 0.5) / (total + 12.0);
    }

    private static int hoursBetween(int one, int other) {
        int apart = Math.abs(one - other);
        return Math.min(apart, 24 - apart);
    }

    private boolean placesKnown() {
        return !Float.isNaN(keys.latitude)
                && !Float.isNaN(keys.longitude)
                && !Float.isNaN(UserHistories.latitude(history));
    }

    /** In km/h, over at least a second. Nearer than 50 km is what geolocation jitters by. */
    private double speed() {
        if (UserHistories.sameAsLast(history, keys, Field.IP)) {
            return 0;
        }
        double km = distance(
                UserHistories.latitude(history), UserHistories.longitude(history), keys.latitude, keys.longitude);
        if (km < SMALLEST_DISTANCE_KM) {
            return 0;
        }
        long micros = Math.max(keys.timeMicros - UserHistories.lastSuccess(history), LoginKeys.MICROS_PER_SECOND);
        return km / (micros / (double) LoginKeys.MICROS_PER_HOUR);
    }

    /** Along the great circle, by the haversine formula, in km. */
    static double distance(double north, double east, double otherNorth, double otherEast) {
        double one = Math.toRadians(north);
        double other = Math.toRadians(otherNorth);
        double up = StrictMath.sin((other - one) / 2);
        double across = StrictMath.sin(Math.toRadians(otherEast - east) / 2);
        double haversine = up * up + StrictMath.cos(one) * StrictMath.cos(other) * across * across;
        return 2 * EARTH_RADIUS_KM * StrictMath.asin(Math.min(1, Math.sqrt(haversine)));
    }

    /**
     * The nats of the failures by one key.
     *
     * @param users the nats of the users who fail by it
     */
    private double nats(PressureKey key, double users) {
        if (!key.isIn(speaking)) {
            return 0;
        }
        return switch (key) {
            case ADDRESS -> {
                double ofUsers = Pressure.OF_USERS * users;
                double nats = pressure(key, 0);
                yield ofUsers > nats ? Math.max(nats, Math.min(ofUsers, pressure(key, Pressure.HABIT))) : nats;
            }
            case NETWORK_AGENT ->
                switch (evidence) {
                    case FIRST -> byHabit(users);
                    case BY_POPULARITY -> byPopularity();
                    case PRESENT -> Math.max(byHabit(users), Pressure.OF_POPULARITY * byPopularity());
                };
            case USER -> pressure(key, failures.all[key.ordinal()] >= RecentFailures.REMEMBERED ? Pressure.HABIT : 0);
        };
    }

    /** The nats of the failures by a network with a user agent, as far as the users who so failed are as surprising. */
    private double byHabit(double users) {
        return users == 0
                ? 0
                : Math.min(pressure(PressureKey.NETWORK_AGENT, Pressure.HABIT), Pressure.OF_USERS * users);
    }

    /** @param habit microseconds over which what the key did before is spread at least */
    private double pressure(PressureKey key, long habit) {
        int k = key.ordinal();
        return Pressure.either(
                pressure(key, failures.hour[k], failures.allHour, LoginKeys.MICROS_PER_HOUR, habit, priors[2 * k]),
                pressure(key, failures.day[k], failures.allDay, LoginKeys.MICROS_PER_DAY, habit, priors[2 * k + 1]));
    }

    private double pressure(PressureKey key, int count, int ofAll, long window, long habit, PressurePrior prior) {
        if (count == 0) {
            return 0;
        }
        double usual = key == PressureKey.NETWORK_AGENT && evidence != Evidence.FIRST
                ? 1 // an attack from many networks raises the failures of all others: it would be its own outage
                : Pressure.outage(
                        ofAll - count,
                        failures.allEver - ofAll,
                        Math.max(0, failures.allAge - window) / (double) window);
        long before = before(key, count);
        double mean = prior.mean(before, windows(key, window, habit));
        if (key == PressureKey.USER && evidence != Evidence.FIRST) {
            // Days before the user was first seen do not count as days without a failure.
            mean = Math.max(mean, Math.min(prior.mean(before, windows(key, window, 0)), prior.mean(0, 0)));
        }
        int successes = successes(key);
        return surprises.of(count, Pressure.expected(mean * usual, successes), prior.shape() + before + successes);
    }

    /** Failures by a key before so many of a window. */
    private long before(PressureKey key, int count) {
        return Math.max(0, failures.all[key.ordinal()] - count);
    }

    /** Time before a window, in windows; the habit at least. */
    private double windows(PressureKey key, long window, long habit) {
        return Math.max(habit, failures.age[key.ordinal()] - window) / (double) window;
    }

    /** The nats of both, given the shares of network and user agent among the logins. */
    private double byPopularity() {
        int k = PressureKey.NETWORK_AGENT.ordinal();
        if (failures.users[k] == 0) {
            return 0;
        }
        int agent = Field.USER_AGENT.ordinal();
        double byChance = failures.allDay * share(keys.network().ordinal()) * (keys.has(agent) ? share(agent) : 1);
        return Math.min(
                surprises.of(failures.users[k], Pressure.USED * byChance, Pressure.USED),
                Pressure.either(
                        byPopularity(failures.hour[k], byChance, LoginKeys.MICROS_PER_HOUR),
                        byPopularity(failures.day[k], byChance, LoginKeys.MICROS_PER_DAY)));
    }

    private double byPopularity(int count, double daily, long window) {
        long before = before(PressureKey.NETWORK_AGENT, count);
        double windows = windows(PressureKey.NETWORK_AGENT, window, Pressure.HABIT);
        double rate = LoginKeys.MICROS_PER_DAY / (window * daily);
        return surprises.of(count, Pressure.mean(Pressure.USED, rate, before, windows), Pressure.USED);
    }

    /** The nats of the users who fail by one key. */
    private double pressureOfUsers(PressureKey key) {
        int k = key.ordinal();
        if (!key.isIn(speaking)) {
            return 0;
        }
        PressurePrior prior = priors[2 * PressureKey.COUNT + k];
        int successes = successes(key);
        return surprises.of(
                failures.users[k], Pressure.expected(prior.mean(0, 0), successes), prior.shape() + successes);
    }

    /** Logins that succeeded from the address within the day; of other keys they are not counted. */
    private int successes(PressureKey key) {
        return key == PressureKey.ADDRESS ? Math.max(0, recent.ipDay - failures.day[key.ordinal()]) : 0;
    }

    /** What each of the priors counts of the login, -1 where it counts nothing. */
    int ofPrior(int prior) {
        boolean ofUsers = prior >= 2 * PressureKey.COUNT;
        int k = ofUsers ? prior - 2 * PressureKey.COUNT : prior / 2;
        if (!PressureKey.at(k).isIn(speaking)
                || evidence == Evidence.BY_POPULARITY && PressureKey.at(k) == PressureKey.NETWORK_AGENT) {
            return -1;
        }
        return (ofUsers ? failures.users : prior % 2 == 0 ? failures.hour : failures.day)[k];
    }

    /**
     * How much a first contact looks like somebody else: the likelihood ratio of device and country under an attacker, who has
     * them as everybody has, and under the user; 1 at most each, in units of 1 / {@link FirstContacts#ONE}.
     */
    int foreign() {
        return (int) Math.round(foreign(Field.DEVICE) * foreign(Field.COUNTRY) * FirstContacts.ONE);
    }

    private double foreign(Field field) {
        int f = field.ordinal();
        if (history == null || !keys.has(f) || known[f] == 0) {
            return 1;
        }
        double share = share(f);
        return Math.min(1, share * (known[f] + 1) / (counts[f] + share));
    }

    private static void set(float[] out, int offset, HistoryFeature feature, double value) {
        out[offset + feature.ordinal()] = (float) value;
    }

    private static void setLogOfCount(float[] out, int offset, HistoryFeature feature, int count) {
        set(out, offset, feature, count == 0 ? 0 : NaturalLog.of(count + 1.0));
    }
}
