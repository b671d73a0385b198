package dev.octet.feature.history;

import dev.octet.event.InputException;
import dev.octet.event.LoginEvent;
import dev.octet.event.LoginField;
import dev.octet.feature.FeatureRequest;
import dev.octet.feature.RowWords;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Values of fields beyond the table of {@link LoginField}, counted over all successful logins and by user: three features a
 * category or boolean, by the formulas of {@link LoginHistory}. Bounded: {@link HistoryOptions#maxValues} values a field,
 * and as many of (user, value) and (user, field) together; the rarest are forgotten. Not thread-safe.
 */
final class ExtraCounts {
    private static final int FEATURES_A_FIELD = 3;
    private static final int MAX_KEY = 64;

    private final List<LoginField> fields;
    private final List<String> names = new ArrayList<>();
    private final ValueCounts[] values;
    /** Successful logins that have a value, by field. */
    private final long[] totals;
    /** How often a user had any value of a field. */
    private final ValueCounts known;
    /** How often a user had a value. */
    private final ValueCounts seen;

    /** @param fields numbers among them have no history */
    ExtraCounts(List<LoginField> fields, HistoryOptions options) {
        this.fields = fields.stream()
                .filter(field -> field.kind() == LoginField.Kind.TEXT)
                .toList();
        values = new ValueCounts[this.fields.size()];
        totals = new long[values.length];
        for (int f = 0; f < values.length; f++) {
            values[f] = new ValueCounts(options.maxValues());
            List<String> ofField = FeatureRequest.ofExtra(this.fields.get(f));
            names.addAll(ofField.subList(1, ofField.size()));
        }
        known = new ValueCounts(options.maxValues());
        seen = new ValueCounts(options.maxValues());
    }

    List<LoginField> fields() {
        return fields;
    }

    /** The names of the features, in the order of {@link #features}. */
    List<String> names() {
        return names;
    }

    /** Writes the features of a login, {@code names().size()} values from {@code offset} on. */
    void features(LoginKeys keys, LoginEvent event, float[] out, int offset) {
        for (int f = 0; f < values.length; f++) {
            int at = offset + FEATURES_A_FIELD * f;
            Seen found = look(f, keys, event);
            boolean has = !found.value.isEmpty();
            double rarity = has ? -NaturalLog.of(found.share()) : 0;
            out[at] = has && found.known > 0 && found.count == 0 ? 1 : 0;
            out[at + 1] = (float)
                    (has && found.known > 0
                            ? NaturalLog.of(found.known + 1.0) - NaturalLog.of(found.count + found.share())
                            : rarity);
            out[at + 2] = (float) rarity;
        }
    }

    /**
     * What is known of a login's value.
     *
     * @param value {@code ""} where the login has none
     * @param ofAll how many successful logins of all users had it, of {@code total} with any
     * @param count how many of this user's had it, of {@code known} with any
     */
    private record Seen(String value, int ofAll, long total, int count, int known) {
        double share() {
            return GlobalCounts.smoothed(ofAll, total);
        }
    }

    private Seen look(int f, LoginKeys keys, LoginEvent event) {
        String value = event.text(fields.get(f));
        long key = keys.hash(value);
        boolean user = keys.userKnown && !value.isEmpty();
        return new Seen(
                value,
                values[f].get(key),
                totals[f],
                user ? seen.get(ofUser(f, keys, key)) : 0,
                user ? known.get(ofUser(f, keys)) : 0);
    }

    private static long ofUser(int f, LoginKeys keys) {
        return LoginKeys.pair(keys.user, f);
    }

    private static long ofUser(int f, LoginKeys keys, long value) {
        return LoginKeys.pair(ofUser(f, keys), value);
    }

    /** Counts a successful login among all. */
    void observe(LoginKeys keys, LoginEvent event) {
        for (int f = 0; f < values.length; f++) {
            String value = event.text(fields.get(f));
            if (!value.isEmpty()) {
                values[f].add(keys.hash(value));
                totals[f]++;
            }
        }
    }

    /** Enters a successful login into its user's counts. */
    void update(LoginKeys keys, LoginEvent event) {
        for (int f = 0; f < values.length; f++) {
            String value = event.text(fields.get(f));
            if (!value.isEmpty()) {
                known.add(ofUser(f, keys));
                seen.add(ofUser(f, keys, keys.hash(value)));
            }
        }
    }

    /** The words for a login's features, which stay as they are when the login is learnt; others' words for other names. */
    RowWords words(LoginKeys keys, LoginEvent event, RowWords others) {
        Map<String, String> words = new HashMap<>();
        for (int f = 0; f < values.length; f++) {
            Seen found = look(f, keys, event);
            String noun = fields.get(f).key().replace('-', ' ');
            String ofAll = HistoryReason.percent(found.ofAll, found.total);
            String forAll = noun + ' ' + found.value + ", " + ofAll + " of all logins";
            String forUser = found.known == 0
                    ? "no earlier login of this user with a known " + noun + "; " + forAll
                    : noun + ' ' + found.value
                            + (found.count == 0
                                    ? ", never seen for this user in " + logins(found.known)
                                    : ", " + found.count + " of this user's " + logins(found.known))
                            + " (" + ofAll + " of all)";
            for (int i = 0; i < FEATURES_A_FIELD; i++) {
                boolean rarity = i == FEATURES_A_FIELD - 1;
                words.put(
                        names.get(FEATURES_A_FIELD * f + i),
                        found.value.isEmpty() ? "unknown " + noun : rarity ? forAll : forUser);
            }
        }
        return name -> words.containsKey(name) ? words.get(name) : others.of(name);
    }

    private static String logins(int count) {
        return String.format(Locale.ROOT, "%d login%s", count, count == 1 ? "" : "s");
    }

    long bytes() {
        long bytes = known.bytes() + seen.bytes();
        for (ValueCounts counts : values) {
            bytes += counts.bytes();
        }
        return bytes;
    }

    Image image() {
        long[] withValue = totals.clone();
        List<Image> byField = Stream.of(values).map(ValueCounts::image).toList();
        Image byUser = known.image();
        Image byUserAndValue = seen.image();
        return out -> {
            out.writeInt(fields.size());
            for (int f = 0; f < withValue.length; f++) {
                LoginField field = fields.get(f);
                out.writeInt(field.extra().orElseThrow().ordinal());
                out.writeInt(field.key().length());
                for (int i = 0; i < field.key().length(); i++) {
                    out.writeInt(field.key().charAt(i));
                }
                out.writeLong(withValue[f]);
                byField.get(f).save(out);
            }
            byUser.save(out);
            byUserAndValue.save(out);
        };
    }

    static ExtraCounts load(StateInput in, HistoryOptions options) throws IOException {
        int size = in.readInt("number of extra fields", 1, LoginField.MAX_EXTRA);
        List<LoginField> fields = new ArrayList<>();
        long[] totals = new long[size];
        List<ValueCounts> values = new ArrayList<>();
        for (int f = 0; f < size; f++) {
            int type = in.readInt("type of an extra field", 0, LoginField.Extra.NUMBER.ordinal() - 1);
            char[] key = new char[in.readInt("length of an extra field's name", 1, MAX_KEY)];
            for (int i = 0; i < key.length; i++) {
                key[i] = (char) in.readInt("character of an extra field's name", '-', 'z');
            }
            fields.add(LoginField.extra(new String(key), LoginField.Extra.values()[type]));
            totals[f] = in.readLong("successful logins with an extra field", 0, Long.MAX_VALUE >> 8);
            ValueCounts counts = new ValueCounts(options.maxValues());
            counts.load(in, "values of an extra field");
            values.add(counts);
        }
        if (fields.stream().distinct().count() < size) {
            throw new InputException("the saved login history is damaged: it has an extra field twice");
        }
        ExtraCounts loaded = new ExtraCounts(fields, options);
        for (int f = 0; f < size; f++) {
            loaded.totals[f] = totals[f];
            loaded.values[f] = values.get(f);
        }
        loaded.known.load(in, "users with an extra field");
        loaded.seen.load(in, "users' values of extra fields");
        return loaded;
    }
}
