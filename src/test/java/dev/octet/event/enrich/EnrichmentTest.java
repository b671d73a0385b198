package dev.octet.event.enrich;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.octet.event.CsvFormat;
import dev.octet.event.CsvFormats;
import dev.octet.event.CsvSource;
import dev.octet.event.InputException;
import dev.octet.event.IpAddress;
import dev.octet.event.Label;
import dev.octet.event.Labelled;
import dev.octet.event.LoginEvent;
import dev.octet.event.LoginField;
import dev.octet.event.LoginReader;
import dev.octet.event.LoginSource;
import dev.octet.event.RejectedRows;
import dev.octet.event.enrich.EnrichSettings.Prefer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EnrichmentTest {
    private static final String PHONE =
            "Mozilla/5.0 (Linux; Android 13; Pixel 7) AppleWebKit/537.36 (KHTML, like Gecko)"
                    + " Chrome/123.0.0.0 Mobile Safari/537.36";

    @TempDir
    private Path folder;

    private Enrichment enrichment(Prefer prefer) throws IOException {
        Path asn = Files.writeString(folder.resolve("asn.csv"), "8.8.8.0,8.8.8.255,15169,Google\n");
        Path city = Files.writeString(
                folder.resolve("city.csv"),
                "first,last,country,region,city,latitude,longitude\n8.8.8.0,8.8.8.255,US,California,Mountain View,37.4,-122.1\n");
        return Enrichment.open(
                new EnrichSettings(
                        Map.of(AddressFact.ASN, List.of(asn), AddressFact.CITY, List.of(city)),
                        folder.resolve("none"),
                        Set.of(),
                        prefer,
                        true),
                key -> "--" + key);
    }

    private static LoginEvent.Builder login() {
        return LoginEvent.at(0, "ada", true).ip(IpAddress.parse("8.8.8.8"));
    }

    private LoginEvent complete(Prefer prefer, LoginEvent event) throws IOException {
        return enrichment(prefer).completing(LoginField.all()).apply(event);
    }

    @Test
    void fillsWhatTheLogLeavesOut() throws IOException {
        assertEquals(
                login().asn(15169)
                        .country("US")
                        .region("California")
                        .city("Mountain View")
                        .coordinates(37.4, -122.1)
                        .userAgent(PHONE)
                        .browser("Chrome Mobile 123.0.0")
                        .os("Android 13")
                        .device("mobile")
                        .build(),
                complete(Prefer.LOG, login().userAgent(PHONE).build()));
    }

    @Test
    void theLogsValueWinsUnlessTheDatabaseIsPreferred() throws IOException {
        LoginEvent said = login().asn(64500).country("US").city("Palo Alto").build();
        LoginEvent kept = complete(Prefer.LOG, said);
        assertEquals(64500, kept.asn());
        assertEquals("Palo Alto", kept.city());
        assertEquals("California", kept.region());
        LoginEvent replaced = complete(Prefer.DATABASE, said);
        assertEquals(15169, replaced.asn());
        assertEquals("Mountain View", replaced.city());
    }

    @Test
    void aPlaceOfAnotherCountryIsNotTaken() throws IOException {
        LoginEvent abroad = complete(Prefer.LOG, login().country("NO").build());
        assertEquals("NO", abroad.country());
        assertEquals("", abroad.city());
        assertTrue(Double.isNaN(abroad.latitude()));
        assertEquals(15169, abroad.asn());
    }

    @Test
    void whatNobodyKnowsStaysMissing() throws IOException {
        LoginEvent elsewhere =
                LoginEvent.at(0, "ada", true).ip(IpAddress.parse("9.9.9.9")).build();
        assertSame(elsewhere, complete(Prefer.LOG, elsewhere));
        LoginEvent nowhere = LoginEvent.at(0, "ada", true).build();
        assertSame(nowhere, complete(Prefer.DATABASE, nowhere));
    }

    @Test
    void anInternalAddressHasANetworkOfItsOwnButNoCountry() throws IOException {
        LoginEvent internal =
                LoginEvent.at(0, "ada", true).ip(IpAddress.parse("10.8.8.8")).build();
        for (Prefer prefer : Prefer.values()) {
            LoginEvent completed = complete(prefer, internal);
            assertEquals("internal 10.8.0.0/16", AddressSpace.networkName(completed.asn(), completed.ip()));
            assertEquals("", completed.country());
            LoginEvent said = internal.toBuilder().asn(64500).build();
            assertSame(said, complete(prefer, said));
        }
        // where no AS numbers are looked up, or the model is of a time before, there are no such networks
        assertSame(
                internal,
                enrichment(Prefer.LOG)
                        .completing(LoginField.setOf(LoginField.COUNTRY))
                        .apply(internal));
        EnrichSettings settings = new EnrichSettings(
                Map.of(AddressFact.ASN, List.of(folder.resolve("asn.csv"))),
                folder.resolve("none"),
                Set.of(),
                Prefer.LOG,
                false);
        assertSame(
                internal,
                Enrichment.open(settings, key -> key, false)
                        .completing(LoginField.all())
                        .apply(internal));
    }

    /** The columns of a log that has parsed its user agents stay, whatever they say. */
    @Test
    void ownColumnsOfTheClientStay() throws IOException {
        LoginEvent own = login().userAgent(PHONE)
                .browser("Android 2.3.3.2672")
                .device("tablet")
                .build();
        LoginEvent completed = complete(Prefer.LOG, own);
        assertEquals("Android 2.3.3.2672", completed.browser());
        assertEquals("", completed.os());
        assertEquals("tablet", completed.device());
        LoginEvent typed =
                complete(Prefer.LOG, login().userAgent(PHONE).device("Computer").build());
        assertEquals("Computer", typed.device());
        assertEquals("Android 13", typed.os());
    }

    @Test
    void onlyWhatIsNeededIsTold() throws IOException {
        Enrichment enrichment = enrichment(Prefer.LOG);
        LoginEvent event = login().userAgent(PHONE).build();
        assertEquals(
                "",
                enrichment
                        .completing(LoginField.setOf(LoginField.ASN))
                        .apply(event)
                        .browser());
        assertSame(
                event,
                enrichment
                        .completing(LoginField.setOf(LoginField.FAILURE_REASON))
                        .apply(event));
        assertEquals(
                LoginField.setOf(LoginField.BROWSER, LoginField.OS, LoginField.DEVICE),
                enrichment.read(LoginField.setOf(LoginField.OS)));
        assertTrue(enrichment.read(LoginField.setOf(LoginField.CITY)).contains(LoginField.COUNTRY));
        assertEquals(LoginField.setOf(LoginField.USER), enrichment.read(LoginField.setOf(LoginField.USER)));
    }

    @Test
    void aSourceIsCompletedAsItIsRead() throws IOException {
        LoginEvent first = login().build();
        LoginSource source = new LoginSource() {
            @Override
            public LoginReader open(RejectedRows rejected) {
                return new LoginReader() {
                    private boolean read;

                    @Override
                    public Labelled<LoginEvent> next() {
                        if (read) {
                            return null;
                        }
                        read = true;
                        return new Labelled<>(first, Label.ATTACK);
                    }

                    @Override
                    public void close() {}
                };
            }

            @Override
            public String name() {
                return "a log";
            }
        };
        EnrichedSource completed = new EnrichedSource(source, enrichment(Prefer.LOG));
        assertEquals("a log", completed.name());
        try (LoginReader reader = completed.open(RejectedRows.ignoring(), LoginField.setOf(LoginField.ASN))) {
            Labelled<LoginEvent> login = reader.next();
            assertEquals(15169, login.row().asn());
            assertEquals(Label.ATTACK, login.label());
            assertEquals(null, reader.next());
        }
    }

    /** The user agent of a row must not be told of the next one, which has none or whose browser the log names. */
    @Test
    void theUserAgentOfACsvLogIsReadWhereTheRowLacksItsClient() throws IOException {
        Path log = Files.writeString(
                folder.resolve("log.csv"),
                "time,user,success,agent,browser,os,type\n"
                        + "2026-01-01T00:00:00Z,ada,true," + "\"" + PHONE + "\",Firefox 1,,\n"
                        + "2026-01-01T00:00:01Z,ada,true," + "\"" + PHONE + "\",,,\n"
                        + "2026-01-01T00:00:02Z,ada,true,,,,\n"
                        + "2026-01-01T00:00:03Z,ada,true,Opera/1,Own 2,Own 3,own\n"
                        + "2026-01-01T00:00:04Z,ada,true," + "\"" + PHONE + "\",,,tablet\n");
        CsvFormat format = CsvFormats.of(Map.of(
                LoginField.TIME, "time",
                LoginField.USER, "user",
                LoginField.SUCCESS, "success",
                LoginField.USER_AGENT, "agent",
                LoginField.BROWSER, "browser",
                LoginField.OS, "os",
                LoginField.DEVICE, "type"));
        EnrichedSource source = new EnrichedSource(new CsvSource(log, format), enrichment(Prefer.LOG));
        List<String> told = new ArrayList<>();
        List<String> agents = new ArrayList<>();
        try (LoginReader reader = source.open(RejectedRows.ignoring(), LoginField.setOf(LoginField.BROWSER))) {
            for (Labelled<LoginEvent> login = reader.next(); login != null; login = reader.next()) {
                LoginEvent row = login.row();
                told.add(row.browser() + "|" + row.os() + "|" + row.device());
                agents.add(row.userAgent());
            }
        }
        String client = "Chrome Mobile 123.0.0|Android 13|";
        assertEquals(List.of("Firefox 1||", client + "mobile", "||", "Own 2|Own 3|own", client + "tablet"), told);
        assertEquals(List.of(PHONE, "", ""), List.of(agents.get(1), agents.get(2), agents.get(3)));
    }

    @Test
    void infoSurvivesJson() throws IOException {
        EnrichmentInfo info = enrichment(Prefer.DATABASE).info();
        assertEquals(
                info,
                EnrichmentInfo.fromJson(
                        new ObjectMapper().readTree(info.toJson().toString())));
        assertEquals(EnrichmentInfo.NONE, EnrichmentInfo.fromJson(MissingNode.getInstance()));
        assertThrows(
                InputException.class,
                () -> EnrichmentInfo.fromJson(new ObjectMapper().readTree("{\"asn\": [{\"built\": \"yesterday\"}]}")));
    }

    private static EnrichmentInfo with(String kind, String built, String userAgents) {
        return new EnrichmentInfo(
                Map.of(AddressFact.ASN, List.of(new DatabaseInfo(Path.of("asn.mmdb"), kind, LocalDate.parse(built)))),
                userAgents,
                Prefer.LOG,
                true);
    }

    @Test
    void saysWhatIsMissingOlderOrOther() {
        EnrichmentInfo trained = with("GeoLite2-ASN", "2026-06-17", "uap-java 1.6.1");
        assertEquals(List.of(), trained.differences(trained));
        assertEquals(List.of(), trained.differences(with("GeoLite2-ASN", "2026-04-01", "uap-java 1.6.1")));
        assertEquals(List.of(), trained.differences(with("GeoLite2-ASN", "2027-06-17", "uap-java 1.6.1")));
        assertEquals(List.of(), EnrichmentInfo.NONE.differences(trained));
        List<String> missing = trained.differences(EnrichmentInfo.NONE);
        assertEquals(2, missing.size());
        assertTrue(missing.get(0).contains("--asn"), missing.get(0));
        assertTrue(missing.get(1).contains("uap-java 1.6.1"), missing.get(1));
        List<String> older = trained.differences(with("GeoLite2-ASN", "2026-03-01", "uap-java 1.6.1"));
        assertEquals(1, older.size());
        assertTrue(older.get(0).contains("2026-03-01") && older.get(0).contains("2026-06-17"), older.get(0));
        List<String> other = trained.differences(with("DBIP-ASN-Lite", "2026-06-01", "uap-java 1.7.0"));
        assertEquals(2, other.size());
        assertTrue(other.get(0).contains("DBIP-ASN-Lite"), other.get(0));
        assertTrue(other.get(1).contains("uap-java 1.7.0"), other.get(1));
    }
}
