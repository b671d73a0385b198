package dev.octet.event.format;

import dev.octet.event.Label;
import dev.octet.event.LoginEvent;
import dev.octet.event.LoginField;
import dev.octet.event.RejectedRows.Reason;
import dev.octet.event.format.Condition.Found;
import dev.octet.event.format.FormatDefinition.FieldRule;
import dev.octet.event.format.FormatDefinition.Rules;
import dev.octet.event.record.Place;
import dev.octet.event.record.Places;
import dev.octet.event.record.Values;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Turns the records of one file into logins, as a format says. Knows which places it needs before the file is read. Not
 * thread-safe.
 */
final class Extraction implements Condition.Texts {
    private static final int MAX_TEXT = 1 << 16;
    private static final int MAX_REPEAT = 100_000;

    /** What a record is. */
    enum Outcome {
        LOGIN,
        NOT_A_LOGIN,
        MACHINE_ACCOUNT,
        /** A login with something unreadable that every login must have; {@link #reason()} says what. */
        UNREADABLE
    }

    /** A getter and the slot of its place. */
    private record Slotted(int slot, Getter getter) {}

    /** Patterns and the slots that their groups fill; -1 for a group without a name. */
    private record Step(Slotted of, Matcher[] matchers, int[][] slots, boolean optional) {}

    /** Where a field is. */
    private record Field(LoginField field, FieldRule rule, Slotted[] places) {}

    private final FormatDefinition format;
    private final Rules rules;
    private final Places places = new Places();
    /** By identity: a getter is asked for many times a record, and it has long parts to compare. */
    private final Map<Getter, Slotted> slotted = new IdentityHashMap<>();

    private final List<Step> steps = new ArrayList<>();
    private final Field[] fields;
    private final Optional<Field> user;
    /** The texts that say nothing, by their length. */
    private final String[][] unknown;

    private final Slotted[] timePlaces;
    private final Slotted[] outcomePlaces;
    private final Slotted[] repeatPlaces;
    private final Slotted[] labelPlaces;
    private Times times;
    private Values current;

    private final List<Unreadable> unreadable = new ArrayList<>();
    private Reason reason;
    private String detail = "";
    private String place = "";
    private String found = "";
    private int count;

    /** An extraction of logins, with the fields that somebody looks at. */
    Extraction(FormatDefinition format, Shape shape, Set<LoginField> needed) {
        this(format, shape, needed, false);
    }

    /** An extraction that can say how much a record is of the format. */
    static Extraction forDetection(FormatDefinition format, Shape shape) {
        return new Extraction(format, shape, LoginField.all(), true);
    }

    private Extraction(FormatDefinition format, Shape shape, Set<LoginField> needed, boolean detecting) {
        this.format = format;
        rules = format.rules();
        timePlaces = slots(rules.time().places());
        outcomePlaces = slots(rules.success().places());
        Set<LoginField> read = LoginField.withUserAgent(needed);
        fields = rules.fields().entrySet().stream()
                .filter(entry -> (entry.getKey().isExtra() || read.contains(entry.getKey()))
                        && !entry.getKey().equals(LoginField.USER))
                .map(entry -> field(entry.getKey(), entry.getValue()))
                .toArray(Field[]::new);
        user = Optional.ofNullable(rules.fields().get(LoginField.USER)).map(rule -> field(LoginField.USER, rule));
        unknown = byLength(rules.unknown());
        repeatPlaces = slots(rules.repeat().map(FieldRule::places).orElse(List.of()));
        labelPlaces = slots(format.settings()
                .label()
                .map(place -> List.of(Getter.of(place)))
                .orElse(List.of()));
        rules.where().forEach(this::register);
        rules.machineAccounts().forEach(this::register);
        if (detecting) {
            rules.marks().forEach(mark -> register(mark.condition()));
        }
        for (Shape.Extract extract : shape.extract()) {
            slot(extract.of());
        }
        for (Shape.Extract extract : shape.extract()) {
            steps.add(step(extract));
        }
    }

    /** Must come before the first record; forgets how times were written before. */
    void start(Years years) {
        times = new Times(rules.time().formats(), rules.time().zone(), years);
    }

    Places places() {
        return places;
    }

    private Field field(LoginField field, FieldRule rule) {
        return new Field(field, rule, slots(rule.places()));
    }

    private Slotted slot(Getter getter) {
        return slotted.computeIfAbsent(getter, g -> new Slotted(places.slot(g.place()), g));
    }

    private Slotted[] slots(List<Getter> getters) {
        return getters.stream().map(this::slot).toArray(Slotted[]::new);
    }

    private void register(Condition condition) {
        condition.places(this::slot);
    }

    private Step step(Shape.Extract extract) {
        List<Pattern> patterns = extract.patterns();
        Matcher[] matchers = new Matcher[patterns.size()];
        int[][] slots = new int[patterns.size()][];
        for (int i = 0; i < matchers.length; i++) {
            matchers[i] = patterns.get(i).matcher("");
            slots[i] = groupNames(patterns.get(i).pattern()).stream()
                    .mapToInt(name -> name.isEmpty() ? -1 : places.slot(Place.of(name)))
                    .toArray();
        }
        return new Step(slot(extract.of()), matchers, slots, extract.optional());
    }

    /** The names of the groups of a regular expression in their order; {@code ""} of one without a name. */
    static List<String> groupNames(String regex) {
        List<String> names = new ArrayList<>();
        int inClass = 0;
        for (int i = 0; i < regex.length(); i++) {
            char c = regex.charAt(i);
            if (c == '\\') {
                int end = regex.startsWith("Q", i + 1) ? regex.indexOf("\\E", i) : -1;
                i = end > 0 ? end + 1 : i + 1;
            } else if (c == '[') {
                inClass++;
            } else if (c == ']' && inClass > 0) {
                inClass--;
            } else if (c == '(' && inClass == 0) {
                if (!regex.startsWith("?", i + 1)) {
                    names.add("");
                } else if (regex.startsWith("?<", i + 1)
                        && i + 3 < regex.length()
                        && Character.isLetter(regex.charAt(i + 3))) {
                    names.add(regex.substring(i + 3, regex.indexOf('>', i)));
                }
            }
        }
        return names;
    }

    /** Takes texts apart. False if the record is none of the format's. */
    private boolean extract(Values values) {
        current = values;
        for (Step step : steps) {
            String text = values.get(step.of.slot);
            text = text == null ? null : step.of.getter.part(text);
            if (!(text != null && match(step, text, values)) && !step.optional) {
                return false;
            }
        }
        return true;
    }

    private static boolean match(Step step, String text, Values values) {
        for (int i = 0; i < step.matchers.length; i++) {
            Matcher matcher = step.matchers[i].reset(text);
            if (matcher.find()) {
                int[] slots = step.slots[i];
                for (int group = 0; group < slots.length; group++) {
                    if (slots[group] >= 0 && matcher.start(group + 1) >= 0) {
                        values.set(slots[group], matcher.group(group + 1));
                    }
                }
                return true;
            }
        }
        return false;
    }

    /** How much the record says that it is of this format. */
    int weight(Values values) {
        if (!extract(values)) {
            return 0;
        }
        int weight = 0;
        for (FormatDefinition.Mark mark : rules.marks()) {
            weight += mark.condition().holds(this) ? mark.weight() : 0;
        }
        return weight;
    }

    @Override
    public Found find(Getter getter, Condition.Test test) {
        Slotted at = slotted.get(getter);
        String text = known(at, current.get(at.slot));
        if (text != null && test.passes(text)) {
            return Found.PASSED;
        }
        boolean nothing = text == null;
        for (String other : current.others(at.slot)) {
            String part = known(at, other);
            if (part != null && test.passes(part)) {
                return Found.PASSED;
            }
            nothing &= part == null;
        }
        return nothing ? Found.NOTHING : Found.FAILED;
    }

    /** The part that is meant of a text, {@code null} where it says nothing. */
    private String known(Slotted at, String text) {
        String part = text == null || at.getter.isPlain() ? text : at.getter.part(text);
        return part == null || isUnknown(part) ? null : part;
    }

    private boolean isUnknown(String text) {
        if (text.length() < unknown.length) {
            for (String each : unknown[text.length()]) {
                if (each.equals(text)) {
                    return true;
                }
            }
        }
        return false;
    }

    private static String[][] byLength(Set<String> texts) {
        int longest = texts.stream().mapToInt(String::length).max().orElse(-1);
        String[][] byLength = new String[longest + 1][];
        for (int length = 0; length <= longest; length++) {
            int wanted = length;
            byLength[length] =
                    texts.stream().filter(text -> text.length() == wanted).toArray(String[]::new);
        }
        return byLength;
    }

    /** The first text at one of the places, {@code null} where there is none. */
    private String first(Slotted[] at, Values values) {
        for (Slotted each : at) {
            String text = known(each, values.get(each.slot));
            if (text != null) {
                return text;
            }
            for (String other : values.others(each.slot)) {
                text = known(each, other);
                if (text != null) {
                    return text;
                }
            }
        }
        return null;
    }

    /**
     * Reads a record.
     *
     * @param login takes the fields; its time and outcome are set too
     */
    Outcome read(Values values, long line, Login login) {
        if (!extract(values)) {
            return Outcome.NOT_A_LOGIN;
        }
        for (Condition condition : rules.where()) {
            if (!condition.holds(this)) {
                return Outcome.NOT_A_LOGIN;
            }
        }
        if (!format.settings().machineAccounts()) {
            for (Condition condition : rules.machineAccounts()) {
                if (condition.holds(this)) {
                    return Outcome.MACHINE_ACCOUNT;
                }
            }
        }
        return time(values, line, login) && outcome(values, login) && label(values, login) && fields(values, login)
                ? Outcome.LOGIN
                : Outcome.UNREADABLE;
    }

    /** What a record says. */
    static final class Login {
        long timeMicros;
        boolean success;
        LoginEvent event;
        Label label;
    }

    /** The first readable time at one of the places. */
    private boolean time(Values values, long line, Login login) {
        String unreadable = "";
        String why = "there is none";
        for (Slotted each : timePlaces) {
            String text = known(each, values.get(each.slot));
            if (text == null) {
                continue;
            }
            try {
                login.timeMicros = times.micros(text, line);
                return true;
            } catch (IllegalArgumentException | ArithmeticException e) {
                unreadable = text;
                why = e.getMessage();
            }
        }
        return reject(Reason.TIME, why, timePlaces, unreadable);
    }

    private boolean outcome(Values values, Login login) {
        FormatDefinition.OutcomeRule rule = rules.success();
        String unmapped = null;
        for (Slotted each : outcomePlaces) {
            for (int i = -1; i < values.others(each.slot).size(); i++) {
                String text = known(
                        each,
                        i < 0 ? values.get(each.slot) : values.others(each.slot).get(i));
                if (text == null) {
                    continue;
                }
                String word = text.toLowerCase(Locale.ROOT);
                if (rule.success().contains(word) || rule.failure().contains(word)) {
                    login.success = rule.success().contains(word);
                    return true;
                }
                unmapped = unmapped == null ? text : unmapped;
            }
        }
        if (unmapped == null ? rule.missing().isEmpty() : rule.others().isEmpty()) {
            List<String> words = new ArrayList<>(rule.success());
            words.addAll(rule.failure());
            words.sort(null);
            return reject(
                    Reason.OUTCOME,
                    "expected one of " + String.join(", ", words),
                    outcomePlaces,
                    unmapped == null ? "" : unmapped);
        }
        login.success = unmapped == null ? rule.missing().get() : rule.others().get();
        return true;
    }

    private boolean label(Values values, Login login) {
        String text = labelPlaces.length == 0 ? null : first(labelPlaces, values);
        login.label = text == null
                ? Label.UNKNOWN
                : switch (text.toLowerCase(Locale.ROOT)) {
                    case "true", "1", "yes" -> Label.ATTACK;
                    case "false", "0", "no" -> Label.NORMAL;
                    default -> null;
                };
        return login.label != null
                || reject(
                        Reason.LABEL, "allowed are true, 1, yes (attack) and false, 0, no (normal)", labelPlaces, text);
    }

    private boolean fields(Values values, Login login) {
        count = 1;
        if (repeatPlaces.length > 0) {
            String text = first(repeatPlaces, values);
            if (text != null) {
                if (!text.matches("\\d{1,6}") || Integer.parseInt(text) > MAX_REPEAT || Integer.parseInt(text) < 1) {
                    return reject(Reason.NUMBER, "expected a count from 1 to " + MAX_REPEAT, repeatPlaces, text);
                }
                count = Integer.parseInt(text);
            }
        }
        unreadable.clear();
        LoginEvent.Builder event = LoginEvent.at(login.timeMicros, user(values), login.success);
        for (Field field : fields) {
            if (login.success && field.field.equals(LoginField.FAILURE_REASON)) {
                continue;
            }
            String text = first(field.places, values);
            if (text != null) {
                String value = mapped(field.rule, text);
                Fields.set(event, field.field, value)
                        .ifPresent(problem -> unreadable.add(new Unreadable(places(field.places), problem, value)));
            }
        }
        login.event = event.build();
        return true;
    }

    private String user(Values values) {
        String text = user.isEmpty() ? null : first(user.get().places, values);
        if (text == null) {
            return "";
        }
        String name = mapped(user.get().rule, text);
        for (UserSpelling spelling : format.settings().users()) {
            name = spelling.apply(name);
        }
        return name;
    }

    private static String mapped(FieldRule rule, String text) {
        String value = text.length() > MAX_TEXT ? text.substring(0, MAX_TEXT) : text;
        if (!rule.map().isEmpty()) {
            value = rule.map().getOrDefault(value, rule.map().getOrDefault("*", value));
        }
        return switch (rule.spelling()) {
            case AS_WRITTEN -> value;
            case UPPER_CASE -> value.toUpperCase(Locale.ROOT);
            case LOWER_CASE -> value.toLowerCase(Locale.ROOT);
            case COUNTRY_CODE -> Countries.code(value);
        };
    }

    private boolean reject(Reason why, String explanation, Slotted[] at, String text) {
        reason = why;
        detail = explanation;
        place = places(at);
        found = text.substring(0, Math.min(200, text.length()));
        return false;
    }

    private static String places(Slotted[] at) {
        return String.join(
                " or ",
                Arrays.stream(at)
                        .map(each -> each.getter.place().name())
                        .distinct()
                        .toList());
    }

    /**
     * A field of the last login that could not be read.
     *
     * @param place where it was looked for
     */
    record Unreadable(String place, Fields.Problem problem, String value) {}

    /** What of the last login could not be read. */
    List<Unreadable> unreadable() {
        return unreadable;
    }

    /** How many logins the last record stands for. */
    int count() {
        return count;
    }

    Reason reason() {
        return reason;
    }

    String detail() {
        return detail;
    }

    /** The places where the unreadable text was looked for. */
    String place() {
        return place;
    }

    String found() {
        return found;
    }
}
