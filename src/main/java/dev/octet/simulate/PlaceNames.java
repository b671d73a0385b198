package dev.octet.simulate;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Makes up regions and towns for a country, with and without letters beyond ASCII. Not thread-safe. */
final class PlaceNames {
    private static final String[] NORDIC_START = {
        "Nord", "Sør", "Vest", "Øvre", "Nedre", "Stor", "Lille", "Hau", "Bjørn", "Ås", "Fagre", "Gran", "Ler", "Ny",
        "Rå", "Sand", "Tor", "Ulv", "Kvam", "Eid"
    };
    private static final String[] NORDIC_END = {
        "vik", "sund", "dal", "nes", "heim", "foss", "berg", "havn", "by", "rud", "våg", "stad", "land", "moen", "bø"
    };
    private static final String[] START = {
        "Al", "Bar", "Cor", "Dal", "El", "Fer", "Gra", "Hal", "Ir", "Jar", "Kal", "Lor", "Mar", "Nor", "Or", "Pal",
        "Quin", "Ros", "Sal", "Tar", "Ur", "Val", "Wes", "Yar", "Zar"
    };
    private static final String[] MIDDLE = {"a", "e", "i", "o", "an", "en", "in", "on", "er", "ar", "é", "ó", "ü", "ñi"
    };
    private static final String[] END = {
        "ville", "ton", "burg", "mont", "polis", "grad", "pur", "abad", "ovo", "ice", "ia", "es", "os", " City", " Town"
    };

    private final boolean nordic;
    private final List<String[]> known;
    private final Set<String> used = new HashSet<>();
    private final String[] regions;
    private final Draw draw;

    PlaceNames(String country, List<String[]> known) {
        this.known = List.copyOf(known);
        nordic = country.equals("NO") || country.equals("SE") || country.equals("DK");
        draw = new Draw().restart(Draw.key(0x91ace, country.charAt(0) * 256L + country.charAt(1)));
        known.forEach(pair -> used.add(pair[1]));
        regions = new String[2 + draw.below(8)];
        for (int i = 0; i < regions.length; i++) {
            regions[i] = name() + (draw.unit() < 0.3 ? " Province" : "");
        }
    }

    /** The next region and town; no town twice. */
    String[] next() {
        String town = name();
        for (int tries = 0; !used.add(town); tries++) {
            town = name() + (tries > 3 ? " " + START[draw.below(START.length)] : "");
        }
        String region = known.isEmpty() ? regions[draw.below(regions.length)] : known.get(draw.below(known.size()))[0];
        return new String[] {region, town};
    }

    private String name() {
        if (nordic) {
            return NORDIC_START[draw.below(NORDIC_START.length)] + NORDIC_END[draw.below(NORDIC_END.length)];
        }
        return START[draw.below(START.length)] + MIDDLE[draw.below(MIDDLE.length)] + END[draw.below(END.length)];
    }
}
