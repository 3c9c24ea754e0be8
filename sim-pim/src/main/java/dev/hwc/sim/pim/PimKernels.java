package dev.hwc.sim.pim;

import dev.hwc.ir.numerics.BlockProduct;
import dev.hwc.sim.dram.device.Command;
import dev.hwc.sim.dram.device.CommandCounts;
import dev.hwc.sim.dram.energy.EnergyTable;
import dev.hwc.sim.pim.energy.PimEnergy;
import dev.hwc.sim.pim.kernel.Elementwise;
import dev.hwc.sim.pim.kernel.Kernel;
import dev.hwc.sim.pim.kernel.SamsungGemv;
import dev.hwc.sim.pim.kernel.TreeGemv;
import dev.hwc.sim.pim.program.Op;
import dev.hwc.sim.pim.program.PimProgram;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/** Kernels on devices, each compared with its specification and with the same memory without units. */
public final class PimKernels {
    /** Samsung's rows from here on are reserved. */
    private static final int SAMSUNG_ROWS = 0x1000;

    private static final int MAXIMUM_CHANNELS = 1024;

    private final PimSpec spec;
    private final Mapper mapper;
    private final PimFormat format;
    private final int channels;
    private final Parity parity;
    private final Consumer<String> trace;
    private final LongSupplier clock;

    /**
     * Kernels on a device.
     *
     * @param channels that take part
     * @param trace takes the lines of the command trace of one channel
     * @param clock in nanoseconds, for how long the simulation took; results do not depend on it
     * @throws PimException if the device has not the format or the mapping
     */
    public PimKernels(
            PimSpec spec, PimFormat format, int channels, Parity parity, Consumer<String> trace, LongSupplier clock) {
        this.spec = spec;
        this.format = format;
        this.channels = channels;
        this.parity = parity;
        this.trace = trace;
        this.clock = clock;
        mapper = new Mapper(spec);
        mapper.require(format);
        if (channels < 1 || channels > MAXIMUM_CHANNELS) {
            throw new PimException("channels " + channels + ", allowed 1.." + MAXIMUM_CHANNELS);
        }
        require(Parity.SAMSUNG, "hbm2-pim", PimFormat.F16);
        require(Parity.AIM, "gddr6-aim", PimFormat.BF16);
    }

    private void require(Parity theirs, String device, PimFormat only) {
        if (parity == theirs && !(spec.name().equals(device) && format == only)) {
            throw new PimException("the mapping of parity " + theirs.name().toLowerCase(java.util.Locale.ROOT)
                    + " is for device " + device + " with " + only.text() + "; found " + spec.name() + " with "
                    + format.text());
        }
    }

    /** Matrix [rows, columns] times a vector. */
    public PimResult gemv(int rows, int columns) {
        long start = clock.getAsLong();
        Kernel kernel = switch (parity) {
            case SAMSUNG -> new SamsungGemv(spec, rows, columns, channels);
            case AIM -> new TreeGemv(spec, rows, columns, channels, 1, false);
            case NONE -> mapper.best(format, rows, columns, channels);
        };
        long scales = format.blocks() ? 2L * rows * Math.ceilDiv(columns, BlockProduct.BLOCK) : 0;
        long weights = (long) rows * columns * format.bits() / 8 + scales;
        return run("gemv", kernel, weights, weights + 2L * columns, 2L * rows, start);
    }

    /** An operation on a vector's elements. */
    public PimResult elementwise(Elementwise.Operation operation, long elements) {
        if (spec.kind() != PimSpec.Kind.BLOCK || format != PimFormat.F16) {
            throw new PimException("device " + spec.name() + " with " + format.text()
                    + " does not compute on elements; hbm2-pim and lpddr5-pim with f16 do");
        }
        long start = clock.getAsLong();
        Kernel kernel = new Elementwise(spec, operation, elements, channels, parity == Parity.SAMSUNG);
        String name = operation.name().toLowerCase(java.util.Locale.ROOT);
        long read = 2 * elements * operation.operands();
        return run(name, kernel, read + 2 * elements, read, 2 * elements, start);
    }

    private boolean fits(Kernel kernel) {
        return kernel.usedRows() <= availableRows();
    }

    private int availableRows() {
        return parity == Parity.SAMSUNG ? SAMSUNG_ROWS : mapper.availableRows();
    }

    /** A kernel, with the bytes that units read and store at least, and those that cross the bus without units. */
    private PimResult run(String name, Kernel kernel, long unitBytes, long readBytes, long writtenBytes, long start) {
        if (!fits(kernel)) {
            throw new PimException(name + " needs " + kernel.usedRows() + " rows of each bank of " + spec.name()
                    + " with " + channels + " channels; there are " + availableRows()
                    + "; take more channels or a smaller kernel");
        }
        PimProgram program = kernel.program();
        CommandStream.Controller controller = switch (parity) {
            case SAMSUNG -> CommandStream.Controller.WINDOWS;
            case AIM -> CommandStream.Controller.IN_ORDER;
            case NONE -> CommandStream.Controller.OURS;
        };
        CommandStream stream = CommandStream.of(spec, program, controller, trace);
        float[] results = kernel.compute(program, stream.schedule().order());
        double seconds = (clock.getAsLong() - start) * 1e-9;
        HostTraffic.Result host = HostTraffic.run(spec.dram(), bursts(readBytes), bursts(writtenBytes));
        EnergyTable table = EnergyTable.shipped(EnergyTable.UNITS);
        return new PimResult(
                spec,
                name,
                format,
                channels,
                kernel.mapping(),
                stream.schedule().cycles(),
                host.cycles(),
                unitClocks(name, program),
                (double) unitBytes / spec.dram().burstBytes() / spec.units() / channels,
                stream.schedule().counts().of(Command.REFAB),
                seconds,
                results.length,
                kernel.mismatches(results),
                stream.violations(),
                stream.firstViolations(),
                energy(stream.schedule().counts(), table).times(channels),
                energy(host.counts(), table).picojoules() * channels);
    }

    private PimEnergy energy(CommandCounts counts, EnergyTable table) {
        return PimEnergy.of(spec, format, counts, table);
    }

    /** Columns with operands; storing results is the work of element operations only. */
    private long unitClocks(String name, PimProgram program) {
        long stores = name.equals("gemv") ? 0 : program.count(Op.UNIT_WRITE);
        return (program.count(Op.UNIT_READ) + stores) * spec.dram().get("tCCDMAC");
    }

    /** A channel's share, in bursts. */
    private long bursts(long bytes) {
        long perBurst = (long) spec.dram().burstBytes() * channels;
        return (bytes + perBurst - 1) / perBurst;
    }
}
