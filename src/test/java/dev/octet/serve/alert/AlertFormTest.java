package dev.octet.serve.alert;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import dev.octet.event.IpAddress;
import dev.octet.event.LoginEvent;
import dev.octet.event.text.Hostile;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each form against its published schema; the resources say where those come from. */
class AlertFormTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private static List<Alert> all() {
        List<Alert> alerts = new ArrayList<>(List.of(Alerts.page(), Alerts.window(), Alerts.entity("198.51.100.7")));
        alerts.add(Alerts.of(LoginEvent.at(-1, "", false).build(), Double.MIN_VALUE));
        alerts.add(Alerts.of(
                LoginEvent.at(0, "", true).ip(IpAddress.parse("2001:db8::7")).build(), 13.3));
        alerts.add(Alerts.of(Alerts.login().country("Brasil").asn(-1).build(), 1e9));
        alerts.add(Alerts.of(
                LoginEvent.at(0, "bob", true)
                        .city("Oslo")
                        .ip(IpAddress.parse("192.0.2.1"))
                        .build(),
                14));
        SplittableRandom random = new SplittableRandom(3);
        for (String text : Hostile.TEXTS) {
            alerts.add(hostile(text));
        }
        for (int i = 0; i < 300; i++) {
            alerts.add(hostile(Hostile.next(random)));
        }
        return alerts;
    }

    private static Alert hostile(String text) {
        return Alerts.of(
                LoginEvent.at(0, text, true)
                        .ip(IpAddress.parse("192.0.2.1"))
                        .country(text)
                        .region(text)
                        .city(text)
                        .userAgent(text)
                        .browser(text)
                        .os(text)
                        .device(text)
                        .build(),
                20);
    }

    private static AlertSource infinite() {
        return new AlertSource("0.1.0", "m|o=d\\e\nl", "id", Double.POSITIVE_INFINITY, Alerts.SOURCE.clock());
    }

    @Test
    void ocsfIsValid() throws IOException {
        JsonSchema schema;
        try (InputStream in = AlertFormTest.class.getResourceAsStream("ocsf-1.8.0-detection-finding.json")) {
            schema = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
                    .getSchema(in);
        }
        assertFalse(schema.validate(JSON.readTree("{\"class_uid\": 2004}")).isEmpty(), "the schema says no at all");
        for (AlertSource source : List.of(Alerts.SOURCE, infinite())) {
            for (Alert alert : all()) {
                JsonNode tree = JSON.readTree(AlertForm.OCSF.line(alert, source));
                assertEquals(List.of(), List.copyOf(schema.validate(tree)), tree.toPrettyString());
                assertEquals(
                        tree.get("class_uid").asInt() * 100
                                + tree.get("activity_id").asInt(),
                        tree.get("type_uid").asInt());
            }
        }
        JsonNode page = JSON.readTree(AlertForm.OCSF.line(Alerts.page(), Alerts.SOURCE));
        ((ObjectNode) page).put("severity_id", 7);
        assertEquals(1, schema.validate(page).size());
    }

    @Test
    void ecsIsValid() throws IOException {
        Map<String, String[]> fields = table("ecs-9.3.0-fields.csv");
        for (AlertSource source : List.of(Alerts.SOURCE, infinite())) {
            for (Alert alert : all()) {
                JsonNode tree = JSON.readTree(AlertForm.ECS.line(alert, source));
                requireEcs("", tree, fields);
                for (String needed : List.of("/@timestamp", "/ecs/version", "/event/kind", "/event/category/0")) {
                    assertFalse(tree.at(needed).isMissingNode(), needed);
                }
                assertEquals("alert", tree.at("/event/kind").asText());
            }
        }
    }

    private static void requireEcs(String path, JsonNode node, Map<String, String[]> fields) {
        node.properties().forEach(entry -> {
            String name = path.isEmpty() ? entry.getKey() : path + "." + entry.getKey();
            JsonNode value = entry.getValue();
            if (name.equals("octet")) {
                return; // a name of our own, as ECS asks of custom fields
            }
            String[] field = fields.get(name);
            if (field == null) {
                assertTrue(value.isObject(), name + " is no field of ECS");
                requireEcs(name, value, fields);
                return;
            }
            assertEquals(field[2].equals("array"), value.isArray(), name);
            for (JsonNode one : value.isArray() ? value : List.of(value)) {
                requireType(name, field[1], one);
                if (!field[3].isEmpty()) {
                    assertTrue(List.of(field[3].split("\\|")).contains(one.asText()), name + " is " + one);
                }
            }
        });
    }

    private static void requireType(String name, String type, JsonNode value) {
        switch (type) {
            case "keyword", "match_only_text", "wildcard" -> {
                assertTrue(value.isTextual(), name);
                assertTrue(
                        !type.equals("keyword") || value.asText().length() <= 1100 || name.equals("event.reason"),
                        name);
            }
            case "date" -> Instant.parse(value.asText());
            case "ip" -> IpAddress.parse(value.asText());
            case "long" -> assertTrue(value.isIntegralNumber(), name);
            case "float" -> assertTrue(value.isNumber(), name);
            case "geo_point" ->
                assertTrue(
                        Math.abs(value.get("lat").asDouble()) <= 90
                                && Math.abs(value.get("lon").asDouble()) <= 180,
                        name);
            default -> throw new AssertionError(name + " has the type " + type);
        }
    }

    @Test
    void cefIsValid() throws IOException {
        Map<String, String[]> keys = table("cef-keys.csv");
        for (AlertSource source : List.of(Alerts.SOURCE, infinite())) {
            for (Alert alert : all()) {
                String line = AlertForm.CEF.line(alert, source);
                String[] header = line.split("(?<!\\\\)(?:\\\\\\\\)*\\|", 8);
                assertEquals(8, header.length, line);
                assertEquals("CEF:0", header[0]);
                int severity = Integer.parseInt(header[6]);
                assertTrue(severity >= 0 && severity <= 10, line);
                Map<String, String> extension = extension(header[7]);
                assertEquals(source.id(alert), extension.get("externalId"), line);
                extension.forEach((key, value) -> {
                    assertTrue(keys.containsKey(key), key + " is no key of CEF");
                    requireCef(key, keys.get(key), value);
                });
                extension.keySet().stream()
                        .filter(key -> key.matches("(cs|cn|cfp|c6a)\\d"))
                        .forEach(key -> assertTrue(extension.containsKey(key + "Label"), key));
            }
        }
    }

    /** Reads an extension as a receiver does: an unescaped sign ends a key, the key's blank ends the value before it. */
    private static Map<String, String> extension(String text) {
        Map<String, String> values = new LinkedHashMap<>();
        String key = "";
        int begin = 0;
        StringBuilder value = new StringBuilder();
        for (int i = 0; i <= text.length(); i++) {
            char c = i == text.length() ? '=' : text.charAt(i);
            if (c == '\\') {
                assertTrue(
                        i + 1 < text.length() && "\\=".indexOf(text.charAt(i + 1)) >= 0,
                        "escape at " + i + " of " + text);
                value.append(text.charAt(++i));
            } else if (c != '=') {
                value.append(c);
            } else {
                int blank = i == text.length() ? value.length() : value.lastIndexOf(" ");
                String next = value.substring(Math.min(value.length(), blank + 1));
                if (!key.isEmpty()) {
                    assertEquals(
                            null, values.put(key, value.substring(0, Math.max(0, blank))), key + " twice in " + text);
                } else {
                    assertEquals(0, begin, text);
                }
                key = next;
                begin = i + 1;
                value.setLength(0);
            }
        }
        return values;
    }

    private static void requireCef(String key, String[] dictionary, String value) {
        switch (dictionary[1]) {
            case "String" -> assertTrue(value.length() <= Integer.parseInt(dictionary[2]), key + " is too long");
            case "TimeStamp", "Long" -> Long.parseLong(value);
            case "Floating" -> Double.parseDouble(value);
            case "IPv4" -> assertEquals(4, IpAddress.parse(value).version());
            case "IPv6" -> assertEquals(6, IpAddress.parse(value).version());
            default -> throw new AssertionError(key + " has the type " + dictionary[1]);
        }
    }

    @Test
    void ndjsonNamesWhatItIsAbout() throws IOException {
        JsonNode login = JSON.readTree(AlertForm.NDJSON.line(Alerts.page(), Alerts.SOURCE));
        assertEquals("1c9a3f0d5b7e2468-4711", login.get("id").asText());
        assertEquals("2024-05-01T12:34:56.789Z", login.get("time").asText());
        assertEquals("alice", login.get("user").asText());
        assertEquals(21.5, login.get("score").asDouble());
        assertEquals(0.56, login.at("/reasons/0/share").asDouble());
        JsonNode window = JSON.readTree(AlertForm.NDJSON.line(Alerts.window(), infinite()));
        assertEquals("2024-05-01T12:35:56.789Z", window.get("window_end").asText());
        assertTrue(window.get("threshold").isNull());
        JsonNode entity = JSON.readTree(AlertForm.NDJSON.line(Alerts.entity("192.0.2.8"), Alerts.SOURCE));
        assertEquals("192.0.2.8", entity.get("entity").asText());
    }

    @Test
    void severityRisesAtTwiceTheThreshold() throws IOException {
        for (double score : new double[] {13.3, 26.4, 26.5}) {
            boolean high = score >= 26.5;
            Alert alert = Alerts.of(Alerts.login().build(), score);
            assertEquals(
                    high ? "High" : "Medium",
                    JSON.readTree(AlertForm.OCSF.line(alert, Alerts.SOURCE))
                            .get("severity")
                            .asText());
            assertEquals(
                    high ? 73 : 47,
                    JSON.readTree(AlertForm.ECS.line(alert, Alerts.SOURCE))
                            .at("/event/severity")
                            .asInt());
            assertTrue(AlertForm.CEF.line(alert, Alerts.SOURCE).contains(high ? "|8|" : "|5|"));
        }
    }

    /** Whoever tries to log in can neither end a line nor write what a terminal acts on; JSON gives the text back. */
    @ParameterizedTest
    @EnumSource(AlertForm.class)
    void hostileTextsStayOnOneLine(AlertForm form) throws IOException {
        for (Alert alert : all()) {
            String line = form.line(alert, Alerts.SOURCE);
            assertEquals(List.of(), Hostile.hiddenIn(line, ""), line.substring(0, Math.min(300, line.length())));
            if (form == AlertForm.NDJSON
                    && alert.row() instanceof LoginEvent attempt
                    && attempt.user().length() <= Alert.LONGEST_TEXT) {
                String user = attempt.user();
                assertEquals(
                        new String(user.getBytes(StandardCharsets.UTF_16BE), StandardCharsets.UTF_16BE),
                        JSON.readTree(line).get("user").asText());
            }
        }
    }

    /** docs/alerts.md shows one alert in each form: what the code writes. */
    @Test
    void thePageShowsWhatIsWritten() throws IOException {
        String page = Files.readString(Path.of("docs/alerts.md"));
        for (AlertForm form : AlertForm.values()) {
            String line = form.line(Alerts.page(), Alerts.SOURCE);
            if (form == AlertForm.CEF) {
                assertTrue(page.contains("    " + line + "\n"), "docs/alerts.md should show\n    " + line);
                continue;
            }
            String shown = JSON.writerWithDefaultPrettyPrinter()
                    .writeValueAsString(JSON.readTree(line))
                    .replace("\r\n", "\n");
            String block = ("\n" + shown).replace("\n", "\n    ");
            assertTrue(page.contains(block), "docs/alerts.md should show, in the form " + form + ",\n" + block);
        }
    }

    private static Map<String, String[]> table(String name) throws IOException {
        Map<String, String[]> rows = new LinkedHashMap<>();
        try (BufferedReader in = new BufferedReader(
                new InputStreamReader(AlertFormTest.class.getResourceAsStream(name), StandardCharsets.UTF_8))) {
            in.lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(line -> line.split(",", -1))
                    .forEach(fields -> rows.put(fields[0], fields));
        }
        assertTrue(rows.size() > 10, name);
        return rows;
    }
}
