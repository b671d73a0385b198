package dev.octet.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.SplittableRandom;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

class AnswerJsonTest {
    /** The digits are those of exact arithmetic, also where a share lies between two of them. */
    @Test
    void sharesHaveThreeDigits() {
        SplittableRandom random = new SplittableRandom(1);
        DoubleStream.Builder shares = DoubleStream.builder();
        for (int i = 0; i < 50_000; i++) {
            shares.add(random.nextDouble());
            shares.add(Math.pow(10, -4 * random.nextDouble()));
            double between = (random.nextInt(1000) + 0.5) / 1000;
            shares.add(between).add(Math.nextUp(between)).add(Math.nextDown(between));
        }
        DoubleStream.concat(
                        shares.build(), DoubleStream.of(0, 0.5, 1, 0.9995, 0.9996, 0.09996, 0.01, 1.0000000000000002))
                .forEach(share -> assertEquals(
                        new BigDecimal(share).round(new MathContext(3)).toString(), AnswerJson.share(share)));
    }
}
