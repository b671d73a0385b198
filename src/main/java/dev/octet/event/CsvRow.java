package dev.octet.event;

import de.siegmar.fastcsv.reader.AbstractBaseCsvCallbackHandler;
import dev.octet.event.RejectedRows.Reason;

/** Hands the fields of a CSV record straight from the parser's buffer to a {@link RowValues}. Not thread-safe. */
final class CsvRow extends AbstractBaseCsvCallbackHandler<RowValues> {
    private static final int SHOWN = 200;

    private final RecordText text;
    private final RowValues values;
    private final int fields;

    /** @param fields how many a record must have */
    CsvRow(RecordText text, RowValues values, int fields) {
        this.text = text;
        this.values = values;
        this.fields = fields;
    }

    @Override
    protected void handleBegin(long startingLineNumber) {
        text.beginRecord();
        values.begin();
    }

    @Override
    protected void handleField(int index, char[] buffer, int offset, int length, boolean quoted) {
        values.field(index, buffer, offset, length, text.suspicious());
    }

    @Override
    protected RowValues buildRecord() {
        if (wrongCount()) {
            values.unusable("", Reason.FIELD_COUNT, countMessage(), text.recordHead(SHOWN));
        }
        return values;
    }

    /** Whether the record that was read last has too many or too few fields. */
    boolean wrongCount() {
        return getFieldCount() != fields;
    }

    String countMessage() {
        return getFieldCount() + " fields where the header has " + fields;
    }
}
