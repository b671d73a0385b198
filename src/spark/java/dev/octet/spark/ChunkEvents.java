package dev.octet.spark;

import dev.octet.feature.history.PackedInput;
import dev.octet.feature.history.PackedOutput;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import scala.Tuple2;

/** What users of a partition tell in one chunk of the log, to be put in order. Not thread-safe. */
final class ChunkEvents {
    private static final int PLACE_BITS = 32;

    private final PackedOutput bytes = new PackedOutput();
    /** The place in the chunk, and below it the number of the event. */
    private long[] order = new long[64];

    private int[] from = new int[65];
    private int size;

    private ChunkEvents() {}

    /** A login's place in the log: chunk and place in the chunk. */
    static long ordinal(int chunk, int place) {
        return (long) chunk << PLACE_BITS | place;
    }

    /** The chunk of a login. */
    static int chunk(long ordinal) {
        return (int) (ordinal >>> PLACE_BITS);
    }

    /**
     * By chunk, what all users of a partition tell.
     *
     * @param walked packets of {@link WalkedUser}s
     * @return by chunk a packet for {@code PopulationWalk}
     */
    static Iterator<Tuple2<Integer, byte[]>> byChunk(Iterator<byte[]> walked) {
        Map<Integer, ChunkEvents> chunks = new TreeMap<>();
        PacketReader users = new PacketReader(walked);
        WalkedUser user = new WalkedUser();
        for (PackedInput in = users.next(); in != null; in = users.next()) {
            user.read(in);
            long ordinal = 0;
            while (!in.atEnd()) {
                ordinal += in.number();
                chunks.computeIfAbsent(chunk(ordinal), made -> new ChunkEvents())
                        .add(ordinal, in.bytes());
            }
        }
        List<Tuple2<Integer, byte[]>> packets = new ArrayList<>();
        chunks.forEach((chunk, events) -> packets.add(new Tuple2<>(chunk, events.packet(chunk))));
        return packets.iterator();
    }

    private void add(long ordinal, byte[] event) {
        if (size == order.length) {
            order = Arrays.copyOf(order, 2 * size);
            from = Arrays.copyOf(from, 2 * size + 1);
        }
        order[size] = ordinal << PLACE_BITS | size;
        bytes.plain(event, 0, event.length);
        from[++size] = bytes.length();
    }

    private byte[] packet(int chunk) {
        Arrays.sort(order, 0, size);
        byte[] events = bytes.toBytes();
        PackedOutput packet = new PackedOutput();
        long last = 0;
        for (int i = 0; i < size; i++) {
            long ordinal = ordinal(chunk, (int) (order[i] >>> PLACE_BITS));
            int event = (int) order[i];
            packet.number(ordinal - last).plain(events, from[event], from[event + 1]);
            last = ordinal;
        }
        return packet.toBytes();
    }
}
