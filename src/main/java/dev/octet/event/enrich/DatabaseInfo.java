package dev.octet.event.enrich;

import java.nio.file.Path;
import java.time.LocalDate;
import java.util.Objects;

/**
 * Name and build date of an address database, as it states them: what a bundle and its provenance remember of it.
 *
 * @param file where it was read from
 * @param kind the type that a MaxMind DB file states, e.g. {@code GeoLite2-ASN}, or the columns of a file of ranges, e.g.
 *     {@code ranges first,last,asn,name}
 * @param built the day of the build that a MaxMind DB file states, or of a range file's last change, in UTC
 */
public record DatabaseInfo(Path file, String kind, LocalDate built) {
    public DatabaseInfo {
        Objects.requireNonNull(file, "file");
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(built, "built");
    }

    @Override
    public String toString() {
        return file + " (" + kind + ", built " + built + ")";
    }
}
