package dev.octet.event;

/** One row of the matrix: a login, a window of the whole site, an entity. Carries no label. Immutable. */
public interface ViewRow {

    /** The row's number: of the login in its source, of the window or the entity counted from the first one; 0-based. */
    long row();

    /** When the row begins, an entity with its first attempt; microseconds since 1970-01-01T00:00Z. */
    long timeMicros();
}
