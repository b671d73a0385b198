package dev.octet.experiment;

import java.util.List;

/** Every kind of detector that a config may name, in the order of the reference. */
final class DetectorKinds {
    static final List<DetectorKind> ALL = List.of(AutoencoderKeys.KIND);

    private DetectorKinds() {}
}
