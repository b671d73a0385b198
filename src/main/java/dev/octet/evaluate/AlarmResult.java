package dev.octet.evaluate;

import dev.octet.detect.AlertRate;

/**
 * Quality of one detector's alerts after its {@linkplain dev.octet.detect.AlarmRule alarm rule}.
 *
 * @param detector its name in the table
 * @param rule the rule in words
 * @param period part of the test span, e.g. {@code 2018-02}; {@code all} for the whole
 * @param labelled whether the rows carry labels; without, every row counts as normal and rates are undefined
 * @param rows rows in alarm against the labels, where rows that an alarm of an attack would be held for count as attacks
 * @param alerts alerts raised
 * @param falseAlerts alerts none of whose rows is an attack
 * @param rate alerts a day
 */
public record AlarmResult(
        String detector,
        String rule,
        String period,
        boolean labelled,
        Confusion rows,
        long alerts,
        long falseAlerts,
        AlertRate rate) {}
