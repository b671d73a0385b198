package dev.octet.bench;

import dev.octet.event.CsvSource;
import dev.octet.event.Labelled;
import dev.octet.event.LoginEvent;
import dev.octet.event.LoginReader;
import dev.octet.event.RejectedRows;
import dev.octet.event.format.ColumnFormats;
import dev.octet.feature.history.HistoryFeature;
import dev.octet.feature.history.HistoryOptions;
import dev.octet.feature.history.LoginHistory;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * Compares the history of several commits on a busy machine: features and update of the history on one thread, 20,000 logins by each
 * in turn, in one process. Prints CPU time a login and the median of its ratio to the first commit's, for each pass through the log.
 *
 * <pre>
 * java -cp target/octet.jar src/jmh/java/dev/octet/bench/HistoryTurns.java LOG PASSES CLASSES CLASSES...
 * </pre>
 *
 * CLASSES is a folder with a commit's classes of {@code dev.octet.feature.history}; all other classes are the jar's. With
 * {@code :asked} behind it, only the features of the takeover detector are asked for.
 */
public final class HistoryTurns {
    private static final int TURN = 20_000;
    private static final String ASKED = ":asked";

    private HistoryTurns() {}

    /** @param arguments a file in RBA format, passes through it, and folders of classes */
    public static void main(String[] arguments) throws IOException, ReflectiveOperationException {
        List<LoginEvent> events = new ArrayList<>();
        try (LoginReader reader =
                new CsvSource(Path.of(arguments[0]), ColumnFormats.RBA).open(RejectedRows.ignoring())) {
            for (Labelled<LoginEvent> login = reader.next(); login != null; login = reader.next()) {
                events.add(login.row());
            }
        }
        List<Class<?>> commits = new ArrayList<>();
        for (String classes : Arrays.asList(arguments).subList(2, arguments.length)) {
            boolean asked = classes.endsWith(ASKED);
            Path folder = Path.of(asked ? classes.substring(0, classes.length() - ASKED.length()) : classes);
            commits.add(new Own(folder).loadClass((asked ? Asking.class : Learning.class).getName()));
        }
        for (int pass = 0; pass < Integer.parseInt(arguments[1]); pass++) {
            System.out.println(pass(events, commits));
        }
    }

    private static String pass(List<LoginEvent> events, List<Class<?>> commits) throws ReflectiveOperationException {
        List<Consumer<List<LoginEvent>>> histories = new ArrayList<>();
        for (Class<?> commit : commits) {
            @SuppressWarnings("unchecked")
            Consumer<List<LoginEvent>> history =
                    (Consumer<List<LoginEvent>>) commit.getConstructor().newInstance();
            histories.add(history);
        }
        int turns = events.size() / TURN;
        double[][] micros = new double[commits.size()][turns];
        double[][] ratios = new double[commits.size()][turns];
        for (int turn = 0; turn < turns; turn++) {
            for (int i = 0; i < commits.size(); i++) {
                int commit = (turn + i) % commits.size();
                long start = cpuNanos();
                histories.get(commit).accept(events.subList(turn * TURN, (turn + 1) * TURN));
                micros[commit][turn] = (cpuNanos() - start) / 1e3 / TURN;
            }
            for (int commit = 0; commit < commits.size(); commit++) {
                ratios[commit][turn] = micros[commit][turn] / micros[0][turn];
            }
        }
        StringBuilder line = new StringBuilder();
        for (int commit = 0; commit < commits.size(); commit++) {
            line.append(String.format(Locale.ROOT, "%.2f µs, %.3f  ", median(micros[commit]), median(ratios[commit])));
        }
        return line.toString();
    }

    private static long cpuNanos() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    private static double median(double[] values) {
        Arrays.sort(values);
        return values[values.length / 2];
    }

    /** Learns the logins that it is given. */
    public static class Learning implements Consumer<List<LoginEvent>> {
        protected final LoginHistory history = new LoginHistory(HistoryOptions.defaults());
        private final float[] features = new float[HistoryFeature.COUNT];

        @Override
        public void accept(List<LoginEvent> events) {
            for (LoginEvent event : events) {
                history.features(event, features, 0);
                history.learn(event, true);
            }
        }
    }

    /** Asks for the features of the takeover detector only. */
    public static final class Asking extends Learning {
        public Asking() {
            history.ask(HistoryFeature.keys().stream()
                    .filter(name -> name.matches(
                            "(surprise|rarity)-(asn|country|device|user-agent)|(foreign-contacts|pressure)-.*"
                                    + "|no-history|earlier-successes|days-since-success|travel"))
                    .toList());
        }
    }

    /** Loads the history from one folder, and classes of its own of all that the compiler should know apart. */
    private static final class Own extends URLClassLoader {
        Own(Path classes) throws MalformedURLException {
            super(new URL[] {classes.toUri().toURL()}, HistoryTurns.class.getClassLoader());
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            synchronized (getClassLoadingLock(name)) {
                boolean history = name.startsWith("dev.octet.feature.history.");
                boolean learning = name.equals(Learning.class.getName()) || name.equals(Asking.class.getName());
                if (!history && !name.startsWith("it.unimi.") && !learning) {
                    return super.loadClass(name, resolve);
                }
                Class<?> loaded = findLoadedClass(name);
                return loaded != null ? loaded : history ? findClass(name) : copied(name);
            }
        }

        private Class<?> copied(String name) throws ClassNotFoundException {
            try (InputStream in = getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
                byte[] bytes = in.readAllBytes();
                return defineClass(name, bytes, 0, bytes.length);
            } catch (IOException e) {
                throw new ClassNotFoundException(name, e);
            }
        }
    }
}
