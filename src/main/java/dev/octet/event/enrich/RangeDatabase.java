package dev.octet.event.enrich;

import de.siegmar.fastcsv.reader.CommentStrategy;
import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import dev.octet.event.InputException;
import dev.octet.event.InputFile;
import dev.octet.event.IpAddress;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Address ranges in a text file: {@code first,last,asn,name}, {@code first,last,country} and the other layouts of
 * {@link RangeLayout}, separated by commas, semicolons or tabs, plain or packed with gzip, xz or zstd. Lines may stand in
 * any order and ranges may lie within others. All of it is held in memory, some 16 bytes a range and what the ranges say,
 * each different answer once. Thread-safe.
 */
final class RangeDatabase implements AddressDatabase {
    /** Lines looked at to tell the layout. */
    private static final int LOOKED_AT = 1000;

    private static final char BYTE_ORDER_MARK = '\ufeff';

    private final DatabaseInfo info;
    private final Set<AddressFact> facts;
    private final AddressRanges ipv4;
    private final AddressRanges ipv6;
    private final Said[] answers;

    /**
     * What a range says.
     *
     * @param internal whether all of the range lies within one block that is not public
     */
    private record Said(AddressFacts facts, boolean internal) {}

    private RangeDatabase(
            DatabaseInfo info, Set<AddressFact> facts, AddressRanges ipv4, AddressRanges ipv6, Said[] answers) {
        this.info = info;
        this.facts = facts;
        this.ipv4 = ipv4;
        this.ipv6 = ipv6;
        this.answers = answers;
    }

    static RangeDatabase open(Path file) throws IOException {
        return new Loader(file).load();
    }

    @Override
    public Answer find(IpAddress address) {
        return find(address, false);
    }

    @Override
    public Answer findInternal(IpAddress address, int blockBits) {
        return find(address, true);
    }

    private Answer find(IpAddress address, boolean internal) {
        AddressRanges ranges = address.version() == 4 ? ipv4 : ipv6;
        int piece = ranges.piece(address);
        int value = ranges.value(piece);
        return new Answer(
                value == AddressRanges.NONE || internal && !answers[value].internal
                        ? AddressFacts.NONE
                        : answers[value].facts,
                ranges.holdsBlock(piece, address, AddressDatabase.blockBits(address)));
    }

    @Override
    public DatabaseInfo info() {
        return info;
    }

    @Override
    public Set<AddressFact> facts() {
        return facts;
    }

    @Override
    public boolean covers(int version) {
        return (version == 4 ? ipv4 : ipv6).pieces() > 0;
    }

    private static final class Loader {
        private final Path file;
        private final AddressRanges.Builder ipv4 = new AddressRanges.Builder(4);
        private final AddressRanges.Builder ipv6 = new AddressRanges.Builder(6);
        private final Map<Said, Integer> numbers = new HashMap<>();
        private final List<Said> answers = new ArrayList<>();
        private final Set<AddressFact> held = EnumSet.noneOf(AddressFact.class);
        private RangeLayout layout;

        Loader(Path file) {
            this.file = file;
        }

        RangeDatabase load() throws IOException {
            try (BufferedReader text =
                    new BufferedReader(new InputStreamReader(InputFile.open(file), StandardCharsets.UTF_8), 1 << 16)) {
                read(text);
            } catch (CsvParseException e) {
                throw new InputException(file + " is no CSV of address ranges: " + e.getMessage(), e);
            }
            if (ipv4.size() + ipv6.size() == 0) {
                throw new InputException(file + " holds no address range");
            }
            LocalDate built =
                    LocalDate.ofInstant(Files.getLastModifiedTime(file).toInstant(), ZoneOffset.UTC);
            return new RangeDatabase(
                    new DatabaseInfo(file, "ranges " + layout.columns(), built),
                    held,
                    ipv4.build(),
                    ipv6.build(),
                    answers.toArray(Said[]::new));
        }

        private void read(BufferedReader text) throws IOException {
            List<CsvRecord> begin = new ArrayList<>();
            for (CsvRecord line : CsvReader.builder()
                    .fieldSeparator(separator(text))
                    .commentStrategy(CommentStrategy.SKIP)
                    .missingFieldStrategy(FieldMismatchStrategy.IGNORE)
                    .extraFieldStrategy(FieldMismatchStrategy.IGNORE)
                    .ofCsvRecord(text)) {
                if (layout != null) {
                    add(line);
                } else {
                    begin.add(line);
                    if (begin.size() == LOOKED_AT) {
                        begin(begin);
                    }
                }
            }
            if (layout == null && !begin.isEmpty()) {
                begin(begin);
            }
        }

        private void begin(List<CsvRecord> lines) {
            layout = RangeLayout.of(
                    file.toString(), lines.stream().map(CsvRecord::getFields).toList());
            lines.subList(layout.header() ? 1 : 0, lines.size()).forEach(this::add);
        }

        private static char separator(BufferedReader text) throws IOException {
            char[] begin = new char[1 << 12];
            text.mark(begin.length);
            if (text.read() == BYTE_ORDER_MARK) {
                text.mark(begin.length);
            } else {
                text.reset();
            }
            int length = Math.max(0, text.read(begin));
            text.reset();
            char best = ',';
            int most = 0;
            for (char separator : new char[] {',', '\t', ';'}) {
                int count = 0;
                for (int i = 0; i < length; i++) {
                    count += begin[i] == separator ? 1 : 0;
                }
                if (count > most) {
                    most = count;
                    best = separator;
                }
            }
            return best;
        }

        private void add(CsvRecord line) {
            List<String> fields = line.getFields();
            if (fields.size() == 1 && fields.get(0).isBlank()) {
                return;
            }
            RangeAddress.Span span = span(line, fields);
            AddressFacts facts = new AddressFacts(
                    FactText.asn(layout.field(fields, RangeColumn.ASN).strip()),
                    FactText.country(layout.field(fields, RangeColumn.COUNTRY).strip()),
                    FactText.name(layout.field(fields, RangeColumn.REGION)),
                    FactText.name(layout.field(fields, RangeColumn.CITY)),
                    FactText.degrees(layout.field(fields, RangeColumn.LATITUDE).strip(), 90),
                    FactText.degrees(layout.field(fields, RangeColumn.LONGITUDE).strip(), 180));
            Said said = new Said(facts, AddressSpace.isOneBlock(span.first(), span.last()));
            Integer number = numbers.get(said);
            if (number == null) {
                number = answers.size();
                numbers.put(said, number);
                answers.add(said);
                for (AddressFact fact : AddressFact.values()) {
                    if (facts.has(fact)) {
                        held.add(fact);
                    }
                }
            }
            (span.first().version() == 4 ? ipv4 : ipv6).add(span.first(), span.last(), number);
        }

        private RangeAddress.Span span(CsvRecord line, List<String> fields) {
            if (layout.index().containsKey(RangeColumn.NETWORK)) {
                String network = layout.field(fields, RangeColumn.NETWORK);
                return RangeAddress.network(network)
                        .orElseThrow(() -> wrong(line, "\"" + network + "\" is not a network like 192.0.2.0/24"));
            }
            IpAddress first = address(line, layout.field(fields, RangeColumn.FIRST));
            IpAddress last = address(line, layout.field(fields, RangeColumn.LAST));
            int order = Long.compareUnsigned(first.high(), last.high());
            if (first.version() != last.version()
                    || order > 0
                    || order == 0 && Long.compareUnsigned(first.low(), last.low()) > 0) {
                throw wrong(line, "the range ends at " + last + ", before its first address " + first);
            }
            return new RangeAddress.Span(first, last);
        }

        private IpAddress address(CsvRecord line, String text) {
            return RangeAddress.parse(text).orElseThrow(() -> wrong(line, "\"" + text + "\" is not an IP address"));
        }

        private InputException wrong(CsvRecord line, String what) {
            return new InputException(file + ", line " + line.getStartingLineNumber() + ": " + what
                    + "; a line must be first,last,… or network,…");
        }
    }
}
