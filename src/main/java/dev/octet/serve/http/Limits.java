package dev.octet.serve.http;

import java.time.Duration;

/**
 * Limits of what a client may ask for.
 *
 * @param bodyBytes most bytes of a JSON body
 * @param lineBytes most bytes of a line of NDJSON
 * @param connections most open connections
 * @param idle how long a connection may be silent
 * @param grace how long a body may take before it must come with {@code bytesPerSecond}
 * @param bytesPerSecond least mean rate of a body after the grace
 */
public record Limits(int bodyBytes, int lineBytes, int connections, Duration idle, Duration grace, int bytesPerSecond) {
    /** 4 MiB, 256 KiB a line, 1000 connections, 10 s of silence, after 20 s 1 KiB/s. */
    public static Limits defaults() {
        return new Limits(4 << 20, 256 << 10, 1000, Duration.ofSeconds(10), Duration.ofSeconds(20), 1 << 10);
    }
}
