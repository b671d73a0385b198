package dev.octet.serve;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;

/**
 * A broker in a JVM of its own, whose class path is that of Kafka's server. Ends with whoever started it: when its standard
 * input does.
 */
public final class BrokerMain {
    private BrokerMain() {}

    /** @param arguments the file of the server's properties, and whether its folder is a new one */
    public static void main(String[] arguments) throws ReflectiveOperationException {
        Thread guard = new Thread(BrokerMain::endWithParent, "parent");
        guard.setDaemon(true);
        guard.start();
        if (Boolean.parseBoolean(arguments[1])) {
            Object code = Class.forName("kafka.tools.StorageTool")
                    .getMethod("execute", String[].class, java.io.PrintStream.class)
                    .invoke(
                            null,
                            new String[] {"format", "--cluster-id", "T2N0ZXQtdGVzdC1icm9rZQ", "--config", arguments[0]},
                            System.out);
            if (!Integer.valueOf(0).equals(code)) {
                throw new IllegalStateException("the broker's folder cannot be made: " + code);
            }
        }
        try {
            Class.forName("kafka.Kafka").getMethod("main", String[].class).invoke(null, (Object)
                    new String[] {arguments[0]});
        } catch (InvocationTargetException e) {
            throw new IllegalStateException("the broker has failed", e.getCause());
        }
    }

    private static void endWithParent() {
        try {
            while (System.in.read() >= 0) {
                // nothing is said
            }
        } catch (IOException e) {
            System.err.println("the parent is gone: " + e.getMessage());
        }
        Runtime.getRuntime().halt(0);
    }
}
