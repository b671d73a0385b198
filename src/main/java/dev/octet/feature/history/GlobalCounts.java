package dev.octet.feature.history;

import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;

/** Successful logins of all users, counted by value. Stands still once frozen. */
final class GlobalCounts {
    private final ValueCounts[] values = new ValueCounts[Field.COUNT];
    private final long[] hours = new long[24];
    /** Logins without a value, by field. */
    private final long[] without = new long[Field.COUNT];

    private long total;
    private long users;
    private boolean frozen;

    GlobalCounts(HistoryOptions options) {
        for (int f = 0; f < Field.COUNT; f++) {
            values[f] = new ValueCounts(options.maxValues());
        }
    }

    long total() {
        return total;
    }

    /** Users with a successful login in their history; one that was forgotten and came back counts twice. */
    long users() {
        return users;
    }

    int distinct(Field field) {
        return values[field.ordinal()].distinct();
    }

    /** Fills in what all logins so far say of the one whose keys are taken, in the fields that are {@linkplain Moment#lookedAt looked at}. */
    void tell(LoginKeys keys, Moment moment) {
        boolean[] fields = moment.lookedAt();
        for (int f = 0; f < Field.COUNT; f++) {
            if (fields[f]) {
                tell(f, keys, moment);
            }
        }
        tellOthers(keys, moment);
    }

    /** As above, in all fields. */
    void tellAll(LoginKeys keys, Moment moment) {
        for (int f = 0; f < Field.COUNT; f++) {
            tell(f, keys, moment);
        }
        tellOthers(keys, moment);
    }

    private void tell(int field, LoginKeys keys, Moment moment) {
        moment.seen[field] = values[field].get(keys.field[field]);
        moment.valued[field] = known(field);
    }

    private void tellOthers(LoginKeys keys, Moment moment) {
        for (Field field : FreemanScore.UPPER) {
            moment.distinct[field.ordinal()] = distinct(field);
        }
        moment.total = total;
        moment.users = users;
        moment.atHour = hours[keys.hour];
        moment.besideHour = hours[(keys.hour + 23) % 24] + hours[(keys.hour + 1) % 24];
    }

    /** Logins that have a value of the field. */
    long known(int field) {
        return total - without[field];
    }

    /** π(x) = (count + ½) / (total + 1): in (0, 1), also for a value never seen. */
    static double smoothed(int count, long total) {
        return (count + 0.5) / (total + 1.0);
    }

    void freeze() {
        frozen = true;
    }

    boolean frozen() {
        return frozen;
    }

    void learn(LoginKeys keys) {
        if (frozen) {
            return;
        }
        for (int f = 0; f < Field.COUNT; f++) {
            boolean known = keys.has(f);
            without[f] += known ? 0 : 1;
            if (known || f < Field.ALWAYS) {
                values[f].add(keys.field[f]);
            }
        }
        hours[keys.hour]++;
        total++;
    }

    /** Goes on from totals; values come by {@link #add}. */
    void begin(long logins, long distinctUsers, long[] byHour, long[] known) {
        total = logins;
        users = distinctUsers;
        System.arraycopy(byHour, 0, hours, 0, hours.length);
        for (int f = 0; f < without.length; f++) {
            without[f] = logins - known[f];
        }
    }

    /** Goes on from a number of logins with a value; {@link #begin} counts them too. */
    void add(int field, long value, int logins) {
        values[field].add(value, logins);
    }

    /** Counts a user with a history. */
    void addUser() {
        if (!frozen) {
            users++;
        }
    }

    /** Hands out each value of a field with its number of logins. */
    void forEach(int field, ValueCounts.Each each) {
        values[field].forEach(each);
    }

    /** Logins at each hour of the day. */
    long[] hours() {
        return hours.clone();
    }

    long bytes() {
        long bytes = 0;
        for (ValueCounts counts : values) {
            bytes += counts.bytes();
        }
        return bytes;
    }

    Image image() {
        boolean still = frozen;
        long logins = total;
        long distinctUsers = users;
        long[] byHour = hours.clone();
        List<Image> byField = Stream.of(values).map(ValueCounts::image).toList();
        long[] missing = without.clone();
        return out -> {
            out.writeInt(still ? 1 : 0);
            out.writeLong(logins);
            out.writeLong(distinctUsers);
            for (long hour : byHour) {
                out.writeLong(hour);
            }
            for (Image counts : byField) {
                counts.save(out);
            }
            for (long count : missing) {
                out.writeLong(count);
            }
        };
    }

    /** @param fields how many fields the version of the saved form has */
    void load(StateInput in, int fields, LoginKeys keys) throws IOException {
        frozen = in.readBoolean("frozen");
        total = in.readLong("number of successful logins", 0, Long.MAX_VALUE >> 8);
        users = in.readLong("number of users with a success", 0, total);
        for (int h = 0; h < hours.length; h++) {
            hours[h] = in.readLong("successful logins at hour " + h, 0, total);
        }
        for (int f = 0; f < fields; f++) {
            values[f].load(in, "values of " + Field.at(f).noun());
        }
        for (int f = 0; f < Field.COUNT; f++) {
            if (fields == Field.COUNT) {
                without[f] = in.readLong("logins without " + Field.at(f).noun(), 0, total);
            } else {
                without[f] = f < fields ? Math.min(total, values[f].get(keys.missing(f))) : total;
            }
        }
    }
}
