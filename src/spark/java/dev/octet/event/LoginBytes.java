package dev.octet.event;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** A login with all its fields as bytes, for the few logins that travel from the workers to the driver. */
public final class LoginBytes {
    private LoginBytes() {}

    /** Writes a login. */
    public static byte[] write(LoginEvent event) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeLong(event.timeMicros());
        out.writeLong(event.row());
        out.writeBoolean(event.success());
        IpAddress ip = event.ip();
        out.writeByte(ip.version());
        out.writeLong(ip.high());
        out.writeLong(ip.low());
        out.writeLong(event.asn());
        out.writeLong(event.unreadable());
        for (LoginField field : LoginField.values()) {
            write(event, field, out);
        }
        out.writeByte(event.extraFields().size());
        for (LoginField field : event.extraFields()) {
            out.writeByte(field.extra().orElseThrow().ordinal());
            out.writeUTF(field.key());
            write(event, field, out);
        }
        return bytes.toByteArray();
    }

    private static void write(LoginEvent event, LoginField field, DataOutputStream out) throws IOException {
        if (field.kind() == LoginField.Kind.TEXT) {
            byte[] text = event.text(field).getBytes(StandardCharsets.UTF_8); // may be longer than writeUTF takes
            out.writeInt(text.length);
            out.write(text);
        } else if (field.kind() == LoginField.Kind.NUMBER) {
            out.writeDouble(event.number(field));
        }
    }

    /** Reads what {@link #write} wrote. */
    public static LoginEvent read(byte[] bytes) throws IOException {
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
        long time = in.readLong();
        long row = in.readLong();
        LoginEvent.Builder event = LoginEvent.at(time, "", in.readBoolean()).row(row);
        event.ip(new IpAddress(in.readByte(), in.readLong(), in.readLong()));
        event.asn(in.readLong());
        event.unreadable(in.readLong());
        for (LoginField field : LoginField.values()) {
            read(event, field, in);
        }
        List<LoginField.Extra> types = List.of(LoginField.Extra.values());
        for (int left = in.readByte(); left > 0; left--) {
            LoginField.Extra type = types.get(in.readByte());
            read(event, LoginField.extra(in.readUTF(), type), in);
        }
        return event.build();
    }

    private static void read(LoginEvent.Builder event, LoginField field, DataInputStream in) throws IOException {
        if (field.kind() == LoginField.Kind.TEXT) {
            event.with(field, new String(in.readNBytes(in.readInt()), StandardCharsets.UTF_8));
        } else if (field.kind() == LoginField.Kind.NUMBER) {
            event.with(field, in.readDouble());
        }
    }
}
