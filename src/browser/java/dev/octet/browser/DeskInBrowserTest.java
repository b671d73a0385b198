package dev.octet.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import de.siegmar.fastcsv.reader.NamedCsvRecord;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tukaani.xz.XZInputStream;

/**
 * The desk as a person uses it, in Debian's chromium, on a service in a process of its own; skipped where the browser is
 * missing. Started by {@code ./mvnw -Pbrowser test -Dtest=DeskInBrowserTest}. Pictures are left in {@code target/desk}.
 */
class DeskInBrowserTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static final String EVIL = "<img src=x onerror=\"document.title='taken over'\">";
    private static final LocalDateTime BEGIN = LocalDateTime.of(2024, 3, 1, 0, 0);

    private static final String CONFIG = """
            name: desk
            data: {format: {columns: {time: at, user: user, ip: ip, success: ok, country: land, asn: net, device: device}}, train: LOG}
            view: attempt
            features: [hour, new-country, new-asn, surprise-country, surprise-asn, surprise-device]
            split: {by: time, train: 0.6, validation: 0.2, test: 0.2}
            detector:
              autoencoder: {layers: [8, 3, 8], epochs: 3, batch-size: 128, seed: 1}
            threshold: {percentile: 98}
            evaluate: {on: successful}
            output: OUT
            """;

    @TempDir
    private static Path folder;

    private static Path bundle;
    private static Chromium browser;

    private final List<String> errors = new ArrayList<>();
    private final List<Service> services = new ArrayList<>();
    private Page page;

    @BeforeAll
    static void trains() throws IOException {
        Chromium.needed("the desk");
        SplittableRandom random = new SplittableRandom(3);
        StringBuilder log = new StringBuilder("at,user,ip,ok,land,net,device\n");
        LocalDateTime at = LocalDateTime.of(2024, 1, 1, 0, 0);
        for (int i = 0; i < 5000; i++) {
            int number = random.nextInt(40);
            boolean strange = random.nextInt(150) == 0;
            log.append(at)
                    .append(":00,user")
                    .append(number)
                    .append(",10.0.")
                    .append(number % 4)
                    .append('.')
                    .append(number);
            log.append(',')
                    .append(random.nextInt(20) > 0)
                    .append(',')
                    .append(strange ? "PT" : number % 3 == 0 ? "NO" : "SE");
            log.append(',')
                    .append(strange ? 64000 + random.nextInt(9) : 100 + number % 4)
                    .append(',');
            log.append(number % 2 == 0 ? "desktop" : "mobile").append('\n');
            at = at.plus(Duration.ofMinutes(17));
        }
        Path out = Chromium.run(CONFIG, log, folder);
        bundle = out.resolve("bundle");
        browser = new Chromium();
    }

    @AfterAll
    static void close() {
        if (browser != null) {
            browser.close();
        }
    }

    @AfterEach
    void nothingWentWrong() {
        if (page != null) {
            page.close();
        }
        services.forEach(service -> service.process.destroyForcibly());
        assertEquals(List.of(), errors);
    }

    /** A service with a desk, in a process of its own. */
    private final class Service {
        private final Process process;
        private final int port;

        Service(Path state, int port, String token) throws IOException {
            ProcessBuilder builder = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-Xmx512m",
                            "-XX:TieredStopAtLevel=1",
                            "-cp",
                            System.getProperty("java.class.path"),
                            "dev.octet.cli.Octet",
                            "serve",
                            "--model",
                            bundle.toString(),
                            "--state",
                            state.toString(),
                            "--port",
                            Integer.toString(port))
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD);
            if (!token.isEmpty()) {
                builder.environment().put("OCTET_TOKEN", token);
            }
            process = builder.start();
            services.add(this);
            BufferedReader err =
                    new BufferedReader(new InputStreamReader(process.getErrorStream(), StandardCharsets.UTF_8));
            List<String> said = new ArrayList<>();
            int found = 0;
            for (String line = err.readLine(); line != null && found == 0; line = err.readLine()) {
                said.add(line);
                int at = line.indexOf("the desk is at http://127.0.0.1:");
                if (at >= 0) {
                    found = Integer.parseInt(line.substring(at + 32).split("/")[0]);
                    break;
                }
            }
            assertTrue(found > 0, said.toString());
            this.port = found;
            Thread drain = new Thread(() -> err.lines().forEach(line -> {}));
            drain.setDaemon(true);
            drain.start();
        }

        String address() {
            return "http://127.0.0.1:" + port + "/";
        }

        JsonNode score(ArrayNode logins, String... headers) throws Exception {
            HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(address() + "v1/score"))
                    .header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofString(logins.toString()));
            if (headers.length > 0) {
                request.headers(headers);
            }
            HttpResponse<String> answer = CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString());
            assertEquals(200, answer.statusCode(), answer.body());
            return JSON.readTree(answer.body());
        }

        void kill() throws InterruptedException {
            process.destroyForcibly();
            process.waitFor();
        }
    }

    private static ObjectNode login(int minute, String user, String ip, String country, int asn, boolean success) {
        return JSON.createObjectNode()
                .put("id", "at-" + minute + "-" + Math.abs(user.hashCode()) + "-" + ip.hashCode() % 1000)
                .put("time", BEGIN.plusMinutes(minute) + ":00Z")
                .put("user", user)
                .put("ip", ip)
                .put("country", country)
                .put("asn", asn)
                .put("device", "desktop")
                .put("success", success);
    }

    /** Usual logins. */
    private static ArrayNode usual(int from, int minutes) {
        ArrayNode logins = JSON.createArrayNode();
        for (int minute = from; minute < from + minutes; minute++) {
            int number = minute % 40;
            logins.add(login(
                            minute,
                            "user" + number,
                            "10.0." + number % 4 + "." + number,
                            number % 3 == 0 ? "NO" : "SE",
                            100 + number % 4,
                            true)
                    .put("device", number % 2 == 0 ? "desktop" : "mobile"));
        }
        return logins;
    }

    /** A spraying address: many failures, then some users' accounts. */
    private static ArrayNode attack(int from, int asn) {
        return attack(from, asn, 0, "203.0.113.9", "KP");
    }

    private static ArrayNode attack(int from, int asn, int firstUser, String ip, String country) {
        ArrayNode logins = JSON.createArrayNode();
        for (int number = 0; number < 30; number++) {
            logins.add(login(from, "user" + number, ip, country, asn, false));
        }
        for (int number = 0; number < 6; number++) {
            logins.add(login(from + 1 + number, "user" + (firstUser + number), ip, country, asn, true));
        }
        return logins;
    }

    private void look(String address, int width, ColorScheme scheme) {
        if (page != null) {
            page.close();
        }
        page = browser.newPage(
                new Browser.NewPageOptions().setViewportSize(width, 900).setColorScheme(scheme));
        page.onPageError(errors::add);
        page.onDialog(dialog -> errors.add("a dialog: " + dialog.message()));
        page.onConsoleMessage(message -> {
            // that a service is away, or wants a token, the browser says by itself
            if (message.type().equals("error") && !message.text().contains("Failed to load resource")) {
                errors.add(message.text());
            }
        });
        page.onRequest(request -> {
            if (!request.url().startsWith(address)) {
                errors.add("asked for " + request.url());
            }
        });
        page.navigate(address);
    }

    private Locator rows() {
        return page.locator("#queue > li");
    }

    private void expectCount(String state, int count) {
        assertThat(page.locator("[data-state=" + state + "] .count")).hasText(Integer.toString(count));
    }

    @Test
    void aPersonsWholePath() throws Exception {
        Path state = folder.resolve("path-state");
        Service service = new Service(state, 0, "");
        look(service.address(), 1280, ColorScheme.LIGHT);
        assertThat(page.getByText("No alert has come yet.")).isVisible();
        assertThat(page.locator("#live")).hasText("live");

        // alerts arrive while the page is open
        service.score(usual(0, 200));
        JsonNode answers = service.score(attack(200, 64999));
        int flagged = 0;
        for (JsonNode answer : answers) {
            flagged += answer.get("flagged").asBoolean() ? 1 : 0;
        }
        assertEquals(6, flagged, answers.toString());
        expectCount("open", 6);
        assertThat(rows()).hasCount(1);
        assertThat(rows().first()).containsText("6 alerts, 6 users");

        // they are grouped by what they look like, and filtered by it
        page.locator("#group").selectOption("technique");
        assertThat(rows()).hasCount(2);
        Locator place = rows().filter(new Locator.FilterOptions().setHasText("New place for the user"));
        assertThat(place).containsText("3 alerts, 3 users, 1 network");
        assertThat(place).containsText("ATT&CK T1078");
        place.locator(".row-open").click();
        assertThat(page.locator("#chips")).containsText("technique New place for the user");
        expectCount("open", 3);
        assertThat(rows()).hasCount(1);
        assertThat(rows().first()).containsText("3 alerts, 3 users");
        assertThat(rows().first().locator(".row-foot")).containsText("New place for the user");
        page.locator("#chips button").first().click();
        page.locator("#group").selectOption("campaign");
        expectCount("open", 6);
        assertThat(rows()).hasCount(1);
        assertThat(rows().first()).containsText("6 alerts, 6 users");
        page.locator("#group").blur();

        // one is opened by keyboard
        page.keyboard().press("j");
        page.keyboard().press("Enter");
        assertThat(page.locator("#alert h2")).hasText("user5");
        assertThat(page.locator("#alert .sentence"))
                .containsText("user5 signed in from 203.0.113.9 (network AS 64999, KP)");
        assertThat(page.locator("#alert .sentence"))
                .containsText("The address tried 30 users that day; 30 of its 36 logins failed.");
        assertThat(page.locator("#alert .reasons")).containsText("country KP, never seen");
        assertThat(page.locator("#alert .technique"))
                .containsText(Pattern.compile("Looks like: New (place|device) for the user"));
        assertThat(page.locator("#alert .never").first()).containsText("never in ");
        assertThat(page.locator("#alert .timeline svg")).isVisible();

        // the group is judged, and undone
        page.keyboard().press("g");
        assertThat(page.locator("#whole")).isChecked();
        page.keyboard().press("t");
        expectCount("judged", 6);
        expectCount("open", 0);
        assertThat(page.locator("#toast")).containsText("6 alerts: takeover");
        assertThat(page.locator("#alert [data-verdict=takeover]")).hasAttribute("aria-pressed", "true");
        page.keyboard().press("u");
        expectCount("judged", 0);
        assertThat(page.locator("#alert [data-verdict=takeover]")).hasAttribute("aria-pressed", "false");
        page.keyboard().press("b");
        expectCount("judged", 6);

        // killed in between: the page comes back by itself, and the verdicts are there
        service.kill();
        assertThat(page.locator("#live")).hasText("not connected");
        Service again = new Service(state, service.port, "");
        assertThat(page.locator("#live")).hasText("live");
        page.reload();
        expectCount("judged", 6);
        assertThat(page.locator("#alert .said")).containsText("benign by local");

        // what another person says is seen at once, and nothing is overwritten unseen
        service = again;
        service.score(attack(300, 64998, 20, "203.0.113.77", "CU"));
        expectCount("open", 6);
        page.locator("[data-state=open]").click();
        page.locator("#queue .row-open").first().click();
        assertThat(page.locator("#alert .sentence")).containsText("AS 64998");
        Page other = browser.newPage(new Browser.NewPageOptions());
        other.navigate(page.url());
        other.locator("[data-verdict=takeover]").click();
        assertThat(page.locator("#alert .said")).containsText("takeover by local");
        assertThat(page.locator("#alert [data-verdict=takeover]")).hasAttribute("aria-pressed", "true");
        other.close();

        // the threshold is moved and applied, and the swapped model answers
        page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("Threshold"))
                .click();
        Locator slider = page.locator("#slider");
        String now = page.locator("#row-now td").first().textContent();
        assertThat(page.locator("#apply")).isDisabled();
        slider.focus();
        for (int i = 0; i < 4; i++) {
            page.keyboard().press("ArrowLeft");
        }
        assertThat(page.locator("#row-then td").first()).not().hasText(now);
        String before = service.score(usual(400, 1)).get(0).get("bundle").asText();
        page.locator("#apply").click();
        assertThat(page.locator("#toast")).containsText("Now scoring with bundle-v2");
        JsonNode after = service.score(usual(401, 1)).get(0);
        assertNotEquals(before, after.get("bundle").asText());
        assertThat(page.locator("#row-now td").first()).not().hasText(now);
        page.locator("#take-back").click();
        assertThat(page.locator("#toast")).containsText("Taken back");
        assertEquals(before, service.score(usual(402, 1)).get(0).get("bundle").asText());

        page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("Health"))
                .click();
        assertThat(page.locator("[data-key=unreadable-fields] .tile-value")).hasText("0");
        assertThat(page.locator("[data-key=model-fit] .tile-value")).hasText("not known yet");
        assertThat(page.locator("[data-key=model-fit] .tile-more")).containsText("2,000 scored logins");

        // a service that dies within an answer is said, as one that does not answer
        page.addInitScript("const whole = window.fetch;"
                + " window.fetch = async (path, options) => path.startsWith('/v1/alerts?')"
                + " ? {ok: true, status: 200, text: async () => { throw new TypeError('Failed to fetch'); }}"
                + " : whole(path, options);");
        page.navigate(service.address() + "#/alerts");
        page.reload();
        assertThat(page.locator("#toast")).hasText("the service does not answer");
    }

    /** Rows of a log that somebody wrote to harm whoever reads it, with invented ones where that log is not there. */
    private static List<String> hostileUsers() throws IOException {
        List<String> users = new ArrayList<>(List.of(
                EVIL,
                "</script><script>document.title='taken over'</script>",
                "javascript:alert(1)",
                "\u202egnp.exe",
                "a\u0000b\u001b[31mred",
                "'; DROP TABLE alert; --",
                "%_\\",
                "{{constructor.constructor('alert(1)')()}}",
                " ",
                "x".repeat(3000)));
        String data = System.getenv("OCTET_DATA");
        Path log = data == null ? Path.of("none") : Path.of(data).resolveSibling("logs/faults/inject-users.csv.xz");
        if (Files.isRegularFile(log)) {
            try (InputStream packed = new XZInputStream(Files.newInputStream(log));
                    CsvReader<NamedCsvRecord> csv = CsvReader.builder()
                            .missingFieldStrategy(FieldMismatchStrategy.SKIP)
                            .extraFieldStrategy(FieldMismatchStrategy.SKIP)
                            .ofNamedCsvRecord(new InputStreamReader(packed, StandardCharsets.UTF_8))) {
                for (NamedCsvRecord line : csv) {
                    String user = line.getField("user");
                    if (!user.matches("-?\\d+") && !user.isEmpty() && !users.contains(user)) {
                        users.add(user);
                    }
                }
            }
        }
        return users;
    }

    @Test
    void aHostileLogIsTextOnly() throws Exception {
        Service service = new Service(folder.resolve("hostile-state"), 0, "");
        look(service.address(), 1280, ColorScheme.DARK);
        List<String> users = hostileUsers();
        ArrayNode logins = usual(0, 200);
        int minute = 200;
        for (String user : users) {
            ObjectNode login = login(minute, user, "198.51.100." + minute % 250, "KP", 65000 + minute, true);
            login.put("id", "hostile-" + minute);
            login.put("browser", EVIL);
            login.put("city", "<svg/onload=alert(1)>");
            logins.add(login);
            minute += 90;
        }
        int flagged = 0;
        Map<String, String> ids = new HashMap<>();
        for (JsonNode answer : service.score(logins)) {
            flagged += answer.get("flagged").asBoolean() ? 1 : 0;
            ids.put(answer.get("id").asText(), answer.get("flagged").asText());
        }
        assertTrue(flagged >= 9, flagged + " of " + users.size());
        expectCount("open", flagged);
        for (int i = 0; i < Math.min(flagged, 60); i++) {
            page.keyboard().press("j");
            page.keyboard().press("Enter");
            assertThat(page.locator("#alert h2")).isVisible();
        }
        int blank = 200 + 90 * users.indexOf(" ");
        assertEquals("true", ids.get("hostile-" + blank), "the login of a user whose name is a blank");
        page.navigate(service.address() + "#/alerts/hostile-" + blank);
        assertThat(page.locator("#alert h2")).hasText("\\u0020");
        page.navigate(service.address() + "#/alerts/hostile-200");
        assertThat(page.locator("#alert h2")).hasText(EVIL);
        page.locator("#alert .neighbours .link").first().click();
        assertThat(page.locator("#chips li").first()).isVisible();
        page.locator("#search").fill("'; DROP TABLE");
        assertThat(rows()).hasCount(0);
        page.locator("#chips button").first().click();
        assertThat(rows()).hasCount(1);
        assertEquals("Octet desk", page.title());
        assertEquals(
                0,
                page.locator("img, iframe, object, embed, svg[onload], main script")
                        .count());
        assertEquals(0, page.locator("[onerror], [onload], a[href^=javascript]").count());
        int pages = page.locator("body")
                .innerText()
                .codePoints()
                .filter(c -> c == 0x202e || c == 0x1b)
                .toArray()
                .length;
        assertEquals(0, pages, "hidden characters are written by number");
    }

    @Test
    void whoMayOnlyReadSeesNoButtons() throws Exception {
        String ann = "0123456789abcdef-ann";
        String bob = "0123456789abcdef-bob";
        Service service = new Service(folder.resolve("token-state"), 0, "ann:judge:" + ann + ",bob:read:" + bob);
        service.score(usual(0, 100), "Authorization", "Bearer " + ann);
        service.score(attack(100, 64997), "Authorization", "Bearer " + ann);
        look(service.address(), 1280, ColorScheme.LIGHT);
        page.getByLabel("Token").fill("wrong");
        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Sign in"))
                .click();
        assertThat(page.locator("#sign-in-error")).hasText("this is not the token");
        page.getByLabel("Token").fill(bob);
        page.keyboard().press("Enter");
        expectCount("open", 6);
        assertThat(page.locator("#name")).hasText("bob");
        page.locator("#queue .row-open").first().click();
        assertThat(page.getByText("This token may only read.").first()).isVisible();
        assertThat(page.locator("#alert [data-verdict]")).hasCount(0);
        page.locator("#sign-out").click();
        page.getByLabel("Token").fill(ann);
        page.keyboard().press("Enter");
        page.locator("#queue .row-open").first().click();
        page.locator("#alert [data-verdict=takeover]").click();
        assertThat(page.locator("#alert .said")).containsText("takeover by ann");
        assertEquals("", page.evaluate("document.cookie"), "no script can read the session");
    }

    @Test
    void fitsEveryWidthInLightAndDark() throws Exception {
        Path pictures = Files.createDirectories(Path.of("target/desk"));
        Service service = new Service(folder.resolve("picture-state"), 0, "");
        service.score(usual(0, 300));
        service.score(attack(300, 64996));
        ArrayNode single = JSON.createArrayNode();
        single.add(login(420, "user7", "192.0.2.44", "BR", 64800, true));
        service.score(single);
        for (int width : new int[] {1920, 1280, 390}) {
            for (ColorScheme scheme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
                look(service.address(), width, scheme);
                expectCount("open", 7);
                String name = width + "-" + scheme.toString().toLowerCase() + ".png";
                shot(pictures.resolve("queue-" + name));
                page.locator("#group").selectOption("technique");
                assertThat(rows().first()).containsText("ATT&CK");
                shot(pictures.resolve("technique-" + name));
                page.locator("#group").selectOption("campaign");
                assertThat(rows().first()).not().containsText("ATT&CK");
                page.locator("#queue .row-open").first().click();
                assertThat(page.locator("#alert .sentence")).isVisible();
                shot(pictures.resolve("alert-" + name));
                for (String each : List.of("model", "health")) {
                    page.navigate(service.address() + "#/" + each);
                    assertThat(page.locator("#page-" + each + " h1")).isVisible();
                    assertThat(page.locator(each.equals("model") ? "#slider" : ".tile")
                                    .first())
                            .isVisible();
                    shot(pictures.resolve(each + "-" + name));
                }
            }
        }
        assertThat(page.locator("nav a").first()).hasAccessibleName(Pattern.compile(".+"));
        for (Locator control :
                page.locator("button:visible, input:visible, select:visible").all()) {
            assertThat(control).hasAccessibleName(Pattern.compile("\\S"));
        }
    }

    private void shot(Path to) {
        assertEquals(
                page.evaluate("window.innerWidth"),
                page.evaluate("Math.max(window.innerWidth, document.documentElement.scrollWidth)"),
                "nothing is wider than the window: " + to.getFileName());
        page.screenshot(new Page.ScreenshotOptions().setPath(to));
    }
}
