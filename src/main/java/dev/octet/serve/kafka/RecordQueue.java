package dev.octet.serve.kafka;

import java.util.ArrayDeque;
import java.util.Deque;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Records that wait, bounded by number and by bytes. Not thread-safe. */
final class RecordQueue {
    static final int MAX_RECORDS = 5_000;
    private static final long MAX_BYTES = 16 << 20;

    private final Deque<ConsumerRecord<byte[], byte[]>> records = new ArrayDeque<>();
    private long bytes;

    private static long size(ConsumerRecord<byte[], byte[]> record) {
        return Math.max(0, record.serializedKeySize()) + Math.max(0, record.serializedValueSize());
    }

    void add(ConsumerRecord<byte[], byte[]> record) {
        records.add(record);
        bytes += size(record);
    }

    /** Takes the first record; there must be one. */
    ConsumerRecord<byte[], byte[]> remove() {
        ConsumerRecord<byte[], byte[]> record = records.remove();
        bytes -= size(record);
        return record;
    }

    /** The first record; null where none waits. */
    ConsumerRecord<byte[], byte[]> peek() {
        return records.peek();
    }

    boolean isEmpty() {
        return records.isEmpty();
    }

    /** Whether no more should be added. */
    boolean isFull() {
        return records.size() >= MAX_RECORDS || bytes >= MAX_BYTES;
    }
}
