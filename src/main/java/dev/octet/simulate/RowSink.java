package dev.octet.simulate;

import java.io.IOException;

/** Takes what a {@link Simulator} makes, in file order. */
public interface RowSink {

    /**
     * Takes one line, the header first, then each row; with its line end {@code \n}, in UTF-8.
     *
     * @param bytes holds the line from 0 on; valid during the call only
     * @param length bytes of the line
     */
    void line(byte[] bytes, int length) throws IOException;

    /** Takes the truth about the takeover row that was just taken. */
    default void takeover(Takeover truth) throws IOException {}

    /** Takes what is known of the row just handed over, if it belongs to a legitimate event. */
    default void event(EventLogin row) throws IOException {}
}
