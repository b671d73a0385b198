package dev.octet.spark;

import dev.octet.bundle.ScoringModel;
import dev.octet.event.LoginEvent;
import dev.octet.feature.FeatureExtractor;
import dev.octet.feature.HistoryPlaces;
import dev.octet.feature.history.HistoryOptions;
import dev.octet.feature.history.KeyedLogin;
import dev.octet.feature.history.PackedInput;
import dev.octet.feature.history.PackedOutput;

/**
 * A login as it travels between partitions: its row, its keys, and, if it is scored, its user and the raw values that do not
 * look back. Text of a log is in it nowhere else.
 */
final class LoginRecord {
    /** First byte of a login, and of what a block was found to be. */
    static final byte LOGIN = 0;

    static final byte REPORT = 1;
    /** What could not be read. */
    static final byte UNREADABLE = 2;

    private LoginRecord() {}

    /** Writes logins. Not thread-safe. */
    static final class Writer {
        private final ScoringModel model;
        private final KeyedLogin keyed = new KeyedLogin(HistoryOptions.defaults());
        private final HistoryPlaces places;
        private final FeatureExtractor extractor;
        private final float[] raw;
        private final PackedOutput out = new PackedOutput();

        Writer(ScoringModel model) {
            this.model = model;
            places = new HistoryPlaces(model.features());
            extractor = places.extractor();
            raw = new float[extractor.width()];
        }

        byte[] write(LoginEvent event) {
            boolean scored = model.scores(event);
            out.clear().number(LOGIN).number(event.row());
            keyed.take(event);
            keyed.write(out, scored);
            out.number(scored ? 1 : 0);
            if (scored) {
                out.text(event.user());
                extractor.extract(event, raw);
                places.write(raw, out);
            }
            return out.toBytes();
        }
    }

    /** The head of a login: everything before its user and raw values. Reused; not thread-safe. */
    static final class Head {
        final KeyedLogin keyed = new KeyedLogin(HistoryOptions.defaults());
        private final PackedInput in = new PackedInput(new byte[0]);
        long row;
        boolean scored;

        /** @return where the user and the raw values of a scored login follow */
        PackedInput read(byte[] record) {
            in.on(record).number();
            row = in.number();
            keyed.read(in);
            scored = in.number() == 1;
            return in;
        }
    }
}
