package dev.octet.serve.kafka;

import dev.octet.event.GrowingLog;
import dev.octet.event.InputException;
import dev.octet.event.LogFormat;
import dev.octet.event.LogPlace;
import dev.octet.event.LoginSource;
import dev.octet.event.RejectedRows;
import dev.octet.serve.WatchInput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A topic that a watch reads: the value of each record is a line of the log, in any format that Octet reads.
 *
 * @param address of the topic
 * @param settings of the client
 * @param format of the lines
 * @param header the line that names the columns of CSV, for a topic that has no record with it; empty where there is one
 * @param order the file that keeps the order of the partitions
 * @param notes told when the brokers are away, when they are back, and which records were gone before they were read
 */
public record TopicInput(
        TopicAddress address,
        KafkaSettings settings,
        LogFormat format,
        Optional<String> header,
        Path order,
        Consumer<String> notes)
        implements WatchInput {
    @Override
    public String name() {
        return address.toString();
    }

    @Override
    public List<Path> files() {
        return List.of();
    }

    @Override
    public List<LoginSource> sources(Consumer<String> told) {
        return List.of();
    }

    @Override
    public void begin() throws IOException {
        Files.deleteIfExists(order);
    }

    @Override
    public GrowingLog open(
            Optional<LogPlace> from, RejectedRows rejected, boolean follow, Duration poll, GrowingLog.Waiter waiter)
            throws IOException {
        Optional<LogPlace.Topic> place = from.map(found -> {
            if (found instanceof LogPlace.Topic topic) {
                return topic;
            }
            throw new InputException(
                    "the state belongs to a file, and " + address + " is a topic; name another --state for it");
        });
        TopicRecords records =
                new TopicRecords(address, settings, new ReadingOrder(order), place, follow, poll, waiter, notes);
        try {
            return new TopicLog(address.toString(), format, header, records, place, rejected);
        } catch (RuntimeException e) {
            records.close();
            throw e;
        }
    }
}
