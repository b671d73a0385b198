package dev.octet.event.enrich;

import dev.octet.event.InputException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;

/**
 * Which column of a range file holds what.
 *
 * @param index where each column is; those that nobody reads are left out
 * @param header whether the first line names the columns
 */
record RangeLayout(Map<RangeColumn, Integer> index, boolean header) {
    /**
     * The shapes of files without a header, as their makers publish them; the first that all looked-at lines fit counts.
     * {@code other} fits anything.
     */
    private static final List<String> KNOWN = List.of(
            "first,last,asn", // ip-location-db, the fewest
            "first,last,country_code", // DB-IP Lite country, ip-location-db
            "first,last,asn,other", // DB-IP Lite ASN, ip-location-db: the name
            "first,last,country_code,other", // IP2Location LITE DB1
            "first,last,asn,country_code,other", // iptoasn.com
            "first,last,other,asn,other", // IP2Location LITE ASN: the network, then the number
            "first,last,country_code,other,region,city", // IP2Location LITE DB3
            "first,last,other,country_code,region,city,latitude,longitude", // DB-IP Lite city: the continent
            "first,last,country_code,other,region,city,latitude,longitude", // IP2Location LITE DB5
            "first,last,country_code,region,other,city,other,latitude,longitude,other", // ip-location-db city
            "first,last,country_code,other,region,city,latitude,longitude,other,other", // IP2Location LITE DB11
            "network,asn",
            "network,country_code",
            "network,asn,other",
            "network,asn,country_code,other");

    RangeLayout {
        index = new EnumMap<>(index);
    }

    /**
     * Tells a file's layout from its first lines.
     *
     * @param lines at least one
     * @throws InputException if no known layout fits
     */
    static RangeLayout of(String file, List<List<String>> lines) {
        List<String> first = lines.get(0);
        if (RangeColumn.FIRST.in(first) >= 0 && RangeColumn.LAST.in(first) >= 0 || RangeColumn.NETWORK.in(first) >= 0) {
            Map<RangeColumn, Integer> index = new EnumMap<>(RangeColumn.class);
            for (RangeColumn column : RangeColumn.values()) {
                int at = column.in(first);
                if (at >= 0) {
                    index.put(column, at);
                }
            }
            if (index.containsKey(RangeColumn.FIRST) && index.containsKey(RangeColumn.LAST)) {
                index.remove(RangeColumn.NETWORK);
            }
            return checked(file, new RangeLayout(index, true), first);
        }
        for (String known : KNOWN) {
            List<String> names = Arrays.asList(known.split(","));
            if (lines.stream().allMatch(line -> fits(names, line))) {
                Map<RangeColumn, Integer> index = new EnumMap<>(RangeColumn.class);
                for (int i = 0; i < names.size(); i++) {
                    int at = i;
                    RangeColumn.named(names.get(i)).ifPresent(column -> index.put(column, at));
                }
                return new RangeLayout(index, false);
            }
        }
        throw new InputException(file + " is no MaxMind DB file, and its first line is not one of a file of address"
                + " ranges: " + shown(first) + "; expected are ranges like 192.0.2.0,192.0.2.255,64500,Example or"
                + " 192.0.2.0,192.0.2.255,NO, or a header that names first and last (or network) and asn, country,"
                + " region, city, latitude or longitude");
    }

    private static RangeLayout checked(String file, RangeLayout layout, List<String> header) {
        if (layout.index.keySet().stream().allMatch(column -> switch (column) {
            case FIRST, LAST, NETWORK, OTHER, REGION -> true;
            case ASN, COUNTRY, CITY, LATITUDE, LONGITUDE -> false;
        })) {
            throw new InputException(file + " names no column asn, country or city in its header: " + shown(header));
        }
        return layout;
    }

    private static boolean fits(List<String> names, List<String> line) {
        if (names.size() != line.size()) {
            return false;
        }
        for (int i = 0; i < names.size(); i++) {
            String value = line.get(i).strip();
            if (!RangeColumn.named(names.get(i))
                    .map(column -> column.fits(value))
                    .orElse(true)) {
                return false;
            }
        }
        return true;
    }

    private static String shown(List<String> fields) {
        List<String> few = new ArrayList<>();
        for (String field : fields.subList(0, Math.min(10, fields.size()))) {
            few.add(field.length() > 40 ? field.substring(0, 40) + "…" : field);
        }
        return few.toString();
    }

    /** The field of a line; {@code ""} where the layout or the line has none. */
    String field(List<String> line, RangeColumn column) {
        Integer at = index.get(column);
        return at == null || at >= line.size() ? "" : line.get(at);
    }

    /** The columns that are read, by their first names, in the order of the file. */
    String columns() {
        StringJoiner names = new StringJoiner(",");
        index.entrySet().stream()
                .sorted(Map.Entry.comparingByValue())
                .forEach(column -> names.add(column.getKey().name().toLowerCase(java.util.Locale.ROOT)));
        return names.toString();
    }
}
