package dev.octet.serve.kafka;

import dev.octet.event.InputException;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.function.Function;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;

/**
 * Properties of Kafka's clients out of a user's file: how they prove who they are and how they encrypt. What they hold is
 * never printed. Immutable and thread-safe.
 */
public final class KafkaSettings {
    /**
     * Kept, so that its level is: a client logs every failed connection and names what its properties hold. Errors come as
     * exceptions.
     */
    private static final Logger CLIENTS = Logger.getLogger("org.apache.kafka");

    /** What Octet itself decides; such properties of the file are not used. */
    private static final Set<String> OURS = Set.of(
            "bootstrap.servers",
            "group.id",
            "group.instance.id",
            "group.protocol",
            "enable.auto.commit",
            "auto.offset.reset",
            "allow.auto.create.topics",
            "key.deserializer",
            "value.deserializer",
            "key.serializer",
            "value.serializer",
            "acks",
            "enable.idempotence",
            "transactional.id",
            "delivery.timeout.ms");

    static {
        CLIENTS.setLevel(Level.OFF);
    }

    private final Optional<Path> file;
    private final Map<String, String> properties;

    private KafkaSettings(Optional<Path> file, Map<String, String> properties) {
        this.file = file;
        this.properties = properties;
    }

    /**
     * Reads a file of Java properties in UTF-8.
     *
     * @throws InputException if it cannot be read; what it holds is not said
     */
    public static KafkaSettings of(Optional<Path> file) throws IOException {
        Map<String, String> found = new HashMap<>();
        if (file.isPresent()) {
            if (!Files.isRegularFile(file.get())) {
                throw new InputException("--kafka-properties " + file.get()
                        + (Files.exists(file.get()) ? " is no file" : " does not exist")
                        + "; name a file of lines like security.protocol=SASL_SSL");
            }
            Properties read = new Properties();
            try (Reader in = Files.newBufferedReader(file.get())) {
                read.load(in);
            } catch (IllegalArgumentException | IOException e) {
                // neither its message nor its cause, which may quote a secret
                throw new InputException("--kafka-properties " + file.get()
                        + " cannot be read as Java properties in UTF-8 (a \\u without four digits behind it, or another"
                        + " encoding)");
            }
            read.stringPropertyNames().forEach(name -> found.put(name, read.getProperty(name)));
            OURS.forEach(found::remove);
        }
        return new KafkaSettings(file, Map.copyOf(found));
    }

    /** The file's properties that are used, for a client that somebody else makes; they may hold secrets. */
    public Map<String, String> properties() {
        return properties;
    }

    /**
     * Makes a client.
     *
     * @param ours properties that go before those of the file
     * @throws InputException if the brokers' names are unknown or the file's properties cannot be used
     */
    <T> T client(TopicAddress address, Map<String, ?> ours, Function<Map<String, Object>, T> made) {
        Map<String, Object> all = new HashMap<>(properties);
        all.putIfAbsent("client.id", "octet");
        all.putAll(ours);
        all.put("bootstrap.servers", address.brokers());
        try {
            return made.apply(all);
        } catch (KafkaException e) {
            boolean unknownHost = false;
            List<String> named = properties.keySet().stream().sorted().toList();
            for (Throwable each = e; each != null; each = each.getCause()) {
                String message = String.valueOf(each.getMessage());
                unknownHost |= each instanceof ConfigException && message.contains("bootstrap");
                List<String> found = named.stream().filter(message::contains).toList();
                named = found.isEmpty() ? named : found;
            }
            if (unknownHost) {
                throw new InputException(address
                        + ": none of the names of the brokers is known to this machine; correct the" + " address");
            }
            // neither its message nor its cause, which may quote a secret
            throw new InputException(address + ": Kafka's client cannot be set up with the properties "
                    + String.join(", ", named)
                    + file.map(path -> " of " + path).orElse("")
                    + "; see Kafka's list of consumer and security properties for what they may be");
        }
    }
}
