package dev.octet.serve;

import dev.octet.event.InputException;
import dev.octet.event.IpAddress;
import dev.octet.event.LoginEvent;
import dev.octet.event.LoginField;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Keyed names for users, addresses and the personal ones of a log's own fields: the same one gets the same name, and without the key nobody can tell whose it is,
 * not even by trying candidates. HMAC-SHA-256 (RFC 2104), cut to 128 bits. An address becomes one whose block stands for
 * the block and whose rest for the whole, so that what is said of blocks stays true. Not thread-safe.
 */
final class Pseudonyms {
    /** The environment variable that holds the key. */
    static final String VARIABLE = "OCTET_PSEUDONYM_KEY";

    private static final int SHORTEST_KEY = 16;
    private static final String ALGORITHM = "HmacSHA256";
    private static final int BLOCK_BITS = 48; // of an IPv6 address, as the history has it

    private final Mac mac;
    private final int ipv4BlockBits;
    private final List<LoginField> personal;

    /**
     * Names by this key.
     *
     * @param ipv4BlockBits length of the IPv4 prefix that the history counts as a block
     * @param fields of the log; those beyond the table that are declared personal have pseudonyms
     * @throws InputException if the key is too short to keep anything secret
     */
    Pseudonyms(String key, int ipv4BlockBits, List<LoginField> fields) {
        byte[] bytes = key.getBytes(StandardCharsets.UTF_8);
        if (bytes.length < SHORTEST_KEY) {
            throw new InputException(VARIABLE + " has " + bytes.length + " bytes; at least " + SHORTEST_KEY
                    + " are needed, e.g. the output of: openssl rand -hex 32");
        }
        this.ipv4BlockBits = ipv4BlockBits;
        personal = personal(fields);
        try {
            mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(bytes, ALGORITHM));
        } catch (NoSuchAlgorithmException | InvalidKeyException e) {
            throw new IllegalStateException("every Java platform has " + ALGORITHM, e);
        }
    }

    private static List<LoginField> personal(List<LoginField> fields) {
        return fields.stream()
                .filter(field -> field.isExtra() && field.isPseudonymised())
                .sorted()
                .toList();
    }

    /**
     * Checks that logins of another model have the same fields under pseudonyms.
     *
     * @throws InputException if they have not: what is remembered of such a field would fit nothing that comes
     */
    void requireSame(List<LoginField> fields) {
        if (!personal(fields).equals(personal)) {
            throw new InputException(
                    "the personal fields are " + personal(fields) + ", and the service keeps pseudonyms of " + personal
                            + "; declare the same ones personal, or start a service with a --state of its own for it");
        }
    }

    /** Tells keys, and which fields have pseudonyms, apart without giving anything of them away. */
    String keyCheck() {
        String fields = personal.stream().map(LoginField::key).collect(Collectors.joining(","));
        return HexFormat.of()
                .formatHex(name("key", fields.getBytes(StandardCharsets.UTF_8)))
                .substring(0, 16);
    }

    /** A text's name; the empty one stays empty. */
    private String text(LoginField field, String text) {
        return text.isEmpty()
                ? ""
                : HexFormat.of()
                        .formatHex(name(
                                (field.isExtra() ? "extra " : "")
                                        + field.key(), // no purpose of another name has a blank
                                text.getBytes(StandardCharsets.UTF_8)))
                        .substring(0, 32);
    }

    /** An address's name; a missing one stays missing. */
    IpAddress address(IpAddress ip) {
        if (ip.isMissing()) {
            return ip;
        }
        IpAddress block = ip.prefix(ip.version() == 4 ? ipv4BlockBits : BLOCK_BITS);
        ByteBuffer ofBlock = ByteBuffer.wrap(name("block", bytes(block)));
        ByteBuffer ofAddress = ByteBuffer.wrap(name("address", bytes(ip)));
        long blockMask = -1L << Long.SIZE - BLOCK_BITS;
        long high = ofBlock.getLong() & blockMask | ofAddress.getLong() & ~blockMask;
        // fd00::/8, local addresses (RFC 4193): nobody mistakes it for the address of somebody
        return new IpAddress(6, high & -1L >>> 8 | 0xfdL << 56, ofAddress.getLong());
    }

    /** The login with the fields that have pseudonyms ({@link LoginField#isPseudonymised}) under their names. */
    LoginEvent of(LoginEvent event) {
        LoginEvent.Builder named = event.toBuilder();
        for (LoginField field : LoginField.values()) {
            if (field.isPseudonymised()) {
                switch (field.kind()) {
                    case ADDRESS -> named.ip(address(event.ip()));
                    case TEXT -> named.with(field, text(field, event.text(field)));
                    case TIME, OUTCOME, NETWORK, NUMBER ->
                        throw new IllegalStateException("there are no pseudonyms for " + field);
                }
            }
        }
        for (LoginField field : personal) {
            if (!event.isMissing(field)) {
                named.with(field, text(field, event.text(field)));
            }
        }
        return named.build();
    }

    private static byte[] bytes(IpAddress ip) {
        return ByteBuffer.allocate(17)
                .put((byte) ip.version())
                .putLong(ip.high())
                .putLong(ip.low())
                .array();
    }

    private byte[] name(String kind, byte[] of) {
        mac.update(kind.getBytes(StandardCharsets.UTF_8));
        mac.update((byte) 0);
        return mac.doFinal(of);
    }
}
