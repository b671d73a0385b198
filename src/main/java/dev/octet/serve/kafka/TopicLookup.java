package dev.octet.serve.kafka;

import dev.octet.event.InputException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Asks the brokers for a topic. */
public final class TopicLookup {
    private TopicLookup() {}

    /**
     * Finds a topic.
     *
     * @return the topic; empty where no broker answers within some seconds
     * @throws InputException if there is no such topic, or the user may not see it
     */
    public static Optional<TopicDescription> find(TopicAddress address, KafkaSettings settings) {
        return settings.client(
                address, Map.of("request.timeout.ms", 4000, "default.api.timeout.ms", 5000), properties -> {
                    try (Admin admin = Admin.create(properties)) {
                        return find(address, admin);
                    }
                });
    }

    private static Optional<TopicDescription> find(TopicAddress address, Admin admin) {
        try {
            return Optional.of(admin.describeTopics(List.of(address.topic()))
                    .allTopicNames()
                    .get(6, TimeUnit.SECONDS)
                    .get(address.topic()));
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            if (cause instanceof UnknownTopicOrPartitionException || cause instanceof InvalidTopicException) {
                throw new InputException(
                        "there is no topic " + address.topic() + " at " + address.brokers()
                                + "; make it (kafka-topics.sh --create), or correct its name",
                        e);
            }
            if (cause instanceof AuthenticationException || cause instanceof AuthorizationException) {
                throw refused(address, (KafkaException) cause);
            }
            if (cause instanceof TimeoutException) {
                return Optional.empty();
            }
            throw new InputException(address + " cannot be looked at: " + cause.getMessage(), e);
        } catch (java.util.concurrent.TimeoutException e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    /** What a user can do where the brokers refuse. */
    static InputException refused(TopicAddress address, KafkaException e) {
        return new InputException(
                "the brokers of " + address + " refuse this user: " + e.getMessage()
                        + "; correct --kafka-properties, or the user's rights at the brokers",
                e);
    }
}
