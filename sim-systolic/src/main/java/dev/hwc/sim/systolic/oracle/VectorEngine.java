package dev.hwc.sim.systolic.oracle;

import dev.hwc.ir.hw.HardwareSpec;
import dev.hwc.ir.isa.VectorFunction;
import dev.hwc.ir.isa.VectorTarget;
import dev.hwc.sim.systolic.queues.Command;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Works through the passes of every batch of rows, a cycle at a time (timing.md T15). */
final class VectorEngine {
    private record Pass(int depth, int rate) {}

    private final int lanes;
    private final int weightFill;
    private @Nullable Command command;
    private @Nullable Retired retired;
    private List<Pass> passes = List.of();
    private int row;
    private int batchRows;
    private int pass;
    private long left;

    VectorEngine(HardwareSpec spec) {
        lanes = spec.vectorLanes();
        weightFill = spec.activationFill();
    }

    boolean free() {
        return command == null;
    }

    int label() {
        return retired == null ? -1 : retired.label();
    }

    void begin(Command c) {
        command = c;
        retired = Retired.of(c);
        passes = passes(c);
        long blocks = (c.length(c.rows - 1) + 31) / 32;
        batchRows = (int) Math.max(1, 2048 / blocks);
        row = 0;
        pass = -1;
        left = 1; // the command is decoded
    }

    private static List<Pass> passes(Command c) {
        List<Pass> list = new ArrayList<>();
        if (c.function == VectorFunction.NORM) {
            list.add(new Pass(8, 1));
            list.add(new Pass(64, 1));
        } else if (c.function == VectorFunction.SOFTMAX) {
            list.add(new Pass(12, 1));
            list.add(new Pass(64, 1));
        }
        boolean functionUnit = c.function == VectorFunction.SILUMUL || c.function == VectorFunction.SOFTMAX;
        boolean samePort = c.function != VectorFunction.COPY && c.memoryA == c.memoryB;
        int rate = samePort ? 2 : 1;
        if (c.target == VectorTarget.ACTIVATION_A8 || c.target == VectorTarget.STORE_INT8) {
            list.add(new Pass(functionUnit ? 72 : 32, rate));
        }
        list.add(new Pass(functionUnit ? 56 : 16, rate));
        return list;
    }

    /** Works one cycle; the command if this was its last. */
    @Nullable
    Retired step() {
        if (command == null) {
            return null;
        }
        left--;
        while (left == 0) {
            pass++;
            if (pass == passes.size()) {
                pass = 0;
                row += batchRows;
            }
            if (row >= command.rows) {
                command = null;
                return retired;
            }
            left = cycles(command, passes.get(pass), pass == passes.size() - 1);
        }
        return null;
    }

    private long cycles(Command c, Pass p, boolean writing) {
        long cycles = p.depth();
        for (int i = row; i < Math.min(row + batchRows, c.rows); i++) {
            int n = (int) c.length(i);
            int words = n / lanes + (n % lanes == 0 ? 0 : 1);
            cycles += (long) words * p.rate();
            if (writing) {
                cycles += fillWords(c.target, (int) c.filled(i), words);
            }
        }
        return cycles;
    }

    /** Words of zeros behind the row's own words: at least {@code elements}, and whole units. */
    private int fillWords(VectorTarget target, int elements, int words) {
        int unit = switch (target) {
            case ACTIVATION_A8 -> weightFill;
            case STORE_INT8 -> 32;
            case VECTOR_FP32, STORE_FP32 -> lanes;
        };
        int filled = words;
        while (filled * lanes < elements || filled * lanes % unit != 0) {
            filled++;
        }
        return filled - words;
    }
}
