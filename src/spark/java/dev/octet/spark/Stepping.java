package dev.octet.spark;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.function.Consumer;

/** Makes any number of elements at a time, so that no partition need fit into memory. Not thread-safe. */
abstract class Stepping<B> implements Iterator<B> {
    private final Deque<B> ready = new ArrayDeque<>();
    private boolean ended;

    /**
     * Hands out the next elements, none or more.
     *
     * @return whether there may be more
     */
    abstract boolean step(Consumer<B> sink);

    @Override
    public boolean hasNext() {
        while (ready.isEmpty() && !ended) {
            ended = !step(ready::add);
        }
        return !ready.isEmpty();
    }

    @Override
    public B next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        return ready.remove();
    }
}
