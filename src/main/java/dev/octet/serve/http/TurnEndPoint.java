package dev.octet.serve.http;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.Scheduler;

/**
 * A connection whose requests are answered on the thread that reads all connections. Jetty reads on from a connection as long as there is
 * something to read; a client that sends its next request as soon as it has an answer would keep the others waiting, for seconds. So after
 * {@link #endTurn} nothing is there to read until the other connections have been looked at. Thread-safe.
 */
final class TurnEndPoint extends SocketChannelEndPoint {
    private volatile boolean hasHadTurn;

    TurnEndPoint(SocketChannel channel, ManagedSelector selector, SelectionKey key, Scheduler scheduler) {
        super(channel, selector, key, scheduler);
    }

    /** Lets the other connections have their turn before the next request of this one is read. */
    void endTurn() {
        hasHadTurn = true;
    }

    @Override
    public int fill(ByteBuffer buffer) throws IOException {
        return hasHadTurn ? 0 : super.fill(buffer);
    }

    @Override
    public void fillInterested(Callback readable) {
        hasHadTurn = false;
        super.fillInterested(readable);
    }

    @Override
    public boolean tryFillInterested(Callback readable) {
        hasHadTurn = false;
        return super.tryFillInterested(readable);
    }
}
