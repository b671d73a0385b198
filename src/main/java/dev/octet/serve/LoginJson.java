package dev.octet.serve;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import dev.octet.event.AbsentText;
import dev.octet.event.AddressText;
import dev.octet.event.AsnText;
import dev.octet.event.IpAddress;
import dev.octet.event.LoginEvent;
import dev.octet.event.LoginField;
import dev.octet.event.text.PlainText;
import dev.octet.serve.Submission.FieldWarning;
import dev.octet.serve.http.RequestException;
import dev.octet.serve.http.RequestException.Why;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Logins as JSON: known names only, each once. Time and outcome are read strictly. What whoever logs in can choose is not: a
 * field that cannot be read is missing, and the answer's warnings say so; a user name is kept whatever it is; a text that is
 * too long is used as far as it goes. Thread-safe.
 *
 * <p>Every message says which field, what was found and what is allowed; what was found is cut short, with control
 * characters as {@code \\uXXXX}.
 */
final class LoginJson {
    /** Characters of a text that are used. */
    static final int LONGEST_TEXT = 1024;
    /** Characters of a user agent that are used. */
    static final int LONGEST_USER_AGENT = 4096;
    /** Longest user name, in characters; a body is no longer. */
    static final int LONGEST_USER = 4 << 20;
    /** Most logins in an array. */
    static final int MAX_LOGINS = 10_000;

    private static final int SHOWN = 60;
    private static final int DEEPEST = 8;
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9._:-]{1,128}");
    private static final Instant EARLIEST = Instant.EPOCH;
    private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59.999999Z");

    private static final Map<String, Known> FIELDS = IntStream.range(
                    0, LoginField.values().size())
            .mapToObj(i -> new Known(LoginField.values().get(i), i))
            .collect(Collectors.toMap(known -> known.field.jsonName(), Function.identity()));
    /** The place of the id, behind those of all fields. */
    private static final int ID_PLACE = Long.SIZE - 1;

    private static final String ALLOWED = LoginField.values().stream()
            .map(LoginField::jsonName)
            .collect(Collectors.joining(", ", "allowed are id, ", ""));

    private static final JsonFactory FACTORY = JsonFactory.builder()
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            // names are looked up in a table that all parsers share, which is bounded; without it bytes are read by way
            // of
            // characters, and each name is a text of its own
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(DEEPEST)
                    .maxStringLength(LONGEST_USER)
                    .maxNumberLength(64)
                    .maxNameLength(256)
                    .build())
            .build();

    private LoginJson() {}

    /**
     * A field that a login may have.
     *
     * @param place its number among all of them
     */
    private record Known(LoginField field, int place) {}

    /** Whether a body held one login or a list of them. */
    record Body(boolean list, List<Submission> logins) {}

    /**
     * Reads one object or an array of them, all or none.
     *
     * @param extras fields beyond the table that the model takes
     * @param now the time of logins that name none
     * @throws RequestException if any of it is wrong, saying what
     */
    static Body read(byte[] json, int length, List<LoginField> extras, Supplier<Instant> now) {
        try (JsonParser parser = FACTORY.createParser(json, 0, length)) {
            JsonToken first = parser.nextToken();
            if (first == null) {
                throw new RequestException(
                        Why.MALFORMED, "the body is empty; a login as a JSON object, or an array of them, is expected");
            }
            List<Submission> logins = new ArrayList<>();
            if (first == JsonToken.START_ARRAY) {
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    if (logins.size() == MAX_LOGINS) {
                        throw new RequestException(
                                Why.TOO_LARGE,
                                "more than " + MAX_LOGINS + " logins in one array; send several, or NDJSON");
                    }
                    logins.add(login(parser, "login " + logins.size() + ": ", extras, now));
                }
            } else {
                logins.add(login(parser, "", extras, now));
            }
            if (parser.nextToken() != null) {
                throw new RequestException(
                        Why.MALFORMED,
                        "there is more behind the JSON value; several logins are an array, or NDJSON with the content type"
                                + " application/x-ndjson");
            }
            return new Body(first == JsonToken.START_ARRAY, logins);
        } catch (JsonProcessingException e) {
            throw RequestException.malformed(e);
        } catch (IOException e) {
            throw new UncheckedIOException("reading an array of bytes cannot fail", e);
        }
    }

    private static Submission login(JsonParser parser, String where, List<LoginField> extras, Supplier<Instant> now)
            throws IOException {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            throw invalid(where, "a JSON object is expected, found " + kind(parser.currentToken()));
        }
        Fields fields = new Fields(where, extras);
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            JsonToken value = parser.nextToken();
            if (!fields.take(name, value, parser)) {
                throw invalid(
                        where,
                        "there is no field \"" + PlainText.of(name, SHOWN) + "\"; " + ALLOWED
                                + extras.stream()
                                        .map(field -> ", " + field.jsonName())
                                        .collect(Collectors.joining()));
            }
        }
        return fields.submission(now);
    }

    private static RequestException invalid(String where, String what) {
        return new RequestException(Why.INVALID, where + what);
    }

    private static String kind(JsonToken token) {
        return switch (token) {
            case START_OBJECT -> "an object";
            case START_ARRAY -> "a list";
            case VALUE_STRING -> "a text";
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> "a number";
            case VALUE_TRUE, VALUE_FALSE -> "true or false";
            case VALUE_NULL -> "null";
            default -> token.toString();
        };
    }

    /** The fields of one login, as they come. */
    private static final class Fields {
        private final String where;
        private final List<LoginField> extras;
        /** Bits of the places of the fields that came. */
        private long came;

        private String id;
        private Instant time;
        private String user;
        private Boolean success;
        private final LoginEvent.Builder login = LoginEvent.at(0, "", false);
        private final List<FieldWarning> warnings = new ArrayList<>();

        Fields(String where, List<LoginField> extras) {
            this.where = where;
            this.extras = extras;
        }

        /** Null where there is none. */
        private Known known(String name) {
            for (int i = 0; i < extras.size(); i++) {
                if (extras.get(i).jsonName().equals(name)) {
                    return new Known(extras.get(i), FIELDS.size() + i);
                }
            }
            return FIELDS.get(name);
        }

        private void once(String name, int place) {
            if ((came & 1L << place) != 0) {
                throw new RequestException(
                        Why.MALFORMED, where + "Duplicate field \"" + name + "\"; each may come once");
            }
            came |= 1L << place;
        }

        /** Takes a field; whether there is one of this name. */
        boolean take(String name, JsonToken value, JsonParser parser) throws IOException {
            if (name.equals("id")) {
                once(name, ID_PLACE);
                id = id(name, value, parser);
                return true;
            }
            Known known = known(name);
            if (known == null) {
                return false;
            }
            once(name, known.place);
            LoginField field = known.field;
            switch (field.kind()) {
                case TIME -> time = time(name, value, parser);
                case OUTCOME -> success = truth(name, value);
                case ADDRESS -> login.ip(ip(field, value, parser));
                case NETWORK -> login.asn(asn(field, value, parser));
                case TEXT ->
                    login.with(field, field.isExtra() ? extra(field, value, parser) : text(field, value, parser));
                case NUMBER -> login.with(field, number(field, value, parser));
            }
            return true;
        }

        private String text(LoginField field, JsonToken value, JsonParser parser) throws IOException {
            if (value == JsonToken.VALUE_NULL) {
                return "";
            }
            if (field.equals(LoginField.USER)) {
                if (value != JsonToken.VALUE_STRING) {
                    throw wrong(field.jsonName(), "a text", kind(value));
                }
                user = wholeCharacters(parser.getText());
                return user;
            }
            if (value != JsonToken.VALUE_STRING) {
                return unreadable(field, field.expected() + " is expected", found(value, parser), "");
            }
            String text = parser.getText();
            int odd = oddCharacter(text);
            if (odd >= 0) {
                String why = Character.isSurrogate(text.charAt(odd))
                        ? "half a surrogate pair"
                        : "control character U+%04X".formatted((int) text.charAt(odd));
                return unreadable(field, why, text, "");
            }
            int longest = field.equals(LoginField.USER_AGENT) ? LONGEST_USER_AGENT : LONGEST_TEXT;
            if (text.length() <= longest) {
                return text;
            }
            int end = Character.isHighSurrogate(text.charAt(longest - 1)) ? longest - 1 : longest;
            return unreadable(
                    field,
                    text.length() + " characters, of which the first " + longest + " are used",
                    text,
                    text.substring(0, end));
        }

        /** A field of the log's own: logs write names as texts, numbers or true and false. */
        private String extra(LoginField field, JsonToken value, JsonParser parser) throws IOException {
            boolean isName = value.isNumeric() || value.isBoolean();
            String text = isName ? parser.getText() : text(field, value, parser);
            if (!field.isBoolean() || text.isEmpty()) {
                return text;
            }
            Optional<String> truth = LoginField.truth(text);
            return truth.isPresent() ? truth.get() : unreadable(field, field.expected() + " is expected", text, "");
        }

        /** Takes note of a field that cannot be read, and gives back what is used in its place. */
        private <T> T unreadable(LoginField field, String reason, String found, T used) {
            login.unreadable(field);
            warnings.add(new FieldWarning(field.jsonName(), reason, PlainText.of(found, SHOWN)));
            return used;
        }

        private static String found(JsonToken value, JsonParser parser) throws IOException {
            if (value.isStructStart()) {
                parser.skipChildren();
                return kind(value);
            }
            return parser.getText();
        }

        /** The place of the first control character or half a surrogate pair; -1 where there is none. */
        private static int oddCharacter(String text) {
            for (int i = 0; i < text.length(); i++) {
                char c = text.charAt(i);
                if (c < ' ' && c != '\t' && c != '\n' && c != '\r') {
                    return i;
                }
                if (Character.isSurrogate(c)) {
                    if (i + 1 == text.length() || !Character.isSurrogatePair(c, text.charAt(i + 1))) {
                        return i;
                    }
                    i++;
                }
            }
            return -1;
        }

        /** The text with U+FFFD for each half of a surrogate pair, of which no JSON could be made again. */
        private static String wholeCharacters(String text) {
            if (!hasSurrogate(text)) {
                return text;
            }
            StringBuilder whole = new StringBuilder(text.length());
            text.codePoints()
                    .forEach(c -> whole.appendCodePoint(
                            c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE ? 0xfffd : c));
            return whole.toString();
        }

        private static boolean hasSurrogate(String text) {
            for (int i = 0; i < text.length(); i++) {
                if (Character.isSurrogate(text.charAt(i))) {
                    return true;
                }
            }
            return false;
        }

        private RequestException wrong(String name, String allowed, String found) {
            return invalid(where, name + " must be " + allowed + ", found " + found);
        }

        private String text(String name, JsonToken value, JsonParser parser, int longest) throws IOException {
            if (value != JsonToken.VALUE_STRING) {
                throw wrong(name, "a text", kind(value));
            }
            String text = parser.getText();
            if (text.length() > longest) {
                throw wrong(name, "a text of at most " + longest + " characters", text.length() + " characters");
            }
            for (int i = 0; i < text.length(); i++) {
                char c = text.charAt(i);
                if (c < ' ' && c != '\t' && c != '\n' && c != '\r') {
                    throw wrong(name, "a text without control characters", "U+%04X".formatted((int) c));
                }
                if (Character.isSurrogate(c)) {
                    boolean pair = Character.isHighSurrogate(c)
                            && i + 1 < text.length()
                            && Character.isLowSurrogate(text.charAt(i + 1));
                    if (!pair) {
                        throw wrong(name, "a text of whole characters", "half a surrogate pair");
                    }
                    i++;
                }
            }
            return text;
        }

        private String id(String name, JsonToken value, JsonParser parser) throws IOException {
            if (value == JsonToken.VALUE_NULL) {
                return null;
            }
            String text = text(name, value, parser, LONGEST_TEXT);
            if (!ID.matcher(text).matches()) {
                throw wrong(
                        name,
                        "1 to 128 of the characters A-Z a-z 0-9 . _ : -",
                        "\"" + PlainText.of(text, SHOWN) + "\"");
            }
            return text;
        }

        private Boolean truth(String name, JsonToken value) {
            if (!value.isBoolean()) {
                throw wrong(name, "true or false", kind(value));
            }
            return value == JsonToken.VALUE_TRUE;
        }

        private Instant time(String name, JsonToken value, JsonParser parser) throws IOException {
            if (value == JsonToken.VALUE_NULL) {
                return null;
            }
            String text = text(name, value, parser, LONGEST_TEXT);
            String allowed = "a date and time with its offset, from 1970 on, e.g. 2024-05-01T12:34:56.789Z";
            Instant instant;
            try {
                instant = text.endsWith("Z")
                        ? Instant.parse(text)
                        : OffsetDateTime.parse(text).toInstant();
            } catch (DateTimeException e) {
                throw wrong(name, allowed, "\"" + PlainText.of(text, SHOWN) + "\"");
            }
            if (instant.isBefore(EARLIEST) || instant.isAfter(LATEST)) {
                throw wrong(name, allowed, "\"" + PlainText.of(text, SHOWN) + "\"");
            }
            return instant;
        }

        private IpAddress ip(LoginField field, JsonToken value, JsonParser parser) throws IOException {
            if (value == JsonToken.VALUE_NULL) {
                return IpAddress.MISSING;
            }
            String text = found(value, parser);
            try {
                return value == JsonToken.VALUE_STRING
                        ? AddressText.read(text)
                        : unreadable(field, field.expected() + " is expected", text, IpAddress.MISSING);
            } catch (IllegalArgumentException e) {
                return unreadable(field, PlainText.of(e.getMessage(), 2 * SHOWN), text, IpAddress.MISSING);
            }
        }

        private long asn(LoginField field, JsonToken value, JsonParser parser) throws IOException {
            String text = found(value, parser);
            boolean known = value.isNumeric() || value == JsonToken.VALUE_STRING;
            if (value == JsonToken.VALUE_NULL || known && AbsentText.is(text)) {
                return -1;
            }
            long number = known ? AsnText.read(text) : -1;
            return number >= 0 ? number : unreadable(field, field.expected() + " is expected", text, -1L);
        }

        private double number(LoginField field, JsonToken value, JsonParser parser) throws IOException {
            if (value == JsonToken.VALUE_NULL) {
                return Double.NaN;
            }
            if (value.isNumeric() && field.allows(parser.getDoubleValue())) {
                return parser.getDoubleValue();
            }
            return unreadable(field, field.expected() + " is expected", found(value, parser), Double.NaN);
        }

        /** Counted in nanoseconds, as ChronoUnit does, times beyond the year 2262 would overflow. */
        private static long micros(Instant at) {
            return at.getEpochSecond() * 1_000_000 + at.getNano() / 1000;
        }

        Submission submission(Supplier<Instant> now) {
            if (user == null || user.isEmpty()) {
                warnings.add(new FieldWarning(
                        LoginField.USER.jsonName(), "missing; a login without a user has no history", ""));
            }
            if (success == null) {
                throw invalid(where, "success is missing; true or false is needed");
            }
            Instant at = time == null ? now.get() : time;
            LoginEvent event = login.time(micros(at)).success(success).build();
            return new Submission(event, Optional.ofNullable(id), warnings);
        }
    }
}
