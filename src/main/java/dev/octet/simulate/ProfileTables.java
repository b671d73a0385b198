package dev.octet.simulate;

import java.util.stream.Collectors;

/** The attackers and events of a profile as Markdown tables, for docs/simulator.md. */
public final class ProfileTables {
    private ProfileTables() {}

    /** Two tables: attackers with their MITRE ATT&CK techniques, and events; each with its source. */
    public static String markdown(Profile profile) {
        StringBuilder page =
                new StringBuilder("| attacker | what it does | MITRE ATT&CK | source |\n|---|---|---|---|\n");
        for (Attacker attacker : profile.attackers()) {
            page.append("| `")
                    .append(attacker.label())
                    .append("` | ")
                    .append(attacker.meaning())
                    .append(" | ")
                    .append(attacker.mitre().stream()
                            .map(id ->
                                    "[" + id + "](https://attack.mitre.org/techniques/" + id.replace('.', '/') + "/)")
                            .collect(Collectors.joining(", ")))
                    .append(" | ")
                    .append(attacker.source())
                    .append(" |\n");
        }
        page.append("\n| event | what happens | source |\n|---|---|---|\n");
        for (LegitimateEvent event : profile.events()) {
            page.append("| `")
                    .append(event.label())
                    .append("` | ")
                    .append(event.meaning())
                    .append(" | ")
                    .append(event.source())
                    .append(" |\n");
        }
        return page.toString();
    }
}
