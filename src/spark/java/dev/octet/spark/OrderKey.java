package dev.octet.spark;

import java.io.Serializable;

/** The place of a login in its log: by time, among logins of one moment by row. Immutable. */
final class OrderKey implements Serializable, Comparable<OrderKey> {
    private static final long serialVersionUID = 1L;

    final long micros;
    final long row;

    OrderKey(long micros, long row) {
        this.micros = micros;
        this.row = row;
    }

    @Override
    public int compareTo(OrderKey other) {
        int byTime = Long.compare(micros, other.micros);
        return byTime != 0 ? byTime : Long.compare(row, other.row);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof OrderKey key && compareTo(key) == 0;
    }

    @Override
    public int hashCode() {
        return Long.hashCode(31 * micros + row);
    }
}
