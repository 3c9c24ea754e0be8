package dev.hwc.ir.format.model;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;

import org.junit.jupiter.api.Test;

/** The valid folders from which Jazzer's search begins load, and a damaged one ends as it should. */
class FolderFuzzTargetTest {
    @Test
    void seedsLoad() {
        assertDoesNotThrow(FolderFuzzTarget::fuzzerInitialize);
        assertDoesNotThrow(() -> FolderFuzzTarget.fuzzerTestOneInput(new byte[] {'{', '}', 0, 1}));
    }
}
