package dev.octet.serve.kafka;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.octet.event.InputException;
import dev.octet.event.LogPlace;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What of topics needs no broker; {@code WatchTopicIT} has one. */
class TopicTest {
    @TempDir
    private Path folder;

    @Test
    void anAddressNamesBrokersAndATopic() {
        assertEquals(
                new TopicAddress("a:9092,[::1]:1", "log.in_s-1"),
                TopicAddress.of("--input", "kafka://a:9092,[::1]:1/log.in_s-1"));
        assertEquals("kafka://a:9092/x", new TopicAddress("a:9092", "x").toString());
        assertTrue(TopicAddress.isMeant("KAFKA://a:1/x"));
        assertFalse(TopicAddress.isMeant("kafka/a"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "kafka://",
                "kafka://a/x",
                "kafka://a:1",
                "kafka://a:1/",
                "kafka://a:1/x/y",
                "kafka://a:1/\u202ex"
            })
    void whatIsNoAddressIsSaidWithAnExample(String text) {
        String message = assertThrows(InputException.class, () -> TopicAddress.of("--input", text))
                .getMessage();
        assertTrue(message.contains("--input") && message.contains("kafka://broker-1:9092"), message);
        assertFalse(message.contains("\u202e"), message);
    }

    @Test
    void noMessageQuotesASecret() throws IOException {
        String address = assertThrows(
                        InputException.class, () -> TopicAddress.of("--input", "kafka://me:hunter2@host:1/x"))
                .getMessage();
        assertFalse(address.contains("hunter2"), address);
        Path file = folder.resolve("client.properties");
        for (String line : List.of(
                "security.protocol=hunter2",
                "security.protocol=SASL_SSL\nsasl.mechanism=PLAIN\nsasl.jaas.config=hunter2",
                "sasl.jaas.config=\\uhunter2",
                "ssl.keystore.password=hunter2\nsecurity.protocol=SSL\nssl.keystore.location=hunter2")) {
            Files.writeString(file, line);
            Throwable thrown = assertThrows(
                    InputException.class,
                    () -> KafkaSettings.of(Optional.of(file))
                            .client(
                                    new TopicAddress("127.0.0.1:9", "x"),
                                    Map.of(),
                                    properties -> new KafkaConsumer<>(
                                            properties, new ByteArrayDeserializer(), new ByteArrayDeserializer()))
                            .close());
            for (Throwable each = thrown; each != null; each = each.getCause()) {
                assertFalse(String.valueOf(each.getMessage()).contains("hunter2"), each.getMessage());
            }
            assertTrue(thrown.getMessage().contains("client.properties"), thrown.getMessage());
        }
    }

    @Test
    void theOrderSurvivesAProcessThatDiesWhileItWrites() throws IOException {
        Path file = folder.resolve("order");
        List<ReadingOrder.Run> first =
                List.of(new ReadingOrder.Run(0, 0, 5), new ReadingOrder.Run(1, 0, 3), new ReadingOrder.Run(0, 5, 9));
        try (ReadingOrder order = new ReadingOrder(file)) {
            assertEquals(List.of(), order.runs());
            order.append(first);
        }
        byte[] whole = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(whole, whole.length - 7));
        try (ReadingOrder order = new ReadingOrder(file)) {
            assertEquals(first.subList(0, 2), order.runs());
            order.append(List.of(first.get(2)));
        }
        whole[30] ^= 1; // in the second run
        Files.write(folder.resolve("damaged"), whole);
        try (ReadingOrder order = new ReadingOrder(folder.resolve("damaged"))) {
            assertEquals(first.subList(0, 1), order.runs());
        }
        try (ReadingOrder order = new ReadingOrder(file)) {
            assertEquals(first, order.runs());
            // saved within the last run of partition 0, and behind that of partition 1
            order.keepFrom(new TreeMap<>(Map.of(0, 6L, 1, 3L)));
            order.append(List.of(new ReadingOrder.Run(1, 3, 4)));
        }
        try (ReadingOrder order = new ReadingOrder(file)) {
            assertEquals(List.of(first.get(2), new ReadingOrder.Run(1, 3, 4)), order.runs());
        }
    }

    @Test
    void aPlaceIsReadAsItWasWritten() throws IOException {
        LogPlace.Topic place = new LogPlace.Topic("id", "time,user", -5, new TreeMap<>(Map.of(0, 1L, 7, 1L << 40)));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        LogPlace.write(place, new DataOutputStream(bytes));
        assertEquals(place, LogPlace.read(new DataInputStream(new ByteArrayInputStream(bytes.toByteArray()))));
    }
}
