package dev.hwc.ir.hw;

import dev.hwc.ir.IrException;
import dev.hwc.ir.numerics.BlockMatrix;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One accelerator: array, vector lanes, scratchpads, memory port, memory and clock. Compiler,
 * simulators, RTL generator and reports use this object; nothing else holds a size.
 *
 * @param name preset name, [a-z0-9+.-]
 * @param clockMhz clock of the whole accelerator
 * @param pim memory that computes, behind the same port; null for none
 */
public record HardwareSpec(
        String name,
        int clockMhz,
        Array array,
        int vectorLanes,
        Buffers buffers,
        Port port,
        MemorySpec memory,
        Scratchpads scratchpads,
        @Nullable Pim pim) {

    /**
     * The output-stationary array.
     *
     * @param rows activation rows per tile, 4..128, power of two
     * @param columns weight columns per tile, 4..128, power of two
     * @param accumulatorSlots output tiles the accumulators hold at once, 1..16
     * @param elements {@code multiply}: every element multiplies whatever the weight; {@code gated}: a
     *     weight of 0 clocks nothing, one of 1 or −1 is added or subtracted, and both are counted; bits and
     *     cycles are the same
     */
    public record Array(int rows, int columns, int accumulatorSlots, String elements) {
        /** Elements that multiply whatever the weight. */
        public static final String MULTIPLY = "multiply";

        /** Elements that leave their multiplier alone where the weight is 0, 1 or −1. */
        public static final String GATED = "gated";

        /** An array of elements that multiply. */
        public Array(int rows, int columns, int accumulatorSlots) {
            this(rows, columns, accumulatorSlots, MULTIPLY);
        }

        /** Whether the elements look at their weights. */
        public boolean gated() {
            return elements.equals(GATED);
        }

        /** The same array with other elements. */
        public Array withElements(String other) {
            return new Array(rows, columns, accumulatorSlots, other);
        }

        /** For the hash; of elements that multiply as it was before there was a choice. */
        private String text() {
            return gated()
                    ? toString()
                    : "Array[rows=" + rows + ", columns=" + columns + ", accumulatorSlots=" + accumulatorSlots + "]";
        }

        /** Multiply-accumulates per cycle. */
        public int macsPerCycle() {
            return rows * columns;
        }
    }

    /**
     * Scratchpad capacities; each has one writer and one reader (docs/spec/timing.md §2).
     *
     * @param weightKib weight operand codes, written by load, read by matrix
     * @param activationKib activation operand codes, written by vector, read by matrix
     * @param outputKib fp32 results, written by matrix, read by vector
     * @param vectorKib fp32 working memory of the vector unit
     * @param loadKib tables and vectors, written by load, read by vector
     * @param storeKib results on their way out, written by vector, read by store
     * @param instructions program entries per queue
     */
    public record Buffers(
            int weightKib,
            int activationKib,
            int outputKib,
            int vectorKib,
            int loadKib,
            int storeKib,
            int instructions) {}

    /**
     * The AXI4 memory port.
     *
     * @param beatBytes data width, 4..64, power of two
     * @param maxBurstBytes longest burst; bursts never cross a multiple of it; at most 4096
     * @param outstandingReads read bursts in flight, 1..64
     * @param outstandingWrites write bursts in flight, 1..64
     */
    public record Port(int beatBytes, int maxBurstBytes, int outstandingReads, int outstandingWrites) {}

    /**
     * The memory behind the port.
     *
     * @param kind {@code ideal}: every burst starts one cycle after its request at the port's full
     *     width; {@code fixed}: latency and bandwidth as stated; one of {@link MemoryNames#DRAM}:
     *     channels of that memory, command by command
     * @param latencyCycles request to first beat when idle; 0 for DRAM, whose commands say it
     * @param bytesPerCycle sustained bandwidth, reads and writes together; 0 for DRAM
     * @param channels of DRAM; 1 otherwise
     */
    public record MemorySpec(String kind, int latencyCycles, int bytesPerCycle, int channels) {
        public MemorySpec {
            channels = channels == 0 ? 1 : channels;
        }

        /** Ideal or fixed memory. */
        public MemorySpec(String kind, int latencyCycles, int bytesPerCycle) {
            this(kind, latencyCycles, bytesPerCycle, 1);
        }

        /** Channels of a memory at command level. */
        public static MemorySpec dram(String name, int channels) {
            return new MemorySpec(name, 0, 0, channels);
        }

        /** Whether the memory is simulated command by command. */
        public boolean isDram() {
            return MemoryNames.isDram(kind);
        }

        /** For people: what it is. */
        public String description() {
            return isDram()
                    ? channels + (channels == 1 ? " channel" : " channels") + " of " + kind + ", command by command"
                    : kind + ": latency " + latencyCycles + " cycles, " + bytesPerCycle + " bytes per cycle";
        }
    }

    /**
     * How the scratchpads' words are stored.
     *
     * @param ecc {@code none}: as they are; {@code secded}: with check bits by which single-bit errors
     *     are corrected and double-bit errors are faults (isa.md §7)
     */
    public record Scratchpads(String ecc) {
        /** Without check bits. */
        public static final Scratchpads PLAIN = new Scratchpads("none");

        /** With check bits. */
        public static final Scratchpads SECDED = new Scratchpads("secded");

        /** Whether words have check bits. */
        public boolean secded() {
            return ecc.equals(SECDED.ecc);
        }
    }

    /**
     * Memory that computes: channels of their own, which hold weights in the layout of their units and
     * are reached through a window of the port (docs/spec/pim-window.md).
     *
     * @param device one of {@link MemoryNames#PIM}
     * @param channels 1..64, power of two; of each device behind CXL
     * @param cxl the link to several such devices; null where the channels are the accelerator's own
     */
    public record Pim(String device, int channels, @Nullable Cxl cxl) {
        /** Channels of the accelerator's own. */
        public Pim(String device, int channels) {
            this(device, channels, null);
        }

        /** How many have these channels. */
        public int devices() {
            return cxl == null ? 1 : cxl.devices();
        }

        /** For the hash; without CXL as it was before there was a choice. */
        private String text() {
            return cxl == null ? "Pim[device=" + device + ", channels=" + channels + "]" : toString();
        }

        /** For people: what it is. */
        public String description() {
            String one = channels + (channels == 1 ? " channel" : " channels") + " of " + device;
            return cxl == null
                    ? one
                    : cxl.devices() + (cxl.devices() == 1 ? " device" : " devices") + " behind CXL, each of " + one;
        }
    }

    /**
     * A CXL link to a switch with devices behind it. What is 0 is as CENT describes it (git 0f28a07): 8 lanes of 64 GT/s
     * (PCIe 6), flits of 256 bytes, ports of 25 ns, a switch of 20 ns.
     *
     * @param devices 1..64
     * @param lanes of each direction, 1..16
     * @param gigatransfers a second and lane, 1..128
     * @param flitBytes sent at once, 64..256
     * @param portNanoseconds of each of the two ports on the way
     * @param switchNanoseconds of the switch between them
     */
    public record Cxl(
            int devices, int lanes, int gigatransfers, int flitBytes, int portNanoseconds, int switchNanoseconds) {
        /** Devices behind a switch. */
        public static final int MOST_DEVICES = 64;

        public Cxl {
            lanes = lanes == 0 ? 8 : lanes;
            gigatransfers = gigatransfers == 0 ? 64 : gigatransfers;
            flitBytes = flitBytes == 0 ? 256 : flitBytes;
            portNanoseconds = portNanoseconds == 0 ? 25 : portNanoseconds;
            switchNanoseconds = switchNanoseconds == 0 ? 20 : switchNanoseconds;
        }

        /** With CENT's link. */
        public Cxl(int devices) {
            this(devices, 0, 0, 0, 0, 0);
        }

        private void check(List<String> problems) {
            range(problems, "pim.cxl.devices", devices, 1, MOST_DEVICES);
            range(problems, "pim.cxl.lanes", lanes, 1, 16);
            range(problems, "pim.cxl.gigatransfers", gigatransfers, 1, 128);
            range(problems, "pim.cxl.flitBytes", flitBytes, 64, 256);
            range(problems, "pim.cxl.portNanoseconds", portNanoseconds, 1, 10_000);
            range(problems, "pim.cxl.switchNanoseconds", switchNanoseconds, 1, 10_000);
        }
    }

    public HardwareSpec {
        List<String> problems = new ArrayList<>();
        check(problems, name.matches("[a-z0-9][a-z0-9+.-]{0,63}"), "name '" + name + "' must match [a-z0-9+.-]");
        range(problems, "clockMhz", clockMhz, 1, 10_000);
        power(problems, "array.rows", array.rows(), 4, 128);
        power(problems, "array.columns", array.columns(), 4, 128);
        range(problems, "array.accumulatorSlots", array.accumulatorSlots(), 1, 16);
        check(
                problems,
                array.elements().equals(Array.MULTIPLY) || array.gated(),
                "array.elements '" + array.elements() + "' is unknown; allowed: multiply, gated");
        power(problems, "vectorLanes", vectorLanes, 4, 32);
        check(
                problems,
                vectorLanes <= array.columns(),
                "vectorLanes " + vectorLanes + " exceeds array.columns " + array.columns());
        power(problems, "port.beatBytes", port.beatBytes(), 4, 64);
        check(
                problems,
                port.beatBytes() <= array.columns(),
                "port.beatBytes " + port.beatBytes() + " exceeds array.columns " + array.columns()
                        + "; a beat spreads over at most one byte per column");
        check(
                problems,
                port.beatBytes() <= 4 * vectorLanes,
                "port.beatBytes " + port.beatBytes() + " exceeds one vector word, 4*vectorLanes = " + 4 * vectorLanes);
        power(problems, "port.maxBurstBytes", port.maxBurstBytes(), 64, 4096);
        check(
                problems,
                port.maxBurstBytes() <= 256 * port.beatBytes(),
                "port.maxBurstBytes " + port.maxBurstBytes() + " needs more than the 256 beats AXI4 allows");
        range(problems, "port.outstandingReads", port.outstandingReads(), 1, 64);
        range(problems, "port.outstandingWrites", port.outstandingWrites(), 1, 64);
        range(problems, "buffers.weightKib", buffers.weightKib(), 1, 65_536);
        range(problems, "buffers.activationKib", buffers.activationKib(), 1, 65_536);
        range(problems, "buffers.outputKib", buffers.outputKib(), 1, 65_536);
        range(problems, "buffers.vectorKib", buffers.vectorKib(), 1, 65_536);
        range(problems, "buffers.loadKib", buffers.loadKib(), 1, 65_536);
        range(problems, "buffers.storeKib", buffers.storeKib(), 1, 65_536);
        range(problems, "buffers.instructions", buffers.instructions(), 64, 65_536);
        memoryProblems(problems, memory, port);
        check(
                problems,
                scratchpads.equals(Scratchpads.PLAIN) || scratchpads.equals(Scratchpads.SECDED),
                "scratchpads.ecc '" + scratchpads.ecc() + "' is unknown; allowed: none, secded");
        if (pim != null) {
            check(
                    problems,
                    MemoryNames.PIM.contains(pim.device()),
                    "pim.device '" + pim.device() + "' is unknown; allowed: " + String.join(", ", MemoryNames.PIM));
            power(problems, "pim.channels", pim.channels(), 1, 64);
            if (pim.cxl() != null) {
                pim.cxl().check(problems);
            }
        }
        for (String depth : depthProblems(array, vectorLanes, buffers)) {
            problems.add(depth);
        }
        if (!problems.isEmpty()) {
            throw new IrException("hardware '" + name + "': " + String.join("; ", problems));
        }
    }

    /** Hardware whose scratchpads have no check bits and whose memory does not compute. */
    public HardwareSpec(
            String name, int clockMhz, Array array, int vectorLanes, Buffers buffers, Port port, MemorySpec memory) {
        this(name, clockMhz, array, vectorLanes, buffers, port, memory, Scratchpads.PLAIN, null);
    }

    private static void memoryProblems(List<String> problems, MemorySpec memory, Port port) {
        if (memory.isDram()) {
            check(
                    problems,
                    memory.latencyCycles() == 0 && memory.bytesPerCycle() == 0,
                    "memory.latencyCycles and memory.bytesPerCycle do not go with memory.kind " + memory.kind()
                            + "; leave them out");
            power(problems, "memory.channels", memory.channels(), 1, 64);
            return;
        }
        List<String> kinds = new ArrayList<>(List.of(MemoryNames.IDEAL, MemoryNames.FIXED));
        kinds.addAll(MemoryNames.DRAM);
        check(
                problems,
                kinds.contains(memory.kind()),
                "memory.kind '" + memory.kind() + "' is unknown; allowed: " + String.join(", ", kinds));
        range(problems, "memory.latencyCycles", memory.latencyCycles(), 1, 100_000);
        range(problems, "memory.bytesPerCycle", memory.bytesPerCycle(), 1, port.beatBytes());
        check(
                problems,
                memory.channels() == 1,
                "memory.channels " + memory.channels() + " needs a memory.kind of DRAM");
        check(
                problems,
                !memory.kind().equals(MemoryNames.IDEAL)
                        || (memory.latencyCycles() == 1 && memory.bytesPerCycle() == port.beatBytes()),
                "memory.kind ideal needs latencyCycles 1 and bytesPerCycle = port.beatBytes");
    }

    private static List<String> depthProblems(Array array, int lanes, Buffers b) {
        List<String> problems = new ArrayList<>();
        depth(problems, "buffers.weightKib", b.weightKib(), 16 * array.columns());
        depth(problems, "buffers.activationKib", b.activationKib(), 32 * array.rows());
        depth(problems, "buffers.outputKib", b.outputKib(), 4 * lanes);
        depth(problems, "buffers.vectorKib", b.vectorKib(), 4 * lanes);
        depth(problems, "buffers.loadKib", b.loadKib(), 4 * lanes);
        depth(problems, "buffers.storeKib", b.storeKib(), 4 * lanes);
        return problems;
    }

    private static void depth(List<String> problems, String what, int kib, int unitBytes) {
        long units = kib * 1024L / unitBytes;
        check(problems, units <= 65_536, what + " " + kib + " has " + units + " addressable units; at most 65536");
        check(problems, units >= 8, what + " " + kib + " has " + units + " addressable units; at least 8");
    }

    private static void check(List<String> problems, boolean ok, String problem) {
        if (!ok) {
            problems.add(problem);
        }
    }

    private static void range(List<String> problems, String what, long value, long low, long high) {
        check(problems, value >= low && value <= high, what + " is " + value + ", allowed " + low + ".." + high);
    }

    private static void power(List<String> problems, String what, int value, int low, int high) {
        check(
                problems,
                value >= low && value <= high && Integer.bitCount(value) == 1,
                what + " is " + value + ", allowed are powers of two " + low + ".." + high);
    }

    /** Units of the weight buffer per column bank; a unit is 16 bytes per column. */
    public int weightUnits() {
        return buffers.weightKib() * 1024 / (16 * array.columns());
    }

    /** Blocks (32 codes and a scale) per row bank of the activation buffer. */
    public int activationBlocks() {
        return buffers.activationKib() * 1024 / (32 * array.rows());
    }

    /**
     * Blocks of a row when a command works on this many rows: those of its bank, and with at most half of
     * the array's rows those of the idle bank half an array further on too (isa.md §1).
     */
    public int activationBlocks(int rowsUsed) {
        return 2 * rowsUsed <= array.rows() ? 2 * activationBlocks() : activationBlocks();
    }

    /** Bytes of one vector word: lanes of fp32. */
    public int wordBytes() {
        return 4 * vectorLanes;
    }

    /** Words of the output buffer. */
    public int outputWords() {
        return buffers.outputKib() * 1024 / wordBytes();
    }

    /** Words of the vector buffer. */
    public int vectorWords() {
        return buffers.vectorKib() * 1024 / wordBytes();
    }

    /** Words of the load buffer. */
    public int loadWords() {
        return buffers.loadKib() * 1024 / wordBytes();
    }

    /** Words of the store buffer. */
    public int storeWords() {
        return buffers.storeKib() * 1024 / wordBytes();
    }

    /**
     * Weights of one column that lie together in memory: a whole beat and at least the blocks of one scale.
     * Inner dimensions are padded to a multiple of it.
     */
    public int weightGroup(BlockMatrix.Format format) {
        return Math.max(32 * format.scaleBlocks(), port.beatBytes() * 8 / format.bits());
    }

    /** Elements a quantized row is zero-filled to a multiple of: the weight group of four bits. */
    public int activationFill() {
        return weightGroup(BlockMatrix.Format.I4);
    }

    /** Elements a KV row of one head is padded to: whole blocks and whole beats. */
    public int headGroup() {
        return Math.max(32, port.beatBytes());
    }

    /** The same hardware with another memory. */
    public HardwareSpec withMemory(MemorySpec other) {
        return new HardwareSpec(name, clockMhz, array, vectorLanes, buffers, port, other, scratchpads, pim);
    }

    /** The same hardware with another array. */
    public HardwareSpec withArray(Array other) {
        return new HardwareSpec(name, clockMhz, other, vectorLanes, buffers, port, memory, scratchpads, pim);
    }

    /** The same hardware with its scratchpads' words stored in another way. */
    public HardwareSpec withScratchpads(Scratchpads other) {
        return new HardwareSpec(name, clockMhz, array, vectorLanes, buffers, port, memory, other, pim);
    }

    /** The same hardware with another memory that computes, or without one. */
    public HardwareSpec withPim(@Nullable Pim other) {
        return new HardwareSpec(name, clockMhz, array, vectorLanes, buffers, port, memory, scratchpads, other);
    }

    /**
     * The most bytes per cycle, reads and writes together, that port and memory can move: with DRAM, what its data buses
     * carry or the port's two directions, whichever is less.
     */
    public double memoryBytesPerCycle() {
        return memory.isDram()
                ? Math.min(
                        2.0 * port.beatBytes(),
                        memory.channels() * MemoryNames.peakBytesPerSecond(memory.kind()) / (1e6 * clockMhz))
                : memory.bytesPerCycle();
    }

    /** The ideal memory for this port. */
    public MemorySpec idealMemory() {
        return new MemorySpec("ideal", 1, port.beatBytes());
    }

    /**
     * 128-bit hash (hex) of everything that programs and RTL depend on: all but the name and the
     * memory behind the port. Gated elements, check bits of scratchpads and memory that computes count
     * where there are some, so that hardware without them keeps the hash it had before there was a choice.
     */
    public String hash() {
        String text = "hwc-hardware-1 " + clockMhz + ' ' + array.text() + ' ' + vectorLanes + ' ' + buffers + ' ' + port
                + (scratchpads.secded() ? " " + scratchpads : "") + (pim != null ? " " + pim.text() : "");
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
