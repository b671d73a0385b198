package dev.octet.spark;

import dev.octet.event.Label;
import dev.octet.event.LoginEvent;
import dev.octet.feature.FeatureExtractor;
import dev.octet.feature.HistoryPlaces;
import dev.octet.feature.history.HistoryOptions;
import dev.octet.feature.history.KeyedLogin;
import dev.octet.feature.history.PackedInput;
import dev.octet.feature.history.PackedOutput;
import java.util.List;
import java.util.Map;

/**
 * A login as it travels between partitions: its row, its keys, its label, and, if its values are needed, its user and the raw
 * values that do not look back. Text of a log is in it nowhere else.
 */
final class LoginRecord {
    /** First byte of a login, and of what a block was found to be. */
    static final byte LOGIN = 0;

    static final byte REPORT = 1;
    /** What could not be read. */
    static final byte UNREADABLE = 2;

    private static final Label[] LABELS = Label.values();

    private LoginRecord() {}

    /** Writes logins. Not thread-safe. */
    static final class Writer {
        private final LoginRecipe recipe;
        private final KeyedLogin keyed = new KeyedLogin(HistoryOptions.defaults());
        private final HistoryPlaces places;
        private final FeatureExtractor extractor;
        private final float[] raw;
        private final PackedOutput out = new PackedOutput();

        Writer(LoginRecipe recipe) {
            this.recipe = recipe;
            places = recipe.places();
            extractor = places.extractor();
            raw = new float[extractor.width()];
        }

        byte[] write(LoginEvent event, Label label) {
            boolean valued = recipe.needsValues(event);
            out.clear().number(LOGIN).number(event.row());
            keyed.take(event);
            keyed.write(out, valued);
            out.number(label.ordinal() << 1 | (valued ? 1 : 0));
            if (valued) {
                out.text(event.user());
                extractor.extract(event, raw);
                places.write(raw, out);
            }
            return out.toBytes();
        }

        /** The names whose numbers the raw values hold, by feature. */
        Map<String, List<String>> names() {
            return extractor.dictionaries();
        }
    }

    /** The head of a login: everything before its user and raw values. Reused; not thread-safe. */
    static final class Head {
        final KeyedLogin keyed = new KeyedLogin(HistoryOptions.defaults());
        private final PackedInput in = new PackedInput(new byte[0]);
        long row;
        boolean valued;
        Label label;

        /** @return where the user and the raw values follow if the login has them */
        PackedInput read(byte[] record) {
            return read(in.on(record));
        }

        /** As above, of the rest of what is read. */
        PackedInput read(PackedInput record) {
            in.onRestOf(record).number();
            row = in.number();
            keyed.read(in);
            int flags = in.integer();
            valued = (flags & 1) != 0;
            label = LABELS[flags >> 1];
            return in;
        }
    }
}
