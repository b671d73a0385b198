package dev.octet.feature.history;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class NaturalLogTest {
    private static final int DRAWS = 200_000;

    @Test
    void hasTheBitsOfTheJdk() {
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < DRAWS; i++) {
            check(Double.longBitsToDouble(random.nextLong()));
            check(random.nextInt() + 0.5);
            check(1 + random.nextDouble(-1, 1) * Math.scalb(1.0, -random.nextInt(53)));
            check(Math.scalb(1 + random.nextDouble(), -random.nextInt(40)));
        }
    }

    @Test
    void hasTheBitsOfTheJdkAtTheEdges() {
        for (int exponent = -1080; exponent <= 1024; exponent++) {
            double power = Math.scalb(1.0, exponent);
            check(power);
            check(Math.nextUp(power));
            check(Math.nextDown(power));
            check(power * Math.sqrt(2));
            check(Math.nextUp(power * Math.sqrt(0.5)));
        }
        for (double each :
                new double[] {0.0, -0.0, -1, Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY}) {
            check(each);
        }
    }

    private static void check(double x) {
        assertEquals(
                Double.doubleToLongBits(StrictMath.log(x)),
                Double.doubleToLongBits(NaturalLog.of(x)),
                () -> "ln " + Double.toHexString(x));
    }
}
