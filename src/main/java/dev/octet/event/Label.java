package dev.octet.event;

/** What is known about a row beside its features. Labels never reach a feature. */
public enum Label {
    /** Known to be legitimate. */
    NORMAL,
    /** Known to be part of an attack; the positive class. */
    ATTACK,
    /** The data carries no labels. */
    UNKNOWN
}
