package dev.hwc.sim.pim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hwc.sim.pim.kernel.KvShape;
import org.junit.jupiter.api.Test;

class PimEngineTest {
    private final PimEngine engine = new PimEngine(PimSpec.find("lpddr5-pim"), 4);

    @Test
    void costsOfAProductAreThoseOfTheCheckedRun() {
        PimResult run = Runs.gemv("lpddr5-pim", PimFormat.I8, 4, 512, 1024);
        PimEngine.Cost cost = engine.gemv(512, 1024, PimFormat.I8, 1);
        assertEquals(run.pimCycles(), cost.cycles());
        assertEquals(run.energy().picojoules(), cost.picojoules(), 1e-6 * cost.picojoules());
    }

    @Test
    void equalShapesAreScheduledOnce() {
        assertSame(engine.gemv(512, 1024, PimFormat.I8, 1), engine.gemv(512, 1024, PimFormat.I8, 1));
    }

    /** A product that is cut into kernels may leave one of them nothing. */
    @Test
    void aKernelWithoutOutputsTakesNothing() {
        for (String device : PimSpec.NAMES) {
            for (PimFormat format : new PimFormat[] {PimFormat.I8, PimFormat.I4}) {
                PimEngine.Cost cost = new PimEngine(PimSpec.find(device), 2).gemv(0, 256, format, 1);
                assertEquals(0, cost.cycles(), device);
                assertEquals(0, cost.usedRows(), device);
            }
        }
    }

    /** Units read every weight again for the next vector. */
    @Test
    void aBatchTakesAsManyTimesTheColumns() {
        PimEngine.Cost one = engine.gemv(512, 1024, PimFormat.I4, 1);
        PimEngine.Cost four = engine.gemv(512, 1024, PimFormat.I4, 4);
        assertEquals(4 * one.macColumns(), four.macColumns());
        assertTrue(four.cycles() > 3 * one.cycles() && four.cycles() < 5 * one.cycles());
    }

    @Test
    void attentionGrowsWithTokensAndHeads() {
        long few = engine.attention(new KvShape(4, 2, 2, 1024)).scores(0, 2, 8).cycles();
        long more =
                engine.attention(new KvShape(4, 2, 2, 1024)).scores(0, 2, 32).cycles();
        long heads =
                engine.attention(new KvShape(8, 2, 2, 1024)).scores(0, 4, 32).cycles();
        assertTrue(few < more && more < heads);
        assertTrue(engine.attention(new KvShape(4, 2, 2, 1024)).values(0, 2, 32).cycles() > 0);
    }

    @Test
    void refusesMoreThanTheChannelsHold() {
        assertThrows(PimException.class, () -> engine.gemv(1 << 17, 1 << 17, PimFormat.F16, 1));
    }
}
