package dev.hwc.rtl.generator.frontend;

import dev.hwc.ir.hw.HardwareSpec;
import dev.hwc.ir.isa.Instruction;
import dev.hwc.ir.isa.Opcode;
import dev.hwc.ir.isa.Program;
import dev.hwc.ir.isa.Queue;
import dev.hwc.ir.isa.Word;
import dev.hwc.rtl.Port;
import dev.hwc.rtl.harness.RtlModel;
import dev.hwc.sim.systolic.queues.Command;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The block FrontEnd with its inputs driven as job controller and engines would. */
final class FrontEndModel implements AutoCloseable {
    private final HardwareSpec spec;
    private final RtlModel rtl;
    private final Set<String> ports;
    private long[] arguments = new long[0];

    FrontEndModel(HardwareSpec spec) {
        this.spec = spec;
        rtl = RtlModel.open("FrontEnd", spec);
        ports = rtl.ports().stream().map(Port::name).collect(Collectors.toCollection(HashSet::new));
        idle();
    }

    HardwareSpec spec() {
        return spec;
    }

    /** All engines free and silent. */
    void idle() {
        for (Queue queue : Queue.values()) {
            rtl.poke(port(queue, "free"), 1);
            complete(port(queue, "complete"), null);
        }
        complete("io_matrix_completeEmit", null);
        rtl.poke("io_matrix_canEmit", 1);
        for (int slot = 0; slot < spec.array().accumulatorSlots(); slot++) {
            rtl.poke("io_matrix_slotFree_" + slot, 1);
        }
        rtl.poke("io_loaded_valid", 0);
    }

    /** A new job's arguments and programs; ends in cycle S − 1. */
    void load(Program program, long[] arguments) {
        load(arguments, words(program));
    }

    void load(long[] arguments, List<List<Word>> programs) {
        idle();
        pulse("io_clear");
        this.arguments = arguments;
        Programs.send(rtl, spec.port().beatBytes(), programs);
    }

    static List<List<Word>> words(Program program) {
        List<List<Word>> words = new ArrayList<>();
        for (Queue queue : Queue.values()) {
            List<Word> stream = new ArrayList<>();
            for (Instruction instruction : program.stream(queue)) {
                stream.add(Word.encode(instruction));
            }
            words.add(stream);
        }
        return words;
    }

    /** From S − 1 to S. */
    void run() {
        pulse("io_run");
    }

    void pulse(String port) {
        rtl.poke(port, 1);
        rtl.step(1);
        rtl.poke(port, 0);
        rtl.eval();
    }

    /** The engines' outputs at the start of the model's cycle. */
    void drive(IssueModel model) {
        long now = model.now();
        for (Queue queue : Queue.values()) {
            EngineModel engine = model.engines[queue.ordinal()];
            rtl.poke(port(queue, "free"), engine.free(now) ? 1 : 0);
            complete(port(queue, "complete"), engine.completing(false, now));
        }
        EngineModel matrix = model.engines[Queue.MATRIX.ordinal()];
        complete("io_matrix_completeEmit", matrix.completing(true, now));
        rtl.poke("io_matrix_canEmit", matrix.canEmit() ? 1 : 0);
        for (int slot = 0; slot < spec.array().accumulatorSlots(); slot++) {
            rtl.poke("io_matrix_slotFree_" + slot, matrix.slotFree(slot) ? 1 : 0);
        }
        Command load = model.engines[Queue.LOAD.ordinal()].completing(false, now);
        boolean loaded = load != null && load.opcode == Opcode.LOAD_REGISTER;
        rtl.poke("io_loaded_valid", loaded ? 1 : 0);
        rtl.poke("io_loaded_bits", loaded && load != null ? IssueModel.loaded(load) : 0);
        rtl.eval();
        for (Queue queue : Queue.values()) {
            String port = "io_arguments_" + queue.ordinal();
            rtl.poke(port + "_value", arguments[(int) rtl.peek(port + "_index")]);
        }
        rtl.eval();
    }

    private void complete(String port, @Nullable Command command) {
        rtl.poke(port + "_valid", command == null ? 0 : 1);
        pokeIfThere(port + "_bits_pc", command == null ? 0 : command.pc);
        pokeIfThere(port + "_bits_signals", command == null ? 0 : command.signals);
    }

    private void pokeIfThere(String port, long value) {
        if (ports.contains(port)) {
            rtl.poke(port, value);
        }
    }

    private static String port(Queue queue, String name) {
        return "io_" + queue.text() + "_" + name;
    }

    void poke(String port, long value) {
        rtl.poke(port, value);
    }

    long peek(String port) {
        return rtl.peek(port);
    }

    void step() {
        rtl.step(1);
        rtl.eval();
    }

    @Override
    public void close() {
        rtl.close();
    }
}
