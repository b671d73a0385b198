package dev.octet.serve.alert;

import dev.octet.event.InputException;
import dev.octet.event.text.PlainText;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Posts alerts to a receiver, in batches. They wait in a file, so that neither a receiver that is away nor a restart
 * loses one.
 *
 * <p>A batch is a JSON array of up to {@value #BATCH} alerts, in CEF as many lines of text. An answer of 2xx takes it.
 * Answers 400, 413, 415 and 422 say that an alert in it cannot be taken: the batch is sent in halves, down to the one, which
 * is then written to {@code FILE.refused} and passed over. All other answers, and none, mean "later": the same batch again
 * after 1 s, 2 s, 4 s, … up to 5 minutes, or after what {@code Retry-After} asks for. An alert can arrive twice, under the
 * same id; never not at all, unless the file is full. Redirections are not followed: the secret is for one receiver.
 *
 * <p>One thread hands alerts in; another sends them.
 */
public final class Webhook implements AlertSink {
    /** The environment variable of the header that the receiver asks for, {@code Name: value}. */
    public static final String HEADER = "OCTET_ALERTS_HEADER";

    /** Alerts that are sent together at most. */
    static final int BATCH = 100;

    private static final Pattern HEADER_LINE =
            Pattern.compile("([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([\\x20-\\x7e]*\\S)[ \t]*");
    private static final Pattern SECONDS = Pattern.compile("[0-9]{1,6}");
    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(30);

    private final Receiver receiver;
    private final AlertForm form;
    private final AlertSource source;
    private final Timing timing;
    private final Consumer<String> notes;
    private final Spool spool;
    private final HttpClient client;
    private final Thread sender;
    private volatile boolean closing;
    private volatile long closeBy;
    private long refused;
    private long droppedTold;
    private boolean awayTold;

    /**
     * Where alerts are posted to.
     *
     * @param address https, or http on this machine
     * @param header name and value that go with every request, which may be a secret; empty where there is none
     */
    public record Receiver(URI address, Optional<Header> header) {
        /** @throws InputException if alerts, or the secret, could be read on their way, or the address is none */
        public Receiver {
            String scheme =
                    address.getScheme() == null ? "" : address.getScheme().toLowerCase(Locale.ROOT);
            if (address.getHost() == null || !scheme.equals("https") && !scheme.equals("http")) {
                throw new InputException(
                        "--alerts-to must be an address like https://siem.example.com/alerts, a file, or -;" + " found "
                                + PlainText.of(withoutUser(address), PlainText.SHOWN));
            }
            if (address.getRawUserInfo() != null) {
                throw new InputException(
                        "--alerts-to must not hold a user or a password, which others on this machine can"
                                + " see; put it into the environment: " + HEADER + "='Authorization: Basic …'");
            }
            if (scheme.equals("http") && !isLoopback(address.getHost())) {
                throw new InputException("--alerts-to " + PlainText.of(address.toString(), PlainText.SHOWN)
                        + " is not encrypted, and alerts name users and addresses; use https, or http on this machine");
            }
        }

        private static String withoutUser(URI address) {
            return address.getScheme() + "://" + address.getHost() + address.getPath();
        }

        private static boolean isLoopback(String host) {
            try {
                return InetAddress.getByName(host).isLoopbackAddress();
            } catch (UnknownHostException e) {
                return false; // a name that nobody knows is not this machine's
            }
        }

        /**
         * Reads an address and the header of the environment.
         *
         * @throws InputException if one of them cannot be used; the header's value is never said
         */
        public static Receiver of(String address, Optional<String> header) {
            try {
                return new Receiver(new URI(address), header.map(Header::of));
            } catch (URISyntaxException e) {
                throw new InputException(
                        "--alerts-to " + PlainText.of(address, PlainText.SHOWN) + " is no address: " + e.getReason(),
                        e);
            }
        }
    }

    /** A header of a request. */
    public record Header(String name, String value) {
        static Header of(String line) {
            Matcher matcher = HEADER_LINE.matcher(line);
            if (!matcher.matches()) {
                throw new InputException(
                        HEADER + " must be a header like \"Authorization: Bearer …\", of printable ASCII"
                                + " characters on one line");
            }
            return new Header(matcher.group(1), matcher.group(2));
        }

        @Override
        public String toString() {
            return name + ": (not shown)";
        }
    }

    /**
     * How long things take.
     *
     * @param first pause after the first failure, doubled after each further one
     * @param longest the longest pause
     * @param patience how long {@link #close} waits for what is still to be sent
     */
    public record Timing(Duration first, Duration longest, Duration patience) {
        /** 1 s, 5 min, 10 s. */
        public static Timing defaults() {
            return new Timing(Duration.ofSeconds(1), Duration.ofMinutes(5), Duration.ofSeconds(10));
        }
    }

    /**
     * Begins to send, first what an earlier process left in the file.
     *
     * @param file where alerts wait
     * @param maximumBytes how large it may become
     * @param notes told when the receiver is away, when it is back, and what could not be sent
     */
    public Webhook(
            Receiver receiver,
            AlertForm form,
            AlertSource source,
            Path file,
            long maximumBytes,
            Timing timing,
            Consumer<String> notes)
            throws IOException {
        this.receiver = receiver;
        this.form = form;
        this.source = source;
        this.timing = timing;
        this.notes = notes;
        spool = new Spool(file, maximumBytes);
        if (spool.waiting() > 0) {
            notes.accept(PlainText.format(
                    "%,d alerts of an earlier time wait in %s and are sent now", spool.waiting(), file));
        }
        client = HttpClient.newBuilder()
                .connectTimeout(Duration.ofSeconds(10))
                .followRedirects(HttpClient.Redirect.NEVER)
                .build();
        sender = new Thread(this::send, "octet-alerts");
        sender.setDaemon(true);
        sender.start();
    }

    @Override
    public void accept(Alert alert) throws IOException {
        spool.add(form.line(alert, source));
        long dropped = spool.dropped();
        if (dropped > droppedTold) {
            droppedTold = dropped;
            notes.accept(PlainText.format(
                    "%s is full: the oldest %,d alerts were dropped and will never be sent", spool.file(), dropped));
        }
    }

    @Override
    public void flush() throws IOException {
        spool.force();
    }

    /** Waits for what is still to be sent, as long as the timing's patience; the rest stays for the next start. */
    @Override
    public void close() throws IOException {
        closeBy = System.nanoTime() + timing.patience().toNanos();
        closing = true;
        spool.wake();
        try {
            sender.join(timing.patience().toMillis());
            if (sender.isAlive()) {
                sender.interrupt();
                sender.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (spool.waiting() > 0) {
            notes.accept(PlainText.format(
                    "%,d alerts could not be sent and stay in %s; the next start with the same options sends them",
                    spool.waiting(), spool.file()));
        }
        spool.close();
    }

    private void send() {
        Duration pause = timing.first();
        int size = BATCH;
        try {
            while (!closing || spool.waiting() > 0 && System.nanoTime() < closeBy) {
                Spool.Batch batch = spool.oldest(size);
                if (batch.isEmpty()) {
                    spool.await(1000);
                    continue;
                }
                Outcome outcome = post(batch.lines());
                switch (outcome.kind()) {
                    case TAKEN -> {
                        spool.taken(batch);
                        pause = timing.first();
                        size = Math.min(BATCH, size * 2);
                        back();
                    }
                    case UNFIT -> {
                        if (batch.lines().size() > 1) {
                            size = batch.lines().size() / 2;
                        } else {
                            setAside(batch, outcome.what());
                        }
                    }
                    case LATER -> {
                        away(outcome.what());
                        Thread.sleep(outcome.after().orElse(jittered(pause)).toMillis());
                        pause = pause.multipliedBy(2).compareTo(timing.longest()) < 0
                                ? pause.multipliedBy(2)
                                : timing.longest();
                    }
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // close() has waited long enough
        } catch (IOException e) {
            notes.accept("alerts are no longer sent, they stay in " + spool.file() + ": " + e.getMessage());
        }
    }

    /** Up to a fifth less, so that several senders do not come back together. */
    private static Duration jittered(Duration pause) {
        return Duration.ofMillis((long)
                (pause.toMillis() * (0.8 + 0.2 * ThreadLocalRandom.current().nextDouble())));
    }

    private enum Kind {
        TAKEN,
        UNFIT,
        LATER
    }

    private record Outcome(Kind kind, String what, Optional<Duration> after) {}

    private Outcome post(List<String> lines) throws InterruptedException {
        String body = form.isJson() ? "[" + String.join(",", lines) + "]" : String.join("\n", lines) + "\n";
        HttpRequest.Builder request = HttpRequest.newBuilder(receiver.address())
                .timeout(ANSWER_WITHIN)
                .header("Content-Type", form.isJson() ? "application/json" : "text/plain; charset=utf-8")
                .header("User-Agent", "octet/" + source.version())
                .POST(HttpRequest.BodyPublishers.ofString(body));
        receiver.header().ifPresent(header -> request.header(header.name(), header.value()));
        try {
            HttpResponse<Void> answer = client.send(request.build(), HttpResponse.BodyHandlers.discarding());
            int status = answer.statusCode();
            String what = "it answers " + status;
            return switch (status) {
                case 400, 413, 415, 422 -> new Outcome(Kind.UNFIT, what, Optional.empty());
                default ->
                    status >= 200 && status < 300
                            ? new Outcome(Kind.TAKEN, what, Optional.empty())
                            : new Outcome(Kind.LATER, what, retryAfter(answer));
            };
        } catch (IOException e) {
            String why = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
            return new Outcome(Kind.LATER, why, Optional.empty());
        }
    }

    private Optional<Duration> retryAfter(HttpResponse<?> answer) {
        return answer.headers()
                .firstValue("Retry-After")
                .filter(text -> SECONDS.matcher(text).matches())
                .map(text -> Duration.ofSeconds(Long.parseLong(text)))
                .map(asked -> asked.compareTo(timing.longest()) < 0 ? asked : timing.longest());
    }

    private void setAside(Spool.Batch one, String why) throws IOException {
        Path list = spool.file().resolveSibling(spool.file().getFileName() + ".refused");
        Files.writeString(
                list,
                one.lines().get(0) + "\n",
                StandardCharsets.UTF_8,
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND);
        spool.taken(one);
        refused++;
        notes.accept(PlainText.format(
                "the receiver refused an alert (%s), %,d in all; they are kept in %s", why, refused, list));
    }

    private void away(String why) {
        if (!awayTold) {
            awayTold = true;
            notes.accept(PlainText.format(
                    "alerts cannot be sent to %s (%s); %,d wait in %s and are tried again",
                    receiver.address().getHost(), why, spool.waiting(), spool.file()));
        }
    }

    private void back() {
        if (awayTold) {
            awayTold = false;
            notes.accept(PlainText.format(
                    "alerts are sent to %s again, %,d still wait",
                    receiver.address().getHost(), spool.waiting()));
        }
    }
}
