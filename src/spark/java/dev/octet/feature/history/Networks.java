package dev.octet.feature.history;

/** How networks are told apart on the way through a chunk. Not thread-safe. */
public final class Networks {
    private boolean blocks;
    private long known;
    private long total;

    /** As the chunk begins. */
    public Networks(ChunkStart start) {
        blocks = start.blocks;
        known = start.valued[Field.ASN.ordinal()];
        total = start.successes;
    }

    /** Whether networks are blocks for the next login. */
    public boolean blocks() {
        return blocks;
    }

    /** Goes on by a login. */
    public void pass(KeyedLogin login) {
        if (login.success) {
            total++;
            known += login.hasAsn() ? 1 : 0;
            blocks = LoginHistory.blocks(blocks, known, total);
        }
    }
}
