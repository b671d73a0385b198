package dev.octet.event.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.commonmark.ext.gfm.strikethrough.StrikethroughExtension;
import org.commonmark.ext.gfm.tables.TableCell;
import org.commonmark.ext.gfm.tables.TableRow;
import org.commonmark.ext.gfm.tables.TablesExtension;
import org.commonmark.node.AbstractVisitor;
import org.commonmark.node.Document;
import org.commonmark.node.Node;
import org.commonmark.node.Paragraph;
import org.commonmark.node.Text;
import org.commonmark.parser.Parser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TextTest {
    private static final Parser MARKDOWN = Parser.builder()
            .extensions(List.of(TablesExtension.create(), StrikethroughExtension.create()))
            .build();

    /** Every text by hand, then random ones. */
    private static Stream<String> hostile() {
        SplittableRandom random = new SplittableRandom(14);
        return Stream.concat(
                Hostile.TEXTS.stream(),
                Stream.generate(() -> Hostile.next(random)).limit(20_000));
    }

    /** What the text looks like: the characters, hidden ones by number. */
    private static String visible(String text) {
        return PlainText.of(text);
    }

    @Test
    void plainTextIsOneLineWithoutAnythingHidden() {
        hostile().forEach(text -> {
            String plain = PlainText.of(text);
            assertEquals(List.of(), Hostile.hiddenIn(plain, ""), plain);
            assertEquals(plain, PlainText.of(plain), "writing it again changes nothing");
            assertTrue(PlainText.of(text, 60).length() < 60 * 9 + 30, "escapes included");
            assertEquals(List.of(), Hostile.hiddenIn(PlainText.lines(text), "\n"));
        });
        assertEquals("a\\u000ab\\u009b\\u202e\\u{e0041}\ufffd", PlainText.of("a\nb\u009b\u202e\udb40\udc41\ud800"));
        assertEquals("å 漢 \ud83d\ude00 DOMAIN\\ann", PlainText.of("å 漢 \ud83d\ude00 DOMAIN\\ann"));
    }

    @Test
    void longTextsAreShortenedVisibly() {
        assertEquals("xxx… (70,000 characters)", PlainText.of("x".repeat(70_000), 3));
        assertEquals("xxx", PlainText.of("xxx", 3));
        assertEquals(
                "\ud83d\ude00\ud83d\ude00", PlainText.of("\ud83d\ude00\ud83d\ude00", 2), "a pair is one character");
        assertEquals("\ud83d\ude00… (2 characters)", PlainText.of("\ud83d\ude00\ud83d\ude00", 1));
    }

    @Test
    void argumentsOfAFormatAreUntrusted() {
        assertEquals("user a\\u000ab: 1,234 of 0.50", PlainText.format("user %s: %,d of %.2f", "a\nb", 1234, 0.5));
        assertEquals("%s null", PlainText.format("%s %s", "%s", null));
    }

    /** What a reader of GitHub Flavored Markdown sees is the text and nothing but text. */
    @Test
    void markdownIsNothingButText() {
        hostile().filter(text -> text.length() < 1000).forEach(text -> {
            String markdown = MarkdownText.of(text);
            assertEquals(List.of(), Hostile.hiddenIn(markdown, ""));
            for (String before : List.of("", "1. 2021-01-01T00:00:00Z, ")) {
                Node document = MARKDOWN.parse(before + "x" + markdown + "x");
                assertEquals(
                        before.isEmpty() ? "x" + visible(text) + "x" : "2021-01-01T00:00:00Z, x" + visible(text) + "x",
                        textOf(document),
                        markdown);
            }
            // where it stands first, blanks around it do not count
            assertEquals(
                    visible(text).strip(),
                    textOf(MARKDOWN.parse(markdown.strip())).strip(),
                    markdown);
        });
    }

    @Test
    void aCellOfAMarkdownTableStaysOne() {
        hostile().filter(text -> text.length() < 1000).forEach(text -> {
            String markdown = MarkdownText.of(text);
            Node document = MARKDOWN.parse("| a | b |\n|---|---|\n| x" + markdown + " | end |\n");
            List<String> cells = new ArrayList<>();
            document.accept(new AbstractVisitor() {
                @Override
                public void visit(org.commonmark.node.CustomNode node) {
                    if (node instanceof TableCell) {
                        cells.add(textOf(node));
                    } else {
                        visitChildren(node);
                    }
                }
            });
            assertEquals(List.of("a", "b", ("x" + visible(text)).strip(), "end"), cells, markdown);
        });
    }

    /** The text of paragraphs; fails on anything else. */
    private static String textOf(Node node) {
        StringBuilder all = new StringBuilder();
        for (Node child = node.getFirstChild(); child != null; child = child.getNext()) {
            if (child instanceof Text text) {
                all.append(text.getLiteral());
            } else {
                boolean expected = child instanceof Paragraph
                        || child instanceof org.commonmark.node.OrderedList
                        || child instanceof org.commonmark.node.ListItem;
                assertTrue(expected || node instanceof Document && child instanceof TableRow, child + " in " + all);
                all.append(textOf(child));
            }
        }
        return all.toString();
    }

    @Test
    void markdownOfOrdinaryTextsReadsAsTheyDo() {
        for (String text : List.of(
                "ann",
                "-4324475583306591935",
                "ann.lee@example.com",
                "203.0.113.7, AS 64500, NO",
                "first login from network AS 29695: 0 of this user's 12 logins (0.1 % of all)",
                "DOMAIN\\ann",
                "snake_case_name",
                "2020-02-03T12:44:33.042Z",
                "Firefox 72.0 (Linux)")) {
            assertEquals(text, MarkdownText.of(text));
        }
    }

    /** A spreadsheet reads each field as the text or as a number, never as a formula. */
    @Test
    void csvHoldsNoFormula() throws IOException {
        Pattern formula = Pattern.compile("^[\\s\\h\"';]*[-=+@\\uff0d\\uff1d\\uff0b\\uff20].*", Pattern.DOTALL);
        List<String> texts = hostile().toList();
        CsvLines lines = new CsvLines();
        for (String text : texts) {
            lines.number(1);
            lines.text(text);
            lines.key(text);
            lines.exact(text);
            lines.end();
        }
        String file = new String(lines.bytes(), 0, lines.length(), StandardCharsets.UTF_8);
        try (CsvReader<CsvRecord> records = CsvReader.builder().ofCsvRecord(file)) {
            int place = 0;
            for (CsvRecord record : records) {
                String text = texts.get(place++);
                String cell = record.getField(1);
                if (formula.matcher(cell).matches() && !cell.matches("-?[0-9]+(\\.[0-9]+)?")) {
                    assertTrue(cell.startsWith("'"), cell);
                }
                assertEquals(List.of(), Hostile.hiddenIn(cell, ""));
                assertTrue(cell.equals(PlainText.of(text, 1000)) || cell.equals("'" + PlainText.of(text, 1000)), cell);
                assertEquals(PlainText.of(text), record.getField(2));
                byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
                assertEquals(new String(utf8, StandardCharsets.UTF_8), record.getField(3));
            }
            assertEquals(texts.size(), place);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            quoteCharacter = '`',
            value = {
                "=1+1 ~ '=1+1",
                "+47 123 ~ '+47 123",
                "-1-1 ~ '-1-1",
                "-4324475583306591935 ~ -4324475583306591935",
                "-1.5 ~ -1.5",
                "@ann ~ '@ann",
                "ann=1 ~ ann=1",
                "`  =1` ~ `'  =1`",
                "＝1+1 ~ '＝1+1"
            })
    void onlyNumbersBeginAsFormulasDo(String text, String cell) {
        CsvLines lines = new CsvLines();
        lines.text(text);
        assertEquals(cell, new String(lines.bytes(), 0, lines.length(), StandardCharsets.UTF_8));
    }

    /** A parser gets the very text back, and the line holds nothing hidden. */
    @Test
    void jsonGivesTheTextBackOnOneLine() throws IOException {
        ObjectMapper parser = new ObjectMapper();
        for (String text : hostile().filter(each -> each.length() < 50_000).toList()) { // no parser takes longer names
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            try (JsonGenerator json = JsonText.generator(bytes)) {
                json.writeStartObject();
                json.writeStringField(text, text);
                json.writeEndObject();
            }
            String line = JsonText.line(JsonNodeFactory.instance.objectNode().put(text, text));
            assertEquals(bytes.toString(StandardCharsets.UTF_8), line);
            assertEquals(List.of(), Hostile.hiddenIn(line, ""));
            String back =
                    text.replaceAll("[\\ud800-\\udfff]", "\ufffd"); // in a regular expression, those without a partner
            assertEquals(back, parser.readTree(line).get(back).textValue());
            String indented =
                    JsonText.indented(JsonNodeFactory.instance.objectNode().put("user", text));
            assertEquals(List.of(), Hostile.hiddenIn(indented, "\n"));
            assertEquals(3, indented.lines().count());
        }
        assertEquals(
                "{\"user\":\"å 漢\"}",
                JsonText.line(JsonNodeFactory.instance.objectNode().put("user", "å 漢")));
    }

    /** What is put together by hand has the very texts that the generator writes. */
    @Test
    void jsonBytesWriteTextsAsTheGeneratorDoes() {
        Stream.concat(hostile(), Stream.of("plain", "å 漢 – €", "a\"b\\c/d", "\u007f", "\ud83d\ude00", "\ud800"))
                .forEach(text -> {
                    JsonBytes json = new JsonBytes();
                    json.raw("[").text(text).raw(",\"é\"]");
                    assertEquals(
                            JsonText.line(JsonNodeFactory.instance
                                    .arrayNode()
                                    .add(text)
                                    .add("é")),
                            new String(json.bytes(), 0, json.length(), StandardCharsets.UTF_8));
                });
    }

    @Test
    void jsonBytesWriteNumbersTimesAndTruth() {
        JsonBytes json = new JsonBytes();
        json.number(0.1)
                .raw(" ")
                .number(Double.POSITIVE_INFINITY)
                .raw(" ")
                .number(-7L)
                .raw(" ");
        json.truth(true).raw(" ").truth(false).raw(" ").time(1_714_566_896_789_000L);
        assertEquals(
                "0.1 null -7 true false \"2024-05-01T12:34:56.789Z\"",
                new String(json.bytes(), 0, json.length(), StandardCharsets.UTF_8));
    }

    @Test
    void htmlHasNoMarkup() {
        hostile().forEach(text -> {
            StringBuilder html = new StringBuilder();
            HtmlText.append(text, html);
            assertEquals(List.of(), Hostile.hiddenIn(html.toString(), "\n"));
            assertFalse(html.toString().matches("(?s).*[<>\"'].*"));
            String back = html.toString()
                    .replace("&lt;", "<")
                    .replace("&gt;", ">")
                    .replace("&quot;", "\"")
                    .replace("&#39;", "'")
                    .replace("&amp;", "&");
            assertEquals(PlainText.lines(text), back);
        });
    }

    @Test
    void cefKeepsItsFieldsApart() {
        hostile().forEach(text -> {
            assertFalse(CefText.header(text).matches(".*(?<!\\\\)(\\\\\\\\)*\\|.*"));
            assertFalse(CefText.value(text).matches(".*(?<!\\\\)(\\\\\\\\)*=.*"));
            assertEquals(List.of(), Hostile.hiddenIn(CefText.header(text) + CefText.value(text), ""));
        });
    }
}
