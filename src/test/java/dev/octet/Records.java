package dev.octet;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** Copies of records with other values, for tests. */
public final class Records {
    private Records() {}

    /**
     * A copy of a record with other values in some of its components.
     *
     * @param namesAndValues name of a component, its value, and so on; a number is converted to the component's type
     */
    public static <R extends Record> R with(R record, Object... namesAndValues) {
        Map<String, Object> values = new HashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            values.put((String) namesAndValues[i], namesAndValues[i + 1]);
        }
        RecordComponent[] components = record.getClass().getRecordComponents();
        try {
            Object[] arguments = new Object[components.length];
            for (int i = 0; i < components.length; i++) {
                Class<?> type = components[i].getType();
                components[i].getAccessor().setAccessible(true);
                arguments[i] = values.containsKey(components[i].getName())
                        ? converted(values.remove(components[i].getName()), type)
                        : components[i].getAccessor().invoke(record);
            }
            if (!values.isEmpty()) {
                throw new IllegalArgumentException(record.getClass() + " has no " + values.keySet());
            }
            @SuppressWarnings("unchecked") // the class of R's value
            Constructor<R> constructor = (Constructor<R>) record.getClass()
                    .getDeclaredConstructor(Arrays.stream(components)
                            .map(RecordComponent::getType)
                            .toArray(Class<?>[]::new));
            constructor.setAccessible(true);
            return constructor.newInstance(arguments);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof RuntimeException wrong) {
                throw wrong;
            }
            throw new AssertionError(e.getCause());
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }

    private static Object converted(Object value, Class<?> type) {
        if (type == double.class) {
            return ((Number) value).doubleValue();
        }
        return type == long.class ? (Object) ((Number) value).longValue() : value;
    }
}
