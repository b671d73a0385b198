package dev.octet.feature;

/** The encoding of a feature as columns. */
public enum Encoding {
    /** The first of the feature's own {@link Feature#encodings()}. */
    DEFAULT("default"),
    /** The number itself, scaled. */
    NUMBER("number"),
    /** One column a category, exactly one of them 1. */
    ONE_HOT("one-hot"),
    /**
     * One column, the category's place in the alphabetical order of the training vocabulary, scaled: what ML-SIEM did.
     * It gives categories a distance that they do not have.
     */
    CODE("code");

    private final String key;

    Encoding(String key) {
        this.key = key;
    }

    /** The encoding's name in the config. */
    public String key() {
        return key;
    }
}
