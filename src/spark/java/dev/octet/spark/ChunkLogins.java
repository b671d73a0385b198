package dev.octet.spark;

import dev.octet.feature.history.PackedInput;
import dev.octet.feature.history.PackedOutput;
import java.util.Iterator;
import java.util.function.Consumer;
import scala.Tuple2;

/** The logins of a chunk in the order of the log, from packets: a record is a login's row and its {@link LoginRecord}. Not thread-safe. */
final class ChunkLogins {
    private static final int BYTES = 1 << 18;

    private final PacketReader records;
    private final int chunk;
    private final LoginRecord.Head head = new LoginRecord.Head();
    private long row;
    private int place = -1;
    private PackedInput rest;

    /** @param chunk its number */
    ChunkLogins(int chunk, Iterator<byte[]> packets) {
        this.chunk = chunk;
        records = new PacketReader(packets);
    }

    /**
     * Goes to the next login.
     *
     * @return whether there is one
     */
    boolean next() {
        PackedInput record = records.next();
        if (record == null) {
            return false;
        }
        row = record.number();
        rest = head.read(record);
        place++;
        return true;
    }

    /** All but its user and its values; another one at the next login. */
    LoginRecord.Head head() {
        return head;
    }

    /** Its number in the log. */
    long row() {
        return row;
    }

    /** Its place in the log. */
    long ordinal() {
        return ChunkEvents.ordinal(chunk, place);
    }

    /** Its user and raw values, if it has them. */
    PackedInput rest() {
        return rest;
    }

    private static void write(Tuple2<OrderKey, byte[]> login, PackedOutput out) {
        out.clear().number(Math.abs(login._1.row)).plain(login._2, 0, login._2.length);
    }

    /** Packs the logins of a chunk, which are in order. */
    static PacketWriter pack(Iterator<Tuple2<OrderKey, byte[]>> logins) {
        PackedOutput record = new PackedOutput();
        return new PacketWriter() {
            @Override
            boolean write() {
                if (!logins.hasNext()) {
                    return false;
                }
                ChunkLogins.write(logins.next(), record);
                add(record);
                return true;
            }
        };
    }

    /**
     * Packs logins that are in order.
     *
     * @param chunks says which chunk a login belongs to
     * @return packets, each of one chunk, with the place of the first login
     */
    static Iterator<Tuple2<OrderKey, byte[]>> pack(
            Iterator<Tuple2<OrderKey, byte[]>> logins, Partitioning.ByOrder chunks) {
        return new Expanding<Tuple2<OrderKey, byte[]>, Tuple2<OrderKey, byte[]>>(logins) {
            private final PackedOutput packet = new PackedOutput();
            private final PackedOutput record = new PackedOutput();
            private OrderKey first;
            private int chunk;

            @Override
            void expand(Tuple2<OrderKey, byte[]> login, Consumer<Tuple2<OrderKey, byte[]>> sink) {
                int next = chunks.getPartition(login._1);
                if (next != chunk || packet.length() >= BYTES) {
                    end(sink);
                }
                if (packet.length() == 0) {
                    first = login._1;
                    chunk = next;
                }
                ChunkLogins.write(login, record);
                packet.bytes(record);
            }

            @Override
            void end(Consumer<Tuple2<OrderKey, byte[]>> sink) {
                if (packet.length() > 0) {
                    sink.accept(new Tuple2<>(first, packet.toBytes()));
                    packet.clear();
                }
            }
        };
    }
}
