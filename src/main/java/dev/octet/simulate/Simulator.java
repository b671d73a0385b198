package dev.octet.simulate;

import static dev.octet.simulate.Published.DAYS;
import static dev.octet.simulate.Published.DAY_MILLIS;
import static dev.octet.simulate.Published.ORIGIN_MILLIS;
import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.octet.event.InputException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * Makes logins in the format of the RBA data set from its published statistics; the package description says how. Same
 * settings, same bytes. Immutable and thread-safe; each call works on its own state.
 *
 * <p>Cost: 52 s of CPU for the 31,269,264 rows of the RBA data set, 0.4 GB resident, whatever the number of rows, since real
 * accounts are recomputed from the seed and rows are sorted in spans of whole days of at most 8 million rows (or one day's, if
 * that has more).
 */
public final class Simulator {
    private static final int MAX_ROWS_PER_ACCOUNT = 5_000;
    private static final int SPAN_ROWS = 8_000_000;
    private static final int PROGRESS_ROWS = 100_000;

    private final SimulationSettings settings;
    private final int spanRows;

    public Simulator(SimulationSettings settings) {
        this(settings, SPAN_ROWS);
    }

    Simulator(SimulationSettings settings, int spanRows) {
        this.settings = Objects.requireNonNull(settings, "settings");
        this.spanRows = spanRows;
    }

    /**
     * Writes the logins to a file and the truth about the takeovers beside it, see {@link SimulationFiles#truthPath}.
     * Names ending in {@code .gz} and {@code .zst} are compressed. Both files appear complete or not at all.
     *
     * @throws dev.octet.event.InputException if the folder does not exist or cannot be written
     * @throws IOException if the file system fails
     */
    public Simulation write(Path output, SimulationProgress progress) throws IOException {
        try (SimulationFiles files =
                SimulationFiles.create(output, !settings.events().isEmpty())) {
            Simulation simulation = generate(files, progress);
            files.commit();
            return simulation;
        }
    }

    /** Hands the header, every row and every takeover's truth to a sink, in file order. */
    public Simulation generate(RowSink sink, SimulationProgress progress) throws IOException {
        return new Run(sink, progress).all();
    }

    /** One pass over the period. */
    private final class Run {
        private final RowSink sink;
        private final SimulationProgress progress;
        private final UnknownAccounts unknown = new UnknownAccounts(settings.seed());
        private final Population population = new Population(
                settings.seed(), (int) Math.max(20, Math.min(MAX_ROWS_PER_ACCOUNT, settings.rows() / 100)), unknown);
        private final long[] times = new long[population.maxRows()];
        private final RowWriter writer = RowWriter.of(settings.format());
        private final LoginRow row = new LoginRow();
        private final Draw draw = new Draw();
        private final long[] rowsOfDay = new long[DAYS];
        private int accounts;
        private List<PlannedLogin> planned = List.of();
        private int nextPlanned;
        private long binRows;
        private long clientRows;
        private long written;
        private long successes;

        Run(RowSink sink, SimulationProgress progress) {
            this.sink = sink;
            this.progress = progress;
        }

        Simulation all() throws IOException {
            long realRows = countAccounts();
            planned = Plan.of(settings, population, accounts);
            clientRows = Math.round(settings.rows() * Published.CLIENT_SHARE);
            binRows = settings.rows() - realRows - clientRows - planned.size();
            if (binRows < 0) {
                throw new InputException(String.format(
                        Locale.ROOT,
                        "rows: attackers and events plan %,d logins, and only %,d of the %,d rows are left for them. Ask"
                                + " for more rows, fewer takeovers, or attackers that fail less often.",
                        planned.size(),
                        planned.size() + binRows,
                        settings.rows()));
            }
            byte[] header = writer.header().getBytes(US_ASCII);
            sink.line(header, header.length);
            for (int day = 0; day < DAYS; ) {
                int end = day + 1;
                long rows = rowsOfDay[day];
                while (end < DAYS && rows + rowsOfDay[end] <= spanRows) {
                    rows += rowsOfDay[end++];
                }
                span(day, end, Math.toIntExact(rows));
                day = end;
            }
            progress.rows(written, settings.rows());
            int campaigns = planned.stream()
                    .filter(login -> login.cause() instanceof Attacker)
                    .mapToInt(PlannedLogin::incident)
                    .max()
                    .orElse(0);
            return new Simulation(written, accounts, successes, settings.takeovers(), campaigns);
        }

        /** Takes accounts until they have the published share of rows, and counts these by day. */
        private long countAccounts() {
            long wanted = (long) (settings.rows() * Published.REAL_SHARE);
            long rows = 0;
            while (rows < wanted) {
                int count = population.times(accounts++, times);
                for (int i = 0; i < count; i++) {
                    rowsOfDay[Calendar.day(times[i])]++;
                }
                rows += count;
            }
            return rows;
        }

        /** Draws the rows of the real accounts in the days from {@code first} to before {@code end}, sorts, emits. */
        private void span(int first, int end, int size) throws IOException {
            long from = ORIGIN_MILLIS + first * DAY_MILLIS;
            long to = ORIGIN_MILLIS + end * DAY_MILLIS;
            long[] order = new long[size];
            int[] account = new int[size];
            short[] number = new short[size];
            int slot = 0;
            for (int user = 0; user < accounts; user++) {
                int count = population.times(user, times);
                for (int i = 0; i < count; i++) {
                    if (times[i] >= from && times[i] < to) {
                        // 36 bits of milliseconds hold two years, 27 bits of slot 134 million rows.
                        order[slot] = (times[i] - from) << 27 | slot;
                        account[slot] = user;
                        number[slot] = (short) i;
                        slot++;
                    }
                }
            }
            Arrays.sort(order);
            int next = 0;
            for (int day = first; day < end; day++) {
                long[] site = siteRows(day);
                long midnight = ORIGIN_MILLIS + day * DAY_MILLIS;
                int real = next + (int) rowsOfDay[day];
                for (long attempt : site) {
                    long millis = midnight + (attempt >>> 34);
                    while (next < real && from + (order[next] >>> 27) <= millis) {
                        emitReal(from, order[next++], account, number);
                    }
                    emitPlannedUntil(millis);
                    int index = (int) (attempt & 0x1ffffffffL);
                    if ((attempt >>> 33 & 1) == 1) {
                        unknown.fillClient(row, clientRowsBefore(day) + index, millis);
                    } else {
                        unknown.fill(row, day, index, millis);
                    }
                    emit();
                }
                while (next < real) {
                    emitReal(from, order[next++], account, number);
                }
                emitPlannedUntil(midnight + DAY_MILLIS - 1);
            }
        }

        private long clientRowsBefore(int day) {
            return clientRows * day / DAYS;
        }

        /** The day's attempts at the bin and by the client, in time order: millisecond of the day, which, number. */
        private long[] siteRows(int day) {
            int bin = (int)
                    (Calendar.INSTANCE.binRowsBefore(day + 1, binRows) - Calendar.INSTANCE.binRowsBefore(day, binRows));
            int client = (int) (clientRowsBefore(day + 1) - clientRowsBefore(day));
            long[] rows = new long[bin + client];
            long midnight = ORIGIN_MILLIS + day * DAY_MILLIS;
            draw.restart(Draw.key(Draw.key(settings.seed(), 0xdaL), day));
            for (int i = 0; i < rows.length; i++) {
                long millis = Calendar.INSTANCE.binTime(day, draw) - midnight;
                rows[i] = i < bin ? millis << 34 | i : millis << 34 | 1L << 33 | i - bin;
            }
            Arrays.sort(rows);
            return rows;
        }

        private void emitReal(long from, long order, int[] account, short[] number) throws IOException {
            long millis = from + (order >>> 27);
            int slot = (int) (order & 0x7ffffff);
            emitPlannedUntil(millis - 1);
            population.fill(row, account[slot], number[slot], millis);
            emit();
        }

        private void emitPlannedUntil(long millis) throws IOException {
            while (nextPlanned < planned.size() && planned.get(nextPlanned).millis() <= millis) {
                PlannedLogin login = planned.get(nextPlanned++);
                login.fill(row, population);
                emit();
                if (login.cause() instanceof LegitimateEvent event) {
                    sink.event(new EventLogin(
                            written - 1, event, login.incident(), population.id(login.account()), login.succeeds()));
                } else if (login.takeover()) {
                    int prior = population.successesUntil(login.account(), login.millis(), times);
                    for (PlannedLogin earlier : planned.subList(0, nextPlanned - 1)) {
                        if (earlier.account() == login.account() && earlier.succeeds()) {
                            prior++;
                        }
                    }
                    sink.takeover(new Takeover(
                            written - 1,
                            login.cause().label(),
                            login.incident(),
                            population.id(login.account()),
                            prior));
                }
            }
        }

        private void emit() throws IOException {
            Line line = writer.write(written, row);
            sink.line(line.bytes, line.length);
            written++;
            if (row.success) {
                successes++;
            }
            if (written % PROGRESS_ROWS == 0) {
                progress.rows(written, settings.rows());
            }
        }
    }
}
