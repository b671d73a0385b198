package dev.octet.simulate;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;

/** Writes rows as the bytes of a file. Not thread-safe. */
final class RowWriter {
    private static final String RBA_HEADER =
            "index,Login Timestamp,User ID,Round-Trip Time [ms],IP Address,Country,Region,City,ASN,"
                    + "User Agent String,Browser Name and Version,OS Name and Version,Device Type,Login Successful,Is Attack IP,"
                    + "Is Account Takeover\n";
    private static final String GENERIC_HEADER =
            "time,user,success,failure_reason,ip,country,region,city,asn,user_agent,browser,os,device,round_trip_ms,"
                    + "takeover\n";

    private final RowFormat format;
    private final World world = World.INSTANCE;
    private final int norway = world.indexOfCountry("NO");
    private final Line line = new Line();
    private final Line agent = new Line();
    private long day = Long.MIN_VALUE;
    private String date = "";

    private RowWriter(RowFormat format) {
        this.format = format;
    }

    static RowWriter of(RowFormat format) {
        return new RowWriter(format);
    }

    /** The file's first line, with its line end. */
    String header() {
        return switch (format) {
            case RBA -> RBA_HEADER;
            case GENERIC -> GENERIC_HEADER;
        };
    }

    /** The row's line, valid until the next call. */
    Line write(long index, LoginRow row) {
        line.clear();
        switch (format) {
            case RBA -> appendRba(index, row);
            case GENERIC -> appendGeneric(row);
        }
        return line;
    }

    private void appendRba(long index, LoginRow row) {
        line.add(index).add(',');
        appendTime(row.millis);
        line.add(',').add(row.user).add(',');
        appendRoundTrip(row);
        line.add(',');
        int address = appendAddress(row);
        line.add(',');
        appendPlaceAndDevice(row);
        line.add(',');
        appendFlag(row.success).add(',');
        appendFlag(world.flagged(row.network, address)).add(',');
        appendFlag(row.takeover).add('\n');
    }

    private void appendGeneric(LoginRow row) {
        appendTime(row.millis);
        line.add(',').add(row.user).add(',');
        appendFlag(row.success).add(',');
        if (!row.success) {
            line.add(row.reason.bytes);
        }
        line.add(',');
        appendAddress(row);
        line.add(',');
        appendPlaceAndDevice(row);
        line.add(',');
        appendRoundTrip(row);
        line.add(',');
        appendFlag(row.takeover).add('\n');
    }

    /** Country, region, city, network, user agent, browser, system, device type. */
    private void appendPlaceAndDevice(LoginRow row) {
        line.add(world.countryBytes(world.countryOf(row.network, row.prefix))).add(',');
        line.add(world.place(row.network, row.prefix)).add(',');
        line.add(world.asn(row.network)).add(',');
        appendUserAgent(row.agent);
        line.add(',');
        row.agent.appendBrowser(line);
        line.add(',');
        row.agent.appendPlatform(line);
        line.add(',').add(row.agent.model.type);
    }

    private int appendAddress(LoginRow row) {
        int address = world.address(row.network, row.prefix, row.host);
        line.add(address >>> 24).add('.').add(address >>> 16 & 255).add('.');
        line.add(address >>> 8 & 255).add('.').add(address & 255);
        return address;
    }

    private Line appendFlag(boolean flag) {
        return line.add(flag ? "True" : "False");
    }

    private void appendTime(long millis) {
        long today = Math.floorDiv(millis, Published.DAY_MILLIS);
        if (today != day) {
            day = today;
            date = LocalDate.ofInstant(Instant.ofEpochMilli(millis), ZoneOffset.UTC) + " ";
        }
        int rest = (int) Math.floorMod(millis, Published.DAY_MILLIS);
        line.add(date).addPadded(rest / 3_600_000, 2).add(':').addPadded(rest / 60_000 % 60, 2);
        line.add(':').addPadded(rest / 1_000 % 60, 2).add('.').addPadded(rest % 1_000, 3);
    }

    /** Only the user agent can hold a comma; a field is quoted only if it does. */
    private void appendUserAgent(Agent of) {
        agent.clear();
        of.appendUserAgent(agent);
        boolean quoted = agent.holds(',', 0);
        if (quoted) {
            line.add('"');
        }
        line.add(agent.bytes, agent.length);
        if (quoted) {
            line.add('"');
        }
    }

    private void appendRoundTrip(LoginRow row) {
        boolean home = world.countryOf(row.network, row.prefix) == norway;
        // urva: 875,234 successes and 400,701 failures have one, almost all from NO: one NO row in ten, whatever its
        // outcome.
        double share = row.takeover ? 1 / 141.0 : home ? 0.0985 : 0.0012;
        if (Draw.unit(Draw.mix(row.bits + 11)) < share) {
            double u = Draw.unit(Draw.mix(row.bits + 12));
            int i = 1;
            while (u >= Published.RTT_SHARE[i]) {
                i++;
            }
            double low = Published.RTT_MILLIS[i - 1];
            double position = (u - Published.RTT_SHARE[i - 1]) / (Published.RTT_SHARE[i] - Published.RTT_SHARE[i - 1]);
            line.add((long) (low * StrictMath.pow(Published.RTT_MILLIS[i] / low, position)))
                    .add(".0");
        }
    }
}
