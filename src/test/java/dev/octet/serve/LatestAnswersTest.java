package dev.octet.serve;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LatestAnswersTest {
    private static Answer answer(String id, long sequence, String reasons) {
        return new Answer(id, sequence, 0, true, 1, 2, false, Answer.History.KNOWN_USER, false, "b", reasons, 3);
    }

    private static Answer answer(String id, long sequence) {
        return answer(id, sequence, "[]");
    }

    private static byte[] bytes(LatestAnswers.Image image) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        image.write(bytes);
        return bytes.toByteArray();
    }

    private static List<Answer> read(LatestAnswers.Image image) throws IOException {
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes(image)));
        List<Answer> answers = new ArrayList<>();
        for (int i = 0; i < image.count(); i++) {
            answers.add(StateDirectory.readAnswer(in));
        }
        assertEquals(0, in.available());
        return answers;
    }

    @Test
    void theOldestIsForgotten() throws IOException {
        LatestAnswers answers = new LatestAnswers();
        assertEquals(List.of(), read(answers.image()));
        int most = StateDirectory.MAX_ANSWERS;
        for (int i = 0; i < most; i++) {
            answers.add(answer("a" + i, i));
        }
        assertEquals(0, answers.get("a0").sequence());
        LatestAnswers.Image before = answers.image();
        answers.add(answer("next", most));
        assertNull(answers.get("a0"));
        assertEquals(1, answers.get("a1").sequence());
        assertEquals(most, answers.get("next").sequence());
        List<Answer> all = read(answers.image());
        assertEquals(most, all.size());
        assertEquals("a1", all.get(0).id());
        assertEquals("next", all.get(most - 1).id());
        assertEquals("a0", read(before).get(0).id(), "as they were");
        assertEquals(most, before.count());
    }

    /** A client may choose an id that the service makes later. */
    @Test
    void theLaterOfTwoUnderOneIdStays() {
        LatestAnswers answers = new LatestAnswers();
        answers.add(answer("same", 0));
        answers.add(answer("same", 1));
        for (int i = 2; i < StateDirectory.MAX_ANSWERS + 1; i++) {
            answers.add(answer("a" + i, i));
        }
        assertEquals(1, answers.get("same").sequence());
        answers.add(answer("last", 0));
        assertNull(answers.get("same"));
    }

    /** Many rounds through two blocks, next to a map; ids come again, answers are of 60 bytes to 60 kB. */
    @Test
    void answersAreThoseOfAMap() throws IOException {
        Random random = new Random(7);
        int most = 200;
        LatestAnswers answers = new LatestAnswers(most, 2);
        List<Answer> expected = new ArrayList<>();
        String[] letters = {"x", "\u00e9", "\u20ac", "\ud83d\ude00", "\u0000"};
        boolean fewer = false;
        LatestAnswers.Image image = null;
        byte[] imaged = null;
        for (int i = 0; i < 5_000; i++) {
            int longest = i / 1_000 % 2 == 0 ? 300 : 10_000;
            String letter = letters[random.nextInt(letters.length)];
            Answer answer = new Answer(
                    "id-" + random.nextInt(150),
                    i,
                    random.nextLong(),
                    random.nextBoolean(),
                    random.nextBoolean() ? Double.NaN : random.nextGaussian(),
                    random.nextGaussian(),
                    random.nextBoolean(),
                    Answer.History.values()[random.nextInt(3)],
                    random.nextBoolean(),
                    "bundle",
                    letter.repeat(random.nextInt(longest)),
                    random.nextInt());
            answers.add(answer);
            expected.add(answer);
            if (expected.size() > most) {
                expected.remove(0);
            }
            if (i % 50 == 0) {
                if (image != null) {
                    assertArrayEquals(imaged, bytes(image), "an image does not change");
                    answers.release();
                }
                image = answers.image();
                imaged = bytes(image);
                fewer |= image.count() < expected.size();
                // where they take too many bytes, the oldest of them are missing
                expected = new ArrayList<>(expected.subList(expected.size() - image.count(), expected.size()));
                assertEquals(expected, read(image));
                assertTrue(imaged.length <= 2 * LatestAnswers.BLOCK);
                Map<String, Answer> byId = new LinkedHashMap<>();
                expected.forEach(each -> byId.put(each.id(), each));
                for (int id = 0; id < 150; id++) {
                    assertEquals(byId.get("id-" + id), answers.get("id-" + id));
                }
            }
        }
        assertTrue(fewer, "the bound of bytes was reached");
    }

    @Test
    void theBytesAreThoseOfASnapshot() throws IOException {
        LatestAnswers answers = new LatestAnswers();
        ByteArrayOutputStream expected = new ByteArrayOutputStream();
        for (int i = 0; i < 3; i++) {
            Answer answer = answer("a" + i, i, "[\"\u00e9\"]");
            answers.add(answer);
            StateDirectory.write(answer, new DataOutputStream(expected));
        }
        assertArrayEquals(expected.toByteArray(), bytes(answers.image()));
    }

    /** Memory is used again, also after an image was released. */
    @Test
    void longAnswersTakeBoundedMemory() throws IOException {
        int blocks = 4;
        LatestAnswers answers = new LatestAnswers(StateDirectory.MAX_ANSWERS, blocks);
        String reasons = "x".repeat(60_000);
        for (int i = 0; i < 1_000; i++) {
            answers.add(answer("a" + i, i, reasons));
            if (i % 100 == 0) {
                answers.release();
                answers.image();
            }
        }
        assertEquals(reasons, answers.get("a999").reasons());
        int count = answers.image().count();
        assertTrue(count > (blocks - 1) * 17 && count <= blocks * 17, "answers: " + count);
        assertNull(answers.get("a" + (999 - count)));
        assertEquals(1_000 - count, answers.get("a" + (1_000 - count)).sequence());
    }
}
