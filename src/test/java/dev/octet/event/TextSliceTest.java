package dev.octet.event;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class TextSliceTest {
    /** Each character in each place, between other digits that do not belong to the text. */
    @Test
    void digitsAreToldFromAllElse() {
        TextSlice slice = new TextSlice();
        for (int length = 0; length <= 20; length++) {
            String digits = "90817263549081726354".substring(0, length);
            for (int place = -1; place < length; place++) {
                for (char c = 0; c < 0x80; c++) {
                    String text = place < 0 ? digits : digits.substring(0, place) + c + digits.substring(place + 1);
                    byte[] ascii = ("12x" + text + "x34567890").getBytes(StandardCharsets.US_ASCII);
                    for (int start = 0; start <= Math.min(2, length); start++) {
                        boolean expected = text.substring(start).matches("[0-9]*");
                        slice.set(ascii, 3, length);
                        assertEquals(expected, slice.areDigits(start), text);
                        slice.set(text.toCharArray(), 0, length);
                        assertEquals(expected, slice.areDigits(start), text);
                    }
                }
            }
        }
    }
}
