package dev.octet.serve;

import dev.octet.event.InputException;
import dev.octet.event.IpAddress;
import dev.octet.event.LoginEvent;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * What the journal keeps of one login: enough to bring the history to where it was, and to give the same answer again.
 *
 * @param event as the history saw it, with users and addresses under their pseudonyms where those are kept
 * @param teach whether it taught the history
 * @param answer what was said
 */
record EventRecord(LoginEvent event, boolean teach, Answer answer) {
    private static final int SCORED = 1;
    private static final int FLAGGED = 2;
    private static final int LATE = 4;
    private static final int TEACH = 8;
    private static final int SUCCESS = 16;
    private static final int HISTORY_SHIFT = 5;

    void write(DataOutput out) throws IOException {
        out.writeLong(answer.sequence());
        out.writeByte((answer.scored() ? SCORED : 0)
                | (answer.flagged() ? FLAGGED : 0)
                | (answer.late() ? LATE : 0)
                | (teach ? TEACH : 0)
                | (event.success() ? SUCCESS : 0)
                | answer.history().ordinal() << HISTORY_SHIFT);
        out.writeUTF(answer.id());
        out.writeUTF(answer.bundle());
        out.writeDouble(answer.score());
        out.writeDouble(answer.threshold());
        out.writeUTF(answer.reasons());
        out.writeLong(event.timeMicros());
        out.writeUTF(event.user());
        out.writeByte(event.ip().version());
        out.writeLong(event.ip().high());
        out.writeLong(event.ip().low());
        out.writeUTF(event.failureReason());
        out.writeUTF(event.country());
        out.writeUTF(event.region());
        out.writeUTF(event.city());
        out.writeLong(event.asn());
        out.writeUTF(event.userAgent());
        out.writeUTF(event.browser());
        out.writeUTF(event.os());
        out.writeUTF(event.device());
        out.writeFloat(event.roundTripMillis());
        out.writeDouble(event.latitude());
        out.writeDouble(event.longitude());
    }

    static EventRecord read(DataInput in) throws IOException {
        long sequence = in.readLong();
        int flags = in.readUnsignedByte();
        String id = in.readUTF();
        String bundle = in.readUTF();
        double score = in.readDouble();
        double threshold = in.readDouble();
        String reasons = in.readUTF();
        long timeMicros = in.readLong();
        LoginEvent.Builder login = LoginEvent.at(timeMicros, in.readUTF(), (flags & SUCCESS) != 0)
                .row(sequence)
                .ip(new IpAddress(in.readUnsignedByte(), in.readLong(), in.readLong()))
                .failureReason(in.readUTF())
                .country(in.readUTF())
                .region(in.readUTF())
                .city(in.readUTF())
                .asn(in.readLong())
                .userAgent(in.readUTF())
                .browser(in.readUTF())
                .os(in.readUTF())
                .device(in.readUTF())
                .roundTripMillis(in.readFloat());
        LoginEvent event = login.coordinates(in.readDouble(), in.readDouble()).build();
        int history = flags >>> HISTORY_SHIFT;
        if (history >= Answer.History.values().length) {
            throw new InputException("a record of the journal is damaged: its flags are " + flags);
        }
        return new EventRecord(
                event,
                (flags & TEACH) != 0,
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
