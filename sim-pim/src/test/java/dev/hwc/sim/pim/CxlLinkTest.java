package dev.hwc.sim.pim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class CxlLinkTest {
    /** 70 ns of ports and switch; 64 GB/s move a flit of 256 bytes in 4 ns. */
    @Test
    void movesWholeFlits() {
        assertEquals(74, CxlLink.CENT.nanoseconds(1), 1e-9);
        assertEquals(74, CxlLink.CENT.nanoseconds(256), 1e-9);
        assertEquals(78, CxlLink.CENT.nanoseconds(257), 1e-9);
    }

    @Test
    void addsBothWaysToAKernel() {
        PimEngine.Cost cost = new PimEngine.Cost(2_000, 1_000, 10, 0, 1, "test");
        assertEquals(74 + 1_000 + 78, CxlLink.CENT.nanoseconds(cost, 2_000_000, 100, 300), 1e-9);
        assertEquals(1_000 + 3 * 256 * 8 * 4.4, CxlLink.CENT.picojoules(cost, 100, 300), 1e-6);
    }

    @Test
    void refusesALinkWithoutLanes() {
        assertThrows(PimException.class, () -> new CxlLink(25, 20, 256, 0, 64));
    }
}
