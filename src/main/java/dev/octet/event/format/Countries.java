package dev.octet.event.format;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** Countries by their names. */
final class Countries {
    private static final Map<String, String> CODES = new HashMap<>();

    static {
        for (String code : Locale.getISOCountries()) {
            Locale country = new Locale.Builder().setRegion(code).build();
            CODES.put(country.getDisplayCountry(Locale.ENGLISH).toLowerCase(Locale.ROOT), code);
            CODES.put(country.getISO3Country().toLowerCase(Locale.ROOT), code);
            CODES.put(code.toLowerCase(Locale.ROOT), code);
        }
    }

    private Countries() {}

    /** The ISO 3166 alpha-2 code of an English name, an alpha-3 or an alpha-2 code; other texts stay as they are. */
    static String code(String text) {
        return CODES.getOrDefault(text.toLowerCase(Locale.ROOT), text);
    }
}
