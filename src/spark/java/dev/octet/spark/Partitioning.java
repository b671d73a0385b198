package dev.octet.spark;

import java.util.Arrays;
import org.apache.spark.Partitioner;

/** How rows are spread over partitions. */
final class Partitioning {
    private Partitioning() {}

    /** Logins to runs of the log's order: that before the first bound, and so on. */
    static final class ByOrder extends Partitioner {
        private static final long serialVersionUID = 1L;

        private final OrderKey[] bounds;

        /** @param bounds ascending; each is the first key of the next run */
        ByOrder(OrderKey[] bounds) {
            this.bounds = bounds;
        }

        @Override
        public int numPartitions() {
            return bounds.length + 1;
        }

        @Override
        public int getPartition(Object key) {
            int found = Arrays.binarySearch(bounds, (OrderKey) key);
            return found < 0 ? -found - 1 : found + 1;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof ByOrder by && Arrays.equals(by.bounds, bounds);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(bounds);
        }
    }

    /** Records to the partition of their number. */
    static final class ByNumber extends Partitioner {
        private static final long serialVersionUID = 1L;

        private final int partitions;

        ByNumber(int partitions) {
            this.partitions = partitions;
        }

        @Override
        public int numPartitions() {
            return partitions;
        }

        @Override
        public int getPartition(Object key) {
            return (Integer) key;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof ByNumber by && by.partitions == partitions;
        }

        @Override
        public int hashCode() {
            return partitions;
        }
    }

    /** All logins of a user to one partition. */
    static final class ByUser extends Partitioner {
        private static final long serialVersionUID = 1L;

        private final int partitions;

        ByUser(int partitions) {
            this.partitions = partitions;
        }

        @Override
        public int numPartitions() {
            return partitions;
        }

        @Override
        public int getPartition(Object key) {
            return (int) Long.remainderUnsigned(((UserKey) key).user, partitions);
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof ByUser by && by.partitions == partitions;
        }

        @Override
        public int hashCode() {
            return partitions;
        }
    }
}
