package dev.octet.simulate;

import java.util.Locale;

/** Who takes an account over. */
public enum Attacker {
    /** As the labelled takeovers of the RBA data set: short bursts on a few victims from one rare network. */
    CAMPAIGN,
    /** Attributes of a random login from another country (Wiefling et al. 2022, "naive attacker"). */
    NAIVE,
    /** The victim's country through another network, a device common there (Wiefling et al. 2022, "VPN attacker"). */
    VPN,
    /** The victim's city, a neighbouring provider, a device like the victim's (Wiefling et al. 2022, "targeted"). */
    TARGETED;

    /** The name in options and truth files. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
