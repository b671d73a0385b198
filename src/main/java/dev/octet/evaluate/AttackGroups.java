package dev.octet.evaluate;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Groups of attacks of a test span that are not independent: those of a campaign or of a user stand and fall together,
 * so that ten of them say less than ten that are independent.
 *
 * @param by what joins them, in words
 * @param ofAttack for each attack in the order of the rows its group, from 0 without gaps; not copied
 * @param count number of groups
 */
public record AttackGroups(String by, int[] ofAttack, int count) {

    /**
     * Groups by name.
     *
     * @param names one for each attack; attacks without a name, {@code ""}, are a group each
     */
    public static AttackGroups of(String by, List<String> names) {
        Map<String, Integer> known = new LinkedHashMap<>();
        int[] ofAttack = new int[names.size()];
        int next = 0;
        for (int i = 0; i < ofAttack.length; i++) {
            Integer group = names.get(i).isEmpty() ? null : known.get(names.get(i));
            if (group == null) {
                group = next++;
                known.put(names.get(i), group);
            }
            ofAttack[i] = group;
        }
        return new AttackGroups(by, ofAttack, next);
    }
}
