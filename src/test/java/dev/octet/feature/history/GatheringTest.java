package dev.octet.feature.history;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.octet.event.Label;
import dev.octet.event.Labelled;
import dev.octet.event.LoginEvent;
import dev.octet.feature.Gathering;
import dev.octet.feature.RowReader;
import dev.octet.feature.RowWords;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A history whose last day another thread gathers says what it says alone. */
class GatheringTest {
    private static final HistoryOptions OPTIONS = HistoryOptions.defaults();

    static Stream<List<LoginEvent>> logs() {
        return Stream.of(Logins.of(1, 6000, 300, 20), withoutAsnAtFirst(), withLateLogins());
    }

    /** Networks are blocks at first, then they are not. */
    private static List<LoginEvent> withoutAsnAtFirst() {
        List<LoginEvent> logins = new ArrayList<>();
        for (LoginEvent login : Logins.of(2, 6000, 200, 40)) {
            logins.add(login.row() < 1000 ? login.toBuilder().asn(-1).build() : login);
        }
        return logins;
    }

    private static List<LoginEvent> withLateLogins() {
        List<LoginEvent> logins = new ArrayList<>(Logins.of(3, 6000, 200, 30));
        SplittableRandom random = new SplittableRandom(4);
        for (int i = 50; i < logins.size(); i += 1 + random.nextInt(200)) {
            logins.add(i - random.nextInt(40), logins.remove(i));
        }
        return logins;
    }

    @ParameterizedTest
    @MethodSource("logs")
    void sameFeaturesWordsAndState(List<LoginEvent> logins) throws IOException {
        List<LoginEvent> first = logins.subList(0, 2500);
        List<LoginEvent> rest = logins.subList(2500, logins.size());
        Walk alone = new Walk();
        for (LoginEvent login : first) {
            alone.take(new Labelled<>(login, Label.UNKNOWN));
        }
        Walk gathered = new Walk();
        Gathering.forEach(reader(first.iterator()), gathered.memory, row -> true, gathered::take);
        assertArrayEquals(alone.saved(), gathered.saved());

        for (LoginEvent login : rest) {
            alone.takeSuccess(new Labelled<>(login, Label.UNKNOWN));
        }
        Gathering.forEach(
                reader(rest.iterator()), gathered.memory, row -> ((LoginEvent) row).success(), gathered::takeSuccess);
        assertEquals(alone.told, gathered.told);
        assertArrayEquals(alone.saved(), gathered.saved());
    }

    private static byte[] savedAfter(List<LoginEvent> logins) throws IOException {
        Walk walk = new Walk();
        for (LoginEvent login : logins) {
            walk.take(new Labelled<>(login, Label.UNKNOWN));
        }
        return walk.saved();
    }

    @Test
    void whatFailsComesWhereItWouldComeAlone() throws IOException {
        List<LoginEvent> logins = Logins.of(5, 1000, 50, 5);
        Iterator<LoginEvent> from = logins.iterator();
        Walk walk = new Walk();
        RowReader broken = new RowReader() {
            private int left = 700;

            @Override
            public Labelled<?> next() throws IOException {
                if (left-- == 0) {
                    throw new IOException("the disk is gone");
                }
                return new Labelled<>(from.next(), Label.UNKNOWN);
            }

            @Override
            public void close() {}
        };
        IOException failed =
                assertThrows(IOException.class, () -> Gathering.forEach(broken, walk.memory, row -> true, walk::take));
        assertEquals("the disk is gone", failed.getMessage());
        assertArrayEquals(savedAfter(logins.subList(0, 700)), walk.saved());

        Gathering.Sink refusing = row -> {
            throw new IllegalArgumentException("row " + row.row().row());
        };
        IllegalArgumentException refused = assertThrows(
                IllegalArgumentException.class,
                () -> Gathering.forEach(reader(logins.iterator()), new Walk().memory, row -> true, refusing));
        assertEquals("row 0", refused.getMessage());
    }

    @Test
    void anotherRowThanTheGatheredOneIsRefused() {
        List<LoginEvent> logins = Logins.of(6, 10, 5, 1);
        AttemptHistory memory = new Walk().memory;
        Gathering.Sink another =
                row -> memory.extract(logins.get(9), new float[memory.names().size()], 0);
        IllegalStateException refused = assertThrows(
                IllegalStateException.class,
                () -> Gathering.forEach(reader(logins.iterator()), memory, row -> true, another));
        assertTrue(refused.getMessage().contains("row 9"), refused.getMessage());
    }

    private static RowReader reader(Iterator<LoginEvent> logins) {
        return new RowReader() {
            @Override
            public Labelled<?> next() {
                return logins.hasNext() ? new Labelled<>(logins.next(), Label.UNKNOWN) : null;
            }

            @Override
            public void close() {}
        };
    }

    /** A history on its way through a log, and what it told. */
    private static final class Walk {
        private final AttemptHistory memory = new AttemptHistory(new LoginHistory(OPTIONS));
        private final List<String> told = new ArrayList<>();

        void take(Labelled<?> row) {
            take(row, true);
        }

        void takeSuccess(Labelled<?> row) {
            take(row, ((LoginEvent) row.row()).success());
        }

        private void take(Labelled<?> row, boolean asked) {
            long number = row.row().row();
            if (asked) {
                float[] raw = new float[memory.names().size()];
                memory.extract(row.row(), raw, 0);
                told.add(number + " " + Arrays.toString(raw));
                if (number % 7 == 0) {
                    RowWords words = memory.words(row.row());
                    memory.names().forEach(name -> told.add(words.of(name)));
                }
            }
            memory.observe(row.row());
            memory.learn(row.row(), number % 11 != 3);
            if (number % 33 == 3) {
                memory.judge(row.row(), number % 2 == 0);
            }
        }

        byte[] saved() throws IOException {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            memory.save(out);
            return out.toByteArray();
        }
    }
}
