package dev.octet.config;

import dev.octet.event.InputException;

/**
 * A config that cannot be run as it stands: a mistake in what was asked for, before anything was read. The command line
 * exits with the code for wrong usage.
 */
public final class ConfigException extends InputException {
    private static final long serialVersionUID = 1L;

    public ConfigException(String message) {
        super(message);
    }

    public ConfigException(String message, Throwable cause) {
        super(message, cause);
    }
}
