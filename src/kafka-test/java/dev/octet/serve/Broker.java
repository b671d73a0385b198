package dev.octet.serve;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** A Kafka broker on loopback, in a JVM of its own that ends with this one. Its second port asks for a password. */
public final class Broker implements AutoCloseable {
    static final String USER = "octet";
    static final String PASSWORD = "correct-horse-9";

    /** Kept, so that its level is. */
    private static final Logger CLIENTS = Logger.getLogger("org.apache.kafka");

    static {
        CLIENTS.setLevel(Level.OFF);
    }

    private final Path folder;
    private final int port;
    private final int guardedPort;
    private Process process;

    /** Starts a broker that keeps its data in a folder. */
    public Broker(Path folder) throws Exception {
        this.folder = folder;
        List<Integer> ports = new ArrayList<>();
        List<ServerSocket> held = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
            held.add(socket);
            ports.add(socket.getLocalPort());
        }
        for (ServerSocket each : held) {
            each.close();
        }
        port = ports.get(0);
        guardedPort = ports.get(1);
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("server.properties"), """
            process.roles=broker,controller
            node.id=1
            controller.quorum.voters=1@127.0.0.1:%3$d
            controller.listener.names=CONTROLLER
            inter.broker.listener.name=PLAINTEXT
            listeners=PLAINTEXT://127.0.0.1:%1$d,GUARDED://127.0.0.1:%2$d,CONTROLLER://127.0.0.1:%3$d
            advertised.listeners=PLAINTEXT://127.0.0.1:%1$d,GUARDED://127.0.0.1:%2$d
            listener.security.protocol.map=PLAINTEXT:PLAINTEXT,GUARDED:SASL_PLAINTEXT,CONTROLLER:PLAINTEXT
            listener.name.guarded.sasl.enabled.mechanisms=PLAIN
            listener.name.guarded.plain.sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required \
              user_%4$s="%5$s";
            log.dirs=%6$s
            # the messages' timestamps are of 1970
            log.retention.ms=-1
            offsets.topic.replication.factor=1
            transaction.state.log.replication.factor=1
            transaction.state.log.min.isr=1
            auto.create.topics.enable=false
            """.formatted(
                        port, guardedPort, ports.get(2), USER, PASSWORD, folder.resolve("data")));
        start(true);
    }

    private void start(boolean made) throws Exception {
        Path jars = Path.of("target", "kafka", "jars").toAbsolutePath();
        Path classes = Path.of("target", "test-classes").toAbsolutePath();
        process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-cp",
                        classes + ":" + jars + "/*",
                        BrokerMain.class.getName(),
                        folder.resolve("server.properties").toString(),
                        Boolean.toString(made))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        folder.resolve("server.out").toFile()))
                .start();
        for (int i = 0; i < 60; i++) {
            try (Admin admin = Admin.create(Map.of("bootstrap.servers", address()))) {
                admin.describeCluster().nodes().get(5, TimeUnit.SECONDS);
                return;
            } catch (ExecutionException | java.util.concurrent.TimeoutException e) {
                if (!process.isAlive()) {
                    throw new IllegalStateException(Files.readString(folder.resolve("server.out")), e);
                }
            }
        }
        throw new IllegalStateException("no broker: " + Files.readString(folder.resolve("server.out")));
    }

    /** Kills it (-9). */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** Starts it again with what it has stored. */
    void again() throws Exception {
        start(false);
    }

    /** Where no password is needed. */
    public String address() {
        return "127.0.0.1:" + port;
    }

    /** Where a password is needed. */
    String guardedAddress() {
        return "127.0.0.1:" + guardedPort;
    }

    /** Makes a topic. */
    public void topic(String name, int partitions) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", address()))) {
            admin.createTopics(List.of(
                            new NewTopic(name, partitions, (short) 1).configs(Map.of("max.message.bytes", "8000000"))))
                    .all()
                    .get(120, TimeUnit.SECONDS);
        }
    }

    /** A record to be written. */
    public record Message(int partition, long timestamp, Optional<byte[]> value) {
        /** A record of a line. */
        public static Message of(int partition, long timestamp, String line) {
            return new Message(partition, timestamp, Optional.of(line.getBytes(StandardCharsets.UTF_8)));
        }
    }

    /** Writes records; they are there when it returns. */
    public void write(String topic, List<Message> messages) throws Exception {
        Map<String, Object> properties = new HashMap<>();
        properties.put("bootstrap.servers", address());
        properties.put("linger.ms", 20);
        properties.put("max.request.size", 4 << 20);
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer())) {
            List<Future<RecordMetadata>> written = new ArrayList<>();
            for (Message each : messages) {
                written.add(producer.send(new ProducerRecord<>(
                        topic,
                        each.partition(),
                        each.timestamp(),
                        null,
                        each.value().orElse(null))));
            }
            for (Future<RecordMetadata> each : written) {
                each.get(120, TimeUnit.SECONDS);
            }
        }
    }

    /** All values of a topic with one partition. */
    public List<String> read(String topic) throws IOException {
        List<String> values = new ArrayList<>();
        TopicPartition partition = new TopicPartition(topic, 0);
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", address()), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            long end = consumer.endOffsets(List.of(partition)).get(partition);
            while (consumer.position(partition) < end) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(java.time.Duration.ofMillis(200))) {
                    values.add(new String(record.value(), StandardCharsets.UTF_8));
                }
            }
        }
        return values;
    }

    @Override
    public void close() {
        try {
            kill();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
