package dev.octet.serve;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.octet.bundle.Bundle;
import dev.octet.bundle.Reasons;
import dev.octet.event.InputException;
import dev.octet.event.LoginEvent;
import dev.octet.event.Verdicts;
import dev.octet.event.enrich.AddressFiles;
import dev.octet.serve.desk.AlertStore;
import dev.octet.serve.desk.Desk;
import dev.octet.serve.desk.DeskHost;
import dev.octet.serve.desk.DeskLogin;
import dev.octet.serve.desk.HealthFact;
import dev.octet.serve.http.HttpServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The desk of a {@link Watch}, in the same process. What is said there goes to a verdict log, which the watch takes up. The
 * watch's thread hands logins in; requests come from others.
 */
public final class WatchDesk implements AutoCloseable {
    private static final int BATCH = 4096;

    private final Bundle bundle;
    private final String bundleId;
    private final WatchInput log;
    private final boolean cold;
    private final Path verdictFile;
    private final VerdictLog verdicts;
    private final AlertStore store;
    private final AddressFiles addresses;
    private final HttpServer server;
    private final Desk desk;
    private final java.util.function.Consumer<String> notes;
    private final Map<Long, DeskLogin> pending = new LinkedHashMap<>();
    private int sinceTidy;
    private volatile Optional<DriftWatch> drift = Optional.empty();

    /**
     * Opens the desk and listens.
     *
     * @param log what is watched
     * @param state directory of the desk's store; made where it is missing
     * @param verdictFile the verdict log, which is made where it is missing
     * @throws InputException if the address cannot be used
     */
    public WatchDesk(
            Bundle bundle,
            WatchInput log,
            boolean cold,
            Path state,
            Path verdictFile,
            AlertStore.Keep keep,
            AddressFiles addresses,
            DeskServer at)
            throws IOException {
        this.bundle = bundle;
        this.log = log;
        this.cold = cold;
        this.verdictFile = verdictFile;
        this.addresses = addresses;
        notes = at.notes();
        bundleId = bundle.id();
        Files.createDirectories(state);
        verdicts = VerdictLog.open(verdictFile);
        store = AlertStore.open(state, keep, Clock.systemUTC(), notes);
        store.restore(Verdicts.lines(verdictFile));
        server = at.server();
        desk = new Desk(new Host(), store, server, state, Clock.systemUTC());
        desk.addRoutes();
        server.start();
        notes.accept("the desk is at " + server.address() + "/");
    }

    /** Where it listens. */
    public int port() {
        return server.port();
    }

    /** Shows what a watch reads; before that runs. */
    public void show(Watch watch) {
        drift = Optional.of(watch.drift());
        watch.show(this);
    }

    /** Takes a login that was read; whether it is scored is told later. */
    void read(LoginEvent event) {
        pending.put(
                event.row(),
                new DeskLogin(
                        event.row() + 1,
                        bundleId + "-" + event.row(),
                        event,
                        false,
                        Double.NaN,
                        Double.NaN,
                        false,
                        bundleId,
                        "[]"));
    }

    /** Takes the score of a login that was read; rows before it that were not scored will not be. */
    void scored(long row, double score, boolean alert, List<Reasons.Reason> reasons) {
        pending.computeIfPresent(
                row,
                (number, login) -> new DeskLogin(
                        login.number(),
                        login.id(),
                        login.event(),
                        true,
                        score,
                        bundle.model().threshold().value(),
                        alert,
                        bundleId,
                        AnswerJson.reasons(reasons)));
        if (pending.size() >= BATCH) {
            takeUntil(row);
        }
    }

    private void takeUntil(long row) {
        List<DeskLogin> done = new ArrayList<>();
        for (DeskLogin login : pending.values()) {
            if (login.number() > row + 1) {
                break;
            }
            done.add(login);
        }
        done.forEach(login -> pending.remove(login.number() - 1));
        desk.take(done);
        sinceTidy += done.size();
        if (sinceTidy > 1 << 17) {
            sinceTidy = 0;
            desk.tidy();
        }
    }

    /** Takes all that were read: those that are not scored by now will not be. */
    void flush() {
        if (!pending.isEmpty()) {
            takeUntil(Long.MAX_VALUE - 1);
        }
    }

    /** What the desk asks of the watch. */
    private final class Host implements DeskHost {
        @Override
        public boolean isLive() {
            return true;
        }

        @Override
        public Bundle bundle() {
            return bundle;
        }

        @Override
        public void judge(List<Verdicts.Entry> entries) throws IOException {
            verdicts.append(entries);
        }

        @Override
        public ObjectNode thresholds() throws IOException {
            return Rethreshold.ofDesk(bundle, verdictFile, store).curve();
        }

        @Override
        public ObjectNode learning() throws IOException {
            if (log.files().isEmpty()) {
                return JsonNodeFactory.instance
                        .objectNode()
                        .put(
                                "reason",
                                "learning reads the log again, and " + log.name()
                                        + " is a topic; write its records to a file and run octet learn --input FILE"
                                        + " --verdicts " + verdictFile);
            }
            return new DeskLearning(log.files(), () -> log.sources(notes), verdictFile, cold, false).tree(bundle);
        }

        @Override
        public Bundle apply(double threshold) {
            throw notHere("octet rethreshold --verdicts " + verdictFile + " --threshold " + threshold);
        }

        @Override
        public Bundle learn() {
            throw notHere("octet learn --verdicts " + verdictFile);
        }

        @Override
        public Bundle takeBack() {
            throw notHere("another --model");
        }

        private static InputException notHere(String instead) {
            return new InputException(
                    "octet watch scores with the bundle that it was started with. octet serve --watch takes"
                            + " another while it runs; or stop it and use " + instead);
        }

        @Override
        public boolean canTakeBack() {
            return false;
        }

        @Override
        public List<HealthFact> health() {
            List<HealthFact> facts = new ArrayList<>();
            drift.ifPresent(watching -> facts.add(ServiceHealth.drift(watching.last(), watching.isWatching())));
            facts.addAll(ServiceHealth.databases(addresses, bundle, Clock.systemUTC()));
            return facts;
        }
    }

    @Override
    public void close() throws IOException {
        desk.stopStreams();
        server.close();
        desk.close();
        verdicts.close();
    }
}
