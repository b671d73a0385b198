package dev.octet.evaluate.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The frame of a page: one file that asks nobody for anything. Its content security policy allows the one style sheet and
 * the one script by their checksums and forbids everything else, so that a text that became markup after all would still
 * not run.
 */
final class Page {
    private static final String STYLE = resource("report.css");
    private static final String SCRIPT = resource("report.js");

    private Page() {}

    /**
     * A whole page.
     *
     * @param kind what it is, e.g. {@code Report}
     * @param name of the experiment
     * @param sections ids and names, in order, for the navigation
     * @param body writes the sections
     */
    static String of(String kind, String name, Map<String, String> sections, Consumer<Markup> body) {
        Markup page = new Markup();
        page.ours("<!doctype html>\n");
        page.open("html", "lang", "en");
        page.open("head").line();
        page.empty("meta", "charset", "utf-8").line();
        page.empty(
                        "meta",
                        "http-equiv",
                        "Content-Security-Policy",
                        "content",
                        "default-src 'none'; style-src '" + checksum(STYLE) + "'; script-src '" + checksum(SCRIPT)
                                + "'; base-uri 'none'; form-action 'none'")
                .line();
        page.empty("meta", "name", "viewport", "content", "width=device-width, initial-scale=1")
                .line();
        page.empty("meta", "name", "color-scheme", "content", "light dark").line();
        page.empty("meta", "name", "generator", "content", "Octet").line();
        page.element("title", name + " – Octet").line();
        page.open("style").ours(STYLE).close().line();
        page.close().line();
        page.open("body").line();
        page.element("a", "Skip to the content", "class", "skip", "href", "#content")
                .line();
        page.open("header", "class", "top");
        page.open("div", "class", "brand");
        page.element("span", "Octet", "class", "wordmark");
        page.element("span", kind, "class", "kind");
        page.close();
        page.open("nav", "aria-label", "Sections");
        sections.forEach((id, title) -> page.element("a", title, "href", "#" + id));
        page.close();
        page.element("button", "Dark", "type", "button", "id", "theme", "aria-pressed", "false", "hidden", "");
        page.close().line();
        page.open("main", "id", "content", "tabindex", "-1");
        body.accept(page);
        page.close().line();
        page.open("script").ours(SCRIPT).close().line();
        page.close().close();
        return page.line().toString();
    }

    private static String resource(String name) {
        try (InputStream in = Page.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(name + " of Octet's own jar cannot be read", e);
        }
    }

    private static String checksum(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return "sha256-" + Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
