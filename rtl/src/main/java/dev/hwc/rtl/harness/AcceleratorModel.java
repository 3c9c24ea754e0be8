package dev.hwc.rtl.harness;

import dev.hwc.ir.device.Counter;
import dev.hwc.ir.device.Register;
import dev.hwc.ir.hw.HardwareSpec;
import dev.hwc.rtl.RtlException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The verilated accelerator with a memory and a host around it: registers, memory regions, clocks.
 * Calls are coarse; a burst costs one call back into Java. One thread at a time.
 */
public final class AcceleratorModel implements AutoCloseable {
    /** Name of the accelerator among {@link dev.hwc.rtl.Blocks}. */
    public static final String BLOCK = "Accelerator";

    /** Answers that {@link Callback#advance} can hand over at once: all bursts in flight. */
    private static final int ANSWERS = 256;

    /** Ports in the order of PortName in bus.h. */
    private static final List<String> PORTS = Stream.concat(
                    Stream.of(
                                    "awaddr awvalid awready wdata wstrb wvalid wready bvalid bready",
                                    "araddr arvalid arready rdata rvalid rready")
                            .flatMap(line -> Stream.of(line.split(" ", -1)))
                            .map(name -> "s_axi_" + name),
                    Stream.concat(
                            Stream.of(
                                            "awid awaddr awlen awvalid awready wdata wstrb wlast wvalid wready",
                                            "bid bresp bvalid bready",
                                            "arid araddr arlen arvalid arready rid rdata rresp rlast rvalid rready")
                                    .flatMap(line -> Stream.of(line.split(" ", -1)))
                                    .map(name -> "m_axi_" + name),
                            Stream.of("irq")))
            .toList();

    private final RtlModel model;
    private final long bus;

    private final @Nullable WaveformFile waveform;

    private AcceleratorModel(RtlModel model, long bus, @Nullable WaveformFile waveform) {
        this.model = model;
        this.bus = bus;
        this.waveform = waveform;
    }

    /** What bus.h calls: the timing, with pending answers as triples of longs in a buffer. */
    private static final class Callback {
        private final BurstTiming timing;
        private final LongBuffer answers;

        Callback(BurstTiming timing, LongBuffer answers) {
            this.timing = timing;
            this.answers = answers;
        }

        @SuppressWarnings("unused") // called from C++
        void reset() {
            timing.reset();
        }

        @SuppressWarnings("unused") // called from C++
        long submit(long cycle, boolean write, long address, int bytes, long ticket) {
            return timing.submit(cycle, write, address, bytes, ticket);
        }

        @SuppressWarnings("unused") // called from C++
        long nextEvent() {
            return timing.nextEvent();
        }

        @SuppressWarnings("unused") // called from C++
        int advance(long cycle) {
            answers.clear();
            timing.advance(
                    cycle,
                    (write, ticket, at) ->
                            answers.put(write ? 1 : 0).put(ticket).put(at));
            return answers.position() / 3;
        }
    }

    /**
     * The accelerator of a hardware description, reset, its interrupt enabled for the end of a job.
     *
     * @throws RtlException when Verilator or the compiler fails or is absent
     */
    public static AcceleratorModel open(HardwareSpec spec, BurstTiming timing) {
        return open(spec, timing, Optional.empty());
    }

    /** The same with its signals written to a file; they need a build of their own, which is slower. */
    public static AcceleratorModel open(HardwareSpec spec, BurstTiming timing, Optional<Waveform> waveform) {
        RtlModel model = waveform.isPresent() ? RtlModel.openTraceable(BLOCK, spec) : RtlModel.open(BLOCK, spec);
        WaveformFile file =
                waveform.map(w -> new WaveformFile(model.handle(), w)).orElse(null);
        ByteBuffer buffer = ByteBuffer.allocateDirect(3 * ANSWERS * Long.BYTES).order(ByteOrder.nativeOrder());
        int[] ports = PORTS.stream().mapToInt(model::number).toArray();
        long bus = NativeBus.open(
                model.handle(), ports, spec.port().beatBytes(), new Callback(timing, buffer.asLongBuffer()), buffer);
        AcceleratorModel accelerator = new AcceleratorModel(model, bus, file);
        accelerator.write(Register.INTERRUPT_MASK, 1);
        accelerator.write(Register.CONTROL, 1);
        return accelerator;
    }

    /**
     * Whether {@link #open} finds the hardware built already, which takes milliseconds; building takes minutes.
     *
     * @throws RtlException when Verilator or the compiler is absent
     */
    public static boolean isBuilt(HardwareSpec spec, boolean waveform) {
        return ModelBuilder.isBuilt(BLOCK, spec, waveform);
    }

    /**
     * Gives the memory data at an address.
     *
     * @param data off-heap; must outlive this model
     */
    public void attach(long base, MemorySegment data) {
        if (!data.isNative()) {
            throw new RtlException("memory at " + base + " is on the heap; allocate it from an Arena");
        }
        NativeBus.attach(bus, base, data.address(), data.byteSize());
    }

    /** Disturbs a burst of the next job: the ticket-th of its direction, counted from 0. */
    public void disturb(Disturbance kind, boolean write, long ticket, long delayCycles) {
        NativeBus.disturb(bus, kind.ordinal(), write, ticket, delayCycles);
    }

    /** From now on ready and valid signals of the memory are low in this share of the cycles. */
    public void stall(long seed, int percent) {
        NativeBus.stall(bus, seed, percent);
    }

    /** Writes a register. */
    public void write(Register register, long value) {
        NativeBus.writeRegister(bus, register.offset(), (int) value, false);
    }

    /**
     * Rings the doorbell.
     *
     * @param job number of the last job that was submitted
     * @param restart whether the cycles and tickets of {@link BurstTiming} start over; only when no job runs
     */
    void ring(int job, boolean restart) {
        NativeBus.writeRegister(bus, Register.DOORBELL.offset(), job, restart);
    }

    /** Reads a register, as an unsigned number. */
    public long read(Register register) {
        return readAt(register.offset());
    }

    /** Reads the register space at a byte offset. */
    public long readAt(int offset) {
        return NativeBus.readRegister(bus, offset) & 0xFFFF_FFFFL;
    }

    /**
     * What the registers say the hardware is.
     *
     * @throws RtlException when they do not answer as those of an accelerator do
     */
    public Identity identity() {
        return Identity.of(this);
    }

    /** Takes a snapshot of the counters; order as in {@link Counter}. */
    public long[] counters() {
        write(Register.SNAPSHOT, 1);
        while (read(Register.SNAPSHOT) != 0) {
            // the copy takes 64 cycles
        }
        long[] values = new long[Counter.COUNT];
        for (int i = 0; i < values.length; i++) {
            int at = Register.COUNTERS.offset() + 8 * i;
            values[i] = readAt(at) | readAt(at + 4) << 32;
        }
        return values;
    }

    /** Memories whose bits can be turned over; none without check bits in the scratchpads. */
    public List<Memory> memories() {
        return model.memories();
    }

    /** Turns over a bit of a memory's word. */
    public void flip(Memory memory, int word, int bit) {
        model.flip(memory, word, bit);
    }

    /** Clocks until a job has ended, at most this many cycles; how many it took. */
    public long run(long cycles) {
        return NativeBus.run(bus, cycles);
    }

    /** Clocks since the model was made, those of register accesses among them. */
    public long clocks() {
        return NativeModel.clocks(model.handle());
    }

    /** Completes the waveform, too. */
    @Override
    public void close() {
        NativeBus.close(bus);
        try {
            if (waveform != null) {
                waveform.close();
            }
        } finally {
            model.close();
        }
    }
}
