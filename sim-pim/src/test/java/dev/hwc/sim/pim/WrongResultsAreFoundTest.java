package dev.hwc.sim.pim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hwc.sim.dram.device.CommandObserver;
import dev.hwc.sim.pim.kernel.CodeGemv;
import dev.hwc.sim.pim.kernel.CodeTreeGemv;
import dev.hwc.sim.pim.kernel.Elementwise;
import dev.hwc.sim.pim.kernel.Kernel;
import dev.hwc.sim.pim.kernel.LaneGemv;
import dev.hwc.sim.pim.kernel.SamsungGemv;
import dev.hwc.sim.pim.kernel.TreeGemv;
import dev.hwc.sim.pim.program.Op;
import dev.hwc.sim.pim.program.PimProgram;
import dev.hwc.sim.pim.schedule.LookaheadScheduler;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The comparison sees a wrong bit, and a command too few or in the wrong place. */
class WrongResultsAreFoundTest {
    static List<Kernel> kernels() {
        PimSpec hbm = PimSpec.find("hbm2-pim");
        PimSpec aim = PimSpec.find("gddr6-aim");
        return List.of(
                new LaneGemv(hbm, 200, 100, 2, 2),
                new SamsungGemv(hbm, 200, 300, 2),
                CodeGemv.of(hbm, PimFormat.I8, 100, 600, 2, 2),
                new Elementwise(hbm, Elementwise.Operation.ADD, 5000, 2, false),
                new TreeGemv(aim, 100, 300, 2, 1, true),
                CodeTreeGemv.of(aim, PimFormat.I4, 100, 300, 2, 1));
    }

    private static int[] order(Kernel kernel, PimProgram program) {
        PimSpec spec = kernel instanceof TreeGemv || kernel instanceof CodeTreeGemv
                ? PimSpec.find("gddr6-aim")
                : PimSpec.find("hbm2-pim");
        return LookaheadScheduler.run(spec.dram(), program, true, CommandObserver.NONE)
                .order();
    }

    @ParameterizedTest
    @MethodSource("kernels")
    void aWrongBitIsOneMismatch(Kernel kernel) {
        PimProgram program = kernel.program();
        float[] results = kernel.compute(program, order(kernel, program));
        assertEquals(0, kernel.mismatches(results));
        results[17] = Float.intBitsToFloat(Float.floatToIntBits(results[17]) ^ 1);
        assertEquals(1, kernel.mismatches(results));
    }

    /** Every operation that units do is needed: left out, results differ. */
    @ParameterizedTest
    @MethodSource("kernels")
    void aMissingColumnChangesResults(Kernel kernel) {
        PimProgram program = kernel.program();
        int[] order = order(kernel, program);
        int column = 0;
        while (program.op(order[column]) != Op.UNIT_READ) {
            column++;
        }
        int[] shorter = new int[order.length - 1];
        System.arraycopy(order, 0, shorter, 0, column);
        System.arraycopy(order, column + 1, shorter, column, shorter.length - column);
        assertTrue(kernel.mismatches(kernel.compute(program, shorter)) > 0);
    }
}
