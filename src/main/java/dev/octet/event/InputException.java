package dev.octet.event;

/**
 * Input that Octet cannot work with: a file, a config, a bundle or an option. The message is written for the person
 * who gave the input: what is wrong, the value found, what is allowed, where, and what to do. The command line prints
 * it without a stack trace and exits with code 3, or 2 where the mistake is in what was asked, not in what was read.
 */
public class InputException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public InputException(String message) {
        super(message);
    }

    public InputException(String message, Throwable cause) {
        super(message, cause);
    }
}
