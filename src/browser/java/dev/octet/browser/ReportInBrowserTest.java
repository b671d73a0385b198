package dev.octet.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Download;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code report.html} as a person sees and uses it, in Debian's chromium; skipped where that is missing. Started by
 * {@code ./mvnw -Pbrowser test -Dtest=ReportInBrowserTest}.
 */
class ReportInBrowserTest {
    private static final String EVIL = "<img src=x onerror=\"document.title='taken over'\">";
    /** A name that a spreadsheet would compute. */
    private static final String FORMULA = "=1+1";

    private static final String CONFIG = """
            name: browser
            data: {format: {columns: {time: at, user: user, ip: ip, success: ok, country: land, asn: net}}, train: LOG, labels: {column: attack, in-training: ignore}}
            view: attempt
            features: [hour, new-country, new-asn, surprise-country]
            split: {by: time, train: 0.5, validation: 0.2, test: 0.3}
            detectors:
              - autoencoder: {layers: [8, 3, 8], epochs: 3, batch-size: 128, seed: 1}
              - isolation-forest: {trees: 20, seed: 1}
            threshold: {percentile: 98}
            output: OUT
            """;

    @TempDir
    private static Path folder;

    private static Path report;
    private static Chromium browser;

    private final List<String> errors = new ArrayList<>();
    private Page page;

    @BeforeAll
    static void writeTheReport() throws IOException {
        Chromium.needed("report.html");
        SplittableRandom random = new SplittableRandom(3);
        StringBuilder log = new StringBuilder("at,user,ip,ok,land,net,attack\n");
        LocalDateTime at = LocalDateTime.of(2024, 1, 1, 0, 0);
        for (int i = 0; i < 4000; i++) {
            boolean attack = i > 2900 && random.nextInt(60) == 0;
            int number = random.nextInt(20);
            String user = number == 0 ? EVIL : number == 1 ? FORMULA : "user" + number;
            log.append(at).append(":00,\"").append(user.replace("\"", "\"\"")).append("\",");
            log.append(attack ? "203.0.113." + number : "10.0.0." + number).append(",true,");
            log.append(attack || random.nextInt(100) == 0 ? "ZZ" : number % 3 == 0 ? "NO" : "SE")
                    .append(',');
            log.append(attack ? 64500 + number : 100 + number % 3).append(',');
            log.append(attack).append('\n');
            at = at.plus(Duration.ofMinutes(17));
        }
        Path out = Chromium.run(CONFIG, log, folder);
        report = out.resolve("report.html");
        browser = new Chromium();
    }

    @AfterAll
    static void close() {
        if (browser != null) {
            browser.close();
        }
    }

    @BeforeEach
    void open() {
        look(1280, ColorScheme.LIGHT);
    }

    private void look(int width, ColorScheme scheme) {
        if (page != null) {
            page.close();
        }
        page = browser.newPage(new Browser.NewPageOptions()
                .setViewportSize(width, 900)
                .setColorScheme(scheme)
                .setAcceptDownloads(true));
        page.onPageError(errors::add);
        page.onConsoleMessage(message -> {
            if (message.type().equals("error")) {
                errors.add(message.text());
            }
        });
        page.onRequest(request -> {
            if (!request.url().startsWith("file:") && !request.url().startsWith("blob:")) {
                errors.add("asked for " + request.url());
            }
        });
        page.navigate(report.toUri().toString());
    }

    @AfterEach
    void nothingWentWrong() {
        assertEquals(List.of(), errors);
        page.close();
        page = null;
    }

    private Locator shownAlerts() {
        return page.locator("tbody.alert:visible");
    }

    private List<Double> scores() {
        return shownAlerts().all().stream()
                .map(alert -> Double.parseDouble(alert.getAttribute("data-score")))
                .toList();
    }

    @Test
    void filtersAndSorts() {
        for (Locator alert : shownAlerts().all()) {
            assertEquals("autoencoder", alert.getAttribute("data-detector"), "the first detector's come first");
        }
        page.locator("#filter-detector").selectOption("");
        int all = shownAlerts().count();
        assertTrue(all > 20, all + " alerts");
        assertThat(page.locator("#alert-count")).hasText(all + " of " + all + " shown");

        page.getByLabel("Label").selectOption("attack");
        int attacks = shownAlerts().count();
        assertTrue(attacks > 0 && attacks < all, attacks + " of " + all);
        for (Locator alert : shownAlerts().all()) {
            assertThat(alert.locator(".chip")).hasText("attack");
        }
        page.getByLabel("Label").selectOption("");

        page.getByRole(AriaRole.SEARCHBOX).fill("user7 zz");
        assertTrue(shownAlerts().count() < all);
        for (Locator alert : shownAlerts().all()) {
            assertThat(alert.locator("td.user")).hasText("user7");
        }
        page.getByRole(AriaRole.SEARCHBOX).fill("nobody is called this");
        assertThat(shownAlerts()).hasCount(0);
        assertThat(page.getByText("No alert fits these filters.")).isVisible();
        page.getByRole(AriaRole.SEARCHBOX).fill("");
        assertThat(shownAlerts()).hasCount(all);

        page.getByLabel("Sort by").selectOption("time:1");
        List<String> times = shownAlerts().all().stream()
                .map(alert -> alert.getAttribute("data-time"))
                .toList();
        assertEquals(times.stream().sorted().toList(), times);
        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName(Pattern.compile("^Score")))
                .click();
        assertEquals(scores().stream().sorted(Comparator.reverseOrder()).toList(), scores());
        assertThat(page.locator("th[aria-sort=descending]")).hasText("Score");
    }

    @Test
    void opensAnAlertByKeyboard() {
        Locator opener = shownAlerts()
                .first()
                .getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName(Pattern.compile("Open alert")));
        opener.focus();
        page.keyboard().press("Enter");
        assertThat(shownAlerts().first().getByText("What was known of the user"))
                .isVisible();
        assertThat(shownAlerts().first().getByText("Latest logins before it")).isVisible();
        assertThat(shownAlerts().first().locator(".shares progress").first()).isVisible();
        assertThat(opener).hasAttribute("aria-expanded", "true");
        page.keyboard().press("Enter");
        assertThat(shownAlerts().first().getByText("What was known of the user"))
                .isHidden();
    }

    @Test
    void aLinkOpensAnAlert() {
        page.navigate("about:blank");
        page.navigate(report.toUri() + "#alert-2");
        assertThat(page.locator("#alert-2")).isVisible();
        assertThat(page.locator("#alert-2")).isInViewport();
        assertThat(page.locator("#alert-1")).isHidden();
    }

    @Test
    void aLinkOnThePageOpensAnAlertAndStaysWhenThePageIsLoadedAgain() {
        page.navigate(report.toUri() + "#alert-2");
        assertThat(page.locator("#alert-2")).isInViewport();
        page.evaluate("window.scrollTo(0, 0)");
        assertThat(page.locator("#alert-2")).not().isInViewport();
        page.reload();
        assertThat(page.locator("#alert-2")).isVisible();
        assertThat(page.locator("#alert-2")).isInViewport();
        assertThat(page.locator("#alert-1")).isHidden();
    }

    @Test
    void exportsWhatWasSelected() throws IOException {
        page.locator("#filter-detector").selectOption("");
        page.getByRole(AriaRole.SEARCHBOX).fill("=1+1");
        int formulas = shownAlerts().count();
        assertTrue(formulas > 0, "an alert of the user " + FORMULA);
        page.getByLabel("Select all shown alerts").check();
        Download download = page.waitForDownload(
                () -> page.getByText("Export " + formulas + " selected").click());
        assertEquals("alerts.csv", download.suggestedFilename());
        Path csv = folder.resolve("alerts-" + formulas + ".csv");
        download.saveAs(csv);
        List<String> lines = Files.readAllLines(csv);
        assertEquals("detector,row,timestamp,until,user,network,score,label,reasons,shares", lines.get(0));
        assertEquals(formulas + 1, lines.size());
        assertTrue(lines.get(1).contains(",'=1+1,"), lines.get(1));
    }

    @Test
    void hostileNamesAreOnlyNames() {
        page.locator("#filter-detector").selectOption("");
        page.getByRole(AriaRole.SEARCHBOX).fill("onerror");
        assertTrue(shownAlerts().count() > 0);
        assertThat(shownAlerts().first().locator("td.user")).hasText(EVIL);
        assertThat(page).hasTitle("browser – Octet");
        assertThat(page.locator("main img")).hasCount(0);
    }

    @Test
    void switchesTheme() {
        String light = background();
        page.getByLabel("Switch to the dark theme").click();
        String dark = background();
        assertTrue(brightness(light) > 600 && brightness(dark) < 200, light + " and " + dark);
        page.getByLabel("Switch to the light theme").click();
        assertEquals(light, background());
        look(1280, ColorScheme.DARK);
        assertEquals(dark, background());
    }

    private String background() {
        return (String) page.evaluate("getComputedStyle(document.body).backgroundColor");
    }

    private static int brightness(String rgb) {
        return Pattern.compile("\\d+")
                .matcher(rgb)
                .results()
                .limit(3)
                .mapToInt(channel -> Integer.parseInt(channel.group()))
                .sum();
    }

    @Test
    void curvesComeAndGo() {
        Locator key = page.locator(".key").first();
        Locator curves = page.locator("#curves path.line[data-series='0']");
        assertThat(curves).hasCount(4);
        assertThat(key).hasAttribute("aria-pressed", "true");
        key.click();
        assertThat(key).hasAttribute("aria-pressed", "false");
        for (Locator curve : curves.all()) {
            assertEquals("none", curve.evaluate("each => getComputedStyle(each).display"));
        }
        page.locator("#detector").selectOption("isolation-forest");
        assertThat(page.getByRole(
                        AriaRole.HEADING,
                        new Page.GetByRoleOptions().setName("isolation-forest").setExact(true)))
                .isVisible();
        assertThat(page.getByRole(
                        AriaRole.HEADING,
                        new Page.GetByRoleOptions().setName("autoencoder").setExact(true)))
                .isHidden();
    }

    @Test
    void nothingIsClippedOrOverlapsAtAnyWidth() {
        for (int width : new int[] {1280, 768, 390}) {
            look(width, ColorScheme.LIGHT);
            assertEquals(
                    0,
                    page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"),
                    "at " + width + " the page is wider than the screen");
            Object overlaps = page.evaluate("""
                    () => {
                      const bad = [];
                      for (const svg of document.querySelectorAll('svg.plot')) {
                        const texts = [...svg.querySelectorAll('text')].map(t => [t, t.getBoundingClientRect()])
                            .filter(([, box]) => box.width > 0);
                        for (let i = 0; i < texts.length; i++) {
                          for (let j = i + 1; j < texts.length; j++) {
                            const [a, b] = [texts[i][1], texts[j][1]];
                            const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
                            const high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
                            if (wide > 1 && high > 3) {
                              bad.push(svg.getAttribute('aria-label').slice(0, 30) + ': ' + texts[i][0].textContent + ' / '
                                  + texts[j][0].textContent);
                            }
                          }
                        }
                      }
                      return bad.join('; ');
                    }
                    """);
            assertEquals("", overlaps, "at " + width + " texts of plots lie on each other");
        }
        assertFalse(page.locator(".alerts > thead").isVisible(), "on a phone alerts are cards");
    }
}
