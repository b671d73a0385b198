package dev.octet.detect.baseline;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BookMatrixTest {
    /** Rows, positives and checksum of reference-2018.json. */
    @ParameterizedTest
    @CsvSource({
        "1, 1, 44557, 38, 17a0f15d39f7d5e3d79d229b27e6173211dcc38579f0c4989cacb7d9e848e011",
        "2, 2, 39963, 5, 5f2d76eb3d659bc3d1455eae03472ee2f7837d4b4d50d9530e599e0b9c630334",
        "3, 3, 44300, 2, 59cdee0d909f0f72d5e5652c7ae3c55661d3b5b96f8ebc66505a153add4e9a05",
        "4, 6, 130910, 29, b8977416b9aaa55f60d3162026b66a2d058deb3df51a554d0192790406fc3c1d"
    })
    void isTheBooksToTheByte(int first, int last, int rows, int attacks, String sha256) throws Exception {
        BookMatrix book = BookMatrix.months(first, last);
        assertEquals(rows, book.rows().rows());
        assertEquals(attacks, book.attacks().cardinality());
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(book.lines().getBytes(StandardCharsets.UTF_8));
        assertEquals(sha256, HexFormat.of().formatHex(digest));
    }
}
