package dev.octet.detect.autoencoder;

import dev.octet.feature.FloatMatrix;
import dev.octet.feature.UnseenMark;
import it.unimi.dsi.fastutil.longs.Long2IntOpenHashMap;
import java.util.Arrays;
import java.util.List;

/**
 * How often each network had each country among the training rows: most networks are in one country, which no network of
 * neurons can know of the thousands of rare ones. Not changed after it was made.
 */
final class CountryOfNetwork {
    static final int KEY_BITS = 21;

    private final Long2IntOpenHashMap pairs = new Long2IntOpenHashMap();
    private final Long2IntOpenHashMap networks = new Long2IntOpenHashMap();

    private CountryOfNetwork() {}

    /** @param unseen how a row shows that a network or country is not in the vocabulary: such pairs are not counted */
    static CountryOfNetwork of(FloatMatrix rows, List<UnseenMark> unseen) {
        CountryOfNetwork counts = new CountryOfNetwork();
        float[] row = new float[rows.columns()];
        for (int i = 0; i < rows.rows(); i++) {
            rows.copyRow(i, row, 0);
            if (LoginColumns.has(Head.COUNTRY, row, 0)
                    && LoginColumns.isInVocabulary(Head.ASN, row, unseen)
                    && LoginColumns.isInVocabulary(Head.COUNTRY, row, unseen)) {
                counts.add(pair(row, 0), 1);
            }
        }
        return counts;
    }

    /** From what {@link #keys} and {@link #counts} gave. */
    static CountryOfNetwork of(long[] keys, int[] counts) {
        CountryOfNetwork made = new CountryOfNetwork();
        for (int i = 0; i < keys.length; i++) {
            made.add(keys[i], counts[i]);
        }
        return made;
    }

    private void add(long pair, int count) {
        pairs.addTo(pair, count);
        networks.addTo(pair >>> KEY_BITS, count);
    }

    private static long pair(float[] rows, int start) {
        return LoginColumns.key(Head.ASN, rows, start) << KEY_BITS | LoginColumns.key(Head.COUNTRY, rows, start);
    }

    /**
     * How many times likelier than by its share a login's value is, by the counts: p(country | network) / share of the
     * country, with p = (count of both + share) / (count of the network + 1); 1 for the other heads.
     */
    double lift(Head head, float[] rows, int start, double share) {
        if (head != Head.COUNTRY) {
            return 1;
        }
        long pair = pair(rows, start);
        return (pairs.get(pair) / share + 1) / (networks.get(pair >>> KEY_BITS) + 1.0);
    }

    /** The pairs, ascending. */
    long[] keys() {
        long[] keys = pairs.keySet().toLongArray();
        Arrays.sort(keys);
        return keys;
    }

    /** How often each of {@link #keys} was there. */
    int[] counts() {
        return Arrays.stream(keys()).mapToInt(pairs::get).toArray();
    }
}
