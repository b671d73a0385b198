package dev.octet.event.enrich;

import dev.octet.event.Labelled;
import dev.octet.event.LoginEvent;
import dev.octet.event.LoginField;
import dev.octet.event.LoginReader;
import dev.octet.event.LoginSource;
import dev.octet.event.RejectedRows;
import dev.octet.event.RowFilter;
import dev.octet.event.TimeSpan;
import java.io.IOException;
import java.util.Objects;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * A log whose logins are completed as they are read.
 *
 * @param source the log
 * @param enrichment completes its logins
 */
public record EnrichedSource(LoginSource source, Enrichment enrichment) implements LoginSource {
    public EnrichedSource {
        Objects.requireNonNull(source, "source");
        Objects.requireNonNull(enrichment, "enrichment");
    }

    @Override
    public LoginReader open(RejectedRows rejected) throws IOException {
        return completed(source.open(rejected), LoginField.all());
    }

    @Override
    public LoginReader open(RejectedRows rejected, Set<LoginField> needed) throws IOException {
        return completed(source.open(rejected, enrichment.read(needed)), needed);
    }

    @Override
    public LoginReader open(RejectedRows rejected, Set<LoginField> needed, RowFilter filter) throws IOException {
        return completed(source.open(rejected, enrichment.read(needed), filter), needed);
    }

    @Override
    public LoginSource inAnyOrder(TimeSpan within) {
        return new EnrichedSource(source.inAnyOrder(within), enrichment);
    }

    @Override
    public LoginSource readAgain() {
        return new EnrichedSource(source.readAgain(), enrichment);
    }

    private LoginReader completed(LoginReader reader, Set<LoginField> needed) {
        UnaryOperator<LoginEvent> completing = enrichment.completing(needed);
        return reader.map(login -> {
            LoginEvent complete = completing.apply(login.row());
            return complete == login.row() ? login : new Labelled<>(complete, login.label());
        });
    }

    @Override
    public String labelColumn() {
        return source.labelColumn();
    }

    @Override
    public String name() {
        return source.name();
    }
}
