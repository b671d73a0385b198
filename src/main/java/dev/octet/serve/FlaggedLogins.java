package dev.octet.serve;

import dev.octet.event.FramedFile;
import dev.octet.event.InputException;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Flagged logins that did not update the history, so that a verdict can still let them: the latest {@link #MAX_LOGINS}. Not
 * thread-safe.
 */
final class FlaggedLogins {
    static final int MAX_LOGINS = 1 << 14;
    private static final int LONGEST = 1 << 20;

    private final Map<String, EventRecord> byId = new LinkedHashMap<>();

    void add(EventRecord login) {
        byId.put(login.answer().id(), login);
        if (byId.size() > MAX_LOGINS) {
            byId.remove(byId.keySet().iterator().next());
        }
    }

    Optional<EventRecord> find(String id) {
        return Optional.ofNullable(byId.get(id));
    }

    void remove(String id) {
        byId.remove(id);
    }

    Collection<EventRecord> all() {
        return List.copyOf(byId.values());
    }

    void save(DataOutputStream out) throws IOException {
        image().write(out);
    }

    /** The logins as they are now, to be saved on any thread. */
    FramedFile.Content image() {
        List<EventRecord> logins = List.copyOf(byId.values());
        return out -> {
            out.writeInt(logins.size());
            for (EventRecord login : logins) {
                ByteArrayOutputStream bytes = new ByteArrayOutputStream();
                login.write(new DataOutputStream(bytes));
                out.writeInt(bytes.size());
                bytes.writeTo(out);
            }
        };
    }

    /** @throws InputException if it was not saved by {@link #save} */
    static FlaggedLogins load(DataInputStream in) throws IOException {
        FlaggedLogins logins = new FlaggedLogins();
        int count = in.readInt();
        if (count < 0 || count > MAX_LOGINS) {
            throw new InputException("it says that it holds " + count + " flagged logins");
        }
        for (int i = 0; i < count; i++) {
            int length = in.readInt();
            if (length < 1 || length > LONGEST) {
                throw new InputException("it says that a flagged login has " + length + " bytes");
            }
            byte[] bytes = in.readNBytes(length);
            logins.add(EventRecord.read(bytes, bytes.length));
        }
        return logins;
    }
}
