package dev.octet.detect.autoencoder;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.octet.event.InputException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ActivationTest {

    @Test
    void expm1IsCorrectToFourUnitsInTheLastPlace() {
        for (int i = -870_000; i <= 870_000; i += 7) {
            float x = i / 10_000f;
            double exact = StrictMath.expm1(x);
            assertEquals(exact, Activation.expm1(x), 4 * Math.ulp((float) exact), () -> "x = " + x);
        }
        for (float x = 1e-30f; x < 1; x *= 1.01f) {
            assertEquals(StrictMath.expm1(x), Activation.expm1(x), 4 * Math.ulp(x));
            assertEquals(StrictMath.expm1(-x), Activation.expm1(-x), 4 * Math.ulp(x));
        }
    }

    @Test
    void farArgumentsStayFinite() {
        assertEquals(-1, Activation.ELU.apply(-1e30f));
        assertEquals(1, Activation.TANH.apply(1e30f));
        assertEquals(-1, Activation.TANH.apply(Float.NEGATIVE_INFINITY));
        assertEquals(1, Activation.SIGMOID.apply(1e30f));
        assertEquals(0, Activation.SIGMOID.apply(-1e30f), 1e-37f);
        assertTrue(Float.isNaN(Activation.SIGMOID.apply(Float.NaN)));
        assertTrue(Float.isNaN(Activation.TANH.apply(Float.NaN)));
        assertTrue(Float.isNaN(Activation.ELU.apply(Float.NaN)));
    }

    @ParameterizedTest
    @EnumSource(Activation.class)
    void valuesAndSlopesAreThoseOfTheFormulas(Activation activation) {
        for (int i = -2001; i <= 2001; i += 2) {
            double x = i / 100.0;
            double y = exact(activation, (float) x);
            assertEquals(y, activation.apply((float) x), 1e-6 * Math.max(1e-3, Math.abs(y)));
            double slope = (exact(activation, x + 1e-5) - exact(activation, x - 1e-5)) / 2e-5;
            assertEquals(slope, activation.slope((float) y), 2e-6);
        }
    }

    static double exact(Activation activation, double x) {
        return switch (activation) {
            case RELU -> Math.max(0, x);
            case TANH -> StrictMath.tanh(x);
            case ELU -> x > 0 ? x : StrictMath.expm1(x);
            case SIGMOID -> 1 / (1 + StrictMath.exp(-x));
            case IDENTITY -> x;
        };
    }

    @ParameterizedTest
    @EnumSource(Activation.class)
    void anArrayGetsTheSameBitsInItsRange(Activation activation) {
        float[] values = Rows.array(10, 7, 3);
        float[] expected = values.clone();
        for (int i = 5; i < 60; i++) {
            expected[i] = activation.apply(values[i]);
        }
        activation.apply(values, 5, 60);
        assertArrayEquals(expected, values);
    }

    @ParameterizedTest
    @EnumSource(Activation.class)
    void aNameFindsItsActivation(Activation activation) {
        assertSame(activation, Activation.ofConfigName(activation.configName()));
    }

    @Test
    void anUnknownNameIsRefusedWithTheKnownOnes() {
        InputException e = assertThrows(InputException.class, () -> Activation.ofConfigName("Relu"));
        assertEquals(
                "autoencoder: unknown activation 'Relu'; allowed are relu, tanh, elu, sigmoid, identity",
                e.getMessage());
    }
}
