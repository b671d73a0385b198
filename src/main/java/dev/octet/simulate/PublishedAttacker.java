package dev.octet.simulate;

import java.util.List;
import java.util.Locale;

/** Attackers whose shape was published for the RBA data set; {@link Attackers} plans their logins. */
public enum PublishedAttacker implements Attacker {
    /** As the labelled takeovers of the RBA data set. */
    CAMPAIGN("short bursts on a few victims from one rare network, as the labelled takeovers of the RBA data set"),
    /** Wiefling et al. 2022, "naive attacker". */
    NAIVE("attributes of a random login from another country"),
    /** Wiefling et al. 2022, "VPN attacker". */
    VPN("the victim's country through another network, a device that is common there"),
    /** Wiefling et al. 2022, "targeted attacker". */
    TARGETED("the victim's city, a neighbouring provider, a device like the victim's");

    private final String meaning;

    PublishedAttacker(String meaning) {
        this.meaning = meaning;
    }

    @Override
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    @Override
    public String meaning() {
        return meaning;
    }

    @Override
    public List<String> mitre() {
        return List.of("T1078");
    }

    @Override
    public String source() {
        return "Wiefling et al. 2022, Pump Up Password Security!";
    }
}
