package dev.octet.event;

/** A log does not stand in the order of time; {@link LoginSource#inAnyOrder} reads it all the same. */
public final class OutOfOrderException extends InputException {
    private static final long serialVersionUID = 1L;

    public OutOfOrderException(String message) {
        super(message);
    }
}
