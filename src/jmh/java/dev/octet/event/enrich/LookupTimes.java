package dev.octet.event.enrich;

import dev.octet.event.IpAddress;
import dev.octet.event.enrich.EnrichSettings.Prefer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Addresses looked up a second, one thread, in the databases of a folder: {@code -p folder=data/geo}.
 *
 * <p>{@code log}: 200,000 blocks of /24 whose logins follow Zipf's law (exponent 1), as users' networks do; {@code
 * random}: addresses drawn from all of IPv4, for which no cache helps; {@code ipv6}: blocks of /48 below 2000::/3.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class LookupTimes {
    private static final int ADDRESSES = 1 << 20;
    private static final int BLOCKS = 200_000;

    @Param("data/geo")
    public String folder;

    @Param({"log", "random", "ipv6"})
    public String addresses;

    private AddressLookup lookup;
    private IpAddress[] drawn;

    @Setup
    public void open() throws IOException {
        lookup = AddressLookup.open(
                new EnrichSettings(Map.of(), Path.of(folder), Set.of(AddressFact.values()), Prefer.LOG, false),
                key -> key);
        if (lookup.isEmpty()) {
            throw new IllegalStateException("no database in " + folder);
        }
        Random random = new Random(1);
        int[] blocks = random.ints(BLOCKS, 1 << 16, 224 << 16).toArray();
        drawn = new IpAddress[ADDRESSES];
        for (int i = 0; i < ADDRESSES; i++) {
            // the inverse of Zipf's distribution with exponent 1, as far as the harmonic sum is a logarithm
            int rank = (int) Math.min(BLOCKS - 1, Math.exp(random.nextDouble() * Math.log(BLOCKS)) - 1);
            drawn[i] = switch (addresses) {
                case "log" -> new IpAddress(4, 0, (long) blocks[rank] << 8 | random.nextInt(256));
                case "random" -> new IpAddress(4, 0, random.nextLong(1L << 24, 224L << 24));
                default -> new IpAddress(6, 0x2000L << 48 | (long) blocks[rank] << 24, random.nextLong());
            };
        }
    }

    /** The sum of the AS numbers, so that nothing is left out. */
    @Benchmark
    @OperationsPerInvocation(ADDRESSES)
    public long find() {
        long sum = 0;
        for (IpAddress address : drawn) {
            sum += lookup.find(address).asn();
        }
        return sum;
    }
}
