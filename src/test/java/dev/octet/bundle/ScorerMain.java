package dev.octet.bundle;

import dev.octet.event.IpAddress;
import dev.octet.event.LoginEvent;
import java.io.IOException;
import java.nio.file.Path;

/** A service as small as can be, to be started in a JVM of its own. */
final class ScorerMain {
    private ScorerMain() {}

    static LoginEvent login() {
        return LoginEvent.at(1_600_000_000_000_000L, "alice", true)
                .ip(IpAddress.parse("192.0.2.7"))
                .country("NO")
                .asn(29695)
                .device("mobile")
                .browser("Chrome 85.0")
                .os("Android 10")
                .userAgent("an agent")
                .build();
    }

    public static void main(String[] args) throws IOException {
        try (Scorer scorer = Scorer.load(Path.of(args[0]))) {
            System.out.println(scorer.score(login()).orElseThrow().value());
        }
    }
}
