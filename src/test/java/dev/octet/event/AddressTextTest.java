package dev.octet.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressTextTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "192.0.2.1 | 192.0.2.1",
                "::ffff:192.0.2.1 | 192.0.2.1",
                "::FFFF:c000:201 | 192.0.2.1",
                "[::ffff:192.0.2.1]:443 | 192.0.2.1",
                "192.0.2.1:51234 | 192.0.2.1",
                "2001:db8::1 | 2001:db8::1",
                "[2001:db8::1]:443 | 2001:db8::1",
                "[2001:db8::1] | 2001:db8::1",
                "fe80::1%eth0 | fe80::1",
                "[fe80::1%25eth0]:80 | fe80::1",
                "'  192.0.2.1 ' | 192.0.2.1",
                "203.0.113.9, 10.0.0.1 | 203.0.113.9",
                "10.0.0.1, 203.0.113.9 | 203.0.113.9",
                "unknown, 192.168.1.1, [2001:db8::1]:4711, 203.0.113.9 | 2001:db8::1",
                "10.0.0.1,10.0.0.2 | 10.0.0.1",
                "garbage, 203.0.113.9:80 | 203.0.113.9",
                "- | ''",
                "unknown | ''",
                "UNKNOWN | ''",
                "'' | ''",
                "'unknown, -' | ''",
                "null | ''",
                "NaN | ''",
                "\\N | ''",
                "' <nil> ' | ''",
                "192.0.2.1/32 | 192.0.2.1",
                "2001:db8::1/128 | 2001:db8::1",
                "10.0.0.1 203.0.113.9 | 203.0.113.9",
                "10.0.0.1;203.0.113.9 | 203.0.113.9",
                "for=192.0.2.1 | 192.0.2.1",
                "For=\"[2001:db8::1]:4711\";proto=https;by=203.0.113.9 | 2001:db8::1",
                "for=10.0.0.1, for=203.0.113.9;proto=http | 203.0.113.9",
                "for=unknown;proto=http | ''",
            })
    void readsWhatLogsWrite(String text, String address) {
        assertEquals(address, AddressText.read(text).toString());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1.2.3",
                "1.2.3.256",
                "1.2.3.4:",
                "1.2.3.4:65536",
                "1.2.3.4:8o",
                "[2001:db8::1",
                "[2001:db8::1]443",
                "2001:db8::1:443:x",
                "host.example",
                "=cmd()",
                "for=cmd",
                "192.0.2.0/24",
                "nobody",
                "garbage, more"
            })
    void refusesTheRest(String text) {
        assertThrows(IllegalArgumentException.class, () -> AddressText.read(text));
    }

    // RFC 6890, tables 1 to 20
    @ParameterizedTest
    @CsvSource({
        "10.1.2.3, false",
        "100.64.0.1, false",
        "100.128.0.1, true",
        "127.0.0.1, false",
        "169.254.1.1, false",
        "172.16.0.1, false",
        "172.32.0.1, true",
        "192.168.0.1, false",
        "224.0.0.1, false",
        "0.0.0.0, false",
        "8.8.8.8, true",
        "::1, false",
        "::, false",
        "fc00::1, false",
        "fd12::1, false",
        "fe80::1, false",
        "ff02::1, false",
        "2001:db8::1, true",
    })
    void privateAddressesAreNotPublic(String text, boolean expected) {
        assertEquals(expected, IpAddress.parse(text).isPublic());
    }

    @Test
    void aListOfAnyLengthIsReadAsFarAsItGoes() {
        String list = "10.0.0.1, ".repeat(100_000) + "203.0.113.9";
        assertEquals("10.0.0.1", AddressText.read(list).toString());
    }

    @ParameterizedTest
    @CsvSource({
        "64500, 64500",
        "AS64500, 64500",
        "as64500, 64500",
        "ASN64500, 64500",
        "AS64500 Example Net, 64500",
        "64500 Example Net, 64500",
        "AS 64500, 64500",
        "' 64500 ', 64500",
        "64500.0, 64500"
    })
    void networksMayBeNamedInSeveralWays(String text, long number) {
        assertEquals(number, AsnText.read(text));
        for (String wrong : new String[] {"", "AS", "4294967296", "-1", "64500-Net", "ASx", "1.10", "6.4e4"}) {
            assertTrue(AsnText.read(wrong) < 0, wrong);
        }
    }
}
