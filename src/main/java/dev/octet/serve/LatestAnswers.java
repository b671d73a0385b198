package dev.octet.serve;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The latest answers, by the ids of their logins: at most {@link StateDirectory#MAX_ANSWERS}, and at most {@link #MAX_BLOCKS} MiB
 * of them. They are kept as the bytes of a snapshot, in blocks that are used again: as objects, each collection of the young
 * generation copied those of the last seconds. Not thread-safe; an {@link Image} may be written on any thread.
 */
final class LatestAnswers {
    /** On average 2 KiB an answer; usual ones have some hundred bytes. */
    static final int MAX_BLOCKS = 128;

    private static final int BLOCK_BITS = 20;
    /** Bytes of a block: more than the longest answer, which has three texts of 64 KiB at most. */
    static final int BLOCK = 1 << BLOCK_BITS;
    /** Free blocks that are kept; a snapshot holds up to this many for a moment. */
    private static final int MAX_FREE = 16;

    /** The blocks in use, from that of the oldest answer to {@link #last}, around the end; {@code null} elsewhere. */
    private final byte[][] blocks;
    /** Bytes used of each block. */
    private final int[] lengths;

    private int last;
    private final Deque<byte[]> free = new ArrayDeque<>();
    /** Blocks without answers that an image may still read. */
    private final List<byte[]> held = new ArrayList<>();

    private boolean imaged;

    /** Where each answer begins: the number of its block times {@link #BLOCK}, and the place in it. */
    private final int[] places;
    /** Hashes of the ids. */
    private final int[] hashes;
    /** The oldest answer. */
    private int first;

    private int count;

    /** A hash table with linear probing: numbers of answers plus 1, or 0. At most half full. */
    private final int[] table;
    /** Clients choose ids; with a seed they cannot foresee which ones collide. */
    private final long seed = ThreadLocalRandom.current().nextLong();

    private final RecordBytes record = new RecordBytes();

    LatestAnswers() {
        this(StateDirectory.MAX_ANSWERS, MAX_BLOCKS);
    }

    /**
     * For tests.
     *
     * @param maxAnswers at least 2
     * @param maxBlocks of {@link #BLOCK} bytes, at least 2
     */
    LatestAnswers(int maxAnswers, int maxBlocks) {
        blocks = new byte[maxBlocks][];
        lengths = new int[maxBlocks];
        blocks[0] = new byte[BLOCK];
        places = new int[maxAnswers];
        hashes = new int[maxAnswers];
        table = new int[Integer.highestOneBit(maxAnswers) * 4];
    }

    /** Adds the newest, and forgets the oldest ones that there is no room for. */
    void add(Answer answer) {
        record.clear();
        try {
            StateDirectory.write(answer, record);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        int length = record.length();
        if (count == places.length) {
            forgetOldest();
        }
        if (BLOCK - lengths[last] < length) {
            beginBlock();
        }
        int slot = (first + count) % places.length;
        count++;
        places[slot] = last << BLOCK_BITS | lengths[last];
        System.arraycopy(record.array(), 0, blocks[last], lengths[last], length);
        lengths[last] += length;
        hashes[slot] = hash(idLength());
        table[find(hashes[slot], idLength())] = slot + 1;
    }

    private void beginBlock() {
        int next = (last + 1) % blocks.length;
        while (blocks[next] != null) {
            forgetOldest();
        }
        last = next;
        blocks[last] = free.isEmpty() ? new byte[BLOCK] : free.pop();
        lengths[last] = 0;
    }

    private void forgetOldest() {
        unlist(first);
        int block = places[first] >>> BLOCK_BITS;
        first = (first + 1) % places.length;
        count--;
        if (places[first] >>> BLOCK_BITS != block) { // the newest answer is in the last block
            (imaged ? held : free).add(blocks[block]);
            blocks[block] = null;
        }
    }

    /** Takes an answer out of the table, unless a later one under its id has its place. */
    private void unlist(int slot) {
        int mask = table.length - 1;
        int at = hashes[slot] & mask;
        while (table[at] != slot + 1) {
            if (table[at] == 0) {
                return;
            }
            at = at + 1 & mask;
        }
        // those behind it move up, unless that would be before where they are looked for
        for (int next = at + 1 & mask; table[next] != 0; next = next + 1 & mask) {
            int home = hashes[table[next] - 1] & mask;
            if ((next - home & mask) >= (next - at & mask)) {
                table[at] = table[next];
                at = next;
            }
        }
        table[at] = 0;
    }

    /** Bytes at the beginning of {@link #record} that are an id with its length. */
    private int idLength() {
        byte[] bytes = record.array();
        return Short.BYTES + ((bytes[0] & 0xff) << Byte.SIZE | bytes[1] & 0xff);
    }

    private int hash(int length) {
        long hash = seed;
        for (int i = 0; i < length; i++) {
            hash = (hash ^ record.array()[i]) * 0x9e3779b97f4a7c15L;
            hash ^= hash >>> 32;
        }
        return (int) hash;
    }

    /** The place in the table of the answer whose id {@link #record} begins with, or a free one. */
    private int find(int hash, int length) {
        int mask = table.length - 1;
        int at = hash & mask;
        while (table[at] != 0) {
            int slot = table[at] - 1;
            if (hashes[slot] == hash) {
                byte[] block = blocks[places[slot] >>> BLOCK_BITS];
                int from = places[slot] & BLOCK - 1;
                if (Arrays.equals(block, from, from + length, record.array(), 0, length)) {
                    return at;
                }
            }
            at = at + 1 & mask;
        }
        return at;
    }

    /** The latest answer under an id, or {@code null}. */
    Answer get(String id) {
        record.clear();
        try {
            record.writeUTF(id);
            int slot = table[find(hash(record.length()), record.length())] - 1;
            if (slot < 0) {
                return null;
            }
            int block = places[slot] >>> BLOCK_BITS;
            int from = places[slot] & BLOCK - 1;
            return StateDirectory.readAnswer(
                    new DataInputStream(new ByteArrayInputStream(blocks[block], from, lengths[block] - from)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * All answers as they are now, the oldest first. Nothing is copied: until {@link #release}, no bytes of them are written over. One
     * at a time.
     */
    Image image() {
        List<Piece> pieces = new ArrayList<>();
        if (count > 0) {
            int block = places[first] >>> BLOCK_BITS;
            int from = places[first] & BLOCK - 1;
            while (true) {
                pieces.add(new Piece(blocks[block], from, lengths[block]));
                if (block == last) {
                    break;
                }
                block = (block + 1) % blocks.length;
                from = 0;
            }
        }
        imaged = true;
        return new Image(count, List.copyOf(pieces));
    }

    /** No image is read any more. */
    void release() {
        imaged = false;
        free.addAll(held);
        held.clear();
        while (free.size() > MAX_FREE) {
            free.pop();
        }
    }

    private record Piece(byte[] block, int from, int to) {}

    /** The answers as they were when it was made; thread-safe. */
    static final class Image {
        private final int count;
        private final List<Piece> pieces;

        private Image(int count, List<Piece> pieces) {
            this.count = count;
            this.pieces = pieces;
        }

        int count() {
            return count;
        }

        /** Writes the answers one after the other, each as {@link StateDirectory#write(Answer, java.io.DataOutput)} does. */
        void write(OutputStream out) throws IOException {
            for (Piece piece : pieces) {
                out.write(piece.block, piece.from, piece.to - piece.from);
            }
        }
    }
}
