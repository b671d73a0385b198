package dev.octet.event.enrich;

import dev.octet.event.LoginField;
import java.util.List;
import java.util.Locale;

/** A fact that an address database is asked for; also the name of its key in a config and of its option. */
public enum AddressFact {
    ASN("AS numbers", LoginField.ASN),
    COUNTRY("countries", LoginField.COUNTRY),
    /** Region, city and coordinates, and the country where no other database knows it. */
    CITY("cities", LoginField.COUNTRY, LoginField.REGION, LoginField.CITY, LoginField.LATITUDE, LoginField.LONGITUDE);

    private final String plural;
    private final List<LoginField> fields;

    AddressFact(String plural, LoginField... fields) {
        this.plural = plural;
        this.fields = List.of(fields);
    }

    /** As a config spells it: {@code asn}. */
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** As a message calls them: {@code AS numbers}. */
    public String plural() {
        return plural;
    }

    /** The fields of a login that it fills. */
    List<LoginField> fields() {
        return fields;
    }
}
