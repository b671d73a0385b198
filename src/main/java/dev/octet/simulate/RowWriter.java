package dev.octet.simulate;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;

/** Writes rows as the bytes of the RBA file. Not thread-safe. */
final class RowWriter {
    static final String HEADER =
            "index,Login Timestamp,User ID,Round-Trip Time [ms],IP Address,Country,Region,City,ASN,"
                    + "User Agent String,Browser Name and Version,OS Name and Version,Device Type,Login Successful,Is Attack IP,"
                    + "Is Account Takeover\n";

    private final World world = World.INSTANCE;
    private final int norway = world.indexOfCountry("NO");
    private final Line line = new Line();
    private final Line agent = new Line();
    private long day = Long.MIN_VALUE;
    private String date = "";

    /** The row's line, valid until the next call. */
    Line write(long index, LoginRow row) {
        line.clear();
        line.add(index).add(',');
        appendTime(row.millis);
        line.add(',').add(row.user).add(',');
        appendRoundTrip(row);
        int address = world.address(row.network, row.prefix, row.host);
        line.add(',')
                .add(address >>> 24)
                .add('.')
                .add(address >>> 16 & 255)
                .add('.')
                .add(address >>> 8 & 255);
        line.add('.').add(address & 255).add(',');
        line.add(world.countryBytes(world.countryOf(row.network, row.prefix))).add(',');
        line.add(world.place(row.network, row.prefix)).add(',');
        line.add(world.asn(row.network)).add(',');
        appendUserAgent(row.agent);
        line.add(',');
        row.agent.appendBrowser(line);
        line.add(',');
        row.agent.appendPlatform(line);
        line.add(',').add(row.agent.model.type).add(',');
        appendFlag(row.success).add(',');
        appendFlag(world.flagged(row.network, address)).add(',');
        appendFlag(row.takeover).add('\n');
        return line;
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
