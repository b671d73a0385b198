package dev.octet.evaluate;

/**
 * Agreement of two clusterings.
 *
 * @param one first clustering's name
 * @param other second clustering's name
 * @param fowlkesMallows their {@link FowlkesMallows#index}
 */
public record ClusteringAgreement(String one, String other, double fowlkesMallows) {}
