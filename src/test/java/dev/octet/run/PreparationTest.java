package dev.octet.run;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.octet.detect.Detector;
import dev.octet.detect.Trainer;
import dev.octet.detect.TrainingData;
import dev.octet.detect.TrainingProgress;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class PreparationTest {
    private static Trainer preparing(Consumer<BooleanSupplier> preparation) {
        return new Trainer() {
            @Override
            public String kind() {
                return "prepared";
            }

            @Override
            public void prepare(BooleanSupplier enough) {
                preparation.accept(enough);
            }

            @Override
            public Detector train(TrainingData data, TrainingProgress progress) {
                throw new IllegalStateException("is not asked to train");
            }
        };
    }

    @Test
    void endsWhenItIsClosedAndNotBefore() throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(1);
        Thread[] ran = new Thread[2];
        AtomicBoolean ended = new AtomicBoolean();
        Trainer first = preparing(enough -> {
            ran[0] = Thread.currentThread();
            begun.countDown();
            while (!enough.getAsBoolean()) {
                Thread.onSpinWait();
            }
        });
        Trainer second = preparing(enough -> {
            ran[1] = Thread.currentThread();
            assertTrue(enough.getAsBoolean());
            ended.set(true);
        });
        Preparation preparation = new Preparation(List.of(first, second));
        begun.await();
        assertFalse(ended.get());
        preparation.close();
        assertTrue(ended.get()); // its thread may still be on its way out
        assertNotSame(Thread.currentThread(), ran[0]);
        assertSame(ran[0], ran[1]);
        preparation.close(); // of which a second one does nothing
    }

    @Test
    void whatGoesWrongIsToldToWhomeverWantsToTrain() {
        UnsatisfiedLinkError missing = new UnsatisfiedLinkError("no such library");
        Preparation preparation = new Preparation(List.of(preparing(enough -> {
            throw missing;
        })));
        IllegalStateException told = assertThrows(IllegalStateException.class, preparation::close);
        assertSame(missing, told.getCause());
    }
}
