package dev.hwc.ir.format.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NearestTest {
    @ParameterizedTest
    @CsvSource({"kitten,sitting,3", "'',abc,3", "abc,'',3", "abc,abc,0", "flaw,lawn,2", "ab,ba,2"})
    void distanceCountsEdits(String a, String b, int edits) {
        assertEquals(edits, Nearest.distance(a, b));
    }

    @Test
    void nothingIsNearWhenMoreThanHalfDiffers() {
        assertEquals(Optional.empty(), Nearest.of("xyz", List.of("tiny-4x4", "edge-8x8")));
        assertEquals("", Nearest.suggestion("xyz", List.of()));
    }

    @Test
    void theFirstInTheAlphabetWinsATie() {
        assertEquals(Optional.of("edge-1"), Nearest.of("edge-3", List.of("edge-2", "edge-1")));
    }
}
