package dev.octet.spark;

import dev.octet.event.InputException;
import dev.octet.run.cluster.ClusterLog;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.random.RandomGeneratorFactory;

/**
 * The whole of Octet in a class loader of its own, on the driver: it trains with Deeplearning4j and writes bundles, whose
 * libraries cannot stand on one class path with Spark's. What both sides see are the types of {@code dev.octet.run.cluster} and
 * the JDK's.
 */
final class TrainingLibrary {
    private static final String SHARED = "dev.octet.run.cluster.";
    private static final String ENTRY = "dev.octet.run.ClusterRun";

    /** One for each jar: a JVM loads the native code of a library once. */
    private static final Map<Path, TrainingLibrary> LOADED = new ConcurrentHashMap<>();

    private final URLClassLoader loader;

    /** @param octet octet.jar, whose manifest names the libraries beside it */
    static TrainingLibrary of(Path octet) throws IOException {
        return LOADED.computeIfAbsent(octet.toRealPath(), TrainingLibrary::new);
    }

    private TrainingLibrary(Path octet) {
        // The JDK looks for its random number generators once, on the class path of the first caller. The class loader
        // of the
        // training does not see the module that they are in.
        RandomGeneratorFactory.getDefault();
        try {
            loader = new URLClassLoader(
                    "octet", new URL[] {octet.toUri().toURL()}, new Shared(TrainingLibrary.class.getClassLoader()));
        } catch (MalformedURLException e) {
            throw new InputException("--octet " + octet + " is no file name", e);
        }
    }

    /** Has the JDK's classes, and of Spark's side those that both sides see. */
    private static final class Shared extends ClassLoader {
        private final ClassLoader side;

        Shared(ClassLoader side) {
            super(ClassLoader.getPlatformClassLoader());
            this.side = side;
        }

        @Override
        protected Class<?> findClass(String name) throws ClassNotFoundException {
            if (name.startsWith(SHARED)) {
                return side.loadClass(name);
            }
            throw new ClassNotFoundException(name);
        }
    }

    /** One run, whose config was read and found to be one that Spark can do. */
    final class Run {
        private final Object run;

        private Run(Object run) {
            this.run = run;
        }

        /** The folder that everything is written under. */
        Path output() {
            return (Path) call(run, "output");
        }

        /**
         * Runs it.
         *
         * @param steps told how it goes, in sentences
         * @return the table and what was written, for the user
         */
        @SuppressWarnings("unchecked")
        List<String> run(boolean strict, ClusterLog log, Consumer<String> steps) {
            return (List<String>) call(run, "run", strict, onThisSide(log), steps);
        }
    }

    /**
     * Reads a config.
     *
     * @throws InputException if it cannot be read, or asks for what is done on one machine only
     */
    Run run(Path config, List<String> overrides) {
        try {
            Class<?> entry = Class.forName(ENTRY, true, loader);
            Method read = entry.getMethod("of", Path.class, List.class, Map.class);
            return new Run(invoke(read, null, config, overrides, System.getenv()));
        } catch (ClassNotFoundException | NoSuchMethodException e) {
            throw new InputException(
                    "--octet names no octet.jar that this octet-spark.jar works with (" + e.getMessage()
                            + "); take both from one build",
                    e);
        }
    }

    /** The log, called from the other side: Spark finds its services in this side's class path. */
    private static ClusterLog onThisSide(ClusterLog log) {
        ClassLoader side = TrainingLibrary.class.getClassLoader();
        return (ClusterLog) Proxy.newProxyInstance(
                side, new Class<?>[] {ClusterLog.class}, (proxy, method, arguments) -> {
                    try {
                        return within(side, () -> method.invoke(log, arguments));
                    } catch (InvocationTargetException e) {
                        // Spark's own are checked, which no method of the log declares
                        throw e.getCause() instanceof RuntimeException || e.getCause() instanceof IOException
                                ? e.getCause()
                                : new IllegalStateException(e.getCause());
                    }
                });
    }

    private static <T> T within(ClassLoader side, Callable<T> call) throws Exception {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(side);
        try {
            return call.call();
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    private Object call(Object target, String name, Object... arguments) {
        for (Method method : target.getClass().getMethods()) {
            if (method.getName().equals(name) && method.getParameterCount() == arguments.length) {
                return invoke(method, target, arguments);
            }
        }
        throw new IllegalStateException(target.getClass() + " has no method " + name);
    }

    /** Calls a method of the other side, which finds its services in its own class path. */
    private Object invoke(Method method, Object target, Object... arguments) {
        try {
            return within(loader, () -> method.invoke(target, arguments));
        } catch (InvocationTargetException e) {
            throw thrown(e.getCause());
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** What the other side threw, as a type of this side. */
    private static RuntimeException thrown(Throwable cause) {
        for (Throwable each = cause; each != null; each = each.getCause()) {
            if (each.getClass().getName().equals(InputException.class.getName())
                    || each.getClass().getSuperclass().getName().equals(InputException.class.getName())) {
                return new InputException(each.getMessage(), cause);
            }
        }
        if (cause instanceof Error error) {
            throw error;
        }
        return cause instanceof RuntimeException unchecked ? unchecked : new IllegalStateException(cause);
    }
}
