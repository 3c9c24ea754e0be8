package dev.hwc.rtl.generator.memory;

import dev.hwc.ir.hw.HardwareSpec;
import dev.hwc.ir.isa.Opcode;
import dev.hwc.rtl.generator.LoadKind;
import dev.hwc.rtl.harness.RtlModel;
import dev.hwc.sim.systolic.queues.Command;
import dev.hwc.sim.systolic.scratchpad.Scratchpads;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Drives the block MemorySide: starts commands as soon as their engine is free, plays the memory, and notes what happens in which cycle. */
final class MemoryBench implements AutoCloseable {
    /** A fault pulse of an engine. */
    record Fault(int code, int pc, long address, long cycle) {}

    /** A register written by load.register. */
    record RegisterWrite(int index, long value, long cycle) {}

    final HardwareSpec spec;
    final RtlModel model;
    final AxiSlave slave;
    long now;

    final List<Long> loadBusy = new ArrayList<>();
    final List<Long> loadBlocked = new ArrayList<>();
    final List<Long> loadDone = new ArrayList<>();
    final List<Long> loadDonePcs = new ArrayList<>();
    final List<Long> storeBusy = new ArrayList<>();
    final List<Long> storeBlocked = new ArrayList<>();
    final List<Long> storeDone = new ArrayList<>();
    final List<Long> storeDonePcs = new ArrayList<>();
    final List<Long> recordDone = new ArrayList<>();
    final List<Fault> faults = new ArrayList<>();
    final List<RegisterWrite> registers = new ArrayList<>();
    final List<long[]> fetched = new ArrayList<>();
    long fetchedLast = -1;
    int readBytes;
    int writtenBytes;

    private final ArrayDeque<Command> loads = new ArrayDeque<>();
    private final ArrayDeque<Command> stores = new ArrayDeque<>();
    private boolean abort;
    private boolean record;

    MemoryBench(HardwareSpec spec, AxiSlave slave) {
        this.spec = spec;
        this.slave = slave;
        model = RtlModel.open("MemorySide", spec);
    }

    void window(int index, long base, long limit, boolean readable, boolean writable) {
        String window = "io_windows_" + index + "_";
        model.poke(window + "base", base);
        model.poke(window + "limit", limit);
        model.poke(window + "readable", readable ? 1 : 0);
        model.poke(window + "writable", writable ? 1 : 0);
    }

    void timeout(long cycles) {
        model.poke("io_timeoutCycles", cycles);
    }

    void queue(List<Command> commands) {
        for (Command c : commands) {
            (c.opcode == Opcode.STORE ? stores : loads).add(c);
        }
    }

    /** The next cycle aborts; commands not yet started are forgotten. */
    void abort() {
        abort = true;
        loads.clear();
        stores.clear();
    }

    /** The next cycle starts the completion record. */
    void record(long address, long low, long high) {
        record = true;
        model.poke("io_record_address", address);
        model.poke("io_record_data", new long[] {low, high});
    }

    /** Whether every command that was queued is complete and nothing is in flight. */
    boolean idle() {
        return loads.isEmpty()
                && stores.isEmpty()
                && model.peek("io_load_free") == 1
                && model.peek("io_store_free") == 1
                && drained();
    }

    boolean drained() {
        return model.peek("io_drained") == 1;
    }

    /** One clock cycle. */
    void step() {
        boolean load = !loads.isEmpty() && model.peek("io_load_free") == 1;
        boolean store = !stores.isEmpty() && model.peek("io_store_free") == 1;
        model.poke("io_load_start", load ? 1 : 0);
        model.poke("io_store_start", store ? 1 : 0);
        if (load) {
            describeLoad(loads.remove());
        }
        if (store) {
            describeStore(stores.remove());
        }
        model.poke("io_abort", abort ? 1 : 0);
        model.poke("io_record_start", record ? 1 : 0);
        abort = false;
        record = false;
        slave.drive(model, now);
        model.eval();
        slave.take(model, now);
        observe();
        model.step(1);
        now++;
    }

    void run(int cycles) {
        for (int i = 0; i < cycles; i++) {
            step();
        }
    }

    private void observe() {
        note("io_load_busy", loadBusy);
        note("io_load_blocked", loadBlocked);
        note("io_store_busy", storeBusy);
        note("io_store_blocked", storeBlocked);
        note("io_recordComplete", recordDone);
        complete("io_load_complete_", loadDone, loadDonePcs);
        complete("io_store_complete_", storeDone, storeDonePcs);
        fault("io_load_fault_");
        fault("io_store_fault_");
        if (model.peek("io_registerWrite_valid") == 1) {
            registers.add(new RegisterWrite(
                    (int) model.peek("io_registerWrite_bits_index"), model.peek("io_registerWrite_bits_value"), now));
        }
        if (model.peek("io_fetchBeat_valid") == 1) {
            fetched.add(model.peekWords("io_fetchBeat_bits_data"));
            if (model.peek("io_fetchBeat_bits_last") == 1) {
                fetchedLast = now;
            }
        }
        if (model.peek("io_readBeats_valid") == 1) {
            readBytes += (int) model.peek("io_readBeats_bits") * spec.port().beatBytes();
        }
        if (model.peek("io_writeBeats_valid") == 1) {
            writtenBytes += (int) model.peek("io_writeBeats_bits") * spec.port().beatBytes();
        }
    }

    private void note(String port, List<Long> cycles) {
        if (model.peek(port) == 1) {
            cycles.add(now);
        }
    }

    private void complete(String port, List<Long> cycles, List<Long> pcs) {
        if (model.peek(port + "valid") == 1) {
            cycles.add(now);
            pcs.add(model.peek(port + "bits_pc"));
        }
    }

    private void fault(String port) {
        if (model.peek(port + "valid") == 1) {
            faults.add(new Fault(
                    (int) model.peek(port + "bits_code"),
                    (int) model.peek(port + "bits_pc"),
                    model.peek(port + "bits_address"),
                    now));
        }
    }

    private void describeLoad(Command c) {
        String command = "io_load_command_";
        model.poke(command + "tag_pc", c.pc);
        model.poke(command + "tag_signals", c.signals);
        model.poke(command + "kind", kind(c.opcode));
        model.poke(command + "window", c.window);
        model.poke(command + "physical", c.opcode == Opcode.HALT ? 1 : 0);
        model.poke(command + "address", c.address);
        model.poke(command + "stride", c.addressStride);
        model.poke(command + "rows", c.rows);
        model.poke(command + "rowBytes", c.rowBytes);
        model.poke(command + "blocks", c.blocks);
        model.poke(command + "columns", columns(c));
        model.poke(command + "format", c.format.ordinal());
        model.poke(command + "destination", c.d);
        model.poke(command + "register", c.register);
    }

    /** HALT stands for a fetch from a physical address, which is no instruction. */
    private static int kind(Opcode opcode) {
        return switch (opcode) {
            case LOAD_WEIGHTS -> LoadKind.Weights();
            case LOAD_ROWS -> LoadKind.Rows();
            case LOAD_TRANSPOSED -> LoadKind.Transposed();
            case LOAD_SCALES -> LoadKind.Scales();
            case LOAD_LINEAR -> LoadKind.Linear();
            case LOAD_HALVES -> LoadKind.Halves();
            case LOAD_REGISTER -> LoadKind.Register();
            case HALT -> LoadKind.Fetch();
            default -> throw new IllegalArgumentException(opcode + " is no load");
        };
    }

    private void describeStore(Command c) {
        String command = "io_store_command_";
        model.poke(command + "tag_pc", c.pc);
        model.poke(command + "tag_signals", c.signals);
        model.poke(command + "window", c.window);
        model.poke(command + "address", c.address);
        model.poke(command + "stride", c.addressStride);
        model.poke(command + "rows", c.rows);
        model.poke(command + "rowBytes", c.rowBytes);
        model.poke(command + "source", c.a);
        model.poke(command + "sourceStride", c.strideA);
    }

    /** Fills the store buffer, there and in the reference, word by word with some bytes masked. */
    void fillStore(Scratchpads pads, Random random) {
        int bytes = spec.wordBytes();
        model.poke("io_storeWrite_valid", 1);
        for (int word = 0; word < spec.storeWords(); word++) {
            long[] data = random.longs((bytes + 7) / 8).toArray();
            long[] mask = random.longs((bytes + 63) / 64).toArray();
            model.poke("io_storeWrite_word", word);
            model.poke("io_storeWrite_data", data);
            model.poke("io_storeWrite_mask", mask);
            for (int i = 0; i < bytes; i++) {
                if ((mask[i / 64] >>> i % 64 & 1) != 0) {
                    pads.store[word * bytes + i] = (byte) (data[i / 8] >>> 8 * (i % 8));
                }
            }
            run(1);
        }
        model.poke("io_storeWrite_valid", 0);
    }

    /** Copies the weight and load buffers, through their read ports, while nothing else happens. */
    void readBuffers(Scratchpads pads) {
        slave.pause(model);
        List<String> codes = new ArrayList<>();
        for (int column = 0; column < pads.columns; column++) {
            codes.add("io_weights_codes_" + column);
        }
        for (int column = 0; column < pads.columns; column++) {
            codes.add("io_weights_scales_" + column);
        }
        for (int column = 0; column < pads.columns; column++) {
            codes.add("io_weights_offsets_" + column);
        }
        long[] weights = read("io_weights_enable", "io_weights_unit", spec.weightUnits(), codes);
        int width = 4 * pads.columns;
        for (int unit = 0; unit < spec.weightUnits(); unit++) {
            for (int column = 0; column < pads.columns; column++) {
                int at = (unit + 1) * width + 2 * column;
                bytes(weights, at, pads.weightCodes, column * pads.weightBankBytes + unit * 16, 16);
                pads.weightScales[column * pads.weightUnits + unit] =
                        (short) weights[(unit + 1) * width + 2 * pads.columns + column];
                pads.weightOffsets[column * pads.weightUnits + unit] =
                        (short) weights[(unit + 1) * width + 3 * pads.columns + column];
            }
        }
        int longs = (spec.wordBytes() + 7) / 8;
        long[] load = read("io_loadRead_enable", "io_loadRead_address", spec.loadWords(), List.of("io_loadRead_data"));
        for (int word = 0; word < spec.loadWords(); word++) {
            bytes(load, (word + 1) * longs, pads.load, word * spec.wordBytes(), spec.wordBytes());
        }
    }

    /** Reads all words of a memory; what is at address a stands in row a + 1. */
    private long[] read(String enable, String address, int size, List<String> outputs) {
        long[] table = new long[2 * (size + 1)];
        for (int i = 0; i < size; i++) {
            table[2 * i] = 1;
            table[2 * i + 1] = i;
        }
        now += size + 1;
        return model.stream(List.of(enable, address), table, outputs);
    }

    private static void bytes(long[] words, int from, byte[] to, int at, int count) {
        for (int i = 0; i < count; i++) {
            to[at + i] = (byte) (words[from + i / 8] >>> 8 * (i % 8));
        }
    }

    @Override
    public void close() {
        model.close();
    }

    /** Columns of a weight record or a row of scales, which the simulator has in the bytes of a row. */
    private long columns(Command c) {
        return switch (c.opcode) {
            case LOAD_WEIGHTS -> c.rowBytes / (c.blocks * c.format.blockBytes());
            case LOAD_SCALES -> c.rowBytes / 2;
            default -> spec.array().columns();
        };
    }
}
