package dev.octet.bundle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.io.NumberOutput;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Jackson has the same algorithm; its text is the reference. */
class ShortestDecimalTest {
    private final ShortestDecimal decimal = new ShortestDecimal();
    private final byte[] to = new byte[3 + ShortestDecimal.LONGEST];

    private void isThatOfJackson(double value) {
        int end = decimal.write(value, to, 3);
        assertTrue(end <= to.length);
        String text = new String(to, 3, end - 3, StandardCharsets.US_ASCII);
        if (!text.equals(NumberOutput.toString(value, true))) { // rather than building a million messages
            assertEquals(NumberOutput.toString(value, true), text, Double.toHexString(value));
        }
    }

    private void withItsNeighbours(double value) {
        for (double each : new double[] {value, Math.nextUp(value), Math.nextDown(value)}) {
            isThatOfJackson(each);
            isThatOfJackson(-each);
        }
    }

    @Test
    void powersOfTwoAndOfTen() {
        for (int e = -1074; e <= 1023; e++) {
            withItsNeighbours(Math.scalb(1.0, e));
            withItsNeighbours(Math.scalb(3.0, e - 1));
        }
        for (int e = -323; e <= 308; e++) {
            withItsNeighbours(Double.parseDouble("1E" + e));
            withItsNeighbours(Double.parseDouble("9.5E" + (e - 1)));
        }
    }

    @Test
    void theLeastAndTheGreatest() {
        for (int i = 0; i < 2000; i++) {
            isThatOfJackson(i * Double.MIN_VALUE);
            isThatOfJackson(-i * Double.MIN_VALUE);
        }
        isThatOfJackson(Double.MAX_VALUE);
        isThatOfJackson(-Double.MAX_VALUE);
        withItsNeighbours(Double.MIN_NORMAL);
    }

    @Test
    void wholeNumbersAndShortDecimals() {
        for (int i = 0; i < 20_000; i++) {
            isThatOfJackson(i);
            isThatOfJackson(i / 1000.0);
            isThatOfJackson(i * 1e6);
            isThatOfJackson((1L << 53) - i);
        }
    }

    @Test
    void anyBits() {
        SplittableRandom random = new SplittableRandom(5);
        for (int i = 0; i < 1_000_000; i++) {
            double value = Double.longBitsToDouble(random.nextLong());
            if (Double.isFinite(value)) {
                isThatOfJackson(value);
            }
        }
    }

    @Test
    void scores() {
        SplittableRandom random = new SplittableRandom(6);
        for (int i = 0; i < 1_000_000; i++) {
            double error = random.nextDouble() * Math.scalb(1.0, -random.nextInt(20));
            isThatOfJackson(error * error / 11);
        }
    }
}
