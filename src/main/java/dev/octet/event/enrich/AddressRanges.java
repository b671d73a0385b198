package dev.octet.event.enrich;

import dev.octet.event.IpAddress;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import it.unimi.dsi.fastutil.ints.IntArrays;
import it.unimi.dsi.fastutil.longs.LongArrayList;

/**
 * Ranges of addresses of one version, each with a number, cut into pieces that do not overlap: where ranges do, the one
 * that starts last counts, so that a network within a larger one keeps its own number. Immutable, thread-safe. A look-up
 * is a binary search.
 */
final class AddressRanges {
    /** No range holds the address. */
    static final int NONE = -1;

    private static final long IPV4_LAST = 0xffffffffL;

    private final int version;
    /** The first address of each piece, ascending as unsigned numbers; {@code high} is empty for IPv4. */
    private final long[] high;

    private final long[] low;
    private final int[] value;

    private AddressRanges(int version, long[] high, long[] low, int[] value) {
        this.version = version;
        this.high = high;
        this.low = low;
        this.value = value;
    }

    int pieces() {
        return low.length;
    }

    /** The number of the piece that an address is in, from 0 on; {@link #NONE} before the first. */
    int piece(IpAddress address) {
        int from = 0;
        int to = low.length;
        while (from < to) {
            int middle = (from + to) >>> 1;
            if (startsAfter(middle, address.high(), address.low())) {
                to = middle;
            } else {
                from = middle + 1;
            }
        }
        return from - 1;
    }

    /** What the range says that a piece was cut from; {@link #NONE} between ranges. */
    int value(int piece) {
        return piece < 0 ? NONE : value[piece];
    }

    /** Whether all addresses that share the first {@code bits} bits with this one are in its piece. */
    boolean holdsBlock(int piece, IpAddress address, int bits) {
        IpAddress first = address.prefix(bits);
        if (piece >= 0 && startsAfter(piece, first.high(), first.low())) {
            return false;
        }
        if (piece + 1 == low.length) {
            return true;
        }
        int host = address.bits() - bits;
        long lastLow = host >= 64 ? -1 : first.low() | (1L << host) - 1;
        long lastHigh = host > 64 ? first.high() | (1L << host - 64) - 1 : first.high();
        return startsAfter(piece + 1, lastHigh, lastLow);
    }

    private boolean startsAfter(int piece, long addressHigh, long addressLow) {
        int order = version == 4 ? 0 : Long.compareUnsigned(high[piece], addressHigh);
        return order > 0 || order == 0 && Long.compareUnsigned(low[piece], addressLow) > 0;
    }

    /** Collects ranges in any order. Not thread-safe. */
    static final class Builder {
        private final int version;
        private final LongArrayList firstHigh = new LongArrayList();
        private final LongArrayList firstLow = new LongArrayList();
        private final LongArrayList lastHigh = new LongArrayList();
        private final LongArrayList lastLow = new LongArrayList();
        private final IntArrayList values = new IntArrayList();

        private final LongArrayList startHigh = new LongArrayList();
        private final LongArrayList startLow = new LongArrayList();
        private final IntArrayList startValue = new IntArrayList();

        Builder(int version) {
            this.version = version;
        }

        /**
         * Takes a range.
         *
         * @param last the same as {@code first} or greater
         */
        void add(IpAddress first, IpAddress last, int value) {
            if (version == 6) {
                firstHigh.add(first.high());
                lastHigh.add(last.high());
            }
            firstLow.add(first.low());
            lastLow.add(last.low());
            values.add(value);
        }

        int size() {
            return values.size();
        }

        AddressRanges build() {
            int[] order = new int[values.size()];
            for (int i = 0; i < order.length; i++) {
                order[i] = i;
            }
            IntArrays.mergeSort(order, this::compare);
            IntArrayList open = new IntArrayList();
            for (int range : order) {
                close(open, range);
                start(firstHigh(range), firstLow.getLong(range), values.getInt(range));
                open.push(range);
            }
            close(open, NONE);
            return new AddressRanges(version, startHigh.toLongArray(), startLow.toLongArray(), startValue.toIntArray());
        }

        /** By first address; of ranges that start together the wider one first, of equal ones the later line last. */
        private int compare(int one, int other) {
            int order = compare(firstHigh(one), firstLow.getLong(one), firstHigh(other), firstLow.getLong(other));
            return order != 0
                    ? order
                    : compare(lastHigh(other), lastLow.getLong(other), lastHigh(one), lastLow.getLong(one));
        }

        private static int compare(long high, long low, long otherHigh, long otherLow) {
            int order = Long.compareUnsigned(high, otherHigh);
            return order != 0 ? order : Long.compareUnsigned(low, otherLow);
        }

        private long firstHigh(int range) {
            return version == 4 ? 0 : firstHigh.getLong(range);
        }

        private long lastHigh(int range) {
            return version == 4 ? 0 : lastHigh.getLong(range);
        }

        /** Ends the open ranges that end before a range starts, innermost first; all where there is none. */
        private void close(IntArrayList open, int next) {
            while (!open.isEmpty()
                    && (next == NONE || endsBefore(open.topInt(), firstHigh(next), firstLow.getLong(next)))) {
                int range = open.popInt();
                long endHigh = lastHigh(range);
                long endLow = lastLow.getLong(range);
                if (isLast(endHigh, endLow)) {
                    continue;
                }
                endLow++;
                if (endLow == 0) {
                    endHigh++;
                }
                while (!open.isEmpty() && endsBefore(open.topInt(), endHigh, endLow)) {
                    open.popInt();
                }
                start(endHigh, endLow, open.isEmpty() ? NONE : values.getInt(open.topInt()));
            }
        }

        private boolean isLast(long high, long low) {
            return version == 4 ? low == IPV4_LAST : high == -1 && low == -1;
        }

        private boolean endsBefore(int range, long high, long low) {
            return compare(lastHigh(range), lastLow.getLong(range), high, low) < 0;
        }

        /** Starts a piece; one that starts at the same address as the piece before takes its place. */
        private void start(long high, long low, int value) {
            int last = startValue.size() - 1;
            if (last >= 0 && startLow.getLong(last) == low && (version == 4 || startHigh.getLong(last) == high)) {
                startValue.set(last, value);
                return;
            }
            if (version == 6) {
                startHigh.add(high);
            }
            startLow.add(low);
            startValue.add(value);
        }
    }
}
