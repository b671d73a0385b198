package dev.octet.feature;

/** The scaling of numeric and code columns; fitted on training normals only, never clamped. */
public enum Scaling {
    /** (x - min) / (max - min); a constant column becomes 0 at its constant and x - min elsewhere. */
    MIN_MAX,
    /** (x - mean) / population standard deviation; a constant column is only centred. */
    STANDARD,
    /** As they are. */
    NONE
}
