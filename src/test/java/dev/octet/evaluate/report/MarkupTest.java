package dev.octet.evaluate.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.Test;

class MarkupTest {
    @Test
    void whatALogSaysNeverBecomesAnElement() {
        assertEquals(
                "<td data-user=\"&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;\">&lt;img src=x onerror=&#39;a&#39;&gt; &amp;amp;"
                        + "</td>",
                new Markup()
                        .element("td", "<img src=x onerror='a'> &amp;", "data-user", "\"><script>alert(1)</script>")
                        .toString());
    }

    @Test
    void charactersThatHideOrTurnOthersAreShownByNumber() {
        assertEquals(
                "a\\u0000b\\u202ec\\u200bd\\u2028e\ufffdf ø 漢",
                new Markup().text("a\0b\u202ec\u200bd\u2028e\ud800f ø 漢").toString());
    }

    @Test
    void elementsLeftOpenAreAnError() {
        Markup open = new Markup().open("p");
        assertThrows(IllegalStateException.class, open::toString);
    }

    @Test
    void ticksAreRoundAndFew() {
        assertEquals(
                List.of("0", "200", "400", "600", "800", "1,000"),
                Axis.linear("x", 0, 1000).ticks().stream().map(Axis.Tick::text).toList());
        assertEquals(
                List.of("0", "1", "2", "3"),
                Axis.counts("x", 3).ticks().stream().map(Axis.Tick::text).toList());
        assertEquals(
                List.of("0.001 %", "0.01 %", "0.1 %", "1 %", "10 %", "100 %"),
                Axis.logarithmic("x", 1e-5, 1, Numbers::percent).ticks().stream()
                        .map(Axis.Tick::text)
                        .toList());
        assertEquals(
                List.of("Feb 2018", "Mar", "Apr"),
                Axis.days("day", LocalDate.of(2018, 2, 1), LocalDate.of(2018, 4, 30)).ticks().stream()
                        .map(Axis.Tick::text)
                        .toList());
        assertEquals(
                List.of("30 Dec", "31 Dec", "1 Jan"),
                Axis.days("day", LocalDate.of(2017, 12, 30), LocalDate.of(2018, 1, 1)).ticks().stream()
                        .map(Axis.Tick::text)
                        .toList());
        assertEquals(0.5, Axis.logarithmic("x", 1, 100, Axis::plain).place(10), 1e-12);
        assertThrows(IllegalArgumentException.class, () -> Axis.logarithmic("x", 0, 1, Axis::plain));
    }
}
