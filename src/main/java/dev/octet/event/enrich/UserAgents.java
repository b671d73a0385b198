package dev.octet.event.enrich;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import ua_parser.OS;
import ua_parser.Parser;
import ua_parser.UserAgent;

/**
 * Tells browser, operating system and device type from a user agent's text, by the regular expressions of ua-parser
 * (uap-java), whose names are those of the RBA data set. Why this parser: {@code docs/decisions/user-agents.md}.
 *
 * <p>Only the first {@link #LONGEST} characters are read: the expressions backtrack, and the text is the client's. Answers
 * are kept in a bounded cache. Thread-safe.
 */
final class UserAgents {
    /** Characters that are looked at; browsers send fewer than 300. */
    static final int LONGEST = 512;

    /** Entries of the cache, a power of two. */
    private static final int CACHED = 1 << 14;

    private static final String VERSION = "/META-INF/maven/com.github.ua-parser/uap-java/pom.properties";

    private static final String OTHER = "Other";
    private static final String SPIDER = "Spider";
    private static final Pattern BOT = Pattern.compile("bot\\b|bot/|crawler|spider|slurp", Pattern.CASE_INSENSITIVE);
    private static final Pattern TABLET = Pattern.compile(
            "iPad|Tablet|Nexus (?:7|9|10)\\b|\\bKF[A-Z]{2,6}\\b|\\bSM-[TX]\\d{3}|\\bTB-", Pattern.CASE_INSENSITIVE);
    private static final Pattern MOBILE = Pattern.compile("Mobi|iPhone|iPod|\\bwv\\b", Pattern.CASE_INSENSITIVE);

    private static final Set<String> MOBILE_SYSTEMS = Set.of(
            "Android",
            "iOS",
            "Windows Phone",
            "Windows Mobile",
            "Windows CE",
            "KaiOS",
            "Firefox OS",
            "BlackBerry OS",
            "BlackBerry Tablet OS",
            "Symbian OS",
            "Symbian^3",
            "Symbian^3 Anna",
            "Symbian^3 Belle",
            "Nokia Series 30",
            "Nokia Series 40",
            "Nokia Series 30 Plus",
            "Bada",
            "Tizen",
            "MeeGo",
            "Maemo",
            "webOS",
            "watchOS",
            "HarmonyOS");

    /** Reads its expressions when the first user agent comes: .2 s that a log with browsers and systems does without. */
    private static final class Expressions {
        static final Parser PARSER = new Parser();
    }

    private final Entry[] cache = new Entry[CACHED];

    private record Entry(String text, Client client) {}

    /** Name and version of the parser, as provenance has them. */
    static String version() {
        Properties properties = new Properties();
        try (InputStream stream = Parser.class.getResourceAsStream(VERSION)) {
            if (stream != null) {
                properties.load(stream);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(VERSION + " of uap-java cannot be read", e);
        }
        return "uap-java " + properties.getProperty("version", "of unknown version");
    }

    /**
     * What a user agent says.
     *
     * @param userAgent the header's text; blank where there is none
     * @return {@link Client#NONE} for a blank text
     */
    Client of(String userAgent) {
        int hash = userAgent.hashCode();
        int slot = (hash ^ hash >>> 16) & CACHED - 1;
        Entry entry = cache[slot];
        if (entry != null && entry.text.equals(userAgent)) {
            return entry.client;
        }
        Client client = parse(userAgent);
        cache[slot] = new Entry(userAgent, client);
        return client;
    }

    /** The same without the cache. */
    Client parse(String userAgent) {
        if (userAgent.isBlank()) {
            return Client.NONE;
        }
        String text = userAgent.length() <= LONGEST ? userAgent : userAgent.substring(0, LONGEST);
        UserAgent browser = Expressions.PARSER.parseUserAgent(text);
        OS os = Expressions.PARSER.parseOS(text);
        return new Client(
                browser == null ? OTHER : versioned(browser.family, browser.major, browser.minor, browser.patch),
                os == null ? OTHER : versioned(os.family, os.major, os.minor, os.patch),
                device(text, browser == null ? OTHER : browser.family, os == null ? OTHER : os.family));
    }

    private static String versioned(String family, String... parts) {
        StringBuilder name = new StringBuilder(family == null || family.isBlank() ? OTHER : family.strip());
        char before = ' ';
        for (String part : parts) {
            if (part == null || part.isBlank()) {
                break;
            }
            name.append(before).append(part);
            before = '.';
        }
        return name.toString();
    }

    private static String device(String text, String browser, String os) {
        if (BOT.matcher(browser).find() || BOT.matcher(text).find() || browser.equals(SPIDER)) {
            return "bot";
        }
        if (TABLET.matcher(text).find()) {
            return "tablet";
        }
        Matcher mobile = MOBILE.matcher(text);
        if (MOBILE_SYSTEMS.contains(os)) {
            return "mobile";
        }
        if (os.equals(OTHER)) {
            return mobile.find() ? "mobile" : "unknown";
        }
        return "desktop";
    }
}
