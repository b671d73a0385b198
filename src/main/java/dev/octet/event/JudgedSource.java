package dev.octet.event;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Set;

/**
 * A log whose labels are a verdict log's: a login that somebody called a takeover is an attack, every other one normal.
 * A login is recognised by its user and its time to the microsecond. The verdict log is read anew at every {@link #open}.
 *
 * @param source the log
 * @param verdicts the verdict log
 */
public record JudgedSource(LoginSource source, Path verdicts) implements LoginSource {
    public JudgedSource {
        Objects.requireNonNull(source, "source");
        Objects.requireNonNull(verdicts, "verdicts");
    }

    @Override
    public LoginReader open(RejectedRows rejected) throws IOException {
        return judged(source.open(rejected));
    }

    @Override
    public LoginReader open(RejectedRows rejected, Set<LoginField> needed) throws IOException {
        return judged(source.open(rejected, needed));
    }

    @Override
    public LoginSource inAnyOrder(TimeSpan within) {
        return new JudgedSource(source.inAnyOrder(within), verdicts);
    }

    private LoginReader judged(LoginReader reader) throws IOException {
        JudgedLogins judged = JudgedLogins.read(verdicts);
        return reader.map(
                login -> login.as(judged.of(login.row()).orElse(Verdicts.Verdict.BENIGN) == Verdicts.Verdict.TAKEOVER));
    }

    @Override
    public String name() {
        return source.name();
    }
}
