package dev.octet.event.enrich;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What a column of a range file may hold, and what it may be called in a header. */
enum RangeColumn {
    FIRST("first", "start", "start_ip", "ip_range_start", "range_start", "ip_from", "ip_start"),
    LAST("last", "end", "end_ip", "ip_range_end", "range_end", "ip_to", "ip_end"),
    NETWORK("network", "cidr", "prefix"),
    ASN("asn", "autonomous_system_number", "as_number"),
    COUNTRY("country_code", "country_iso_code", "country"),
    REGION("region", "region_name", "state1", "state", "subdivision_1_name", "stateprov"),
    CITY("city", "city_name"),
    LATITUDE("latitude", "lat"),
    LONGITUDE("longitude", "lng", "lon"),
    /** Read by nobody. */
    OTHER();

    private final List<String> names;

    RangeColumn(String... names) {
        this.names = List.of(names);
    }

    /** Where a header has this column: the first of its names that is there. */
    int in(List<String> header) {
        for (String name : names) {
            for (int i = 0; i < header.size(); i++) {
                if (header.get(i)
                        .strip()
                        .toLowerCase(Locale.ROOT)
                        .replace(' ', '_')
                        .equals(name)) {
                    return i;
                }
            }
        }
        return -1;
    }

    /** Whether a value can stand in such a column of a file without a header. */
    boolean fits(String value) {
        if (FactText.isUnknown(value)) {
            return this != FIRST && this != LAST && this != NETWORK;
        }
        return switch (this) {
            case FIRST, LAST -> RangeAddress.parse(value).isPresent();
            case NETWORK -> RangeAddress.network(value).isPresent();
            case ASN -> FactText.asn(value) >= 0 || value.equals("0");
            case COUNTRY -> !FactText.country(value).isEmpty();
            case LATITUDE -> !Double.isNaN(FactText.degrees(value, 90));
            case LONGITUDE -> !Double.isNaN(FactText.degrees(value, 180));
            case REGION, CITY, OTHER -> true;
        };
    }

    static Optional<RangeColumn> named(String name) {
        for (RangeColumn column : values()) {
            if (!column.names.isEmpty() && column.names.get(0).equals(name)) {
                return Optional.of(column);
            }
        }
        return Optional.empty();
    }
}
