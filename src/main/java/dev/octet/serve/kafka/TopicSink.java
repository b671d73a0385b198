package dev.octet.serve.kafka;

import dev.octet.serve.alert.Alert;
import dev.octet.serve.alert.AlertForm;
import dev.octet.serve.alert.AlertSink;
import dev.octet.serve.alert.AlertSource;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Phaser;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Writes alerts to a topic: a record's key is the alert's id, its value the alert on one line. While the brokers are away
 * {@link #accept} and {@link #flush} wait, so that the log is read no further and no alert is lost. After a crash the records
 * since the last saved end are read back, and their alerts are not written again. Not thread-safe.
 */
public final class TopicSink implements AlertSink {
    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(5);
    /** Alerts that may be on their way at once. */
    private static final int MAX_UNSENT = 1000;

    private static final Pattern END = Pattern.compile("([0-9]+):([0-9]+)");

    private final TopicAddress address;
    private final AlertForm form;
    private final AlertSource source;
    private final KafkaSettings settings;
    private final Consumer<String> notes;
    private final KafkaProducer<byte[], byte[]> producer;
    private final Phaser unsent = new Phaser(1);
    private final AtomicReference<Exception> failure = new AtomicReference<>();
    private final Set<String> told = new HashSet<>();
    private KafkaConsumer<byte[], byte[]> consumer;
    private boolean awayTold;

    /**
     * Begins to write.
     *
     * @param notes told when the brokers are away and when they are back
     * @throws dev.octet.event.InputException if there is no such topic
     */
    public TopicSink(
            TopicAddress address, KafkaSettings settings, AlertForm form, AlertSource source, Consumer<String> notes) {
        this.address = address;
        this.settings = settings;
        this.form = form;
        this.source = source;
        this.notes = notes;
        if (TopicLookup.find(address, settings).isEmpty()) {
            away();
        }
        producer = settings.client(
                address,
                Map.of(
                        "acks",
                        "all",
                        "enable.idempotence",
                        true,
                        "delivery.timeout.ms",
                        Integer.MAX_VALUE,
                        "max.block.ms",
                        ANSWER_WITHIN.toMillis()),
                properties -> new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer()));
    }

    @Override
    public void accept(Alert alert) throws IOException {
        String id = source.id(alert);
        if (told.remove(id)) {
            return;
        }
        if (unsent.getUnarrivedParties() > MAX_UNSENT) {
            flush();
        }
        waiting(() -> producer.partitionsFor(address.topic())); // afterwards sending does not need to wait for it
        unsent.register();
        producer.send(
                new ProducerRecord<>(
                        address.topic(),
                        id.getBytes(StandardCharsets.UTF_8),
                        form.line(alert, source).getBytes(StandardCharsets.UTF_8)),
                (written, problem) -> {
                    if (problem != null) {
                        failure.compareAndSet(null, problem);
                    }
                    unsent.arriveAndDeregister();
                });
        check();
    }

    private void check() throws IOException {
        Exception problem = failure.get();
        if (problem != null) {
            throw new IOException("alerts cannot be written to " + address + ": " + problem.getMessage(), problem);
        }
    }

    /** Waits until all are written. */
    @Override
    public void flush() throws IOException {
        int phase = unsent.arrive();
        while (unsent.getPhase() == phase) {
            try {
                unsent.awaitAdvanceInterruptibly(
                        phase, ANSWER_WITHIN.toMillis(), java.util.concurrent.TimeUnit.MILLISECONDS);
            } catch (java.util.concurrent.TimeoutException e) {
                away();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted while alerts were written to " + address, e);
            }
        }
        back();
        check();
    }

    @Override
    public Map<String, String> ends() throws IOException {
        StringBuilder ends = new StringBuilder();
        waiting(() -> consumer().endOffsets(partitions(), ANSWER_WITHIN))
                .forEach((partition, end) -> ends.append(partition.partition())
                        .append(':')
                        .append(end)
                        .append(' '));
        return Map.of(address.toString(), ends.toString());
    }

    @Override
    public void resume(Map<String, String> saved) throws IOException {
        if (!saved.containsKey(address.toString())) {
            return;
        }
        Map<TopicPartition, Long> ends = waiting(() -> consumer().endOffsets(partitions(), ANSWER_WITHIN));
        Map<TopicPartition, Long> from = new HashMap<>();
        for (MatchResult end :
                END.matcher(saved.get(address.toString())).results().toList()) {
            from.put(new TopicPartition(address.topic(), Integer.parseInt(end.group(1))), Long.parseLong(end.group(2)));
        }
        Map<TopicPartition, Long> firsts = waiting(() -> consumer().beginningOffsets(partitions(), ANSWER_WITHIN));
        consumer.assign(ends.keySet());
        ends.keySet()
                .forEach(partition ->
                        consumer.seek(partition, Math.max(firsts.get(partition), from.getOrDefault(partition, 0L))));
        while (ends.entrySet().stream()
                .anyMatch(end -> waiting(() -> consumer.position(end.getKey())) < end.getValue())) {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(200))) {
                if (record.key() != null) {
                    told.add(new String(record.key(), StandardCharsets.UTF_8));
                }
            }
        }
    }

    private KafkaConsumer<byte[], byte[]> consumer() {
        if (consumer == null) {
            consumer = settings.client(
                    address,
                    Map.of(
                            "enable.auto.commit",
                            false,
                            "auto.offset.reset",
                            "earliest",
                            "allow.auto.create.topics",
                            false,
                            "default.api.timeout.ms",
                            (int) ANSWER_WITHIN.toMillis()),
                    properties ->
                            new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer()));
        }
        return consumer;
    }

    private List<TopicPartition> partitions() {
        List<TopicPartition> all = new ArrayList<>();
        for (PartitionInfo each : consumer().partitionsFor(address.topic(), ANSWER_WITHIN)) {
            all.add(new TopicPartition(address.topic(), each.partition()));
        }
        return all;
    }

    private interface Question<T> {
        T ask();
    }

    /** Asks until the brokers answer. */
    private <T> T waiting(Question<T> question) {
        while (true) {
            try {
                T answer = question.ask();
                back();
                return answer;
            } catch (TimeoutException e) {
                away();
            } catch (AuthenticationException e) { // apart: what both are differs between Spark's clients and ours
                throw TopicLookup.refused(address, e);
            } catch (AuthorizationException e) {
                throw TopicLookup.refused(address, e);
            }
        }
    }

    private void away() {
        if (!awayTold) {
            awayTold = true;
            notes.accept("the brokers of " + address
                    + " do not answer; alerts wait, and the log is read no further, until they are back");
        }
    }

    private void back() {
        if (awayTold) {
            awayTold = false;
            notes.accept("the brokers of " + address + " answer again, and alerts are written");
        }
    }

    @Override
    public void close() throws IOException {
        try {
            producer.close(ANSWER_WITHIN);
            if (consumer != null) {
                consumer.close(); // with a duration it is deprecated, and with options it is not in the clients of
                // Spark
            }
        } catch (KafkaException e) {
            throw new IOException(address + " cannot be closed: " + e.getMessage(), e);
        }
    }
}
