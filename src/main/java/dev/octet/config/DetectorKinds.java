package dev.octet.config;

import java.util.List;
import java.util.stream.Stream;

/** Every kind of detector that a config may name, in the order of the reference. */
public final class DetectorKinds {
    public static final List<DetectorKind> ALL = Stream.of(
                    List.of(AutoencoderKeys.KIND), HistorySumKeys.KINDS, UnsupervisedKeys.KINDS, SupervisedKeys.KINDS)
            .flatMap(List::stream)
            .toList();

    private DetectorKinds() {}
}
