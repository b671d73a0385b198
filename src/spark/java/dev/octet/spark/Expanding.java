package dev.octet.spark;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.function.Consumer;

/** Turns each element into any number of others, one after the other, so that no partition need fit into memory. */
abstract class Expanding<A, B> implements Iterator<B> {
    private final Iterator<A> from;
    private final Deque<B> ready = new ArrayDeque<>();
    private boolean ended;

    Expanding(Iterator<A> from) {
        this.from = from;
    }

    /** Hands out what becomes of an element. */
    abstract void expand(A element, Consumer<B> sink);

    /** Hands out what comes after the last one. */
    void end(Consumer<B> sink) {}

    @Override
    public boolean hasNext() {
        while (ready.isEmpty()) {
            if (from.hasNext()) {
                expand(from.next(), ready::add);
            } else if (!ended) {
                ended = true;
                end(ready::add);
            } else {
                return false;
            }
        }
        return true;
    }

    @Override
    public B next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        return ready.remove();
    }
}
