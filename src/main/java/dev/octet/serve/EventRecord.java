package dev.octet.serve;

import dev.octet.event.InputException;
import dev.octet.event.IpAddress;
import dev.octet.event.LoginEvent;
import dev.octet.event.LoginField;
import java.io.ByteArrayInputStream;
import java.io.DataInput;
import java.io.DataInputStream;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * What the journal keeps of one login: enough to bring the history to where it was, and to give the same answer again.
 *
 * @param event as the history saw it, with users and addresses under their pseudonyms where those are kept
 * @param updates whether it updated the history
 * @param answer what was said
 */
record EventRecord(LoginEvent event, boolean updates, Answer answer) {
    private static final int SCORED = 1;
    private static final int FLAGGED = 2;
    private static final int LATE = 4;
    private static final int UPDATES = 8;
    private static final int SUCCESS = 16;
    private static final int HISTORY_SHIFT = 5;
    private static final int HISTORY_MASK = 3;
    /** Fields beyond the table of {@link LoginField} stand before those of the table. */
    private static final int EXTRAS = 128;
    /** Characters of a text that {@link DataOutput#writeUTF} can write whatever they are. */
    private static final int PIECE = 65_535 / 3;

    void write(DataOutput out) throws IOException {
        out.writeLong(answer.sequence());
        out.writeByte((answer.scored() ? SCORED : 0)
                | (answer.flagged() ? FLAGGED : 0)
                | (answer.late() ? LATE : 0)
                | (updates ? UPDATES : 0)
                | (event.success() ? SUCCESS : 0)
                | (event.extraFields().isEmpty() ? 0 : EXTRAS)
                | answer.history().ordinal() << HISTORY_SHIFT);
        out.writeUTF(answer.id());
        out.writeUTF(answer.bundle());
        out.writeDouble(answer.score());
        out.writeDouble(answer.threshold());
        out.writeUTF(answer.reasons());
        if (!event.extraFields().isEmpty()) {
            out.writeByte(event.extraFields().size());
            for (LoginField field : event.extraFields()) {
                out.writeByte(field.extra().orElseThrow().ordinal());
                out.writeUTF(field.key());
                write(out, field);
            }
        }
        for (LoginField field : LoginField.values()) {
            write(out, field);
        }
    }

    private void write(DataOutput out, LoginField field) throws IOException {
        switch (field.kind()) {
            case TIME -> out.writeLong(event.timeMicros());
            case OUTCOME -> {} // among the flags
            case ADDRESS -> {
                out.writeByte(event.ip().version());
                out.writeLong(event.ip().high());
                out.writeLong(event.ip().low());
            }
            case NETWORK -> out.writeLong(event.asn());
            case TEXT -> writeText(out, event.text(field));
            case NUMBER -> {
                if (field.equals(LoginField.ROUND_TRIP_MILLIS)) {
                    out.writeFloat((float) event.number(field));
                } else {
                    out.writeDouble(event.number(field));
                }
            }
        }
    }

    /** Writes a text of any length: a full piece is followed by another, which may be empty. */
    private static void writeText(DataOutput out, String text) throws IOException {
        int from = 0;
        int length;
        do {
            length = Math.min(PIECE, text.length() - from);
            out.writeUTF(text.substring(from, from + length));
            from += length;
        } while (length == PIECE);
    }

    private static String readText(DataInput in) throws IOException {
        String piece = in.readUTF();
        if (piece.length() < PIECE) {
            return piece;
        }
        StringBuilder text = new StringBuilder(piece);
        while (piece.length() == PIECE) {
            piece = in.readUTF();
            text.append(piece);
        }
        return text.toString();
    }

    /** The number of a record's login; nothing else of the record is read. */
    static long sequence(byte[] payload) {
        return ByteBuffer.wrap(payload).getLong();
    }

    /** Whether the login of a record was flagged; nothing else of the record is read. */
    static boolean isFlagged(byte[] payload) {
        return (payload[Long.BYTES] & FLAGGED) != 0;
    }

    /** The score of a record without the rest of it, which is most of the work; empty where it was not scored. */
    static Optional<ScoreArchive.Line> readScore(byte[] payload, int length) throws IOException {
        if ((payload[Long.BYTES] & SCORED) == 0) {
            return Optional.empty();
        }
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(payload, 0, length));
        long sequence = in.readLong();
        int flags = in.readUnsignedByte();
        String id = in.readUTF();
        String bundle = in.readUTF();
        double score = in.readDouble();
        double threshold = in.readDouble();
        in.skipNBytes(in.readUnsignedShort()); // the reasons
        if ((flags & EXTRAS) != 0) {
            readExtras(in, LoginEvent.at(0, "", false));
        }
        long timeMicros = in.readLong();
        LoginEvent.Builder user = LoginEvent.at(timeMicros, "", (flags & SUCCESS) != 0);
        read(in, LoginField.USER, user);
        return Optional.of(new ScoreArchive.Line(
                id, sequence, timeMicros, user.build().user(), score, threshold, (flags & FLAGGED) != 0, bundle));
    }

    /**
     * Reads one record.
     *
     * @param payload holds it from 0 to {@code length}; a field that was added to the table since it was written is missing
     */
    static EventRecord read(byte[] payload, int length) throws IOException {
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(payload, 0, length));
        long sequence = in.readLong();
        int flags = in.readUnsignedByte();
        String id = in.readUTF();
        String bundle = in.readUTF();
        double score = in.readDouble();
        double threshold = in.readDouble();
        String reasons = in.readUTF();
        LoginEvent.Builder login = LoginEvent.at(0, "", (flags & SUCCESS) != 0).row(sequence);
        if ((flags & EXTRAS) != 0) {
            readExtras(in, login);
        }
        long timeMicros = in.readLong();
        login.time(timeMicros);
        for (LoginField field : LoginField.values()) {
            if (in.available() > 0) {
                read(in, field, login);
            }
        }
        LoginEvent event = login.build();
        int history = flags >>> HISTORY_SHIFT & HISTORY_MASK;
        if (history >= Answer.History.values().length) {
            throw new InputException("a record of the journal is damaged: its flags are " + flags);
        }
        return new EventRecord(
                event,
                (flags & UPDATES) != 0,
                new Answer(
                        id,
                        sequence,
                        timeMicros,
                        (flags & SCORED) != 0,
                        score,
                        threshold,
                        (flags & FLAGGED) != 0,
                        Answer.History.values()[history],
                        (flags & LATE) != 0,
                        bundle,
                        reasons,
                        fingerprint(event)));
    }

    private static void readExtras(DataInput in, LoginEvent.Builder login) throws IOException {
        int count = in.readUnsignedByte();
        for (int i = 0; i < count; i++) {
            int type = in.readUnsignedByte();
            if (type >= LoginField.Extra.values().length) {
                throw new InputException("a record of the journal is damaged: it has a field of the type " + type);
            }
            read(in, LoginField.extra(in.readUTF(), LoginField.Extra.values()[type]), login);
        }
    }

    private static void read(DataInput in, LoginField field, LoginEvent.Builder login) throws IOException {
        switch (field.kind()) {
            case TIME, OUTCOME -> {} // have been read
            case ADDRESS -> login.ip(new IpAddress(in.readUnsignedByte(), in.readLong(), in.readLong()));
            case NETWORK -> login.asn(in.readLong());
            case TEXT -> login.with(field, readText(in));
            case NUMBER ->
                login.with(field, field.equals(LoginField.ROUND_TRIP_MILLIS) ? in.readFloat() : in.readDouble());
        }
    }

    /** A number that differs between logins that differ, whatever their times: those may have been filled in. */
    static int fingerprint(LoginEvent event) {
        int hash = event.user().hashCode();
        for (int part : new int[] {
            Boolean.hashCode(event.success()),
            event.ip().version(),
            Long.hashCode(event.ip().high()),
            Long.hashCode(event.ip().low()),
            Long.hashCode(event.asn()),
            event.country().hashCode(),
            event.userAgent().hashCode()
        }) {
            hash = 31 * hash + part;
        }
        return hash;
    }
}
