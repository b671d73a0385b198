package dev.octet.event;

/** The label of a row. Labels never reach a feature. */
public enum Label {
    /** Known to be legitimate. */
    NORMAL,
    /** Known to be part of an attack; the positive class. */
    ATTACK,
    /** The data carries no labels. */
    UNKNOWN
}
