package dev.octet.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import dev.octet.config.ConfigFile;
import dev.octet.config.ExperimentConfig;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.LocalDateTime;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a run writes for people: {@code report.html}, and {@code evaluation.json} that holds all of it. */
class ReportRunTest {
    private static final String EVIL = "<script>alert('u')</script>\"'&";

    private static final String CONFIG = """
            name: small
            data: {format: {columns: {time: at, user: user, ip: ip, success: ok, country: land, asn: net, browser: agent}}, train: LOG, labels: {column: attack, in-training: ignore}}
            view: attempt
            features: [hour, new-country, new-asn, surprise-country, {country: one-hot}]
            split: {by: time, train: 0.5, validation: 0.2, test: 0.3}
            detectors:
              - autoencoder: {layers: [8, 3, 8], epochs: 3, batch-size: 128, seed: 1}
              - isolation-forest: {trees: 20, seed: 1}
            threshold: {percentile: 98}
            output: OUT
            """;

    @TempDir
    Path folder;

    /** A quiet site whose users come from home; later, somebody from elsewhere, under a name that is markup. */
    private Path log() throws IOException {
        SplittableRandom random = new SplittableRandom(3);
        StringBuilder log = new StringBuilder("at,user,ip,ok,land,net,agent,attack\n");
        LocalDateTime at = LocalDateTime.of(2024, 1, 1, 0, 0);
        for (int i = 0; i < 4000; i++) {
            boolean attack = i > 2900 && random.nextInt(60) == 0;
            int number = random.nextInt(40);
            String user = number == 0 ? EVIL : "user" + number;
            log.append(at).append(":00,\"").append(user.replace("\"", "\"\"")).append("\",");
            log.append(attack ? "203.0.113." + number : "10.0.0." + number).append(',');
            log.append(attack || random.nextInt(5) > 0).append(',');
            log.append(attack ? "ZZ" : number % 3 == 0 ? "NO" : "SE").append(',');
            log.append(attack ? 64500 + number : 100 + number % 3).append(",<i>Fox</i> 7,");
            log.append(attack).append('\n');
            if (i == 100) {
                log.append("not a time,user1,10.0.0.1,true,NO,100,Fox,false\n");
            }
            at = at.plus(Duration.ofMinutes(17));
        }
        return Files.writeString(folder.resolve("log.csv"), log);
    }

    private ExperimentConfig config(String... overrides) throws IOException {
        return configOf(CONFIG, overrides);
    }

    private ExperimentConfig configOf(String yaml, String... overrides) throws IOException {
        return ExperimentConfig.of(ConfigFile.parse(
                "c.yaml",
                yaml.replace("LOG", log().toString())
                        .replace("OUT", folder.resolve("out").toString()),
                List.of(overrides),
                Map.of()));
    }

    private JsonNode json() throws IOException {
        return new ObjectMapper().readTree(Files.readString(folder.resolve("out/evaluation.json")));
    }

    private String page() throws IOException {
        return Files.readString(folder.resolve("out/report.html"));
    }

    private static void assertKeepsToTheSchema(JsonNode json) throws IOException {
        JsonSchema schema = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
                .getSchema(Files.readString(Path.of("docs/evaluation.schema.json")));
        assertEquals(Set.of(), schema.validate(json));
    }

    @Test
    void aRunOfAttemptsIsShown() throws IOException {
        new Experiment(config("data.max-rejected=0.01"), RunListener.SILENT).run(false);
        JsonNode json = json();
        assertKeepsToTheSchema(json);
        String page = page();

        // hostile texts are there, and are texts
        assertTrue(page.contains("&lt;script&gt;alert(&#39;u&#39;)&lt;/script&gt;&quot;&#39;&amp;"));
        assertFalse(page.contains("<script>alert"));
        assertFalse(page.contains("<i>Fox"));
        assertSelfContained(page);

        assertEquals(
                1, json.get("read").get(0).get("rejected").get(0).get("rows").asInt());
        JsonNode first = json.get("detectors").get(0);
        assertEquals(3, first.get("training").get("epoch").size());
        assertFalse(json.get("detectors").get(1).has("training"));
        assertEquals(
                first.get("rows").asLong(),
                sum(first.get("histogram").get("normals"))
                        + sum(first.get("histogram").get("attacks")));
        assertEquals(first.get("rows").asLong(), sum(first.get("days").get("rows")));
        assertEquals(
                first.get("at_threshold").get("flagged").asLong(),
                sum(first.get("days").get("flagged")));
        JsonNode unseen = json.get("features").get(0).get("unseen_categories").get(0);
        assertEquals("country", unseen.get("feature").asText());
        // the only country that training never saw is that of the attacks
        assertEquals(json.get("attacks").asLong(), unseen.get("rows").asLong());

        JsonNode alert = null;
        for (JsonNode each : json.get("top_alerts")) {
            if (each.get("attack").asBoolean()) {
                alert = each;
                break;
            }
        }
        JsonNode background = alert.get("background");
        JsonNode country = background.get("traits").get(0);
        assertEquals("country", country.get("field").asText());
        assertEquals("ZZ", country.get("value").asText());
        assertEquals(before(alert, "ZZ"), country.get("seen").asLong());
        assertEquals(before(alert, ""), background.get("successes").asLong());
        assertTrue(page.contains("What was known of the user"));
        assertTrue(page.contains(
                "lowest in epoch " + first.get("training").get("best_epoch").asInt() + " of 3"));
        assertTrue(page.contains("recall (true positive rate)"));

        byte[] again = Files.readAllBytes(folder.resolve("out/report.html"));
        new Experiment(config("data.max-rejected=0.01"), RunListener.SILENT).run(false);
        assertEquals(new String(again, StandardCharsets.UTF_8), page(), "the same run writes the same page");
    }

    /** Successful logins of the alert's user before it, counted in the log by other means; all, or those of a country. */
    private long before(JsonNode alert, String country) throws IOException {
        String user = alert.get("user").asText();
        return Files.readAllLines(folder.resolve("log.csv")).stream()
                .skip(1)
                .limit(alert.get("row").asLong())
                .filter(line -> line.contains(",\"" + user.replace("\"", "\"\"") + "\","))
                .filter(line -> line.contains(",true," + country))
                .count();
    }

    private static long sum(JsonNode counts) {
        long sum = 0;
        for (JsonNode count : counts) {
            sum += count.asLong();
        }
        return sum;
    }

    /** Nothing is fetched, and of what the page holds only its own style and script may act; one may go to the model cards. */
    private static void assertSelfContained(String page) throws IOException {
        Matcher fetched = Pattern.compile("(?i).{0,40}(src|href|action)\\s*=\\s*\"(?!#).{0,40}")
                .matcher(page.replaceAll(" href=\"bundle(-[A-Za-z0-9._-]+)?/model-card\\.md\"", ""));
        assertFalse(fetched.find(), () -> fetched.group());
        assertFalse(page.contains("@import"));
        assertFalse(Pattern.compile("url\\((?!#)").matcher(page).find(), "a url() that is no part of the page");
        assertFalse(Pattern.compile("<[^>]*\\s(on\\w+|style)=\"").matcher(page).find());
        Matcher policy = Pattern.compile("Content-Security-Policy\" content=\"([^\"]*)\"")
                .matcher(page);
        assertTrue(policy.find());
        String text = policy.group(1).replace("&#39;", "'");
        assertTrue(text.startsWith("default-src 'none'; "), text);
        for (String tag : List.of("style", "script")) {
            Matcher own = Pattern.compile("<" + tag + ">(.*?)</" + tag + ">", Pattern.DOTALL)
                    .matcher(page);
            assertTrue(own.find());
            assertTrue(text.contains(tag + "-src 'sha256-" + sha256(own.group(1)) + "'"), text);
            assertFalse(own.find(), "one " + tag);
        }
    }

    private static String sha256(String text) {
        try {
            return Base64.getEncoder()
                    .encodeToString(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void withoutLabelsThePageSaysWhyThereIsNoRecall() throws IOException {
        new Experiment(
                        configOf(
                                CONFIG.replace(", labels: {column: attack, in-training: ignore}", ""),
                                "data.max-rejected=0.01"),
                        RunListener.SILENT)
                .run(false);
        assertKeepsToTheSchema(json());
        String page = page();
        assertTrue(page.contains("No curves: the data carries no labels"), page);
        assertFalse(page.contains("false alarm<"));
        assertTrue(page.contains("Without labels nobody knows which of them are attacks"));
        assertFalse(json().get("detectors").get(0).has("curve"));
        assertSelfContained(page);
    }

    @Test
    void windowsHaveATimeline() throws IOException {
        new Experiment(
                        config(
                                "data.max-rejected=0.01",
                                "view={window: {span: 1h}}",
                                "features=counts",
                                "threshold.percentile=90",
                                "alarm={hold: 1}"),
                        RunListener.SILENT)
                .run(false);
        JsonNode json = json();
        assertKeepsToTheSchema(json);
        JsonNode first = json.get("detectors").get(0);
        assertEquals(3600, json.get("timeline").get("window_seconds").asInt());
        JsonNode alarms = json.get("alarms").get(0);
        assertEquals(alarms.get("alerts").asInt(), first.get("alarm_spans").size());
        assertTrue(first.get("attack_spans").size() > 0);
        JsonNode alert = json.get("top_alerts").get(0);
        assertTrue(alert.get("until").asText().compareTo(alert.get("time").asText()) > 0);
        assertEquals(
                61,
                alert.get("background").get("usernames_with_failures_around").size());
        assertTrue(page().contains("usernames with failures in one hour"));
        assertTrue(page().contains("What happened"));
        assertSelfContained(page());
    }

    @Test
    void entitiesHaveAScatter() throws IOException {
        new Experiment(
                        config(
                                "data.max-rejected=0.01",
                                "view={entity: {by: user}}",
                                "features=entity",
                                "threshold.percentile=90"),
                        RunListener.SILENT)
                .run(false);
        JsonNode json = json();
        assertKeepsToTheSchema(json);
        JsonNode cells = json.get("detectors").get(0).get("entities");
        assertEquals(json.get("rows").asLong(), sum(cells.get("entities")));
        assertEquals(json.get("attacks").asLong(), sum(cells.get("attacks")));
        assertTrue(page().contains("longest time between two attempts"));
        assertTrue(page().contains("What it did"));
        assertFalse(page().contains("Alerts per day"), "an entity has no day");
        assertSelfContained(page());
    }
}
