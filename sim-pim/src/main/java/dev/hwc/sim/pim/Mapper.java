package dev.hwc.sim.pim;

import dev.hwc.sim.dram.device.CommandObserver;
import dev.hwc.sim.dram.device.DramSpec;
import dev.hwc.sim.pim.kernel.CodeGemv;
import dev.hwc.sim.pim.kernel.CodeTreeGemv;
import dev.hwc.sim.pim.kernel.Kernel;
import dev.hwc.sim.pim.kernel.LaneGemv;
import dev.hwc.sim.pim.kernel.TreeGemv;
import dev.hwc.sim.pim.program.PimProgram;
import dev.hwc.sim.pim.schedule.LookaheadScheduler;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Finds where to put a matrix: every way to split the inputs over groups of channels is scheduled command by command, and
 * the one with the fewest cycles is taken. Ways whose columns alone take longer than the best
 * are left out.
 */
public final class Mapper {
    /** Rows at the top that modes and registers take. */
    private static final int RESERVED_ROWS = 3;

    private final PimSpec spec;

    public Mapper(PimSpec spec) {
        this.spec = spec;
    }

    /** DRAM rows of a bank that data may take. */
    public int availableRows() {
        return spec.dram().get("rows") - RESERVED_ROWS;
    }

    /**
     * The best mapping of a matrix [rows, columns] on some channels.
     *
     * @throws PimException if the device has not the format, or no mapping fits
     */
    public Kernel best(PimFormat format, int rows, int columns, int channels) {
        require(format);
        List<Candidate> candidates = new ArrayList<>();
        int needed = Integer.MAX_VALUE;
        for (int splits : splits(columns, channels)) {
            Kernel kernel = of(format, rows, columns, channels, splits);
            needed = Math.min(needed, kernel.usedRows());
            if (kernel.usedRows() <= availableRows()) {
                PimProgram program = kernel.program();
                candidates.add(new Candidate(kernel, program, bound(program)));
            }
        }
        candidates.sort(Comparator.comparingLong(Candidate::bound));
        Kernel best = null;
        long least = Long.MAX_VALUE;
        for (Candidate candidate : candidates) {
            if (candidate.bound < least) {
                long cycles = LookaheadScheduler.run(spec.dram(), candidate.program, true, CommandObserver.NONE)
                        .cycles();
                best = cycles < least ? candidate.kernel : best;
                least = Math.min(least, cycles);
            }
        }
        if (best == null) {
            throw new PimException("a matrix of " + rows + "x" + columns + " " + format.text() + " needs " + needed
                    + " rows of each bank of " + spec.name() + " with " + channels + " channels; there are "
                    + availableRows() + "; take more channels or a smaller matrix");
        }
        return best;
    }

    /**
     * A mapping to try.
     *
     * @param bound clocks that it takes at least
     */
    private record Candidate(Kernel kernel, PimProgram program, long bound) {}

    /** The clocks of all columns one after the other, with the turns between columns and register writes. */
    private long bound(PimProgram program) {
        DramSpec dram = spec.dram();
        long turn = (long) dram.get("tMACREG") + dram.get("tREGMAC") - dram.get("tCCDMAC");
        long clocks = 0;
        boolean writing = true;
        for (int i = 0; i < program.size(); i++) {
            switch (program.op(i)) {
                case UNIT_READ, UNIT_WRITE -> {
                    clocks += dram.get("tCCDMAC");
                    writing = false;
                }
                case REGISTER_WRITE -> {
                    clocks += writing ? dram.get("tCCDREG") : turn;
                    writing = true;
                }
                case HOST_READ -> clocks += dram.get("tCCDS");
                case HOST_WRITE, REGISTER_READ, MODE, OPEN, CLOSE -> {}
            }
        }
        return clocks;
    }

    /** Refuses a format that the units do not have. */
    void require(PimFormat format) {
        if (!spec.formats().contains(format)) {
            throw new PimException("device " + spec.name() + " has no format " + format.text() + "; it has "
                    + String.join(
                            ", ", spec.formats().stream().map(PimFormat::text).toList()));
        }
    }

    /** Divisors of the channels, greatest first, that leave each part a burst of inputs. */
    private List<Integer> splits(int columns, int channels) {
        List<Integer> splits = new ArrayList<>();
        for (int s = channels; s >= 1; s--) {
            if (channels % s == 0 && (s == 1 || columns >= s * spec.lanes())) {
                splits.add(s);
            }
        }
        return splits;
    }

    private Kernel of(PimFormat format, int rows, int columns, int channels, int splits) {
        boolean tree = spec.kind() == PimSpec.Kind.TREE;
        if (format.blocks()) {
            return tree
                    ? CodeTreeGemv.of(spec, format, rows, columns, channels, splits)
                    : CodeGemv.of(spec, format, rows, columns, channels, splits);
        }
        return tree
                ? new TreeGemv(spec, rows, columns, channels, splits, true)
                : new LaneGemv(spec, rows, columns, channels, splits);
    }
}
