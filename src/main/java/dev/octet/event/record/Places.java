package dev.octet.event.record;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The places that somebody asks for, each with a number, its slot. Filled first, then only read. */
public final class Places {
    private final Map<Place, Integer> slots = new LinkedHashMap<>();

    /** The slot of a place; equal places share one. */
    public int slot(Place place) {
        return slots.computeIfAbsent(place, p -> slots.size());
    }

    /** All places in the order of their slots. */
    public List<Place> all() {
        return new ArrayList<>(slots.keySet());
    }

    /** The number of slots. */
    public int size() {
        return slots.size();
    }
}
