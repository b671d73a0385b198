package dev.octet.serve.kafka;

import dev.octet.event.GrowingLog;
import dev.octet.event.InputException;
import dev.octet.event.LogPlace;
import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * The records of a topic, one after another. Within a partition their order is that of their offsets. Among partitions the
 * record with the earliest timestamp comes first, as far as records are there; the order that was taken is written down
 * before a record is handed out, and taken again by a process that goes on after a crash. The offsets are the reader's own:
 * there is no consumer group. Brokers that are away are waited for.
 *
 * <p>Not thread-safe; one thread reads, and waits in {@link #next()}.
 */
final class TopicRecords implements Closeable {
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(2);
    private static final Duration PARTITIONS_EVERY = Duration.ofSeconds(30);

    private final TopicAddress address;
    private final KafkaSettings settings;
    private final ReadingOrder order;
    private final boolean follow;
    private final Duration poll;
    private final GrowingLog.Waiter waiter;
    private final Consumer<String> notes;

    private final Deque<ReadingOrder.Run> again = new ArrayDeque<>();
    private final Map<Integer, RecordQueue> waiting = new TreeMap<>();
    private final RecordQueue decided = new RecordQueue();
    private final SortedMap<Integer, Long> next = new TreeMap<>();
    /** Where the partitions ended at the beginning; null until that is known. */
    private Map<TopicPartition, Long> ends;

    private String topicId = "";
    private KafkaConsumer<byte[], byte[]> consumer;
    private boolean awayTold;
    private boolean ended;
    private long heardAt = System.nanoTime();
    /** Since when nothing could be handed out, because a partition's next record is not here; 0 where that is not so. */
    private long blockedAt;
    /** Whether such a partition is waited for no longer. */
    private boolean passedOver;

    private long partitionsAt = System.nanoTime();

    /**
     * Begins at a place; connects when the first record is asked for.
     *
     * @param follow whether to wait for more; without it, what is there at the beginning is read, and brokers that are away
     *     then are an error
     */
    TopicRecords(
            TopicAddress address,
            KafkaSettings settings,
            ReadingOrder order,
            Optional<LogPlace.Topic> from,
            boolean follow,
            Duration poll,
            GrowingLog.Waiter waiter,
            Consumer<String> notes) {
        this.address = address;
        this.settings = settings;
        this.order = order;
        this.follow = follow;
        this.poll = poll;
        this.waiter = waiter;
        this.notes = notes;
        from.ifPresent(place -> {
            topicId = place.topic();
            next.putAll(place.next());
        });
        for (ReadingOrder.Run run : order.runs()) {
            if (run.to() > next.getOrDefault(run.partition(), 0L)) {
                again.add(run);
            }
        }
    }

    /** The next record; null at the end, or when the waiter waits no longer. */
    ConsumerRecord<byte[], byte[]> next() throws IOException {
        while (decided.isEmpty()) {
            if (ended || !fetch()) {
                ended = true;
                return null;
            }
        }
        ConsumerRecord<byte[], byte[]> record = decided.remove();
        next.put(record.partition(), record.offset() + 1);
        return record;
    }

    /** What the broker calls the topic; empty before the first record. */
    String topicId() {
        return topicId;
    }

    /** Of each partition, the offset after the last record that was handed out. */
    SortedMap<Integer, Long> positions() {
        return new TreeMap<>(next);
    }

    /** Says that a place was saved. */
    void saved(LogPlace.Topic place) throws IOException {
        order.keepFrom(place.next());
    }

    /** Gets more; whether to go on. */
    private boolean fetch() throws IOException {
        try {
            if (consumer == null && !connect()) {
                return waiter.idle();
            }
            boolean heard = poll();
            decide();
            if (!decided.isEmpty()) {
                return true;
            }
            if (!follow && isRead()) {
                return false;
            }
            if (!heard) {
                look();
            }
            return waiter.idle();
        } catch (TimeoutException e) {
            away();
            return waiter.idle();
        } catch (AuthenticationException | AuthorizationException e) {
            throw TopicLookup.refused(address, e);
        } catch (KafkaException e) {
            throw new IOException(address + " cannot be read: " + e.getMessage(), e);
        }
    }

    /** Finds the topic and where to begin; whether the brokers answer. */
    private boolean connect() throws IOException {
        Optional<TopicDescription> found = TopicLookup.find(address, settings);
        if (found.isEmpty()) {
            if (!follow) {
                throw new InputException("none of the brokers of " + address
                        + " answers; start them or correct the address, or wait for them with --follow");
            }
            away();
            return false;
        }
        back();
        String id = found.get().topicId().toString();
        if (!topicId.isEmpty() && !topicId.equals(id)) {
            notes.accept(address + " was made anew since it was read last: reading it from its beginning");
            next.clear();
            again.clear();
            order.clear();
        }
        topicId = id;
        consumer = settings.client(
                address,
                Map.of(
                        "enable.auto.commit",
                        false,
                        "auto.offset.reset",
                        "none",
                        "allow.auto.create.topics",
                        false,
                        "isolation.level",
                        "read_committed",
                        "metadata.max.age.ms",
                        (int) PARTITIONS_EVERY.toMillis(),
                        "max.poll.records",
                        RecordQueue.MAX_RECORDS,
                        "default.api.timeout.ms",
                        (int) PATIENCE.toMillis()),
                properties ->
                        new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer()));
        assign(found.get().partitions().stream().map(each -> each.partition()).toList());
        heardAt = System.nanoTime();
        return true;
    }

    private void assign(Collection<Integer> partitions) {
        List<TopicPartition> all = new ArrayList<>();
        List<TopicPartition> added = new ArrayList<>();
        for (int number : partitions) {
            TopicPartition partition = new TopicPartition(address.topic(), number);
            all.add(partition);
            if (!consumer.assignment().contains(partition)) {
                added.add(partition);
            }
            waiting.computeIfAbsent(number, each -> new RecordQueue());
        }
        consumer.assign(all);
        for (TopicPartition partition : added) {
            Long offset = next.get(partition.partition());
            if (offset == null) {
                consumer.seekToBeginning(List.of(partition));
            } else {
                consumer.seek(partition, offset);
            }
        }
    }

    /** Takes what has come; whether anything has. */
    private boolean poll() {
        for (Map.Entry<Integer, RecordQueue> each : waiting.entrySet()) {
            List<TopicPartition> partition = List.of(new TopicPartition(address.topic(), each.getKey()));
            if (each.getValue().isFull()) {
                consumer.pause(partition);
            } else {
                consumer.resume(partition);
            }
        }
        boolean heard = false;
        try {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(poll)) {
                waiting.get(record.partition()).add(record);
                heard = true;
            }
        } catch (OffsetOutOfRangeException e) {
            e.offsetOutOfRangePartitions().forEach((partition, offset) -> {
                notes.accept(String.format(
                        Locale.ROOT,
                        "%s: the record at offset %,d of partition %d was removed before it was read; going on with the"
                                + " first one that is there",
                        address,
                        offset,
                        partition.partition()));
                consumer.seekToBeginning(List.of(partition));
            });
        }
        if (heard) {
            heardAt = System.nanoTime();
            back();
        }
        return heard;
    }

    /** Whether all that was there at the beginning has been handed out. */
    private boolean isRead() {
        if (ends == null) {
            ends = consumer.endOffsets(consumer.assignment());
        }
        return again.isEmpty()
                && waiting.values().stream().allMatch(RecordQueue::isEmpty)
                && ends.entrySet().stream().allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
    }

    /** Decides which records come next, and writes it down. */
    private void decide() throws IOException {
        while (!decided.isFull() && !again.isEmpty()) {
            ReadingOrder.Run run = again.peek();
            RecordQueue records = waiting.get(run.partition());
            if (records == null) {
                again.remove(); // the topic has fewer partitions than it had
            } else if (!records.isEmpty() && records.peek().offset() < run.to()) {
                decided.add(records.remove());
            } else if (!records.isEmpty()
                    || consumer.position(new TopicPartition(address.topic(), run.partition())) >= run.to()) {
                again.remove();
            } else {
                return;
            }
        }
        if (!again.isEmpty()) {
            return;
        }
        List<ReadingOrder.Run> runs = new ArrayList<>();
        while (!decided.isFull()) {
            RecordQueue first = earliest();
            if (first == null) {
                break;
            }
            ConsumerRecord<byte[], byte[]> record = first.remove();
            decided.add(record);
            ReadingOrder.Run last = runs.isEmpty() ? null : runs.get(runs.size() - 1);
            if (last != null && last.partition() == record.partition()) {
                runs.set(runs.size() - 1, new ReadingOrder.Run(last.partition(), last.from(), record.offset() + 1));
            } else {
                runs.add(new ReadingOrder.Run(record.partition(), record.offset(), record.offset() + 1));
            }
        }
        order.append(runs);
    }

    /** The partition whose first record is the earliest; null where there is none, or an earlier one may still come. */
    private RecordQueue earliest() {
        RecordQueue best = null;
        boolean blocked = false;
        for (Map.Entry<Integer, RecordQueue> each : waiting.entrySet()) {
            ConsumerRecord<byte[], byte[]> head = each.getValue().peek();
            if (head == null) {
                blocked |= waiting.size() > 1
                        && consumer.currentLag(new TopicPartition(address.topic(), each.getKey()))
                                        .orElse(1)
                                > 0;
            } else if (best == null || head.timestamp() < best.peek().timestamp()) {
                best = each.getValue();
            }
        }
        if (!blocked || best == null) {
            blockedAt = 0;
            passedOver = false;
            return best;
        }
        if (passedOver) {
            return best;
        }
        if (!decided.isEmpty()) {
            blockedAt = 0; // the time that is taken by what is handed out is none that a broker needed
            return null;
        }
        if (blockedAt == 0) {
            blockedAt = System.nanoTime();
        }
        // a partition without a leader does not hold up the others for ever
        passedOver = System.nanoTime() - blockedAt > PATIENCE.toNanos();
        return passedOver ? best : null;
    }

    /** Where nothing comes: whether the brokers answer, and whether there are more partitions. */
    private void look() {
        long now = System.nanoTime();
        if (now - heardAt < ANSWER_WITHIN.toNanos()) {
            return;
        }
        try {
            consumer.endOffsets(consumer.assignment(), ANSWER_WITHIN);
            back();
            if (now - partitionsAt > PARTITIONS_EVERY.toNanos()) {
                partitionsAt = now;
                assign(consumer.partitionsFor(address.topic(), ANSWER_WITHIN).stream()
                        .map(PartitionInfo::partition)
                        .toList());
            }
        } catch (TimeoutException e) {
            away();
        }
        heardAt = System.nanoTime();
    }

    private void away() {
        if (!awayTold) {
            awayTold = true;
            notes.accept("the brokers of " + address + " do not answer; reading goes on when they are back");
        }
    }

    private void back() {
        if (awayTold) {
            awayTold = false;
            notes.accept("the brokers of " + address + " answer again");
        }
    }

    @Override
    public void close() throws IOException {
        order.close();
        if (consumer != null) {
            consumer.close(CloseOptions.timeout(ANSWER_WITHIN));
        }
    }
}
