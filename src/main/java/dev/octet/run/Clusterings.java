package dev.octet.run;

import dev.octet.evaluate.ClusteringAgreement;
import dev.octet.evaluate.FowlkesMallows;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Which cluster each row of the test span is in, for every detector that has clusters; 4 bytes a row and detector. */
final class Clusterings {
    private final Map<String, IntArrayList> clusters = new LinkedHashMap<>();

    void add(String detector, int cluster) {
        clusters.computeIfAbsent(detector, name -> new IntArrayList()).add(cluster);
    }

    /** Of each pair, in the order in which the detectors were added. */
    List<ClusteringAgreement> agreements() {
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
