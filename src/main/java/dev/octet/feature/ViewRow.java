package dev.octet.feature;

/** What one row of the matrix stands for; carries no label. Immutable. */
public sealed interface ViewRow permits AttemptRow, WindowRow, EntityRow {

    /** The row's number: of the attempt in its source, of the window or the entity counted from the first one; 0-based. */
    long number();

    /** When the row begins, an entity with its first attempt; microseconds since 1970-01-01T00:00Z. */
    long timeMicros();
}
