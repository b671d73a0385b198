package dev.octet.event.record;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import java.io.IOException;
import java.io.InputStream;
import java.util.Collection;
import java.util.List;
import java.util.Objects;

/**
 * JSON objects as records: one or more on each line, or in a document of any size, which is never held as a whole.
 * Objects may also stand in arrays that an object wraps, as the pages of an API do. A line that is no JSON is given up
 * alone; of a document that breaks off, the records before the break are read. Not thread-safe.
 */
public final class JsonRecords implements RecordReader {
    private static final int MAX_DEPTH = 1000;

    private static final JsonFactory FACTORY = JsonFactory.builder()
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            // whoever logs in decides what stands in a text, and not every writer escapes it as it should
            .enable(JsonReadFeature.ALLOW_UNESCAPED_CONTROL_CHARS)
            .enable(JsonReadFeature.ALLOW_BACKSLASH_ESCAPING_ANY_CHARACTER)
            // as Python writes numbers that it does not have
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .streamReadConstraints(
                    StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
            .build();

    private final JsonPaths paths;
    private final Literals containing;
    private final ByteLines lines;
    private final InputStream document;
    private JsonParser parser;
    private boolean inArray;
    private long line;
    private String problem = "";
    private String excerpt = "";

    private JsonRecords(JsonPaths paths, Literals containing, ByteLines lines, InputStream document) {
        this.paths = paths;
        this.containing = containing;
        this.lines = lines;
        this.document = document;
    }

    /**
     * Reads JSON lines.
     *
     * @param in UTF-8 bytes, closed with the reader
     * @param places what to take of each record; complete
     * @param arrays JSON pointers to arrays of records; {@code /} is an array that is the whole line
     * @param containing texts in ASCII; a line from brace to brace without any of them is passed over. Empty where none is
     */
    public static JsonRecords lines(InputStream in, Places places, Collection<String> arrays, List<String> containing) {
        return new JsonRecords(new JsonPaths(places, arrays), new Literals(containing), new ByteLines(in), null);
    }

    /** As {@link #lines(InputStream, Places, Collection, List)}, of a block, with paths that many blocks share. */
    public static JsonRecords lines(LineBlocks.Block block, JsonPaths paths, List<String> containing) {
        return new JsonRecords(paths, new Literals(containing), new ByteLines(block), null);
    }

    /** As {@link #lines(InputStream, Places, Collection, List)}, but values may go over any number of lines. */
    public static JsonRecords document(InputStream in, Places places, Collection<String> arrays) {
        return new JsonRecords(new JsonPaths(places, arrays), Literals.NONE, null, Objects.requireNonNull(in, "in"));
    }

    @Override
    public Next next(Values values) throws IOException {
        while (true) {
            if (parser == null) {
                Next opened = open();
                if (opened != Next.RECORD) {
                    return opened;
                }
            }
            try {
                values.clear();
                if (advance(values)) {
                    return Next.RECORD;
                }
                if (parser == null && lines == null) {
                    return Next.END;
                }
            } catch (JsonProcessingException e) {
                problem = e instanceof JsonEOFException ? "the JSON ends early" : e.getOriginalMessage();
                line = lines == null ? Math.max(line, e.getLocation().getLineNr()) : line;
                parser.close();
                parser = null;
                inArray = false;
                if (lines == null) {
                    ended = true; // nothing is guessed about what follows
                }
                return Next.UNREADABLE;
            }
        }
    }

    private boolean ended;

    /** Makes a parser of the next line, or of the document; END where there is none. */
    private Next open() throws IOException {
        if (lines == null) {
            if (ended) {
                return Next.END;
            }
            ended = true;
            parser = FACTORY.createParser(document);
            return Next.RECORD;
        }
        do {
            if (!lines.next()) {
                return Next.END;
            }
        } while (lines.isBlank());
        line = lines.line();
        if (lines.tooLong()) {
            problem = "a line of more than " + ByteLines.MAX_LINE + " bytes";
            return Next.UNREADABLE;
        }
        int from = lines.from();
        while (from < lines.to() && lines.buffer()[from] >= 0 && lines.buffer()[from] < ' ') {
            from++; // the record separator of JSON text sequences, RFC 7464
        }
        if (!containing.in(lines.buffer(), from, lines.to()) && isFromBraceToBrace(from)) {
            return Next.PASSED;
        }
        parser = FACTORY.createParser(lines.buffer(), from, lines.to() - from);
        return Next.RECORD;
    }

    /** Whether the line looks like a whole object; one that breaks off is worth a look. */
    private boolean isFromBraceToBrace(int from) {
        int last = lines.to() - 1;
        while (last > from && lines.buffer()[last] <= ' ' && lines.buffer()[last] >= 0) {
            last--;
        }
        return lines.buffer()[from] == '{' && lines.buffer()[last] == '}';
    }

    /** Goes to the next record; false, without a parser, at the end of what the parser has. */
    private boolean advance(Values values) throws IOException {
        while (true) {
            JsonToken token = parser.nextToken();
            if (token == null) {
                parser.close();
                parser = null;
                return false;
            }
            switch (token) {
                case START_OBJECT -> {
                    if (lines == null) {
                        line = parser.currentTokenLocation().getLineNr();
                    }
                    if (!paths.take(parser, values)) {
                        return true;
                    }
                    inArray = true;
                    values.clear();
                }
                case START_ARRAY -> {
                    if (inArray || !paths.rootIsArrayOfRecords()) {
                        parser.skipChildren();
                    } else {
                        inArray = true;
                    }
                }
                case END_ARRAY -> {
                    inArray = false;
                    leaveWrapper();
                }
                default -> {} // a number among the records, or a separator
            }
        }
    }

    /** Passes over what follows the records in the objects around them. */
    private void leaveWrapper() throws IOException {
        while (!parser.getParsingContext().inRoot()) {
            if (parser.nextToken() == null) {
                return;
            }
        }
    }

    @Override
    public long line() {
        return line;
    }

    @Override
    public String problem() {
        return problem;
    }

    @Override
    public String excerpt() {
        return lines == null ? excerpt : lines.excerpt();
    }

    @Override
    public void close() throws IOException {
        if (parser != null) {
            parser.close();
        }
        if (lines != null) {
            lines.close();
        } else {
            document.close();
        }
    }
}
