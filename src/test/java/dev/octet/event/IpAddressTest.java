package dev.octet.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IpAddressTest {

    // Python 3.11: a = ipaddress.ip_address(text); a.compressed;
    // ipaddress.ip_network((int(a), bits), strict=False).network_address
    @ParameterizedTest
    @CsvSource({
        "0:0000:2516:0000:1db2:0000:0001:0, ::2516:0:1db2:0:1:0, 101, 0:0:2516:0:1db2::",
        "0:17d9:0000:0000:3C4F:9df1:0000:0, 0:17d9::3c4f:9df1:0:0, 116, 0:17d9::3c4f:9df1:0:0",
        "0000:0:0:99BA:0000:0000:0000:0000, 0:0:0:99ba::, 80, 0:0:0:99ba::",
        "0:FE4C:0:0:0:0000:0:0, 0:fe4c::, 100, 0:fe4c::",
        "0:1:cda4:0:dc6d:1:1:0, 0:1:cda4:0:dc6d:1:1:0, 94, 0:1:cda4:0:dc6d::",
        "0:1:1:1:1:0:0:1, 0:1:1:1:1::1, 53, 0:1:1::",
        "0000:0000:1:0000:0001:1:0000:0, ::1:0:1:1:0:0, 6, ::",
        "0:85b0:0000:0000:0:0:0000:665B, 0:85b0::665b, 89, 0:85b0::",
        "1:0000:0000:0000:0000:0:4fd3:0000, 1::4fd3:0, 54, 1::",
        "0:0:7b27:0000:0000:0000:ea94:D75C, 0:0:7b27::ea94:d75c, 36, 0:0:7000::",
        "F26D:3d9c:0:0:0000:0000:0:E783, f26d:3d9c::e783, 122, f26d:3d9c::e780",
        "237.132.233.30, 237.132.233.30, 12, 237.128.0.0",
        "215.10.57.209, 215.10.57.209, 8, 215.0.0.0",
        "106.168.185.224, 106.168.185.224, 25, 106.168.185.128",
        "113.46.166.179, 113.46.166.179, 4, 112.0.0.0",
        "255.255.255.255, 255.255.255.255, 0, 0.0.0.0",
        "171.208.215.251, 171.208.215.251, 32, 171.208.215.251",
    })
    void agreesWithPythonsIpaddress(String text, String canonical, int bits, String network) {
        IpAddress address = IpAddress.parse(text);
        assertEquals(canonical, address.toString());
        assertEquals(address, IpAddress.parse(canonical));
        assertEquals(IpAddress.parse(network), address.prefix(bits));
        assertEquals(network, address.prefix(bits).toString());
    }

    // RFC 4291, section 2.5.5.2
    @ParameterizedTest
    @CsvSource({"::FFFF:129.144.52.38", "::ffff:8190:3426", "0:0:0:0:0:ffff:129.144.52.38"})
    void anAddressInsideAnotherIsTheAddress(String text) {
        assertEquals(IpAddress.parse("129.144.52.38"), IpAddress.parse(text).unmapped());
        assertEquals(
                IpAddress.parse("129.144.52.38"),
                LoginEvent.at(0, "u", true).ip(IpAddress.parse(text)).build().ip());
    }

    // RFC 4291, section 2.2 and RFC 5952, sections 1, 4 and 5
    @ParameterizedTest
    @CsvSource({
        "ABCD:EF01:2345:6789:ABCD:EF01:2345:6789, abcd:ef01:2345:6789:abcd:ef01:2345:6789",
        "2001:DB8:0:0:8:800:200C:417A, 2001:db8::8:800:200c:417a",
        "FF01:0:0:0:0:0:0:101, ff01::101",
        "::1, ::1",
        "::, ::",
        "1::, 1::",
        "1:2:3:4:5:6:7::, 1:2:3:4:5:6:7:0",
        "::2:3:4:5:6:7:8, 0:2:3:4:5:6:7:8",
        "0:0:0:0:0:0:13.1.68.3, ::d01:4403",
        "::FFFF:129.144.52.38, ::ffff:129.144.52.38",
        "::ffff:8190:3426, ::ffff:129.144.52.38",
        "64:ff9b::192.0.2.33, 64:ff9b::c000:221",
        "1:2:3:4:5:6:1.2.3.4, 1:2:3:4:5:6:102:304",
        "2001:db8:0:0:1:0:0:1, 2001:db8::1:0:0:1",
    })
    void readsEveryTextForm(String text, String canonical) {
        IpAddress address = IpAddress.parse(text);
        assertEquals(6, address.version());
        assertEquals(canonical, address.toString());
        assertEquals(address, IpAddress.parse(canonical));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "10.1.1.256 | octet 256 in 10.1.1.256 is not in [0, 255]",
                "10.99999999999.1.1 | octet 99999999999 in 10.99999999999.1.1 is not in [0, 255]",
                "10.01.1.1 | octet 01 in 10.01.1.1 has a leading zero",
                "10.1.00.1 | octet 00 in 10.1.00.1 has a leading zero",
                "10.1.1 | 10.1.1 is not an IP address: four octets or an IPv6 address expected",
                "10.1.1.1.1 | 10.1.1.1.1 has more than four octets",
                "10..1.1 | 10..1.1 has an empty octet",
                "10.1.1. | 10.1.1. has an empty octet",
                "'10.1.1.1 ' | 10.1.1.1  is not an IP address: unexpected character U+0020",
                "'' | \"\" is not an IP address: four octets or an IPv6 address expected",
                "host | host is not an IP address: unexpected character 'h'",
                "1.2.3.\u0664 | 1.2.3.\u0664 is not an IP address: unexpected character U+0664",
                "-1.2.3.4 | -1.2.3.4 is not an IP address: unexpected character '-'",
                ": | : starts with a single colon",
                ":1:2:3:4:5:6:7 | :1:2:3:4:5:6:7 starts with a single colon",
                "1:2:3:4:5:6:7: | 1:2:3:4:5:6:7: ends with a single colon",
                "1:2:3 | 1:2:3 has 3 groups, not eight",
                "1:2:3:4:5:6:7:8:9 | 1:2:3:4:5:6:7:8:9 has more than eight groups",
                "1:2:3:4:5:6:7:1.2.3.4 | 1:2:3:4:5:6:7:1.2.3.4 has more than eight groups",
                "1:2:3:4:5:6:7::8 | 1:2:3:4:5:6:7::8 has eight groups beside \"::\", which stands for at least one",
                "1::2::3 | 1::2::3 has \"::\" twice",
                "1:::2 | 1:::2 has an empty group",
                ":::1 | :::1 has an empty group",
                "12345::1 | 12345::1 has a group of more than four hexadecimal digits",
                "fe80::1%eth0 | fe80::1%eth0 has a zone; only the address itself is allowed",
                "fe80::g | fe80::g is not an IP address: unexpected character 'g'",
                "::ffff:1.2.3 | ::ffff:1.2.3 is not an IP address: four octets or an IPv6 address expected",
                "::1.2.3.4:5 | ::1.2.3.4:5 is not an IP address: unexpected character ':'",
                "::ffff:1.2.3.256 | octet 256 in ::ffff:1.2.3.256 is not in [0, 255]",
            })
    void saysWhatIsWrong(String text, String message) {
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> IpAddress.parse(text));
        assertEquals(message, e.getMessage());
    }

    @Test
    void givesBitsAndOctets() {
        IpAddress v4 = IpAddress.parse("192.0.2.133");
        assertEquals(4, v4.version());
        assertEquals(0xc0000285L, v4.low());
        assertEquals(0, v4.high());
        int[] octets = {192, 0, 2, 133};
        for (int i = 0; i < 4; i++) {
            assertEquals(octets[i], v4.octet(i));
        }
        IpAddress v6 = IpAddress.parse("102:304:506:708:90a:b0c:d0e:ff10");
        assertEquals(0x0102030405060708L, v6.high());
        assertEquals(0x090a0b0c0d0eff10L, v6.low());
        for (int i = 0; i < 14; i++) {
            assertEquals(i + 1, v6.octet(i));
        }
        assertEquals(0xff, v6.octet(14));
        assertEquals(0x10, v6.octet(15));
        assertNotEquals(IpAddress.parse("0.0.0.1"), IpAddress.parse("::1"));
    }

    @Test
    void everyPrefixKeepsItsBitsAndClearsTheRest() {
        IpAddress ones = IpAddress.parse("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff");
        for (int bits = 0; bits <= 128; bits++) {
            IpAddress network = ones.prefix(bits);
            assertEquals(bits, Long.bitCount(network.high()) + Long.bitCount(network.low()));
            assertEquals(Math.min(bits, 64), Long.bitCount(network.high()));
            assertEquals(network, network.prefix(bits));
        }
    }

    @Test
    void refusesWhatAnAddressCannotHave() {
        IpAddress v4 = IpAddress.parse("1.2.3.4");
        assertEquals(
                "octet index 4 is not in [0, 3]",
                assertThrows(IndexOutOfBoundsException.class, () -> v4.octet(4)).getMessage());
        assertEquals(
                "prefix length 33 is not in [0, 32]",
                assertThrows(IllegalArgumentException.class, () -> v4.prefix(33))
                        .getMessage());
        assertThrows(IllegalArgumentException.class, () -> v4.prefix(-1));
        assertThrows(IllegalArgumentException.class, () -> new IpAddress(5, 0, 0));
        assertThrows(IllegalArgumentException.class, () -> new IpAddress(4, 0, 1L << 32));
        assertThrows(IllegalArgumentException.class, () -> new IpAddress(0, 0, 1));
    }

    @Test
    void missingHasNothing() {
        assertTrue(IpAddress.MISSING.isMissing());
        assertEquals(0, IpAddress.MISSING.version());
        assertEquals("", IpAddress.MISSING.toString());
        assertEquals(IpAddress.MISSING, IpAddress.MISSING.prefix(24));
        assertThrows(IndexOutOfBoundsException.class, () -> IpAddress.MISSING.octet(0));
    }
}
