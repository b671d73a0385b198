package dev.octet.event;

import java.io.IOException;
import java.util.function.UnaryOperator;

/**
 * A stream of login attempts in the order of the source. Rows that cannot be read are handed to the
 * {@link RejectedRows} that the reader was opened with and skipped, so {@link #next()} returns good rows only.
 *
 * <p>Not thread-safe. {@link #next()} throws {@link InputException} where reading cannot go on (a truncated archive, a
 * wrong header), and {@link IOException} where the file system fails.
 */
public interface LoginReader extends AutoCloseable {

    /** The next readable login, or {@code null} at the end of the source. */
    Labelled<LoginEvent> next() throws IOException;

    /** How much of the source has been read, in [0, 1], NaN where that is not known. */
    default double share() {
        return Double.NaN;
    }

    @Override
    void close() throws IOException;

    /** The same logins, each changed in the same way. */
    default LoginReader map(UnaryOperator<Labelled<LoginEvent>> change) {
        LoginReader logins = this;
        return new LoginReader() {
            @Override
            public Labelled<LoginEvent> next() throws IOException {
                Labelled<LoginEvent> login = logins.next();
                return login == null ? null : change.apply(login);
            }

            @Override
            public double share() {
                return logins.share();
            }

            @Override
            public void close() throws IOException {
                logins.close();
            }
        };
    }
}
