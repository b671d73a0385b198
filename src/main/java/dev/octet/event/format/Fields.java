package dev.octet.event.format;

import dev.octet.event.AbsentText;
import dev.octet.event.AddressText;
import dev.octet.event.AsnText;
import dev.octet.event.IpAddress;
import dev.octet.event.LoginEvent;
import dev.octet.event.LoginField;
import dev.octet.event.RejectedRows.Reason;
import java.util.Optional;

/** How the texts of a record become the fields of a login. What is unreadable is not known, and is said to be. */
final class Fields {
    private Fields() {}

    /** Why a text is no value of a field. */
    record Problem(Reason reason, String detail) {}

    /**
     * Sets a field to what a text says.
     *
     * @return why the text cannot be read, if so; the field is missing then
     */
    static Optional<Problem> set(LoginEvent.Builder event, LoginField field, String text) {
        switch (field.kind()) {
            case TEXT -> {
                Optional<String> value = field.isBoolean() ? LoginField.truth(text) : Optional.of(text);
                if (value.isEmpty()) {
                    return unreadable(event, field, Reason.BOOLEAN, field.expected() + " is expected");
                }
                event.with(field, value.get());
            }
            case NUMBER -> {
                double number = number(text);
                if (!field.allows(number) && !AbsentText.is(text)) {
                    return unreadable(event, field, Reason.NUMBER, field.expected() + " is expected");
                }
                event.with(field, number);
            }
            case ADDRESS -> {
                try {
                    event.ip(AddressText.read(text));
                } catch (IllegalArgumentException e) {
                    return unreadable(event, field, Reason.IP, e.getMessage());
                }
            }
            case NETWORK -> {
                long number = AsnText.read(text.strip());
                if (number < 0 && !AbsentText.is(text)) {
                    return unreadable(event, field, Reason.NUMBER, field.expected() + " is expected");
                }
                event.asn(number);
            }
            case TIME, OUTCOME -> throw new IllegalArgumentException(field + " is set when the login is made");
        }
        return Optional.empty();
    }

    private static Optional<Problem> unreadable(
            LoginEvent.Builder event, LoginField field, Reason reason, String detail) {
        event.unreadable(field);
        return Optional.of(new Problem(reason, detail));
    }

    /** NaN where the text is no number. */
    private static double number(String text) {
        try {
            return Double.parseDouble(text);
        } catch (NumberFormatException e) {
            return Double.NaN;
        }
    }

    /** The address that a text holds, missing where it is none. */
    static IpAddress address(String text) {
        try {
            return AddressText.read(text);
        } catch (IllegalArgumentException e) {
            return IpAddress.MISSING;
        }
    }
}
