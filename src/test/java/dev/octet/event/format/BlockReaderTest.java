package dev.octet.event.format;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.octet.event.InputException;
import dev.octet.event.Labelled;
import dev.octet.event.LoginEvent;
import dev.octet.event.LoginReader;
import dev.octet.event.RejectedRows;
import dev.octet.event.RejectionPolicy;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A log that is read in blocks reads as it does on one thread. */
class BlockReaderTest {
    @TempDir
    private Path folder;

    /** What a reading gives: logins with their rows, what is counted, and the list of what is unreadable. */
    private record Reading(List<LoginEvent> logins, String leftOut, long unreadable, long users, String list) {}

    private Reading read(Path log, String format, int blockSize) throws IOException {
        Path list = folder.resolve("unreadable.csv");
        List<LoginEvent> logins = new ArrayList<>();
        RejectedRows rejected = RejectedRows.listedIn(list, "log", RejectionPolicy.warning(1, false));
        FormatSettings settings = FormatSettings.DEFAULT.withYear(Optional.of(2025));
        try (rejected;
                LoginReader reader = new FormatSource(log, Formats.find(format, settings), blockSize).open(rejected)) {
            for (Labelled<LoginEvent> login = reader.next(); login != null; login = reader.next()) {
                logins.add(login.row());
            }
        }
        return new Reading(
                logins,
                rejected.leftOut().toString(),
                rejected.count(),
                rejected.missingUsers(),
                Files.exists(list) ? Files.readString(list) : "");
    }

    /** Lines of about 300 days around New Year, some late, some broken, some of no login, one longer than a block. */
    private static String syslog() {
        Random random = new Random(1);
        StringBuilder log = new StringBuilder("\ufeff");
        String[] months = {"Nov", "Dec", "Jan", "Feb"};
        for (int i = 0; i < 4000; i++) {
            int month = i / 1000;
            String date = "%s %2d".formatted(months[month], 1 + i % 1000 / 37);
            if (month == 1 && i % 1000 > 900) {
                date = "Dec 31";
            } else if (month == 2 && i % 1000 < 40 && random.nextInt(4) == 0) {
                date = "Dec 31"; // written late
            }
            String head = date + " 10:%02d:%02d h sshd[%d]: ".formatted(i % 60, random.nextInt(60), i);
            log.append(
                    switch (random.nextInt(9)) {
                        case 0 ->
                            head + "Failed password for invalid user a b from 192.0.2." + i % 256 + " port 1 ssh2\n";
                        case 1 -> head + "pam_unix(sshd:auth): authentication failure\n";
                        case 2 ->
                            head + "message repeated 3 times: [ Failed password for x from 192.0.2.7 port 2 ssh2]\r\n";
                        case 3 -> head + "Accepted password for y from not-an-address port 3 ssh2\n";
                        case 4 -> "\n";
                        case 5 -> head.replace(":", ";") + "Accepted\n";
                        default ->
                            head + "Accepted publickey for u" + i + " from 2001:db8::1 port 9 ssh2: RSA SHA256:x\n";
                    });
            if (i == 2000) {
                log.append("x".repeat(20_000)).append('\n');
            }
        }
        return log.append("Feb 28 11:00:00 h sshd[1]: Accepted password for last from 192.0.2.1 port 1 ssh2")
                .toString();
    }

    private static String okta() {
        Random random = new Random(2);
        StringBuilder log = new StringBuilder();
        for (int i = 0; i < 3000; i++) {
            String login =
                    "{\"eventType\":\"user.session.start\",\"published\":\"2024-03-30T18:%02d:%02d.%03dZ\",\"actor\":{\"alternateId\":\"%s\"},\"outcome\":{\"result\":\"%s\"},\"client\":{\"ipAddress\":\"%s\"}}"
                            .formatted(
                                    i / 60 % 60,
                                    i % 60,
                                    i % 1000,
                                    random.nextInt(10) == 0 ? "" : "u" + i,
                                    i % 3 == 0 ? "FAILURE" : "SUCCESS",
                                    i % 50 == 0 ? "nowhere" : "192.0.2.1");
            log.append(
                    switch (random.nextInt(8)) {
                        case 0 -> login.replace("session.start", "session.end");
                        case 1 -> login.substring(0, 60);
                        case 2 -> login + login;
                        case 3 -> login.replace("2024-", "24-");
                        case 4 -> login.replace("\"u", "\"J\u00fc");
                        default -> login;
                    });
            log.append(i % 5 == 0 ? "\r\n" : "\n");
        }
        return log.toString();
    }

    @ParameterizedTest
    @ValueSource(ints = {64, 1000, 4096, 1 << 16})
    void blocksGiveTheSameAsOneThread(int blockSize) throws IOException {
        Path log = folder.resolve("log");
        for (String format : List.of("sshd", "okta")) {
            Files.writeString(log, format.equals("sshd") ? syslog() : okta());
            Reading one = read(log, format, 0);
            assertTrue(one.logins.size() > 1500 && one.unreadable + one.list.length() > 0, one.leftOut);
            Reading blocks = read(log, format, blockSize);
            assertEquals(one.logins, blocks.logins);
            assertEquals(one, blocks);
        }
    }

    @Test
    void aDamagedFileGivesTheLoginsBeforeTheDamage() throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(okta().repeat(8).getBytes(StandardCharsets.UTF_8));
        }
        Path log = folder.resolve("log.gz");
        Files.write(log, Arrays.copyOf(packed.toByteArray(), packed.size() * 3 / 4));
        for (int blockSize : new int[] {0, 5000}) {
            int logins = 0;
            try (LoginReader reader = new FormatSource(log, Formats.find("okta", FormatSettings.DEFAULT), blockSize)
                    .open(RejectedRows.ignoring())) {
                while (true) {
                    reader.next();
                    logins++;
                }
            } catch (InputException e) {
                assertTrue(logins > 8000, "logins before the damage: " + logins);
                assertTrue(
                        e.getMessage().matches(".* ends early .* after \\d{5} logins, line \\d{5}\\..*"),
                        e.getMessage());
            }
        }
    }

    @Test
    void aLineLongerThanAnyRecordIsOneThatCannotBeRead() throws IOException {
        Path log = folder.resolve("log");
        String login = "2024-03-30T18:36:47Z h sshd[1]: Accepted password for a from 192.0.2.1 port 1 ssh2\n";
        Files.writeString(log, login + "Accepted ".repeat(4_000_000) + "\n" + login);
        Reading one = read(log, "sshd", 0);
        Reading blocks = read(log, "sshd", 1 << 20);
        assertEquals(2, one.logins.size());
        assertEquals(1, one.unreadable);
        assertEquals(one.logins, blocks.logins);
        assertEquals(1, blocks.unreadable);
    }

    @Test
    void whatStopsReadingStopsItInBlocksToo() throws IOException {
        Path log = folder.resolve("log");
        // a 29 February does not fit 2025
        Files.writeString(
                log, syslog() + "\nFeb 29 11:00:00 h sshd[1]: Accepted password for b from 192.0.2.1 port 1 ssh2\n");
        for (int blockSize : new int[] {0, 1000}) {
            assertTrue(assertThrows(InputException.class, () -> read(log, "sshd", blockSize))
                    .getMessage()
                    .contains("29 February"));
        }
    }
}
