package dev.octet.event.enrich;

import dev.octet.event.IpAddress;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes small MaxMind DB files by the format's specification (MaxMind-DB-spec, version 2.0, record size 24): texts,
 * integers, doubles, maps and lists. IPv4 networks of an IPv6 file go below ::/96, as MaxMind's do.
 */
final class MaxMindFile {
    private static final int RECORD_SIZE = 24;

    private final String type;
    private final int ipVersion;
    private final Instant built;
    private final List<int[]> nodes = new ArrayList<>(List.of(new int[2]));
    private final ByteArrayOutputStream data = new ByteArrayOutputStream();
    private final Map<Object, Integer> offsets = new HashMap<>();

    MaxMindFile(String type, int ipVersion, Instant built) {
        this.type = type;
        this.ipVersion = ipVersion;
        this.built = built;
    }

    /** Adds a network, which must not overlap one added before. */
    MaxMindFile add(String network, Map<String, ?> record) {
        int slash = network.indexOf('/');
        IpAddress address = IpAddress.parse(network.substring(0, slash));
        int bits = Integer.parseInt(network.substring(slash + 1));
        boolean[] path = new boolean[address.version() == 4 && ipVersion == 6 ? 96 + bits : bits];
        for (int i = 0; i < bits; i++) {
            path[path.length - bits + i] = (address.octet(i / 8) >> (7 - i % 8) & 1) == 1;
        }
        Integer offset = offsets.get(record);
        if (offset == null) {
            offset = data.size();
            offsets.put(record, offset);
            write(record, data);
        }
        int at = 0;
        for (int i = 0; i < path.length - 1; i++) {
            int side = path[i] ? 1 : 0;
            if (nodes.get(at)[side] == 0) {
                nodes.add(new int[2]);
                nodes.get(at)[side] = nodes.size() - 1;
            }
            at = nodes.get(at)[side];
        }
        nodes.get(at)[path[path.length - 1] ? 1 : 0] = -1 - offset;
        return this;
    }

    Path write(Path file) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        int count = nodes.size();
        for (int[] node : nodes) {
            for (int record : node) {
                int value = record > 0 ? record : record == 0 ? count : count + 16 + -1 - record;
                out.write(value >> 16);
                out.write(value >> 8);
                out.write(value);
            }
        }
        out.writeBytes(new byte[16]);
        out.writeBytes(data.toByteArray());
        out.writeBytes("\u00ab\u00cd\u00efMaxMind.com".getBytes(StandardCharsets.ISO_8859_1));
        Map<String, Object> metadata = new LinkedHashMap<>();
        metadata.put("binary_format_major_version", 2);
        metadata.put("binary_format_minor_version", 0);
        metadata.put("build_epoch", built.getEpochSecond());
        metadata.put("database_type", type);
        metadata.put("description", Map.of("en", type));
        metadata.put("ip_version", ipVersion);
        metadata.put("languages", List.of("en"));
        metadata.put("node_count", count);
        metadata.put("record_size", RECORD_SIZE);
        write(metadata, out);
        return Files.write(file, out.toByteArray());
    }

    private static void write(Object value, ByteArrayOutputStream out) {
        if (value instanceof String text) {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            control(2, bytes.length, out);
            out.writeBytes(bytes);
        } else if (value instanceof Double number) {
            control(3, 8, out);
            out.writeBytes(ByteBuffer.allocate(8).putDouble(number).array());
        } else if (value instanceof Integer number) {
            control(6, 4, out);
            out.writeBytes(ByteBuffer.allocate(4).putInt(number).array());
        } else if (value instanceof Long number) {
            control(9, 8, out);
            out.writeBytes(ByteBuffer.allocate(8).putLong(number).array());
        } else if (value instanceof Map<?, ?> map) {
            control(7, map.size(), out);
            map.forEach((key, inner) -> {
                write(key, out);
                write(inner, out);
            });
        } else if (value instanceof List<?> list) {
            control(11, list.size(), out);
            list.forEach(inner -> write(inner, out));
        } else {
            throw new IllegalArgumentException("no encoding of " + value);
        }
    }

    private static void control(int type, int size, ByteArrayOutputStream out) {
        int small = Math.min(size, 29);
        out.write(type <= 7 ? type << 5 | small : small);
        if (type > 7) {
            out.write(type - 7);
        }
        if (small == 29) {
            out.write(size - 29);
        }
    }
}
