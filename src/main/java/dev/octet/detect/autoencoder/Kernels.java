package dev.octet.detect.autoencoder;

/** Finds out which kernels this JVM has. */
final class Kernels {
    private static final String VECTOR_MODULE = "jdk.incubator.vector";
    /** Vectors of 256 bits. x86 processors without them have no fused multiply-add either, which would be emulated. */
    private static final int WIDE = 8;

    static final Kernel BEST = best();

    private Kernels() {}

    private static Kernel best() {
        if (ModuleLayer.boot().findModule(VECTOR_MODULE).isEmpty()) {
            return new PlainKernel();
        }
        Kernel vector;
        try {
            // By name, for the class cannot be linked without the module, nor compiled together with the others: javac
            // warns of an incubating module whatever -Xlint says, and here a warning is an error.
            vector = (Kernel) Class.forName(Kernels.class.getPackageName() + ".VectorKernel")
                    .getDeclaredConstructor()
                    .newInstance();
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("VectorKernel is missing from this build", e);
        }
        return vector.lanes() >= WIDE ? vector : new PlainKernel();
    }
}
