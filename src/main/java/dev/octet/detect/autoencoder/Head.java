package dev.octet.detect.autoencoder;

import dev.octet.event.LoginField;
import dev.octet.feature.FeatureRequest;
import dev.octet.feature.history.HistoryFeature;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a likelihood autoencoder predicts of a login, in this order: each from the user's context and the heads before
 * it, never from itself. Four are of every log; fields beyond the table of {@link LoginField} add one each. Immutable.
 */
final class Head {
    static final Head ASN = new Head(0, "ASN", true, 64, HistoryFeature.SURPRISE_ASN, HistoryFeature.RARITY_ASN, "asn");
    static final Head COUNTRY =
            new Head(1, "COUNTRY", true, 48, HistoryFeature.SURPRISE_COUNTRY, HistoryFeature.RARITY_COUNTRY, "country");
    static final Head DEVICE = new Head(
            2,
            "DEVICE",
            false,
            32,
            HistoryFeature.SURPRISE_DEVICE,
            HistoryFeature.RARITY_DEVICE,
            "device",
            "os-family",
            "browser-family");
    static final Head USER_AGENT = new Head(
            3,
            "USER_AGENT",
            false,
            48,
            HistoryFeature.SURPRISE_USER_AGENT,
            HistoryFeature.RARITY_USER_AGENT,
            "user-agent");

    private static final List<Head> OF_EVERY_LOG = List.of(ASN, COUNTRY, DEVICE, USER_AGENT);
    private static final int CELLS_OF_EXTRA = 32;

    private final int ordinal;
    private final String name;
    /** Whether an attacker may come from anywhere with it; else attackers have what everybody has. */
    final boolean network;

    final int ownCells;
    final String surprise;
    final String rarity;
    /** The features, as codes, that make the value up. */
    final List<String> codes;
    /** The field beyond the table that it is. */
    final Optional<LoginField> extra;

    private Head(
            int ordinal,
            String name,
            boolean network,
            int ownCells,
            HistoryFeature surprise,
            HistoryFeature rarity,
            String... codes) {
        this.ordinal = ordinal;
        this.name = name;
        this.network = network;
        this.ownCells = ownCells;
        this.surprise = surprise.key();
        this.rarity = rarity.key();
        this.codes = List.of(codes);
        this.extra = Optional.empty();
    }

    private Head(int ordinal, LoginField field) {
        this.ordinal = ordinal;
        this.name = "extra-" + field.key();
        this.network = false;
        this.ownCells = CELLS_OF_EXTRA;
        this.surprise = FeatureRequest.SURPRISE + field.key();
        this.rarity = FeatureRequest.RARITY + field.key();
        this.codes = List.of(field.key());
        this.extra = Optional.of(field);
    }

    /** The heads of a log that has only the fields of the table. */
    static List<Head> all() {
        return OF_EVERY_LOG;
    }

    /** Those heads, and one for each field beyond the table; a number has none. */
    static List<Head> all(List<LoginField> extras) {
        List<Head> heads = new ArrayList<>(OF_EVERY_LOG);
        for (LoginField field : extras) {
            if (field.kind() == LoginField.Kind.TEXT) {
                heads.add(new Head(heads.size(), field));
            }
        }
        return List.copyOf(heads);
    }

    /** The place among all heads of a detector. */
    int ordinal() {
        return ordinal;
    }

    /** Its name in a state and in notes. */
    String name() {
        return name;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Head head
                && ordinal == head.ordinal
                && name.equals(head.name)
                && extra.equals(head.extra);
    }

    @Override
    public int hashCode() {
        return name.hashCode();
    }

    @Override
    public String toString() {
        return name;
    }
}
