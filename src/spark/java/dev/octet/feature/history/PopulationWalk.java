package dev.octet.feature.history;

import it.unimi.dsi.fastutil.longs.Long2LongMap;
import it.unimi.dsi.fastutil.longs.Long2LongOpenHashMap;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.ObjLongConsumer;

/**
 * What the decisions of all users say of a login: first contacts of networks, what failures and journeys are usual. It goes
 * through what {@link UserWalk#learn} wrote of one chunk of a log, in order, and answers those who ask. Not thread-safe.
 */
public final class PopulationWalk {
    private final PriorityQueue<Cursor> cursors = new PriorityQueue<>(
            Comparator.<Cursor>comparingLong(each -> each.ordinal).thenComparing(each -> !each.isQuestion()));

    /** One login of one packet. */
    private static final class Cursor {
        final PackedInput in;
        long ordinal;
        int flags;
        int step;
        long user;
        long micros;
        long network;
        int weight;
        /** The step whose surprise is asked for. */
        int journey;

        long duration;
        final int[] counts = new int[PriorFits.PRIORS];

        Cursor(byte[] packet) {
            in = new PackedInput(packet);
        }

        /** Whether it asks for the words of a login; what it asks for is what was known before the login. */
        boolean isQuestion() {
            return (flags & UserWalk.ASKS_WORDS) != 0;
        }

        boolean next() {
            if (in.atEnd()) {
                return false;
            }
            ordinal += in.number();
            flags = in.integer();
            step = in.integer() - 1;
            boolean contact = (flags & UserWalk.ASKS_CONTACTS) != 0;
            boolean travel = (flags & UserWalk.ASKS_TRAVEL) != 0;
            user = contact || travel ? in.fixed() : 0;
            if (contact) {
                micros = in.fixed();
                network = in.fixed();
                weight = in.integer();
            }
            journey = travel ? in.integer() : 0;
            duration = travel ? in.number() : 0;
            if ((flags & UserWalk.SPEAKS) != 0) {
                for (int i = 0; i < counts.length; i++) {
                    counts[i] = in.integer() - 1;
                }
            }
            return true;
        }
    }

    /**
     * Logins of one chunk.
     *
     * @param packets each the logins of some users in order, every one behind the distance of its ordinal from that of the one
     *     before, of the first from 0
     */
    public PopulationWalk(Iterable<byte[]> packets) {
        packets.forEach(packet -> advance(new Cursor(packet)));
    }

    private void advance(Cursor cursor) {
        if (cursor.next()) {
            cursors.add(cursor);
        }
    }

    /** What the logins of a chunk tell, as a whole. Immutable. */
    public static final class Told implements Serializable {
        private static final long serialVersionUID = 1L;

        /** Numbers of steps between countries, each behind its code. */
        private final long[] steps;
        /** First contacts that count. */
        private final long contacts;
        /** Their weights. */
        private final long weights;
        /** Time of the last first contact, whether it counts or not; {@code Long.MIN_VALUE} where there is none. */
        private final long lastContact;
        /** By prior, what each login tells it, in order: the number of zeros, then a count that is none, and so on. */
        private final byte[][] counts;

        private Told(long[] steps, long contacts, long weights, long lastContact, byte[][] counts) {
            this.steps = steps;
            this.contacts = contacts;
            this.weights = weights;
            this.lastContact = lastContact;
            this.counts = counts;
        }

        /** For {@link PriorFits.Builder#add}. */
        public byte[][] counts() {
            return counts;
        }

        /** The same without {@link #counts}. */
        public Told withoutCounts() {
            return new Told(steps, contacts, weights, lastContact, new byte[0][]);
        }

        long contacts() {
            return contacts;
        }

        long weights() {
            return weights;
        }

        /** Microseconds; {@code Long.MIN_VALUE} where no login was a first contact. */
        public long lastContact() {
            return lastContact;
        }

        void update(TravelHabits travel) {
            for (int i = 0; i < steps.length; i += 2) {
                travel.learn((int) steps[i], steps[i + 1]);
            }
        }
    }

    /** Sums up what the chunk tells. */
    public Told told() {
        Long2LongOpenHashMap steps = new Long2LongOpenHashMap();
        PackedOutput[] counts = new PackedOutput[PriorFits.PRIORS];
        long[] zeros = new long[PriorFits.PRIORS];
        for (int i = 0; i < counts.length; i++) {
            counts[i] = new PackedOutput();
        }
        long contacts = 0;
        long weights = 0;
        long lastContact = Long.MIN_VALUE;
        for (Cursor each = cursors.poll(); each != null; each = cursors.poll()) {
            steps.addTo(each.step, 1);
            if ((each.flags & UserWalk.FIRST) != 0) {
                lastContact = each.micros;
            }
            if ((each.flags & UserWalk.COUNTED) != 0) {
                contacts++;
                weights += each.weight;
            }
            for (int i = 0; i < counts.length && (each.flags & UserWalk.SPEAKS) != 0; i++) {
                if (each.counts[i] == 0) {
                    zeros[i]++;
                } else if (each.counts[i] > 0) {
                    counts[i].number(zeros[i]).number(each.counts[i]);
                    zeros[i] = 0;
                }
            }
            advance(each);
        }
        byte[][] packed = new byte[counts.length][];
        for (int i = 0; i < counts.length; i++) {
            if (zeros[i] > 0) {
                counts[i].number(zeros[i]);
            }
            packed[i] = counts[i].toBytes();
        }
        long[] pairs = new long[2 * steps.size()];
        int at = 0;
        for (Long2LongMap.Entry entry : steps.long2LongEntrySet()) {
            pairs[at++] = entry.getLongKey();
            pairs[at++] = entry.getLongValue();
        }
        return new Told(pairs, contacts, weights, lastContact, packed);
    }

    /**
     * Finds the logins whose counts made priors change.
     *
     * @param places by prior, numbers of the counts, ascending
     * @return by prior, their ordinals
     */
    public long[][] ordinals(int[][] places) {
        long[][] ordinals = new long[PriorFits.PRIORS][];
        int[] seen = new int[PriorFits.PRIORS];
        int[] found = new int[PriorFits.PRIORS];
        for (int i = 0; i < ordinals.length; i++) {
            ordinals[i] = new long[places[i].length];
        }
        for (Cursor each = cursors.poll(); each != null; each = cursors.poll()) {
            for (int i = 0; i < ordinals.length && (each.flags & UserWalk.SPEAKS) != 0; i++) {
                if (each.counts[i] < 0) {
                    continue;
                }
                if (found[i] < places[i].length && places[i][found[i]] == seen[i]) {
                    ordinals[i][found[i]++] = each.ordinal;
                }
                seen[i]++;
            }
            advance(each);
        }
        return ordinals;
    }

    /** A first contact that counts, for the chunks of the week after it; or that somebody asks for those of a network. */
    public record Contact(long ordinal, long micros, long network, long user, int weight, boolean counted) {
        /** Writes the contact for {@link #of}. */
        public PackedOutput write(PackedOutput out) {
            return out.fixed(ordinal)
                    .fixed(micros)
                    .fixed(network)
                    .fixed(user)
                    .number(weight)
                    .number(counted ? 1 : 0);
        }

        /** As bytes. */
        public byte[] toBytes() {
            return write(new PackedOutput()).toBytes();
        }

        /** Reads {@link #toBytes}. */
        public static Contact of(byte[] bytes) {
            PackedInput in = new PackedInput(bytes);
            return new Contact(in.fixed(), in.fixed(), in.fixed(), in.fixed(), in.integer(), in.number() == 1);
        }

        /** Whether the contact lies in the week before a time. */
        public boolean isInWeekBefore(long time) {
            return micros > time - 7 * LoginKeys.MICROS_PER_DAY;
        }
    }

    /** The contacts and questions for contacts of a chunk, in order. */
    public List<Contact> contacts() {
        List<Contact> contacts = new ArrayList<>();
        for (Cursor each = cursors.poll(); each != null; each = cursors.poll()) {
            if ((each.flags & UserWalk.ASKS_CONTACTS) != 0) {
                boolean counted = (each.flags & UserWalk.COUNTED) != 0;
                contacts.add(new Contact(
                        each.ordinal, each.micros, each.network, each.user, counted ? each.weight : 0, counted));
            }
            advance(each);
        }
        return contacts;
    }

    /**
     * What is known before each chunk of a network's first contacts.
     *
     * @param byChunk by chunk, the number of contacts that count and their weights; only chunks that ask or have some
     * @param sink receives a record for {@link #answer} and the chunk
     */
    public static void before(long network, List<long[]> byChunk, ObjLongConsumer<PackedOutput> sink) {
        byChunk.sort(Comparator.comparingLong(each -> each[0]));
        long contacts = 0;
        long weights = 0;
        for (long[] each : byChunk) {
            if (contacts > 0) {
                sink.accept(new PackedOutput().fixed(network).number(contacts).number(weights), each[0]);
            }
            contacts = Math.min(Integer.MAX_VALUE, contacts + each[1]);
            weights = Math.min(Integer.MAX_VALUE, weights + each[2]);
        }
    }

    /** Sums of a network's contacts in a chunk, with those who only ask: network, number, weights. */
    public static List<long[]> byNetwork(List<Contact> contacts) {
        Long2LongOpenHashMap numbers = new Long2LongOpenHashMap();
        Long2LongOpenHashMap weights = new Long2LongOpenHashMap();
        for (Contact each : contacts) {
            numbers.addTo(each.network, each.counted ? 1 : 0);
            weights.addTo(each.network, each.weight);
        }
        List<long[]> sums = new ArrayList<>();
        for (Long2LongMap.Entry entry : numbers.long2LongEntrySet()) {
            sums.add(new long[] {entry.getLongKey(), entry.getLongValue(), weights.get(entry.getLongKey())});
        }
        return sums;
    }

    /** Receives an answer. */
    @FunctionalInterface
    public interface Answers {
        /** Takes what {@link UserWalk#take} reads, for a login. */
        void take(long user, long ordinal, byte[] answer);
    }

    /** Whether an answer is one to a question for words. */
    public static boolean isOfWords(byte[] answer) {
        return (new PackedInput(answer).integer() & UserWalk.ASKS_WORDS) != 0;
    }

    /** What an answer to a question for words says of first contacts. */
    static FirstContacts.View contacts(byte[] answer) {
        PackedInput in = new PackedInput(answer);
        in.integer();
        FirstContacts.View view = new FirstContacts.View();
        view.usersWeek = in.integer();
        view.usersDay = in.integer();
        view.surpriseWeek = in.real();
        view.surpriseDay = in.real();
        return view;
    }

    /**
     * Answers all who ask.
     *
     * @param history what is remembered before the log
     * @param told what the chunks before tell, in order
     * @param networks records of {@link #before}
     * @param week contacts of the chunks before within a week, in any order
     */
    public void answer(
            StartingHistory history, List<Told> told, List<byte[]> networks, List<Contact> week, Answers answers) {
        HistoryOptions options = history.options();
        TravelHabits travel = new TravelHabits();
        history.load(travel);
        FirstContacts contacts = new FirstContacts(options);
        history.load(contacts);
        long number = 0;
        long weights = 0;
        for (Told each : told) {
            number += each.contacts;
            weights += each.weights;
            each.update(travel);
        }
        contacts.begin(number, weights);
        for (byte[] record : networks) {
            PackedInput in = new PackedInput(record);
            contacts.begin(in.fixed(), in.integer(), in.integer());
        }
        week.sort(Comparator.comparingLong(Contact::ordinal));
        for (Contact each : week) {
            contacts.recall(each.micros, each.network, each.user, each.weight);
        }
        LoginKeys keys = new LoginKeys(options);
        FirstContacts.View view = new FirstContacts.View();
        PackedOutput out = new PackedOutput();
        for (Cursor each = cursors.poll(); each != null; each = cursors.poll()) {
            int said = 0;
            out.clear();
            double journey = 0;
            keys.user = each.user;
            keys.field[Field.ASN.ordinal()] = each.network;
            if (each.isQuestion()) {
                contacts.at(each.micros, keys, view);
                out.number(UserWalk.ASKS_WORDS).number(view.usersWeek).number(view.usersDay);
                out.real(view.surpriseWeek).real(view.surpriseDay);
                answers.take(each.user, each.ordinal, out.toBytes());
                advance(each);
                continue;
            }
            if ((each.flags & UserWalk.ASKS_CONTACTS) != 0) {
                contacts.at(each.micros, keys, view);
                boolean any = view.surpriseWeek != 0
                        || view.surpriseDay != 0
                        || view.foreignSurpriseWeek != 0
                        || view.foreignSurpriseDay != 0;
                said |= any ? UserWalk.ASKS_CONTACTS : 0;
            }
            if ((each.flags & UserWalk.ASKS_TRAVEL) != 0) {
                journey = travel.surprise(each.journey, each.duration);
                said |= journey != 0 ? UserWalk.ASKS_TRAVEL : 0;
            }
            if (said != 0) {
                out.number(said);
                if ((said & UserWalk.ASKS_CONTACTS) != 0) {
                    out.real(view.surpriseWeek).real(view.surpriseDay);
                    out.real(view.foreignSurpriseWeek).real(view.foreignSurpriseDay);
                }
                if ((said & UserWalk.ASKS_TRAVEL) != 0) {
                    out.real(journey);
                }
                answers.take(each.user, each.ordinal, out.toBytes());
            }
            if ((each.flags & UserWalk.COUNTED) != 0) {
                contacts.add(each.micros, keys, each.weight);
            }
            travel.learn(each.step);
            advance(each);
        }
    }
}
