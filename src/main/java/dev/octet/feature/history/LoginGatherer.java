package dev.octet.feature.history;

import dev.octet.event.LoginEvent;
import dev.octet.event.ViewRow;
import dev.octet.feature.Gatherer;

/**
 * Gathers the counts of the last day's attempts for logins. It uses the windows of a {@link LoginHistory} until {@link #close}.
 * Networks are AS numbers or blocks of addresses as in the history, by the same rule and the same logins.
 */
final class LoginGatherer implements Gatherer {
    private final LoginHistory history;
    private final LoginKeys keys;
    private final RecentAttempts recent;
    private final RecentFailures failures;
    private final boolean frozen;
    private long newest;
    private long total;
    private long withAsn;

    LoginGatherer(LoginHistory history, RecentAttempts recent, RecentFailures failures, GlobalCounts globals) {
        this.history = history;
        this.recent = recent;
        this.failures = failures;
        keys = new LoginKeys(history.options());
        keys.useBlocks(history.networksAreBlocks());
        frozen = globals.frozen();
        newest = history.newestMicros();
        total = globals.total();
        withAsn = globals.known(Field.ASN.ordinal());
    }

    @Override
    public Object room() {
        return new GatheredLogin(keys);
    }

    @Override
    public void gather(ViewRow row, boolean asked, Object room) {
        LoginEvent event = (LoginEvent) row;
        GatheredLogin login = (GatheredLogin) room;
        long now = event.timeMicros();
        keys.take(event);
        boolean fills = asked || event.success();
        login.take(event, keys, fills);
        if (fills) {
            recent.at(now, keys, login.recent);
            failures.at(now, keys, PressureKey.EVERY, login.failures);
        }
        if (now < newest) {
            return;
        }
        newest = now;
        recent.add(now, keys, event.success());
        failures.add(now, keys, event.success());
        if (event.success() && !frozen) {
            total++;
            withAsn += keys.has(Field.ASN) ? 1 : 0;
            keys.useBlocks(LoginHistory.blocks(keys.blocks(), withAsn, total));
        }
    }

    @Override
    public void arrive(Object room) {
        history.arrive((GatheredLogin) room);
    }

    @Override
    public void close() {
        history.gatherAlone();
    }
}
