package dev.octet.event.enrich;

import java.util.Objects;

/**
 * The facts that a database has about an address. What it does not know is missing as in a login: {@code asn} is -1, a
 * text is {@code ""}, a coordinate is NaN. Immutable.
 *
 * @param asn autonomous system number, in [1, 4294967295]; -1 where it is not known
 * @param country ISO 3166 alpha-2, upper case
 * @param region first-level subdivision
 * @param city city
 * @param latitude degrees north
 * @param longitude degrees east
 */
public record AddressFacts(long asn, String country, String region, String city, double latitude, double longitude) {
    /** Nothing is known. */
    public static final AddressFacts NONE = new AddressFacts(-1, "", "", "", Double.NaN, Double.NaN);

    public AddressFacts {
        Objects.requireNonNull(country, "country");
        Objects.requireNonNull(region, "region");
        Objects.requireNonNull(city, "city");
    }

    /** Whether a fact is known. */
    boolean has(AddressFact fact) {
        return switch (fact) {
            case ASN -> asn >= 0;
            case COUNTRY -> !country.isEmpty();
            case CITY -> !region.isEmpty() || !city.isEmpty() || !Double.isNaN(latitude);
        };
    }
}
