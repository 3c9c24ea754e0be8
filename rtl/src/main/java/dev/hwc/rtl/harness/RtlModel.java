package dev.hwc.rtl.harness;

import dev.hwc.ir.hw.HardwareSpec;
import dev.hwc.rtl.Port;
import dev.hwc.rtl.RtlException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * A running instance of an emitted block. Ports go by their SystemVerilog names ({@code io_a}); bits
 * beyond a port's width are ignored when poked and 0 when peeked. One thread at a time.
 *
 * <p>Combinational outputs follow a poke only after {@link #eval} or {@link #step}.
 */
public final class RtlModel implements AutoCloseable {
    static final String CLOCK = "clock";
    private static final String RESET = "reset";

    private final String block;
    private final List<Port> ports;
    private final Map<String, Integer> indices = new HashMap<>();
    private long handle;

    private RtlModel(String block, List<Port> ports, long handle) {
        this.block = block;
        this.ports = ports;
        this.handle = handle;
        for (int i = 0; i < ports.size(); i++) {
            indices.put(ports.get(i).name(), i);
        }
    }

    /**
     * A new instance of a block, reset with all inputs 0. The first call for a block builds it (seconds
     * to minutes); the build is kept on disk.
     *
     * @param block a name in {@link dev.hwc.rtl.Blocks}
     * @throws RtlException for an unknown block, or when Verilator or the compiler fails or is absent
     */
    public static RtlModel open(String block, HardwareSpec spec) {
        return open(block, ModelBuilder.build(block, spec, false));
    }

    /** The same, able to write waveforms, and slower. */
    static RtlModel openTraceable(String block, HardwareSpec spec) {
        return open(block, ModelBuilder.build(block, spec, true));
    }

    static RtlModel open(String block, ModelBuilder.Built built) {
        Bridge.load();
        long handle = NativeModel.open(built.library().toString());
        if (handle == 0) {
            throw new RtlException("model " + built.library() + " cannot be loaded: " + NativeModel.problem());
        }
        RtlModel model = new RtlModel(block, built.ports(), handle);
        model.reset();
        return model;
    }

    /** Ports of the top, clock and reset among them. */
    public List<Port> ports() {
        return ports;
    }

    /** Holds reset for two cycles; the inputs keep their values. Nothing happens without such a port. */
    public void reset() {
        if (indices.containsKey(RESET)) {
            poke(RESET, 1);
            step(2);
            poke(RESET, 0);
            eval();
        }
    }

    /** Sets an input of at most 64 bits. */
    public void poke(String port, long value) {
        NativeModel.poke(open(), index(port, true, 64), 0, value);
    }

    /** Sets an input of any width from words of 64 bits, lowest first. */
    public void poke(String port, long[] words) {
        int index = index(port, true, Integer.MAX_VALUE);
        requireLength("words of port " + port, words.length, ports.get(index).words());
        for (int i = 0; i < words.length; i++) {
            NativeModel.poke(open(), index, i, words[i]);
        }
    }

    /** A port of at most 64 bits, zero-extended. */
    public long peek(String port) {
        return NativeModel.peek(open(), index(port, false, 64), 0);
    }

    /** A port of any width as words of 64 bits, lowest first. */
    public long[] peekWords(String port) {
        int index = index(port, false, Integer.MAX_VALUE);
        long[] words = new long[ports.get(index).words()];
        for (int i = 0; i < words.length; i++) {
            words[i] = NativeModel.peek(open(), index, i);
        }
        return words;
    }

    /** Lets combinational outputs follow the inputs; no clock edge. */
    public void eval() {
        NativeModel.eval(open());
    }

    /** Settles the inputs, then gives this many clock cycles. */
    public void step(long cycles) {
        NativeModel.step(open(), cycles);
    }

    /**
     * Many cycles in one call. Per cycle: pokes the inputs from a row of the table, settles, records the
     * outputs as a row of the result, clocks. What a unit of latency n makes of row t stands in result
     * row t + n. A port wider than 64 bits takes several consecutive words of a row, lowest first.
     *
     * @param inputs ports in the order of a table row
     * @param table rows one after the other; its length sets the number of cycles
     * @param outputs ports in the order of a result row
     * @return one row per cycle
     */
    public long[] stream(List<String> inputs, long[] table, List<String> outputs) {
        int[] in = indices(inputs, true);
        int[] out = indices(outputs, false);
        int rowWords = words(in);
        if (rowWords == 0 || table.length % rowWords != 0) {
            throw new RtlException("stream of " + block + ": the table has " + table.length
                    + " words; needed is a multiple of " + rowWords + ", the words of its inputs " + inputs);
        }
        int cycles = table.length / rowWords;
        long[] results = new long[Math.multiplyExact(cycles, words(out))];
        NativeModel.stream(open(), cycles, in, table, out, results);
        return results;
    }

    @Override
    public void close() {
        if (handle != 0) {
            NativeModel.close(handle);
            handle = 0;
        }
    }

    /** Memories whose bits can be turned over: all, if the hardware's scratchpads have check bits; else none. */
    public List<Memory> memories() {
        List<String> lines = NativeModel.memories(open()).lines().toList();
        return IntStream.range(0, lines.size())
                .mapToObj(i -> Memory.of(i, lines.get(i)))
                .toList();
    }

    /** Turns over a bit of a memory's word. */
    public void flip(Memory memory, int word, int bit) {
        if (word < 0 || word >= memory.words() || bit < 0 || bit >= memory.bits()) {
            throw new RtlException("bit " + bit + " of word " + word + " is not in " + memory);
        }
        NativeModel.flip(open(), memory.number(), word, bit);
    }

    /** Number of a port in the order of {@link #ports}. */
    int number(String port) {
        return index(port, false, Integer.MAX_VALUE);
    }

    /** The native instance; for other native parts of this package. */
    long handle() {
        return open();
    }

    private long open() {
        if (handle == 0) {
            throw new RtlException("model " + block + " is closed");
        }
        return handle;
    }

    private int[] indices(List<String> names, boolean input) {
        return names.stream()
                .mapToInt(name -> index(name, input, Integer.MAX_VALUE))
                .toArray();
    }

    private int words(int[] some) {
        int words = 0;
        for (int index : some) {
            words += ports.get(index).words();
        }
        return words;
    }

    private int index(String name, boolean input, int maxWidth) {
        Integer index = indices.get(name);
        if (index == null) {
            throw new RtlException("block " + block + " has no port '" + name + "'; ports: "
                    + String.join(", ", ports.stream().map(Port::name).toList()));
        }
        Port port = ports.get(index);
        if (input && !port.input()) {
            throw new RtlException("port " + name + " of " + block + " is an output and cannot be poked");
        }
        if (port.width() > maxWidth) {
            throw new RtlException("port " + name + " of " + block + " has " + port.width()
                    + " bits; this call takes at most " + maxWidth + ", use the one with words");
        }
        return index;
    }

    private static void requireLength(String what, int found, int needed) {
        if (found != needed) {
            throw new RtlException(what + ": " + found + " given, needed " + needed);
        }
    }
}
