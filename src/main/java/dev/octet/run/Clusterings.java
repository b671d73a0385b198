package dev.octet.run;

import dev.octet.evaluate.ClusteringAgreement;
import dev.octet.evaluate.FowlkesMallows;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** How far the detectors that have clusters agree on them. */
final class Clusterings {
    private Clusterings() {}

    /**
     * The agreement of each pair, in their order.
     *
     * @param clusters which cluster each row of the test span is in, by detector
     */
    static List<ClusteringAgreement> agreements(Map<String, IntArrayList> clusters) {
        List<ClusteringAgreement> agreements = new ArrayList<>();
        List<String> names = List.copyOf(clusters.keySet());
        for (int i = 0; i < names.size(); i++) {
            for (int j = i + 1; j < names.size(); j++) {
                agreements.add(new ClusteringAgreement(
                        names.get(i),
                        names.get(j),
                        FowlkesMallows.index(
                                clusters.get(names.get(i)).toIntArray(),
                                clusters.get(names.get(j)).toIntArray())));
            }
        }
        return agreements;
    }
}
