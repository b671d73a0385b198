package dev.octet.detect.surprise;

import static dev.octet.feature.history.HistoryFeature.CAMPAIGN_DAY;
import static dev.octet.feature.history.HistoryFeature.CAMPAIGN_WEEK;
import static dev.octet.feature.history.HistoryFeature.NEW_ASN;
import static dev.octet.feature.history.HistoryFeature.NEW_COUNTRY;
import static dev.octet.feature.history.HistoryFeature.RARITY_ASN;
import static dev.octet.feature.history.HistoryFeature.RATIO_DEVICE;
import static dev.octet.feature.history.HistoryFeature.RATIO_USER_AGENT;
import static dev.octet.feature.history.HistoryFeature.SURPRISE_ASN;
import static dev.octet.feature.history.HistoryFeature.SURPRISE_COUNTRY;

import dev.octet.detect.Detector;
import dev.octet.detect.DetectorDefinition;
import dev.octet.detect.Trainer;
import dev.octet.detect.TrainingData;
import dev.octet.detect.TrainingProgress;
import dev.octet.event.InputException;
import dev.octet.feature.Scaling;
import dev.octet.feature.history.HistoryFeature;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Sums of history features as detectors: weights fixed beforehand, nothing fitted, higher = more anomalous. */
public enum HistorySum implements Trainer {
    /**
     * What was counted about the user: network and country by their likelihood, device and user agent by their ratio to
     * everybody's (an attacker comes from anywhere, with a common browser), and company on a network that is new to the
     * user. In nats.
     */
    USER_SURPRISE(
            "user-surprise",
            "Counts only: -ln p(network | user) - ln p(country | user) + ln ratios of device and user agent +"
                    + " campaign terms (docs/history-features.md)",
            new Term(SURPRISE_ASN, 1),
            new Term(SURPRISE_COUNTRY, 1),
            new Term(RATIO_DEVICE, 1),
            new Term(RATIO_USER_AGENT, 1),
            new Term(CAMPAIGN_WEEK, 0.25),
            new Term(CAMPAIGN_DAY, 0.25)),
    /** How rare the login's network is among all successful logins so far. In nats. */
    ASN_RARITY(
            "asn-rarity",
            "Counts only: -ln of the share of successful logins so far that came from this AS number (network operator)",
            new Term(RARITY_ASN, 1)),
    /** The risk score of Freeman et al., NDSS 2016, without attack data; its logarithm. */
    FREEMAN(
            "freeman",
            "Counts only: risk score of Freeman et al., NDSS 2016, without attack data, as the authors of the RBA"
                    + " data set use it; `history.flagged-update-history: true` is as published",
            new Term(HistoryFeature.FREEMAN, 1)),
    /** The usual rule: 0 where the user came from this country and network before, else how many of the two are new. */
    NEW_COUNTRY_OR_NETWORK(
            "new-country-or-network",
            "The usual rule: country or network (ASN) new to the user",
            new Term(NEW_COUNTRY, 1),
            new Term(NEW_ASN, 1));

    /** A feature and what it counts. */
    record Term(HistoryFeature feature, double weight) {}

    /** None has a setting. */
    public static final List<DetectorDefinition> DEFINITIONS = Arrays.stream(values())
            .map(sum -> new DetectorDefinition(
                    sum.kind, sum.description, List.of(), values -> sum, HistorySumDetector::restore))
            .toList();

    private final String kind;
    private final String description;
    private final List<Term> terms;

    HistorySum(String kind, String description, Term... terms) {
        this.kind = kind;
        this.description = description;
        this.terms = List.of(terms);
    }

    List<Term> terms() {
        return terms;
    }

    @Override
    public String kind() {
        return kind;
    }

    @Override
    public Optional<List<String>> ownFeatures() {
        return Optional.of(terms.stream().map(term -> term.feature().key()).toList());
    }

    @Override
    public Scaling scaling() {
        return Scaling.NONE;
    }

    /**
     * The detector; there is nothing to learn.
     *
     * @throws InputException if the columns are not those of {@link #ownFeatures}
     */
    @Override
    public Detector train(TrainingData data, TrainingProgress progress) {
        List<String> given =
                data.columns().stream().map(column -> column.feature()).toList();
        if (data.train().columns() != terms.size()
                || !given.equals(ownFeatures().orElseThrow())) {
            throw new InputException(kind + ": is the sum of " + ownFeatures().orElseThrow() + ", got " + given);
        }
        return new HistorySumDetector(this);
    }

    /** The sum of that kind; empty where there is none. */
    public static Optional<HistorySum> ofKind(String kind) {
        return Arrays.stream(values()).filter(sum -> sum.kind.equals(kind)).findFirst();
    }
}
