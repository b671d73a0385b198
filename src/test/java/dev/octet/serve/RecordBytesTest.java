package dev.octet.serve;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayOutputStream;
import java.io.DataOutput;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UTFDataFormatException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RecordBytesTest {
    private static final List<String> TEXTS = List.of(
            "",
            "ann",
            "a\u0000b\u007f\u0080\u07ff\u0800\uffff\ud83d\ude00\ud800",
            "x".repeat(65_535),
            "\u0141",
            "\u20ac".repeat(21_845),
            IntStream.range(0, 1 << 12).mapToObj(Integer::toString).collect(Collectors.joining(" ")));

    private static void writeAll(DataOutput out) throws IOException {
        for (String text : TEXTS) {
            out.writeUTF(text);
            out.writeBytes(text);
            out.writeChars(text);
        }
        out.write(300);
        out.write(new byte[] {1, 2, 3});
        out.write(new byte[] {1, 2, 3}, 1, 1);
        out.writeBoolean(true);
        out.writeByte(-1);
        out.writeShort(-2);
        out.writeChar('\u20ac');
        out.writeInt(Integer.MIN_VALUE);
        out.writeLong(Long.MIN_VALUE + 1);
        out.writeFloat(1.5f);
        out.writeDouble(-0.1);
    }

    @Test
    void bytesAreThoseOfDataOutputStream() throws IOException {
        ByteArrayOutputStream expected = new ByteArrayOutputStream();
        writeAll(new DataOutputStream(expected));
        RecordBytes bytes = new RecordBytes();
        for (int use = 0; use < 2; use++) {
            bytes.clear();
            writeAll(bytes);
            assertArrayEquals(expected.toByteArray(), Arrays.copyOf(bytes.array(), bytes.length()));
        }
    }

    @Test
    void refusesATextThatIsTooLong() {
        RecordBytes bytes = new RecordBytes();
        bytes.writeInt(7);
        for (String text : List.of("x".repeat(65_536), "\u20ac".repeat(21_846), "\u20ac".repeat(100_000))) {
            assertThrows(UTFDataFormatException.class, () -> bytes.writeUTF(text));
            assertEquals(Integer.BYTES, bytes.length());
        }
    }
}
