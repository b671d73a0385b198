package dev.octet.event;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.SortedMap;
import java.util.TreeMap;

/** A place where reading a {@link GrowingLog} goes on. Immutable. */
public sealed interface LogPlace permits FollowedLog.Position, LogPlace.Topic {

    /**
     * A place in a topic of a message broker.
     *
     * @param topic what the broker calls the topic, whatever its name: a topic that was made anew has another one
     * @param header the line that names the columns; empty where there is none
     * @param newestMicros time of the newest login so far, in microseconds since 1970; {@link Long#MIN_VALUE} before the first
     * @param next of each partition that was read, the offset of the record after the last one that was handed out
     */
    record Topic(String topic, String header, long newestMicros, SortedMap<Integer, Long> next) implements LogPlace {
        public Topic {
            next = new TreeMap<>(next);
        }

        @Override
        public SortedMap<Integer, Long> next() {
            return new TreeMap<>(next);
        }
    }

    /** Writes a place, for {@link #read}. */
    static void write(LogPlace place, DataOutput out) throws IOException {
        out.writeBoolean(place instanceof Topic);
        if (place instanceof Topic topic) {
            out.writeUTF(topic.topic());
            out.writeUTF(topic.header());
            out.writeLong(topic.newestMicros());
            out.writeInt(topic.next().size());
            for (var partition : topic.next().entrySet()) {
                out.writeInt(partition.getKey());
                out.writeLong(partition.getValue());
            }
        } else if (place instanceof FollowedLog.Position file) {
            out.writeUTF(file.file());
            out.writeLong(file.head());
            out.writeInt(file.headLength());
            out.writeLong(file.offset());
            out.writeUTF(file.header());
        }
    }

    /** Reads what {@link #write} wrote. */
    static LogPlace read(DataInput in) throws IOException {
        if (!in.readBoolean()) {
            return FollowedLog.Position.read(in);
        }
        String topic = in.readUTF();
        String header = in.readUTF();
        long newest = in.readLong();
        SortedMap<Integer, Long> next = new TreeMap<>();
        for (int left = in.readInt(); left > 0; left--) {
            next.put(in.readInt(), in.readLong());
        }
        return new Topic(topic, header, newest, next);
    }
}
