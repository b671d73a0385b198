package dev.octet.detect.autoencoder;

import dev.octet.feature.history.HistoryFeature;
import java.util.List;

/**
 * What a likelihood autoencoder predicts of a login, in this order: each from the user's context and the heads before
 * it, never from itself.
 */
enum Head {
    ASN(true, 64, HistoryFeature.SURPRISE_ASN, HistoryFeature.RARITY_ASN, "asn"),
    COUNTRY(true, 48, HistoryFeature.SURPRISE_COUNTRY, HistoryFeature.RARITY_COUNTRY, "country"),
    DEVICE(
            false,
            32,
            HistoryFeature.SURPRISE_DEVICE,
            HistoryFeature.RARITY_DEVICE,
            "device",
            "os-family",
            "browser-family"),
    USER_AGENT(false, 48, HistoryFeature.SURPRISE_USER_AGENT, HistoryFeature.RARITY_USER_AGENT, "user-agent");

    /** Whether an attacker may come from anywhere with it; else attackers have what everybody has. */
    final boolean network;

    final int ownCells;
    final HistoryFeature surprise;
    final HistoryFeature rarity;
    /** The features, as codes, that make the value up. */
    final List<String> codes;

    Head(boolean network, int ownCells, HistoryFeature surprise, HistoryFeature rarity, String... codes) {
        this.network = network;
        this.ownCells = ownCells;
        this.surprise = surprise;
        this.rarity = rarity;
        this.codes = List.of(codes);
    }
}
