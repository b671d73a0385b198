package dev.octet.serve.kafka;

import dev.octet.event.InputException;
import dev.octet.event.text.PlainText;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The address of a topic: {@code kafka://HOST:PORT[,HOST:PORT…]/TOPIC}.
 *
 * @param brokers some of the brokers, as Kafka's {@code bootstrap.servers} has them
 * @param topic name of the topic
 */
public record TopicAddress(String brokers, String topic) {
    private static final String SCHEME = "kafka://";
    private static final Pattern BROKERS = Pattern.compile("[^,/@\\s]+:[0-9]{1,5}(,[^,/@\\s]+:[0-9]{1,5})*");
    /** What a broker accepts as a name. */
    private static final Pattern TOPIC = Pattern.compile("[a-zA-Z0-9._-]{1,249}");

    /** Whether a text is meant as the address of a topic. */
    public static boolean isMeant(String text) {
        return text.regionMatches(true, 0, SCHEME, 0, SCHEME.length());
    }

    /**
     * Reads an address.
     *
     * @param option what the user gave it with, for a message
     * @throws InputException if it is none
     */
    public static TopicAddress of(String option, String text) {
        String rest = text.substring(SCHEME.length());
        int slash = rest.indexOf('/');
        String brokers = slash < 0 ? rest : rest.substring(0, slash);
        String topic = slash < 0 ? "" : rest.substring(slash + 1);
        if (brokers.contains("@")) {
            throw new InputException(
                    option + " must not hold a user or a password, which others on this machine can see;"
                            + " put them into a file and name it with --kafka-properties");
        }
        Matcher matcher = BROKERS.matcher(brokers);
        if (!matcher.matches() || !TOPIC.matcher(topic).matches()) {
            throw new InputException(option + " " + PlainText.of(text, PlainText.SHOWN)
                    + " is no address of a topic; write it like kafka://broker-1:9092,broker-2:9092/logins");
        }
        return new TopicAddress(brokers, topic);
    }

    /** The address, as it was given. */
    @Override
    public String toString() {
        return SCHEME + brokers + "/" + topic;
    }
}
