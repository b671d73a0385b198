package dev.octet.serve;

import java.lang.reflect.Proxy;

/**
 * The signal HUP, which asks a service to read its files again. The class that Java has for it is not in its documented
 * interface, so it is looked up by name, and where it is missing (or on Windows) there is no such signal.
 */
public final class HangUp {
    private HangUp() {}

    /** Runs an action at every HUP; whether there is such a signal here. */
    public static boolean handle(Runnable action) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object proxy = Proxy.newProxyInstance(
                    HangUp.class.getClassLoader(), new Class<?>[] {handler}, (self, method, arguments) -> {
                        if (method.getName().equals("handle")) {
                            action.run();
                            return null;
                        }
                        return method.invoke(action, arguments);
                    });
            signal.getMethod("handle", signal, handler)
                    .invoke(null, signal.getConstructor(String.class).newInstance("HUP"), proxy);
            return true;
        } catch (ReflectiveOperationException e) {
            return false;
        }
    }
}
