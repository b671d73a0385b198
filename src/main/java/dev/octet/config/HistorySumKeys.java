package dev.octet.config;

import dev.octet.detect.surprise.HistorySum;
import java.util.Arrays;
import java.util.List;

/** The sums of history features, none of which has a setting. */
final class HistorySumKeys {
    static final List<DetectorKind> KINDS =
            Arrays.stream(HistorySum.values()).map(HistorySumKeys::kind).toList();

    private HistorySumKeys() {}

    private static DetectorKind kind(HistorySum sum) {
        return DetectorKind.of(sum.kind(), description(sum), List.of(), settings -> sum);
    }

    private static String description(HistorySum sum) {
        return switch (sum) {
            case USER_SURPRISE ->
                "Counts only: -ln p(network | user) - ln p(country | user) + ln ratios of device and user agent +"
                        + " campaign terms (docs/history-features.md)";
            case ASN_RARITY -> "Counts only: -ln share of the network (ASN) among all successful logins so far";
            case FREEMAN ->
                "Counts only: risk score of Freeman et al., NDSS 2016, without attack data, as the authors of the RBA"
                        + " data set use it; `history.flagged-teach: true` is as published";
            case NEW_COUNTRY_OR_NETWORK -> "The usual rule: country or network (ASN) new to the user";
        };
    }
}
