package dev.octet.feature.history;

import dev.octet.event.InputException;
import dev.octet.event.LoginEvent;
import dev.octet.event.LoginField;
import dev.octet.feature.Gatherer;
import dev.octet.feature.RowWords;
import it.unimi.dsi.fastutil.longs.LongOpenHashSet;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

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
    /** The first version with users who fail by a network with a user agent. */
    private static final int VERSION_WITH_AGENTS = 8;
    /** The first version whose users have an arrival. */
    private static final int VERSION_WITH_ARRIVALS = 6;
    /** The first version with fields beyond the table; then each second one. */
    private static final int FIRST_WITH_EXTRAS = 5;
    /** The first version with flagged logins that came back. */
    private static final int VERSION_WITH_RETURNING = 3;
    /** The first version with failed logins, travel and weights of first contacts. */
    private static final int VERSION_WITH_FAILURES = 4;
    /** Fields of histories of version 1, which always told networks apart by their AS number. */
    private static final int FIELDS_OF_VERSION_1 = 11;
    /** Networks are blocks once so many of the successful logins had no AS number, and no longer once so few had none. */
    private static final double BLOCKS_FROM = 2.0 / 3;

    private static final double BLOCKS_UNTIL = 1.0 / 3;

    private final HistoryOptions options;
    private final LoginKeys keys;
    private final GlobalCounts globals;
    private final FirstSeen firstSeen;
    private final UserHistories users;
    private final RecentAttempts recent;
    private final FirstContacts contacts;
    private final ReturningLogins returning = new ReturningLogins();
    private final RecentFailures failures;
    private final TravelHabits travel = new TravelHabits();
    private ExtraCounts extras;
    private long newest = Long.MIN_VALUE;
    /**
     * Users without a history whose success was observed, so that each counts once, whether and whenever it gets one. At
     * most as many as users with one; beyond that they are forgotten and may count again.
     */
    private final LongOpenHashSet withoutHistory = new LongOpenHashSet();

    private long olderEvents;

    private final Moment moment;
    /** The features that callers use; {@code null} for all. */
    private Set<HistoryFeature> wanted;
    /** The login whose features were computed last, as long as nothing has changed since; its moment still holds. */
    private LoginEvent asked;
    /** The login that comes, where another thread gathers what the attempts of the last day say; {@code null} else. */
    private GatheredLogin gathered;

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
        moment = new Moment(keys);
    }

    /**
     * Says which features a caller uses; the others may be 0 from then on. Without a call all are computed. What is learnt and saved
     * does not depend on it.
     *
     * @param features names of {@link HistoryFeature#keys}, beside those of earlier calls; other names are ignored
     */
    public void ask(Collection<String> features) {
        wanted = EnumSet.copyOf(wanted == null ? EnumSet.noneOf(HistoryFeature.class) : wanted);
        features.forEach(name -> HistoryFeature.named(name).ifPresent(wanted::add));
        moment.ask(wanted);
        recent.countAll(wanted.stream().anyMatch(HistoryFeature::countsAttempts));
        asked = null;
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
        look();
        globals.tell(keys, moment);
        recentAt(event);
        if (moment.isFirstContact()) {
            contacts.at(now, keys, moment.contacts);
        }
        if (moment.speaking != 0) {
            failuresAt(event, moment.speaking);
        }
        int journey = TravelHabits.journey(moment);
        moment.travel = journey == TravelHabits.NOWHERE ? 0 : travel.surprise(journey, TravelHabits.duration(moment));
        moment.features(out, offset);
        extras.features(keys, event, out, offset + HistoryFeature.COUNT);
        asked = event;
    }

    /** What failures and changes of country are usual. */
    private void learnHabits() {
        for (int i = 0; i < moment.priors.length; i++) {
            int failed = moment.ofPrior(i);
            if (failed >= 0) {
                moment.priors[i].add(failed);
            }
        }
        travel.learn(TravelHabits.step(moment));
    }

    /** What the attempts of the last day say of the login whose keys are taken. */
    private void recentAt(LoginEvent event) {
        if (gathered == null) {
            recent.at(event.timeMicros(), keys, moment.recent);
        } else {
            moment.recent.take(gathered(event).recent);
        }
    }

    /** What the failures of the last day say of it. */
    private void failuresAt(LoginEvent event, int kinds) {
        if (gathered == null) {
            failures.at(event.timeMicros(), keys, kinds, moment.failures);
        } else {
            moment.failures.take(gathered(event).failures);
        }
    }

    private GatheredLogin gathered(LoginEvent event) {
        if (!gathered.isOf(event) || !gathered.isFilled()) {
            throw new IllegalStateException("row " + event.row() + " is asked about, but another one was gathered");
        }
        return gathered;
    }

    /** From now on to {@link Gatherer#close} the windows of the last day are the gatherer's. */
    Gatherer gatherer() {
        gathered = new GatheredLogin(keys);
        return new LoginGatherer(this, recent, failures, globals);
    }

    /** The next login that this history sees. */
    void arrive(GatheredLogin login) {
        gathered = login;
        keys.take(login.keys);
    }

    /** Has the windows of the last day back. */
    void gatherAlone() {
        gathered = null;
        asked = null;
    }

    /** Looks at the history of the user whose keys are taken. */
    private void look() {
        moment.look(keys.userKnown ? users.find(keys.user) : null);
    }

    /**
     * Takes a login into account for those after it: {@link #observe}, then {@link #update} if it may.
     *
     * @param updates whether a successful login enters its user's history, so that its values count as this user's; a login
     *     that was flagged, or is known to be an attack, had better not. Shares among all logins and activity are counted
     *     all the same
     */
    public void learn(LoginEvent event, boolean updates) {
        if (observe(event) && updates) {
            update(event);
        }
    }

    /**
     * Counts a login among all: shares, activity, first contacts. A login older than the newest one observed counts for
     * nothing and is only {@linkplain #olderEvents counted}.
     *
     * @return whether it counted, so that it may update the history
     */
    public boolean observe(LoginEvent event) {
        long now = event.timeMicros();
        if (now < newest) {
            olderEvents++;
            return false;
        }
        newest = now;
        keys.take(event);
        boolean alone = gathered == null;
        if (alone) {
            recent.add(now, keys, event.success());
        }
        if (!event.success()) {
            if (alone) {
                failures.add(now, keys, false);
            }
            asked = null;
            return true;
        }
        boolean known = event == asked;
        asked = null;
        if (!known) {
            look();
        }
        if (!globals.frozen()) {
            if (!known && moment.speaking != 0) {
                failuresAt(event, moment.speaking);
            }
            learnHabits();
        }
        if (alone) {
            failures.add(now, keys, true);
        }
        if (moment.history == null && keys.userKnown && withoutHistory.add(keys.user)) {
            globals.addUser();
        }
        if (withoutHistory.size() > options.maxUsers()) {
            withoutHistory.clear();
        }
        if (moment.isFirstContact()) {
            if (!known) {
                globals.tell(keys, moment);
            }
            contacts.add(now, keys, moment.foreign());
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
        keys.useBlocks(blocks(keys.blocks(), globals.known(Field.ASN.ordinal()), globals.total()));
    }

    /**
     * Whether networks are blocks after a successful login.
     *
     * @param before whether they were before it
     * @param known successful logins so far that have an AS number
     */
    static boolean blocks(boolean before, long known, long total) {
        double without = 1 - known / (double) total;
        return without >= (before ? BLOCKS_UNTIL : BLOCKS_FROM);
    }

    /** Whether it goes on to say of failures and travel what it said in an earlier release. */
    boolean isOfEarlierRelease() {
        return moment.evidence != Evidence.PRESENT;
    }

    /** A history that has seen nothing, with the same options, of the same release. */
    LoginHistory startedAgain() {
        return startedAgain(options, extras.fields(), moment.evidence);
    }

    /** As above, of the release of a saved one. */
    static LoginHistory like(InputStream saved, HistoryOptions options, List<LoginField> extras) throws IOException {
        return startedAgain(options, extras, Evidence.of(version(new StateInput(saved))));
    }

    private static LoginHistory startedAgain(HistoryOptions options, List<LoginField> extras, Evidence evidence) {
        LoginHistory history = new LoginHistory(options, extras);
        history.moment.evidence = evidence;
        return history;
    }

    /** Whether networks are told apart by blocks of addresses, because the log has no AS numbers. */
    public boolean networksAreBlocks() {
        return keys.blocks();
    }

    /**
     * Enters a successful login that counted when it was observed into its user's history. May be called after later logins.
     */
    public void update(LoginEvent event) {
        if (event.success() && !event.user().isEmpty()) {
            keys.take(event);
            users.learn(keys);
            extras.update(keys, event);
            withoutHistory.remove(keys.user);
            asked = null;
        }
    }

    /**
     * Takes a successful login that was flagged, and that nobody judged yet. It does not update the history until the same user has
     * come back in the same way, through the same network with the same device, on so many days as the options say, each
     * time without a failed login of the user within a day before.
     *
     * @return whether it became familiar, and updated the history
     */
    public boolean returned(LoginEvent event) {
        if (!event.success() || options.familiarDays() == 0) {
            return false;
        }
        keys.take(event);
        int user = PressureKey.USER.ordinal();
        failuresAt(event, 1 << user);
        asked = null;
        int days = returning.returned(keys, event.timeMicros(), moment.failures.day[user] == 0);
        if (days < options.familiarDays()) {
            return false;
        }
        returning.forget(keys);
        update(event);
        return true;
    }

    /**
     * Takes what somebody said of a login that was flagged: one of the user's own updates the history at once, at whatever time it
     * was, and the user's journey is no surprise any more; the way of a takeover never becomes familiar by coming back.
     */
    public void judge(LoginEvent event, boolean benign) {
        keys.take(event);
        if (!benign) {
            returning.refuse(keys);
            return;
        }
        returning.forget(keys);
        update(event);
        users.settle(keys.user);
    }

    /**
     * Why a feature has its value for a login, in an analyst's words, e.g. "country RO, never seen for this user in 214
     * logins (0.4 % of all)". To be asked before the login is learnt; changes nothing.
     *
     * @param feature a name of {@link HistoryFeature#keys} that {@link #ask} did not leave out
     * @throws IllegalArgumentException if there is no such feature
     */
    public String reason(String feature, LoginEvent event) {
        return words(event).of(feature);
    }

    /** The words for a login's features, which stay as they are when the login is learnt; a copy of about 1 kB. */
    RowWords words(LoginEvent event) {
        keys.take(event);
        look();
        globals.tellAll(keys, moment);
        recentAt(event);
        contacts.at(event.timeMicros(), keys, moment.contacts);
        failuresAt(event, PressureKey.EVERY);
        asked = null;
        RowWords words = new HistoryReason(
                event,
                new LoginKeys(keys),
                options,
                firstSeen.get(keys.networkKey()),
                moment.valued.clone(),
                moment.seen.clone(),
                moment.history == null ? null : moment.history.clone(),
                moment.counts.clone(),
                moment.known.clone(),
                moment.recent.copy(),
                moment.contacts.copy(),
                moment.failures.copy());
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

    /** What a history is made of, for a history that goes on elsewhere. */
    record Parts(
            GlobalCounts globals,
            FirstSeen firstSeen,
            UserHistories users,
            RecentAttempts recent,
            FirstContacts contacts,
            ReturningLogins returning,
            RecentFailures failures,
            PressurePrior[] priors,
            TravelHabits travel,
            long[] withoutHistory) {}

    Parts parts() {
        return new Parts(
                globals,
                firstSeen,
                users,
                recent,
                contacts,
                returning,
                failures,
                moment.priors,
                travel,
                withoutHistory.toLongArray());
    }

    /** Goes on after a login elsewhere, of which {@link #parts} tell. */
    void begin(boolean blocks, long newestMicros, long older, LongOpenHashSet usersWithoutHistory) {
        keys.useBlocks(blocks);
        newest = newestMicros;
        olderEvents = older;
        withoutHistory.addAll(usersWithoutHistory);
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
        try {
            image().save(new DataOutputStream(out));
        } finally {
            release();
        }
    }

    /**
     * The history as it is now, to be saved as {@link #save} does. Tables of counts are copied. Users' histories and the attempts
     * of the last days are not: until {@link #release} is called, those that change are replaced. The copy takes about 1 ms for
     * each 5 MB of tables.
     */
    public Image image() throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        saveHead(new DataOutputStream(head));
        ByteArrayOutputStream habits = new ByteArrayOutputStream();
        saveHabits(new DataOutputStream(habits));
        long[] without = withoutHistory.toLongArray();
        List<Image> parts = List.of(
                head::writeTo,
                globals.image(),
                firstSeen.image(),
                users.image(),
                out -> saveSorted(without, out),
                recent.image(),
                contacts.image(),
                returning.image(),
                failures.image(),
                habits::writeTo,
                extras.fields().isEmpty() ? out -> {} : extras.image());
        return out -> {
            DataOutputStream data = new DataOutputStream(new BufferedOutputStream(out, 1 << 16));
            for (Image part : parts) {
                part.save(data);
            }
            data.flush();
        };
    }

    /** Ends what {@link #image} has begun: none is saved any more. */
    public void release() {
        users.release();
        recent.release();
        contacts.release();
        failures.release();
    }

    private void saveHead(DataOutputStream out) throws IOException {
        out.writeLong(MAGIC);
        out.writeInt(moment.evidence.version(!extras.fields().isEmpty()));
        out.writeInt(options.maxUsers());
        out.writeLong(options.maxUserBytes());
        out.writeInt(options.valuesPerUser());
        out.writeInt(options.maxValues());
        out.writeInt(options.maxRecentAttempts());
        out.writeInt(options.ipv4PrefixBits());
        out.writeLong(Double.doubleToLongBits(options.campaignCap()));
        out.writeLong(options.hashSeed());
        out.writeInt(options.familiarDays());
        out.writeInt(keys.blocks() ? 1 : 0);
        out.writeLong(newest);
        out.writeLong(olderEvents);
    }

    private void saveHabits(DataOutputStream out) throws IOException {
        for (PressurePrior prior : moment.priors) {
            prior.save(out);
        }
        travel.save(out);
    }

    private static void saveSorted(long[] keys, DataOutputStream out) throws IOException {
        Arrays.sort(keys);
        out.writeInt(keys.length);
        for (long key : keys) {
            out.writeLong(key);
        }
    }

    private static int version(StateInput state) throws IOException {
        if (state.readLong() != MAGIC) {
            throw new InputException("this is not a saved login history: it does not start like one");
        }
        int version = state.readInt();
        if (version < 1 || version > Evidence.LAST_VERSION) {
            throw new InputException("the saved login history has format version " + version + "; this Octet reads "
                    + "1 to " + Evidence.LAST_VERSION + ": use the Octet that saved it, or learn the history again");
        }
        return version;
    }

    /**
     * Loads a saved history, which then goes on as if it had never been saved. Reads no further than the history's end
     * if {@code in} is buffered by the caller; leaves it open.
     *
     * @throws InputException if the bytes are not a history, are cut off or damaged
     */
    public static LoginHistory load(InputStream in) throws IOException {
        StateInput state = new StateInput(in);
        int version = version(state);
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
        history.moment.evidence = Evidence.of(version);
        history.keys.useBlocks(version > 1 && state.readBoolean("networks are blocks"));
        history.newest = state.readLong();
        history.olderEvents = state.readLong("number of older logins", 0, Long.MAX_VALUE);
        history.globals.load(state, version == 1 ? FIELDS_OF_VERSION_1 : Field.COUNT, history.keys);
        history.firstSeen.load(state);
        history.users.load(state, version >= VERSION_WITH_ARRIVALS);
        int withoutHistory = state.readInt("users without a history", 0, history.options.maxUsers());
        for (int i = 0; i < withoutHistory; i++) {
            history.withoutHistory.add(state.readLong());
        }
        history.recent.load(state);
        history.contacts.load(state, version >= VERSION_WITH_FAILURES);
        if (version >= VERSION_WITH_RETURNING) {
            history.returning.load(state);
        }
        if (version >= VERSION_WITH_FAILURES) {
            history.failures.load(state);
            int priors = version < VERSION_WITH_AGENTS ? Moment.PRIORS - 1 : Moment.PRIORS;
            for (int i = 0; i < priors; i++) {
                history.moment.priors[i].load(state);
            }
            history.travel.load(state);
        }
        if (version >= FIRST_WITH_EXTRAS && (version - FIRST_WITH_EXTRAS) % 2 == 0) {
            history.extras = ExtraCounts.load(state, history.options);
        }
        return history;
    }
}
