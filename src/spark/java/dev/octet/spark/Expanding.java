package dev.octet.spark;

import java.util.Iterator;
import java.util.function.Consumer;

/** Turns each element into any number of others. Not thread-safe. */
abstract class Expanding<A, B> extends Stepping<B> {
    private final Iterator<A> from;

    Expanding(Iterator<A> from) {
        this.from = from;
    }

    /** Hands out what becomes of an element. */
    abstract void expand(A element, Consumer<B> sink);

    /** Hands out what comes after the last one. */
    void end(Consumer<B> sink) {}

    @Override
    final boolean step(Consumer<B> sink) {
        if (from.hasNext()) {
            expand(from.next(), sink);
            return true;
        }
        end(sink);
        return false;
    }
}
