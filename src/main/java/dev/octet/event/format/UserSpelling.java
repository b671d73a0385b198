package dev.octet.event.format;

import dev.octet.event.InputException;
import java.util.Locale;

/** A way to write the user names of one person alike. */
public enum UserSpelling {
    /** {@code Alice} is {@code alice}. */
    LOWER_CASE {
        @Override
        String apply(String user) {
            return user.toLowerCase(Locale.ROOT);
        }
    },
    /** {@code alice@example.com} is {@code alice}. */
    STRIP_DOMAIN {
        @Override
        String apply(String user) {
            int at = user.lastIndexOf('@');
            return at > 0 ? user.substring(0, at) : user;
        }
    },
    /** {@code CORP\alice} and {@code CORP/alice} are {@code alice}. */
    STRIP_PREFIX {
        @Override
        String apply(String user) {
            int slash = Math.max(user.lastIndexOf('\\'), user.lastIndexOf('/'));
            return slash >= 0 && slash < user.length() - 1 ? user.substring(slash + 1) : user;
        }
    };

    abstract String apply(String user);

    /**
     * The one of this name.
     *
     * @throws InputException if there is none
     */
    public static UserSpelling of(String key) {
        for (UserSpelling spelling : values()) {
            if (spelling.key().equals(key)) {
                return spelling;
            }
        }
        throw new InputException(
                "users are written as lower-case, strip-domain or strip-prefix says, not as \"" + key + "\"");
    }

    /** Its name in a config: lower case with hyphens. */
    public String key() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
