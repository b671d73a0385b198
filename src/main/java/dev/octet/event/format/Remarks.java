package dev.octet.event.format;

import dev.octet.event.LoginEvent;
import dev.octet.event.RejectedRows;
import dev.octet.event.RejectedRows.LeftOut;
import dev.octet.event.RejectedRows.Reason;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Takes note of what a log holds beside readable logins, with the meanings of {@link RejectedRows}. */
interface Remarks {

    void reject(long row, long line, String column, Reason reason, String detail, String value) throws IOException;

    void keep(long row, long line, LoginEvent login, String column, Reason reason, String detail, String value)
            throws IOException;

    void leaveOut(LeftOut why);

    void noteMissingUser();

    /** Hands everything over at once. */
    static Remarks to(RejectedRows rejected) {
        return new Remarks() {
            @Override
            public void reject(long row, long line, String column, Reason reason, String detail, String value)
                    throws IOException {
                rejected.reject(row, line, column, reason, detail, value);
            }

            @Override
            public void keep(
                    long row, long line, LoginEvent login, String column, Reason reason, String detail, String value)
                    throws IOException {
                rejected.keep(row, line, login, column, reason, detail, value);
            }

            @Override
            public void leaveOut(LeftOut why) {
                rejected.leaveOut(why);
            }

            @Override
            public void noteMissingUser() {
                rejected.noteMissingUser();
            }
        };
    }

    /** The remarks on a block of a log, whose first row is not known yet. Not thread-safe. */
    final class OfBlock implements Remarks {
        /** A remark that waits for the number of the block's first row. */
        @FunctionalInterface
        private interface Waiting {
            void tell(Remarks to, long firstRow) throws IOException;
        }

        private final List<Waiting> waiting = new ArrayList<>();
        private final int[] leftOut = new int[LeftOut.values().length];
        private int missingUsers;

        @Override
        public void reject(long row, long line, String column, Reason reason, String detail, String value) {
            waiting.add((to, first) -> to.reject(first + row, line, column, reason, detail, value));
        }

        @Override
        public void keep(
                long row, long line, LoginEvent login, String column, Reason reason, String detail, String value) {
            waiting.add((to, first) -> to.keep(first + row, line, login, column, reason, detail, value));
        }

        @Override
        public void leaveOut(LeftOut why) {
            leftOut[why.ordinal()]++;
        }

        @Override
        public void noteMissingUser() {
            missingUsers++;
        }

        /** Repeats everything. */
        void tell(Remarks to, long firstRow) throws IOException {
            for (Waiting each : waiting) {
                each.tell(to, firstRow);
            }
            for (LeftOut why : LeftOut.values()) {
                for (int i = 0; i < leftOut[why.ordinal()]; i++) {
                    to.leaveOut(why);
                }
            }
            for (int i = 0; i < missingUsers; i++) {
                to.noteMissingUser();
            }
        }
    }
}
