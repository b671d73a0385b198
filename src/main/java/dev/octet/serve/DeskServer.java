package dev.octet.serve;

import dev.octet.event.InputException;
import dev.octet.serve.http.Access;
import dev.octet.serve.http.HttpServer;
import dev.octet.serve.http.Limits;
import dev.octet.serve.http.RequestException;
import dev.octet.serve.http.Tokens;
import java.time.Clock;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Address and token of a desk that has no scoring service beside it.
 *
 * @param port of the loopback address; 0 for any free one
 * @param token as in {@link ServiceSettings}
 * @param notes told what is wrong
 */
public record DeskServer(int port, Optional<String> token, Consumer<String> notes) {
    private static final String HOST = "127.0.0.1";

    /** @throws InputException if the port or the token cannot be used */
    public DeskServer {
        if (port < 0 || port > 65535) {
            throw new InputException("the desk's port " + port + " is not in [0, 65535]");
        }
        Tokens.of(token); // says what is wrong with it
    }

    HttpServer server() {
        return new HttpServer(
                HOST, port, Limits.defaults(), new Access(Tokens.of(token), Clock.systemUTC()), new Faults());
    }

    /** Tells of faults only: nobody counts requests here. */
    private final class Faults implements HttpServer.Listener {
        @Override
        public void request(String route, int status, long nanos) {}

        @Override
        public void rejected(RequestException.Why why) {}

        @Override
        public void fault(String text) {
            notes.accept(text);
        }
    }
}
