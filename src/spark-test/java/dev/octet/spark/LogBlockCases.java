package dev.octet.spark;

import java.io.ByteArrayOutputStream;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.apache.hadoop.conf.Configuration;

/**
 * Cuts files of made-up lines into blocks and compares what LogBlock copies with what a reader finds that goes through the file a
 * line at a time: bytes, number of lines, and whether each line has an even number of quotation marks.
 */
public final class LogBlockCases {
    private static final int MAX_BLOCKS = 8;

    private LogBlockCases() {}

    /** Arguments: a folder, how many files. Prints the numbers of files and blocks. */
    public static void main(String[] arguments) throws Exception {
        Path folder = Path.of(arguments[0]);
        int files = Integer.parseInt(arguments[1]);
        // they are in octet-spark.jar, which the tests are not compiled with
        Constructor<?> file = Class.forName("dev.octet.spark.LogPlan$LogFile")
                .getDeclaredConstructor(String.class, long.class, long.class);
        Constructor<?> block = Class.forName("dev.octet.spark.LogBlock")
                .getDeclaredConstructor(file.getDeclaringClass(), long.class, long.class, boolean.class, byte[].class);
        Method copy = block.getDeclaringClass().getDeclaredMethod("copy", Configuration.class, Path.class);
        file.setAccessible(true);
        block.setAccessible(true);
        copy.setAccessible(true);
        Random random = new Random(11);
        Configuration configuration = new Configuration();
        Path target = folder.resolve("block");
        int blocks = 0;
        for (int i = 0; i < files; i++) {
            byte[] bytes = lines(random);
            byte[] header = random.nextBoolean() ? Arrays.copyOf(bytes, lineEnd(bytes, 0)) : new byte[0];
            Path path = Files.write(folder.resolve("log-" + i), bytes);
            int count = 1 + random.nextInt(MAX_BLOCKS);
            for (int b = 0; b < count; b++) {
                int from = header.length + (int) ((long) (bytes.length - header.length) * b / count);
                int until = header.length + (int) ((long) (bytes.length - header.length) * (b + 1) / count);
                Object copied = copy.invoke(
                        block.newInstance(
                                file.newInstance(path.toUri().toString(), (long) bytes.length, 0L),
                                (long) from,
                                (long) until,
                                false,
                                header),
                        configuration,
                        target);
                String found = copied + " " + Arrays.hashCode(Files.readAllBytes(target));
                String expected = expected(bytes, header, from, until);
                if (!found.equals(expected)) {
                    throw new AssertionError(
                            "file " + i + ", bytes " + from + " to " + until + ": " + found + ", and not " + expected);
                }
                blocks++;
            }
            Files.delete(path);
        }
        System.out.println(files + " files, " + blocks + " blocks");
    }

    /** Lines that are empty, quoted, cut within quotation marks, or longer than a buffer; the last one may have no end. */
    private static byte[] lines(Random random) {
        StringBuilder text = new StringBuilder("time,user\n");
        for (int left = random.nextInt(30); left > 0; left--) {
            int length = random.nextInt(40) == 0 ? 70_000 + random.nextInt(70_000) : random.nextInt(30);
            for (int i = 0; i < length; i++) {
                text.append(random.nextInt(25) == 0 ? '"' : (char) ('a' + random.nextInt(26)));
            }
            text.append(left == 1 && random.nextBoolean() ? "" : random.nextInt(3) == 0 ? "\r\n" : "\n");
        }
        return text.toString().getBytes(StandardCharsets.US_ASCII);
    }

    /** The place behind the end of the line that begins at a place. */
    private static int lineEnd(byte[] bytes, int from) {
        int at = from;
        while (at < bytes.length && bytes[at] != '\n') {
            at++;
        }
        return Math.min(bytes.length, at + 1);
    }

    private static String expected(byte[] bytes, byte[] header, int from, int until) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(header, 0, header.length);
        long lines = 0;
        boolean even = true;
        for (int at = header.length; at < bytes.length; ) {
            int end = lineEnd(bytes, at);
            if (at >= from && at < until) {
                lines++;
                int quotes = 0;
                for (int i = at; i < end; i++) {
                    quotes += bytes[i] == '"' ? 1 : 0;
                }
                even &= quotes % 2 == 0;
                out.write(bytes, at, end - at);
            }
            at = end;
        }
        return "Copied[lines=" + lines + ", even=" + even + "] " + Arrays.hashCode(out.toByteArray());
    }
}
