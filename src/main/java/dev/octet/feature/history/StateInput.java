package dev.octet.feature.history;

import dev.octet.event.InputException;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;

/**
 * Reads saved state without trusting it: every number is checked against its range before it is used, and nothing is
 * allocated for a length that was only announced.
 */
final class StateInput {
    private final DataInputStream in;
    private ByteBuffer block = ByteBuffer.allocate(0);

    StateInput(InputStream in) {
        this.in = new DataInputStream(in);
    }

    long readLong() throws IOException {
        try {
            return in.readLong();
        } catch (EOFException end) {
            throw new InputException("the saved login history ends too early; it is cut off, save it again", end);
        }
    }

    int readInt() throws IOException {
        try {
            return in.readInt();
        } catch (EOFException end) {
            throw new InputException("the saved login history ends too early; it is cut off, save it again", end);
        }
    }

    /**
     * The next bytes, to be read before the next call.
     *
     * @param bytes few: so many are allocated at once
     */
    ByteBuffer readBlock(int bytes) throws IOException {
        if (block.capacity() < bytes) {
            block = ByteBuffer.allocate(bytes);
        }
        try {
            in.readFully(block.array(), 0, bytes);
        } catch (EOFException end) {
            throw new InputException("the saved login history ends too early; it is cut off, save it again", end);
        }
        return block.position(0).limit(bytes);
    }

    boolean readBoolean(String what) throws IOException {
        return readInt(what, 0, 1) == 1;
    }

    int readInt(String what, int least, int most) throws IOException {
        int value = readInt();
        check(what, value, least, most);
        return value;
    }

    long readLong(String what, long least, long most) throws IOException {
        long value = readLong();
        check(what, value, least, most);
        return value;
    }

    /** A sum of weights, from 0 to {@code most}. */
    double readWeight(String what, double most) throws IOException {
        double value = Double.longBitsToDouble(readLong());
        if (!(value >= 0 && value <= most)) {
            throw new InputException(
                    "the saved login history is damaged: " + what + " is " + value + ", allowed is 0 to " + most);
        }
        return value;
    }

    static void check(String what, long value, long least, long most) {
        if (value < least || value > most) {
            throw new InputException("the saved login history is damaged: " + what + " is " + value + ", allowed is "
                    + least + " to " + most);
        }
    }

    /** Refuses a key that is not after the one before it: keys are saved in ascending order, each once. */
    static void checkAscending(String what, boolean first, long before, long key) {
        if (!first && key <= before) {
            throw new InputException(
                    "the saved login history is damaged: " + what + " " + key + " does not follow " + before);
        }
    }
}
