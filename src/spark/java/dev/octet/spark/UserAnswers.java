package dev.octet.spark;

import dev.octet.feature.history.PackedInput;
import dev.octet.feature.history.PackedOutput;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import scala.Tuple2;

/** What the population answered to the logins of one user after the other, in the order of users. Not thread-safe. */
final class UserAnswers {
    private final Iterator<Tuple2<UserKey, byte[]>> answers;
    private Tuple2<UserKey, byte[]> ahead;
    private final List<Tuple2<UserKey, byte[]>> ofUser = new ArrayList<>();
    private final PackedOutput packed = new PackedOutput();
    private int at;

    UserAnswers(Iterator<Tuple2<UserKey, byte[]>> answers) {
        this.answers = answers;
        ahead = answers.hasNext() ? answers.next() : null;
    }

    /** Goes to a user after the last one. */
    void begin(long user) {
        ofUser.clear();
        at = 0;
        while (ahead != null && ahead._1.user <= user) {
            if (ahead._1.user == user) {
                ofUser.add(ahead);
            }
            ahead = answers.hasNext() ? answers.next() : null;
        }
    }

    /** The answer to a login after the last one; {@code null} where there is none. */
    byte[] of(long ordinal) {
        while (at < ofUser.size() && ofUser.get(at)._1.ordinal < ordinal) {
            at++;
        }
        return at < ofUser.size() && ofUser.get(at)._1.ordinal == ordinal ? ofUser.get(at)._2 : null;
    }

    /** All answers to the user as bytes, which are equal where the answers are. */
    PackedOutput packed() {
        packed.clear();
        for (Tuple2<UserKey, byte[]> each : ofUser) {
            packed.fixed(each._1.ordinal).bytes(each._2);
        }
        return packed;
    }

    /** Whether the answers are those that {@link #packed} gave at another time; reads them. */
    boolean equalTo(PackedInput others) {
        for (Tuple2<UserKey, byte[]> each : ofUser) {
            if (others.atEnd() || others.fixed() != each._1.ordinal || !Arrays.equals(others.bytes(), each._2)) {
                return false;
            }
        }
        return others.atEnd();
    }
}
