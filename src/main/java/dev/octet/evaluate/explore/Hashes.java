package dev.octet.evaluate.explore;

import com.dynatrace.hash4j.hashing.Hashing;
import dev.octet.event.IpAddress;

/** 64-bit hashes, the same in every run and on every machine. */
final class Hashes {
    private Hashes() {}

    static long of(String text) {
        return Hashing.komihash5_0().hashCharsToLong(text);
    }

    static long of(IpAddress ip) {
        return mix(mix(ip.high()) + ip.low());
    }

    /** The finalizer of SplittableRandom (Stafford's mix 13). */
    static long mix(long bits) {
        long mixed = (bits ^ bits >>> 30) * 0xbf58476d1ce4e5b9L;
        mixed = (mixed ^ mixed >>> 27) * 0x94d049bb133111ebL;
        return mixed ^ mixed >>> 31;
    }
}
