package dev.octet.feature.history;

import dev.octet.event.InputException;
import dev.octet.event.LoginEvent;
import dev.octet.event.LoginField;
import dev.octet.feature.RowWords;
import it.unimi.dsi.fastutil.longs.LongOpenHashSet;
import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.List;

/**
 * A bounded memory of all logins so far, and what it says about the next one.
 *
 * <p>Batch and one login at a time are the same: ask for the {@link #features} of a login, then let it be
 * {@linkplain #learn learnt}. Features depend on logins learnt before only, and asking changes nothing. A user's history
 * and the population's shares are made of successful logins alone, so a name under which nobody ever gets in has neither.
 *
 * <p>With n the user's earlier successful logins, n(x) those with value x, and π(x) = (count(x) + ½) / (total + 1) its
 * smoothed share among all successful logins, p(x | user) = (n(x) + π(x)) / (n + 1). Logins without a value of a field
 * count neither in n nor in the total of that field; where the login itself has none, every feature of the field is 0. A
 * login without a user has no history, and makes none.
 *
 * <p>A network is an AS number. Where most logins of the log have none it is a block of addresses, whose counts back off to
 * those of a wider block.
 *
 * <p>Not thread-safe. Cost: about 1 µs for each of the two calls; memory as {@link #bytes} says.
 */
public final class LoginHistory {
    private static final long MAGIC = 0x4f63746574486973L;
    private static final int VERSION = 4;
    /** The version of a history with fields beyond the table; one without is saved as before. */
    private static final int VERSION_WITH_EXTRAS = 5;
    /** The first version with flagged logins that came back. */
    private static final int VERSION_WITH_RETURNING = 3;
    /** The first version with failed logins, travel and weights of first contacts. */
    private static final int VERSION_WITH_FAILURES = 4;
    /** Fields of histories of version 1, which always told networks apart by their AS number. */
    private static final int FIELDS_OF_VERSION_1 = 11;
    /** Networks are blocks once so many of the successful logins had no AS number, and no longer once so few had none. */
    private static final double BLOCKS_FROM = 2.0 / 3;

    private static final double BLOCKS_UNTIL = 1.0 / 3;
    private static final double SMALLEST_DISTANCE_KM = 50;
    private static final double EARTH_RADIUS_KM = 6371.0088;

    private final HistoryOptions options;
    private final LoginKeys keys;
    private final GlobalCounts globals;
    private final FirstSeen firstSeen;
    private final UserHistories users;
    private final RecentAttempts recent;
    private final FirstContacts contacts;
    private final ReturningLogins returning = new ReturningLogins();
    private final RecentFailures failures;
    private final PressurePrior[] priors = new PressurePrior[2 * PressureKey.COUNT + 1];
    private final TravelHabits travel = new TravelHabits();
    private ExtraCounts extras;
    private long newest = Long.MIN_VALUE;
    /**
     * Users without a history whose success was observed, so that each counts once, whether and whenever it teaches. At
     * most as many as users with one; beyond that they are forgotten and may count again.
     */
    private final LongOpenHashSet untaught = new LongOpenHashSet();

    private long olderEvents;

    private final int[] counts = new int[Field.COUNT];
    private final int[] known = new int[Field.COUNT];
    private final RecentAttempts.View recentView = new RecentAttempts.View();
    private final FirstContacts.View contactsView = new FirstContacts.View();
    private final RecentFailures.View failuresView = new RecentFailures.View();
    /** Which of {@link PressureKey} say something of the login that was looked at. */
    private int speaking;
    /** The login whose features were computed last, as long as nothing has changed since; its counts and views still hold. */
    private LoginEvent asked;

    private long[] historyOfAsked;

    public LoginHistory(HistoryOptions options) {
        this(options, List.of());
    }

    /** @param extra fields beyond the table; those that are numbers have no history */
    public LoginHistory(HistoryOptions options, List<LoginField> extra) {
        this.options = options;
        extras = new ExtraCounts(extra, options);
        keys = new LoginKeys(options);
        globals = new GlobalCounts(options);
        firstSeen = new FirstSeen(options);
        users = new UserHistories(options);
        recent = new RecentAttempts(options);
        contacts = new FirstContacts(options);
        failures = new RecentFailures(options);
        for (int i = 0; i < priors.length; i++) {
            priors[i] = new PressurePrior();
        }
    }

    /**
     * Writes the features of a login, as the logins learnt so far tell; changes nothing.
     *
     * @param out receives {@link HistoryFeature#COUNT} finite values from {@code offset} on, in the enum's order, then those of
     *     {@link #extraNames}
     */
    public void features(LoginEvent event, float[] out, int offset) {
        keys.take(event);
        long now = event.timeMicros();
        long[] history = look();
        int n = history == null ? 0 : UserHistories.successes(history);
        double surpriseDevice = 0;
        double surpriseAgent = 0;
        double userSurprise = 0;
        double logLogins = StrictMath.log(n + 1.0);
        for (int f = 0; f < Field.WITH_FEATURES; f++) {
            Field field = Field.at(f);
            boolean isBlock = field == Field.ASN && keys.blocks();
            int source = isBlock ? Field.PREFIX.ordinal() : f;
            if (!keys.has(source)) {
                out[offset + f] = 0;
                out[offset + Field.WITH_FEATURES + f] = 0;
                out[offset + 2 * Field.WITH_FEATURES + f] = 0;
                continue;
            }
            double share = globals.share(source, keys.field[source]);
            double rarity = -StrictMath.log(share);
            double surprise = rarity;
            if (known[source] > 0) {
                double logKnown = known[source] == n ? logLogins : StrictMath.log(known[source] + 1.0);
                surprise = logKnown - StrictMath.log(counts[source] + (isBlock ? backedOff(share) : share));
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
        userFeatures(event, history, n, out, offset);
        set(out, offset, HistoryFeature.EARLIER_SUCCESSES, logLogins);

        recent.at(now, keys, recentView);
        setLogOfCount(out, offset, HistoryFeature.USER_FAILURES_HOUR, recentView.userFailuresHour);
        setLogOfCount(out, offset, HistoryFeature.USER_FAILURES_DAY, recentView.userFailuresDay);
        setLogOfCount(out, offset, HistoryFeature.ASN_ACTIVITY_DAY, recentView.asnDay);
        setLogOfCount(out, offset, HistoryFeature.IP_ACTIVITY_DAY, recentView.ipDay);
        setLogOfCount(out, offset, HistoryFeature.IP_USERS_HOUR, recentView.usersOfIpHour);

        double week = 0;
        double day = 0;
        double foreignWeek = 0;
        double foreignDay = 0;
        if (isFirstContact(history)) {
            contacts.at(now, keys, contactsView);
            week = contactsView.surpriseWeek;
            day = contactsView.surpriseDay;
            foreignWeek = contactsView.foreignSurpriseWeek;
            foreignDay = contactsView.foreignSurpriseDay;
        }
        set(out, offset, HistoryFeature.FOREIGN_CONTACTS_WEEK, foreignWeek);
        set(out, offset, HistoryFeature.FOREIGN_CONTACTS_DAY, foreignDay);
        speaking = speaking();
        if (speaking != 0) {
            failures.at(now, keys, speaking, failuresView);
        }
        for (int k = 0; k < PressureKey.COUNT; k++) {
            out[offset + HistoryFeature.PRESSURE_ADDRESS.ordinal() + k] = (float) pressure(PressureKey.at(k));
        }
        set(out, offset, HistoryFeature.PRESSURE_USERS, pressureOfUsers());
        set(out, offset, HistoryFeature.TRAVEL, travel(event, history));
        set(out, offset, HistoryFeature.CAMPAIGN_WEEK, week);
        set(out, offset, HistoryFeature.CAMPAIGN_DAY, day);
        userSurprise += surpriseDevice + surpriseAgent + (week + day) / 4;
        set(out, offset, HistoryFeature.USER_SURPRISE, userSurprise);
        set(out, offset, HistoryFeature.FREEMAN, FreemanScore.log(globals, keys, counts, n));
        extras.features(keys, event, out, offset + HistoryFeature.COUNT);
        asked = event;
        historyOfAsked = history;
    }

    /**
     * What a user's counts of a block of addresses back off to: p(wide block | user) π(block) / π(wide block), with the wide
     * block backed off to its share in turn.
     *
     * @param share π(block)
     */
    private double backedOff(double share) {
        int wide = Field.WIDE_BLOCK.ordinal();
        double shareOfWide = globals.share(wide, keys.field[wide]);
        double ofUser = (counts[wide] + shareOfWide) / (known[wide] + 1.0);
        return ofUser * Math.min(1, share / shareOfWide);
    }

    private void userFeatures(LoginEvent event, long[] history, int n, float[] out, int offset) {
        double days = 0;
        int hourDistance = 0;
        double countryChange = 0;
        double speed = 0;
        double speedKnown = 0;
        double near = 0;
        double hours = 0;
        if (history != null) {
            days = Math.max(0, event.timeMicros() - UserHistories.lastSuccess(history))
                    / (double) LoginKeys.MICROS_PER_DAY;
            countryChange = UserHistories.otherThanLast(history, keys, Field.COUNTRY) ? 1 : 0;
            hourDistance = 12;
            for (int h = 0; h < 24; h++) {
                int logins = UserHistories.atHour(history, h);
                hours += logins;
                if (logins > 0) {
                    hourDistance = Math.min(hourDistance, hoursBetween(h, keys.hour));
                }
            }
            near = 0.5 * UserHistories.atHour(history, keys.hour)
                    + 0.25 * UserHistories.atHour(history, (keys.hour + 23) % 24)
                    + 0.25 * UserHistories.atHour(history, (keys.hour + 1) % 24);
            if (placesKnown(event, history)) {
                speedKnown = 1;
                speed = speed(event, history);
            }
        }
        set(out, offset, HistoryFeature.NO_HISTORY, n == 0 ? 1 : 0);
        set(out, offset, HistoryFeature.DAYS_SINCE_SUCCESS, StrictMath.log1p(days));
        set(out, offset, HistoryFeature.HOUR_DISTANCE, hourDistance);
        double hourShare = (near + globals.hourShare(keys.hour)) / (hours + 1);
        set(out, offset, HistoryFeature.SURPRISE_HOUR, -StrictMath.log(hourShare));
        set(out, offset, HistoryFeature.COUNTRY_CHANGE, countryChange);
        set(out, offset, HistoryFeature.SPEED_KMH, speed);
        set(out, offset, HistoryFeature.SPEED_KNOWN, speedKnown);
    }

    /** The nats of the failures by one key, in the view that was taken. */
    private double pressure(PressureKey key) {
        if (!key.isIn(speaking)) {
            return 0;
        }
        int k = key.ordinal();
        return Pressure.either(
                pressure(k, failuresView.hour[k], failuresView.allHour, LoginKeys.MICROS_PER_HOUR, priors[2 * k]),
                pressure(k, failuresView.day[k], failuresView.allDay, LoginKeys.MICROS_PER_DAY, priors[2 * k + 1]));
    }

    private double pressure(int k, int count, int ofAll, long window, PressurePrior prior) {
        if (count == 0) {
            return 0;
        }
        double usual = Pressure.outage(
                ofAll - count,
                failuresView.allEver - ofAll,
                Math.max(0, failuresView.allAge - window) / (double) window);
        return Pressure.surprise(
                count,
                Math.max(0, failuresView.all[k] - count),
                Math.max(0, failuresView.age[k] - window) / (double) window,
                k == PressureKey.ADDRESS.ordinal() ? successesOfAddress() : 0,
                prior,
                usual);
    }

    private double pressureOfUsers() {
        return PressureKey.ADDRESS.isIn(speaking)
                ? Pressure.surprise(failuresView.users, 0, 0, successesOfAddress(), priors[2 * PressureKey.COUNT], 1)
                : 0;
    }

    /** Logins that succeeded from the address within the day, in the views that were taken. */
    private int successesOfAddress() {
        return Math.max(0, recentView.ipDay - failuresView.day[PressureKey.ADDRESS.ordinal()]);
    }

    /** The keys that say something of the login, a bit each. */
    private int speaking() {
        int speaking = 0;
        for (int k = 0; k < PressureKey.COUNT; k++) {
            speaking |= speaks(PressureKey.at(k)) ? 1 << k : 0;
        }
        return speaking;
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

    private double travel(LoginEvent event, long[] history) {
        if (history == null || !UserHistories.otherThanLast(history, keys, Field.COUNTRY)) {
            return 0;
        }
        return travel.surprise(
                UserHistories.successes(history),
                UserHistories.changes(history),
                counts[Field.COUNTRY.ordinal()] == 0,
                Math.max(0, event.timeMicros() - UserHistories.lastSuccess(history)));
    }

    /** What failures and changes of country are usual. */
    private void learnHabits(long now, long[] history) {
        for (int k = 0; k < PressureKey.COUNT; k++) {
            if (PressureKey.at(k).isIn(speaking)) {
                priors[2 * k].add(failuresView.hour[k]);
                priors[2 * k + 1].add(failuresView.day[k]);
            }
        }
        if (PressureKey.ADDRESS.isIn(speaking)) {
            priors[2 * PressureKey.COUNT].add(failuresView.users);
        }
        if (history != null && keys.has(Field.COUNTRY)) {
            int logins = UserHistories.successes(history);
            int changes = UserHistories.changes(history);
            if (UserHistories.otherThanLast(history, keys, Field.COUNTRY)) {
                long since = Math.max(0, now - UserHistories.lastSuccess(history));
                travel.changed(logins, changes, counts[Field.COUNTRY.ordinal()] == 0, since);
            } else if (UserHistories.sameAsLast(history, keys, Field.COUNTRY)) {
                travel.stayed(logins, changes);
            }
        }
    }

    /**
     * How much a first contact looks like somebody else: the likelihood ratio of device and country under an attacker, who has
     * them as everybody has, and under the user; 1 at most each, in units of 1 / {@link FirstContacts#ONE}.
     */
    private int foreign(long[] history) {
        double ratio = 1;
        for (Field field : new Field[] {Field.DEVICE, Field.COUNTRY}) {
            int f = field.ordinal();
            if (history != null && keys.has(f) && known[f] > 0) {
                double share = globals.share(f, keys.field[f]);
                ratio *= Math.min(1, share * (known[f] + 1) / (counts[f] + share));
            }
        }
        return (int) Math.round(ratio * FirstContacts.ONE);
    }

    private static void set(float[] out, int offset, HistoryFeature feature, double value) {
        out[offset + feature.ordinal()] = (float) value;
    }

    private static void setLogOfCount(float[] out, int offset, HistoryFeature feature, int count) {
        set(out, offset, feature, count == 0 ? 0 : StrictMath.log(count + 1.0));
    }

    /** The history of the user whose keys are taken, or {@code null}; with its {@link #counts}. */
    private long[] look() {
        long[] history = keys.userKnown ? users.find(keys.user) : null;
        if (history == null) {
            Arrays.fill(counts, 0);
            Arrays.fill(known, 0);
        } else {
            UserHistories.counts(history, keys, counts, known);
        }
        return history;
    }

    /**
     * Whether the user never logged in from this network; true for a user without history. A login without a user or a
     * network is no first contact, nor is that of a user of whom no network is known yet.
     */
    private boolean isFirstContact(long[] history) {
        int network = keys.network().ordinal();
        return keys.userKnown && keys.hasNetwork() && counts[network] == 0 && (history == null || known[network] > 0);
    }

    private static int hoursBetween(int one, int other) {
        int apart = Math.abs(one - other);
        return Math.min(apart, 24 - apart);
    }

    private static boolean placesKnown(LoginEvent event, long[] history) {
        return !Double.isNaN(event.latitude())
                && !Double.isNaN(event.longitude())
                && !Float.isNaN(UserHistories.latitude(history));
    }

    /** In km/h, over at least a second. Nearer than 50 km is what geolocation jitters by. */
    private double speed(LoginEvent event, long[] history) {
        if (UserHistories.sameAsLast(history, keys, Field.IP)) {
            return 0;
        }
        double km = distance(
                UserHistories.latitude(history), UserHistories.longitude(history), (float) event.latitude(), (float)
                        event.longitude());
        if (km < SMALLEST_DISTANCE_KM) {
            return 0;
        }
        long micros = Math.max(event.timeMicros() - UserHistories.lastSuccess(history), LoginKeys.MICROS_PER_SECOND);
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
     * Takes a login into account for those after it: {@link #observe}, then {@link #teach} if it may.
     *
     * @param teach whether a successful login enters its user's history, so that its values count as this user's; a login
     *     that was flagged, or is known to be an attack, had better not. Shares among all logins and activity are counted
     *     all the same
     */
    public void learn(LoginEvent event, boolean teach) {
        if (observe(event) && teach) {
            teach(event);
        }
    }

    /**
     * Counts a login among all: shares, activity, first contacts. A login older than the newest one observed counts for
     * nothing and is only {@linkplain #olderEvents counted}.
     *
     * @return whether it counted, so that it may teach
     */
    public boolean observe(LoginEvent event) {
        long now = event.timeMicros();
        if (now < newest) {
            olderEvents++;
            return false;
        }
        newest = now;
        keys.take(event);
        recent.add(now, keys, event.success());
        if (!event.success()) {
            failures.add(now, keys, false);
            asked = null;
            return true;
        }
        boolean known = event == asked;
        asked = null;
        long[] history = known ? historyOfAsked : look();
        if (!globals.frozen()) {
            if (!known) {
                speaking = speaking();
                if (speaking != 0) {
                    failures.at(now, keys, speaking, failuresView);
                }
            }
            learnHabits(now, history);
        }
        failures.add(now, keys, true);
        if (history == null && keys.userKnown && untaught.add(keys.user)) {
            globals.addUser();
        }
        if (untaught.size() > options.maxUsers()) {
            untaught.clear();
        }
        if (isFirstContact(history)) {
            contacts.add(now, keys, foreign(history));
        }
        if (keys.hasNetwork()) {
            firstSeen.add(keys.networkKey(), now);
        }
        globals.learn(keys);
        if (!globals.frozen()) {
            extras.observe(keys, event);
        }
        chooseNetwork();
        return true;
    }

    /**
     * Tells networks apart by their AS number, or by their block of addresses where most of the log has no AS number.
     */
    private void chooseNetwork() {
        if (globals.frozen()) {
            return;
        }
        double without = 1 - globals.known(Field.ASN.ordinal()) / (double) globals.total();
        keys.useBlocks(without >= (keys.blocks() ? BLOCKS_UNTIL : BLOCKS_FROM));
    }

    /** Whether networks are told apart by blocks of addresses, because the log has no AS numbers. */
    public boolean networksAreBlocks() {
        return keys.blocks();
    }

    /**
     * Enters a successful login that counted when it was observed into its user's history. May be called after later logins.
     */
    public void teach(LoginEvent event) {
        if (event.success() && !event.user().isEmpty()) {
            keys.take(event);
            users.learn(keys, event);
            extras.teach(keys, event);
            untaught.remove(keys.user);
            asked = null;
        }
    }

    /**
     * Takes a successful login that was flagged, and that nobody judged yet. It teaches nothing, until the same user has
     * come back in the same way, through the same network with the same device, on so many days as the options say, each
     * time without a failed login of the user within a day before.
     *
     * @return whether it became familiar, and taught
     */
    public boolean returned(LoginEvent event) {
        if (!event.success() || options.familiarDays() == 0) {
            return false;
        }
        keys.take(event);
        recent.at(event.timeMicros(), keys, recentView);
        int days = returning.returned(keys, event.timeMicros(), recentView.userFailuresDay == 0);
        if (days < options.familiarDays()) {
            return false;
        }
        returning.forget(keys);
        teach(event);
        return true;
    }

    /**
     * Takes what somebody said of a login that was flagged: one of the user's own teaches at once, at whatever time it
     * was; the way of a takeover never becomes familiar by coming back.
     */
    public void judge(LoginEvent event, boolean benign) {
        keys.take(event);
        if (!benign) {
            returning.refuse(keys);
            return;
        }
        returning.forget(keys);
        teach(event);
    }

    /**
     * Why a feature has its value for a login, in an analyst's words, e.g. "country RO, never seen for this user in 214
     * logins (0.4 % of all)". To be asked before the login is learnt; changes nothing.
     *
     * @param feature a name of {@link HistoryFeature#keys}
     * @throws IllegalArgumentException if there is no such feature
     */
    public String reason(String feature, LoginEvent event) {
        return words(event).of(feature);
    }

    /** The words for a login's features, which stay as they are when the login is learnt; a copy of about 1 kB. */
    RowWords words(LoginEvent event) {
        keys.take(event);
        long[] history = look();
        recent.at(event.timeMicros(), keys, recentView);
        contacts.at(event.timeMicros(), keys, contactsView);
        failures.at(event.timeMicros(), keys, PressureKey.EVERY, failuresView);
        asked = null;
        int[] seenByAll = new int[Field.COUNT];
        for (int f = 0; f < Field.COUNT; f++) {
            seenByAll[f] = globals.count(f, keys.field[f]);
        }
        RowWords words = new HistoryReason(
                event,
                new LoginKeys(keys),
                options,
                firstSeen.get(keys.networkKey()),
                globals.knownByField(),
                seenByAll,
                history == null ? null : history.clone(),
                counts.clone(),
                known.clone(),
                recentView.copy(),
                contactsView.copy(),
                failuresView.copy());
        return extras.fields().isEmpty() ? words : extras.words(keys, event, words);
    }

    /** The fields beyond the table that it counts. */
    public List<LoginField> extraFields() {
        return extras.fields();
    }

    /** The names of their features, three a field, as {@link dev.octet.feature.FeatureRequest#ofExtra} gives them. */
    public List<String> extraNames() {
        return extras.names();
    }

    /** From now on shares among all logins stand still; users' histories and activity keep running. */
    public void freezeGlobals() {
        globals.freeze();
    }

    /** Logins that came too late to be learnt: they were older than the newest. */
    public long olderEvents() {
        return olderEvents;
    }

    /** Time of the newest login observed, microseconds since 1970; {@code Long.MIN_VALUE} before the first. */
    public long newestMicros() {
        return newest;
    }

    /** How many earlier successful logins of this login's user are remembered; changes nothing. */
    public int earlierSuccesses(LoginEvent event) {
        keys.take(event);
        long[] history = keys.userKnown ? users.find(keys.user) : null;
        return history == null ? 0 : UserHistories.successes(history);
    }

    /** Users remembered. */
    public int users() {
        return users.size();
    }

    /** Users forgotten to stay within the bounds. */
    public long evictedUsers() {
        return users.evicted();
    }

    /** Successful logins that the shares among all are made of. */
    public long successes() {
        return globals.total();
    }

    public HistoryOptions options() {
        return options;
    }

    /** Memory taken by histories, counts and windows, in bytes, as their arrays are laid out. */
    public long bytes() {
        return users.bytes()
                + globals.bytes()
                + firstSeen.bytes()
                + recent.bytes()
                + contacts.bytes()
                + returning.bytes()
                + failures.bytes()
                + extras.bytes();
    }

    /** Memory taken by users' histories and their table alone, in bytes. */
    public long userBytes() {
        return users.bytes();
    }

    /**
     * Saves everything; the same history always gives the same bytes. Leaves {@code out} open.
     *
     * <p>Format: docs/history-features.md. It holds hashes of users and values, not their text.
     */
    public void save(OutputStream out) throws IOException {
        DataOutputStream data = new DataOutputStream(new BufferedOutputStream(out, 1 << 16));
        data.writeLong(MAGIC);
        data.writeInt(extras.fields().isEmpty() ? VERSION : VERSION_WITH_EXTRAS);
        data.writeInt(options.maxUsers());
        data.writeLong(options.maxUserBytes());
        data.writeInt(options.valuesPerUser());
        data.writeInt(options.maxValues());
        data.writeInt(options.maxRecentAttempts());
        data.writeInt(options.ipv4PrefixBits());
        data.writeLong(Double.doubleToLongBits(options.campaignCap()));
        data.writeLong(options.hashSeed());
        data.writeInt(options.familiarDays());
        data.writeInt(keys.blocks() ? 1 : 0);
        data.writeLong(newest);
        data.writeLong(olderEvents);
        globals.save(data);
        firstSeen.save(data);
        users.save(data);
        long[] sorted = untaught.toLongArray();
        Arrays.sort(sorted);
        data.writeInt(sorted.length);
        for (long user : sorted) {
            data.writeLong(user);
        }
        recent.save(data);
        contacts.save(data);
        returning.save(data);
        failures.save(data);
        for (PressurePrior prior : priors) {
            prior.save(data);
        }
        travel.save(data);
        if (!extras.fields().isEmpty()) {
            extras.save(data);
        }
        data.flush();
    }

    /**
     * Loads a saved history, which then goes on as if it had never been saved. Reads no further than the history's end
     * if {@code in} is buffered by the caller; leaves it open.
     *
     * @throws InputException if the bytes are not a history, are cut off or damaged
     */
    public static LoginHistory load(InputStream in) throws IOException {
        StateInput state = new StateInput(in);
        if (state.readLong() != MAGIC) {
            throw new InputException("this is not a saved login history: it does not start like one");
        }
        int version = state.readInt();
        if (version < 1 || version > VERSION_WITH_EXTRAS) {
            throw new InputException("the saved login history has format version " + version + "; this Octet reads "
                    + "1 to " + VERSION_WITH_EXTRAS + ": use the Octet that saved it, or learn the history again");
        }
        LoginHistory history = new LoginHistory(new HistoryOptions(
                state.readInt(),
                state.readLong(),
                state.readInt(),
                state.readInt(),
                state.readInt(),
                state.readInt(),
                Double.longBitsToDouble(state.readLong()),
                state.readLong(),
                version < VERSION_WITH_RETURNING ? 0 : state.readInt()));
        history.keys.useBlocks(version > 1 && state.readBoolean("networks are blocks"));
        history.newest = state.readLong();
        history.olderEvents = state.readLong("number of older logins", 0, Long.MAX_VALUE);
        history.globals.load(state, version == 1 ? FIELDS_OF_VERSION_1 : Field.COUNT, history.keys);
        history.firstSeen.load(state);
        history.users.load(state);
        int untaught = state.readInt("users whose logins taught nothing", 0, history.options.maxUsers());
        for (int i = 0; i < untaught; i++) {
            history.untaught.add(state.readLong());
        }
        history.recent.load(state);
        history.contacts.load(state, version >= VERSION_WITH_FAILURES);
        if (version >= VERSION_WITH_RETURNING) {
            history.returning.load(state);
        }
        if (version >= VERSION_WITH_FAILURES) {
            history.failures.load(state);
            for (PressurePrior prior : history.priors) {
                prior.load(state);
            }
            history.travel.load(state);
        }
        if (version >= VERSION_WITH_EXTRAS) {
            history.extras = ExtraCounts.load(state, history.options);
        }
        return history;
    }
}
