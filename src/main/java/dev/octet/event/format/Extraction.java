package dev.octet.event.format;

import dev.octet.event.Label;
import dev.octet.event.LoginEvent;
import dev.octet.event.LoginField;
import dev.octet.event.RejectedRows.Reason;
import dev.octet.event.format.Condition.Found;
import dev.octet.event.format.FormatDefinition.FieldRule;
import dev.octet.event.format.FormatDefinition.Rules;
import dev.octet.event.record.LineRecords;
import dev.octet.event.record.Place;
import dev.octet.event.record.Places;
import dev.octet.event.record.Values;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Turns the records of one file into logins, as a format says. Knows which places it needs before the file is read. Not
 * thread-safe.
 */
final class Extraction implements Condition.Texts {
    private static final Pattern GROUP = Pattern.compile("\\(\\?<([a-zA-Z][a-zA-Z0-9]*)>");
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

    /** A pattern and the slots that its groups fill. */
    private record Step(
            Slotted of, List<Pattern> patterns, List<List<Map.Entry<String, Integer>>> groups, boolean optional) {}

    private final FormatDefinition format;
    private final Rules rules;
    private final Places places = new Places();
    private final Map<Getter, Slotted> slotted = new HashMap<>();
    private final List<Step> steps = new ArrayList<>();
    private final int lineSlot;
    private final String[] containing;
    private final Set<LoginField> needed;
    private final Map<LoginField, List<Slotted>> fields = new LinkedHashMap<>();
    private final List<Slotted> timePlaces;
    private final List<Slotted> outcomePlaces;
    private final List<Slotted> repeatPlaces;
    private final List<Slotted> labelPlaces;
    private Times times;
    private Values current;

    private Reason reason;
    private String detail = "";
    private String place = "";
    private String found = "";
    private int count;

    /** @param needed fields that somebody looks at */
    Extraction(FormatDefinition format, Shape shape, Set<LoginField> needed) {
        this.format = format;
        this.needed = needed;
        rules = format.rules();
        timePlaces = slots(rules.time().places());
        outcomePlaces = slots(rules.success().places());
        rules.fields().forEach((field, rule) -> fields.put(field, slots(rule.places())));
        repeatPlaces = rules.repeat().map(rule -> slots(rule.places())).orElse(List.of());
        labelPlaces = format.settings()
                .label()
                .map(place -> slots(List.of(Getter.of(place))))
                .orElse(List.of());
        rules.where().forEach(this::register);
        rules.machineAccounts().forEach(this::register);
        rules.marks().forEach(mark -> register(mark.condition()));
        for (Shape.Extract extract : shape.extract()) {
            slot(extract.of());
        }
        for (Shape.Extract extract : shape.extract()) {
            steps.add(step(extract));
        }
        containing = shape instanceof Shape.Lines lines ? lines.containing().toArray(new String[0]) : new String[0];
        lineSlot = containing.length > 0 ? places.slot(Place.of(LineRecords.LINE)) : -1;
    }

    /** Must come before the first record. */
    void start(Years years) {
        times = new Times(rules.time().formats(), rules.time().zone(), years);
    }

    Places places() {
        return places;
    }

    private Slotted slot(Getter getter) {
        return slotted.computeIfAbsent(getter, g -> new Slotted(places.slot(g.place()), g));
    }

    private List<Slotted> slots(List<Getter> getters) {
        return getters.stream().map(this::slot).toList();
    }

    private void register(Condition condition) {
        condition.places(this::slot);
    }

    private Step step(Shape.Extract extract) {
        List<List<Map.Entry<String, Integer>>> groups = new ArrayList<>();
        for (Pattern pattern : extract.patterns()) {
            List<Map.Entry<String, Integer>> slots = new ArrayList<>();
            Matcher names = GROUP.matcher(pattern.pattern());
            while (names.find()) {
                slots.add(Map.entry(names.group(1), places.slot(Place.of(names.group(1)))));
            }
            groups.add(slots);
        }
        return new Step(slot(extract.of()), extract.patterns(), groups, extract.optional());
    }

    /** Takes texts apart. False if the record is none of the format's. */
    private boolean extract(Values values) {
        current = values;
        if (lineSlot >= 0 && !containsOne(values.get(lineSlot))) {
            return false;
        }
        for (Step step : steps) {
            String text = values.get(step.of.slot);
            text = text == null ? null : step.of.getter.part(text);
            if (!(text != null && match(step, text, values)) && !step.optional) {
                return false;
            }
        }
        return true;
    }

    private boolean containsOne(String line) {
        for (String text : containing) {
            if (line.contains(text)) {
                return true;
            }
        }
        return false;
    }

    private static boolean match(Step step, String text, Values values) {
        for (int i = 0; i < step.patterns.size(); i++) {
            Matcher matcher = step.patterns.get(i).matcher(text);
            if (matcher.find()) {
                for (Map.Entry<String, Integer> group : step.groups.get(i)) {
                    String part = matcher.group(group.getKey());
                    if (part != null) {
                        values.set(group.getValue(), part);
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
        return part == null || rules.unknown().contains(part) ? null : part;
    }

    /** The first text at one of the places, {@code null} where there is none. */
    private String first(List<Slotted> at, Values values) {
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
        String text = labelPlaces.isEmpty() ? null : first(labelPlaces, values);
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
        if (!repeatPlaces.isEmpty()) {
            String text = first(repeatPlaces, values);
            if (text != null) {
                if (!text.matches("\\d{1,6}") || Integer.parseInt(text) > MAX_REPEAT || Integer.parseInt(text) < 1) {
                    return reject(Reason.NUMBER, "expected a count from 1 to " + MAX_REPEAT, repeatPlaces, text);
                }
                count = Integer.parseInt(text);
            }
        }
        LoginEvent.Builder event = LoginEvent.at(login.timeMicros, user(values), login.success);
        rules.fields().forEach((field, rule) -> {
            if (field != LoginField.USER
                    && needed.contains(field)
                    && !(field == LoginField.FAILURE_REASON && login.success)) {
                String text = first(fields.get(field), values);
                if (text != null) {
                    Fields.set(event, field, mapped(rule, text));
                }
            }
        });
        login.event = event.build();
        return true;
    }

    private String user(Values values) {
        FieldRule rule = rules.fields().get(LoginField.USER);
        String user = rule == null ? null : first(fields.get(LoginField.USER), values);
        if (user == null) {
            return "";
        }
        user = mapped(rule, user);
        for (UserSpelling spelling : format.settings().users()) {
            user = spelling.apply(user);
        }
        return user;
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

    private boolean reject(Reason why, String explanation, List<Slotted> at, String text) {
        reason = why;
        detail = explanation;
        place = String.join(
                " or ",
                at.stream().map(each -> each.getter.place().name()).distinct().toList());
        found = text.substring(0, Math.min(200, text.length()));
        return false;
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
