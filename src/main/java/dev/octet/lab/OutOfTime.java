package dev.octet.lab;

/** Ends a training whose time is up; its checkpoint stays. */
final class OutOfTime extends RuntimeException {
    private static final long serialVersionUID = 1;

    OutOfTime() {
        super("the time is up");
    }
}
