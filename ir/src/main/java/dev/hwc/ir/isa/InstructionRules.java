package dev.hwc.ir.isa;

import dev.hwc.ir.hw.HardwareSpec;
import dev.hwc.ir.numerics.BlockMatrix;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** The rules of isa.md §6 that one instruction alone can break: I4, I7, I9, I10 and I11. */
final class InstructionRules {
    private static final int REGISTERS = 16;

    private final HardwareSpec hardware;
    private final Consumer<String> problems;
    private final int beat;
    private int found;

    /** @param problems takes a line per broken rule */
    InstructionRules(HardwareSpec hardware, Consumer<String> problems) {
        this.hardware = hardware;
        this.problems = problems;
        this.beat = hardware.port().beatBytes();
    }

    void check(Instruction instruction) {
        if (!widths(instruction)) {
            return; // later rules assume values that fit their fields
        }
        tokens(instruction);
        switch (instruction) {
            case Instruction.Sync _,
                    Instruction.Halt _,
                    Instruction.Set _,
                    Instruction.Arg _,
                    Instruction.Add _,
                    Instruction.Wrap _,
                    Instruction.Loop _,
                    Instruction.Next _ -> {}
            case Instruction.LoadWeights i -> loadWeights(i);
            case Instruction.LoadRows i -> loadRows(i);
            case Instruction.LoadTransposed i -> loadTransposed(i);
            case Instruction.LoadScales i -> loadScales(i);
            case Instruction.LoadLinear i -> loadLinear(i);
            case Instruction.LoadHalves i -> loadHalves(i);
            case Instruction.LoadRegister i -> multiple("off", i.source().offset(), 4);
            case Instruction.MatMul i -> matmul(i);
            case Instruction.Emit i -> emit(i);
            case Instruction.Vector i -> vector(i);
            case Instruction.Store i -> store(i);
        }
    }

    private boolean widths(Instruction instruction) {
        List<Opcode.Field> fields = instruction.opcode().fields();
        long[] operands = instruction.operands();
        int before = found;
        for (int i = 0; i < operands.length; i++) {
            range(fields.get(i).name(), operands[i], 0, fields.get(i).max(), "");
        }
        return found == before;
    }

    private void tokens(Instruction instruction) {
        Queue queue = instruction.queue();
        Set<Queue> others = EnumSet.complementOf(EnumSet.of(queue));
        Set<Queue> waits = others;
        Set<Queue> signals = others;
        switch (instruction.opcode()) {
            case LOAD_REGISTER -> signals = EnumSet.noneOf(Queue.class);
            case MATMUL -> signals = EnumSet.of(Queue.LOAD);
            case EMIT -> {
                waits = EnumSet.of(Queue.VECTOR, Queue.STORE);
                signals = waits;
            }
            default -> {}
        }
        mask("waits for", instruction.tokens().waits(), waits);
        mask("signals", instruction.tokens().signals(), signals);
    }

    private void mask(String verb, int mask, Set<Queue> allowed) {
        for (Queue queue : Queue.values()) {
            if ((mask & queue.bit()) != 0 && !allowed.contains(queue)) {
                problem(
                        "I7",
                        verb + " " + queue.text(),
                        allowed.isEmpty()
                                ? "none"
                                : String.join(
                                        ", ", allowed.stream().map(Queue::text).toList()));
            }
        }
    }

    private void loadWeights(Instruction.LoadWeights i) {
        atLeastOne("blocks", i.blocks());
        columns(i.columns());
        multiple("off", i.source().offset(), beat);
        int group = hardware.weightGroup(i.format());
        if (i.blocks() * 32 % group != 0) {
            problem(
                    "I11",
                    "blocks is " + i.blocks(),
                    "multiples of " + group / 32 + ", the weight group of "
                            + i.format().text());
        }
        inside("dst", i.target(), i.format().units((long) i.blocks()), hardware.weightUnits(), "weight units");
    }

    private void loadRows(Instruction.LoadRows i) {
        atLeastOne("rows", i.rows());
        atLeastOne("rowBytes", i.rowBytes());
        multiple("off", i.source().offset(), beat);
        multiple("rowBytes", i.rowBytes(), Math.max(32, beat));
        long extent = ceil(i.rows(), columns()) * (i.rowBytes() / 16);
        inside("dst", i.target(), extent, hardware.weightUnits(), "weight units");
    }

    private void loadTransposed(Instruction.LoadTransposed i) {
        atLeastOne("rows", i.rows());
        atLeastOne("rowBytes", i.rowBytes());
        multiple("off", i.source().offset(), beat);
        multiple("rowBytes", i.rowBytes(), beat);
        long extent = ceil(i.rowBytes(), columns()) * 2 * ceil(i.rows(), 32);
        inside("dst", i.target(), extent, hardware.weightUnits(), "weight units");
    }

    private void loadScales(Instruction.LoadScales i) {
        atLeastOne("blocks", i.blocks());
        columns(i.columns());
        multiple("off", i.source().offset(), beat);
        inside("dst", i.target(), 2L * i.blocks() - 1, hardware.weightUnits(), "weight units");
    }

    private void columns(int columns) {
        range("columns", columns, 0, columns(), " (array.columns)");
        multiple("columns", columns, beat / 2);
    }

    private void loadLinear(Instruction.LoadLinear i) {
        atLeastOne("rows", i.rows());
        atLeastOne("rowBytes", i.rowBytes());
        multiple("off", i.source().offset(), beat);
        multiple("rowBytes", i.rowBytes(), beat);
        long extent = ceil((long) i.rows() * i.rowBytes(), hardware.wordBytes());
        inside("dst", i.target(), extent, hardware.loadWords(), "load words");
    }

    private void loadHalves(Instruction.LoadHalves i) {
        atLeastOne("rows", i.rows());
        multiple("off", i.source().offset(), 2);
        inside("dst", i.target(), ceil(2L * i.rows(), hardware.wordBytes()), hardware.loadWords(), "load words");
    }

    private void matmul(Instruction.MatMul i) {
        if (i.blocksRegister() == 0) {
            atLeastOne("blocks", i.blocks());
        }
        tile(i.m(), i.n(), i.slot());
        // With a register the number of blocks is known at run time only: the first one must fit.
        long blocks = i.blocksRegister() == 0 ? i.blocks() : 1;
        inside("a", i.activation(), blocks, hardware.activationBlocks(i.m()), "activation blocks");
        inside("w", i.weight(), i.format().units(blocks), hardware.weightUnits(), "weight units");
    }

    private void emit(Instruction.Emit i) {
        tile(i.m(), i.n(), i.slot());
        long extent = (i.m() - 1L) * i.stride() + ceil(i.n(), hardware.vectorLanes());
        inside("dst", i.target(), extent, hardware.outputWords(), "output words");
    }

    private void vector(Instruction.Vector i) {
        atLeastOne("rows", i.rows());
        if (i.lengthRegister() == 0) {
            problem("I4", "rn is r0, which reads 0", "r1..r15 holding 1..65536 elements");
        }
        range("rk", i.constants(), 0, REGISTERS - constants(i), " for this function and kind");
        agreement(i);
        // Lengths and strides are in registers: only the first word of the first row is known.
        inside("a", i.a(), 1, words(i.memoryA()), i.memoryA().text() + " words");
        if (i.function().readsB()) {
            inside("b", i.b(), 1, words(i.memoryB()), i.memoryB().text() + " words");
        }
        switch (i.target()) {
            case VECTOR_FP32 -> inside("d", i.d(), 1, hardware.vectorWords(), "vector words");
            case STORE_FP32 -> inside("d", i.d(), 1, hardware.storeWords(), "store words");
            case ACTIVATION_A8 -> inside("d", i.d(), 1, hardware.activationBlocks(i.rows()), "activation blocks");
            case STORE_INT8 -> {
                long units = hardware.storeWords() * (long) (hardware.wordBytes() / hardware.vectorLanes());
                inside("d", i.d(), 1, units, "store units of " + hardware.vectorLanes() + " bytes");
            }
        }
    }

    private static int constants(Instruction.Vector i) {
        boolean two = i.function() == VectorFunction.NORM
                || i.function() == VectorFunction.SOFTMAX
                || (i.target() == VectorTarget.STORE_INT8 && !i.rowScale());
        return two ? 2 : 1;
    }

    private void agreement(Instruction.Vector i) {
        Set<VectorTarget> targets = switch (i.function()) {
            case COPY, ADD, MUL, ROPE -> EnumSet.allOf(VectorTarget.class);
            case SILUMUL, NORM -> EnumSet.complementOf(EnumSet.of(VectorTarget.STORE_INT8));
            case SOFTMAX -> EnumSet.of(VectorTarget.ACTIVATION_A8);
            case DEQUANT -> EnumSet.of(VectorTarget.VECTOR_FP32);
        };
        String fn = "fn " + i.function().text();
        if (!targets.contains(i.target())) {
            String allowed =
                    String.join(", ", targets.stream().map(VectorTarget::text).toList());
            problem("I10", fn + " with kind " + i.target().text(), allowed);
        }
        boolean dequant = i.function() == VectorFunction.DEQUANT;
        boolean softmax = i.function() == VectorFunction.SOFTMAX;
        if (dequant && i.memoryA() != VectorMemory.LOAD) {
            problem("I10", fn + " with amem " + i.memoryA().text(), "load, where the codes are");
        }
        if ((dequant || softmax) && i.memoryB() != VectorMemory.LOAD) {
            problem("I10", fn + " with bmem " + i.memoryB().text(), "load, where the scales are");
        }
        if (i.rowScale() && i.target() != VectorTarget.STORE_INT8) {
            problem("I10", "row with kind " + i.target().text(), "kind store_int8");
        }
        if (i.growing() && !softmax) {
            problem("I10", "grow with " + fn, "fn softmax");
        }
        if (!dequant && i.format() != BlockMatrix.Format.I8) {
            problem("I10", "format " + i.format().text() + " with " + fn, "fn dequant");
        }
        if (dequant && !i.format().inTables()) {
            problem("I10", "format " + i.format().text() + " with " + fn, "i8, i4");
        }
    }

    private void store(Instruction.Store i) {
        atLeastOne("rows", i.rows());
        atLeastOne("rowBytes", i.rowBytes());
        multiple("off", i.target().offset(), 2);
        multiple("rowBytes", i.rowBytes(), 2);
        long halfwords = hardware.storeWords() * (long) hardware.wordBytes() / 2;
        inside("src", i.source(), i.rowBytes() / 2, halfwords, "store halfwords");
    }

    private void tile(int m, int n, int slot) {
        range("m", m, 1, hardware.array().rows(), " (array.rows)");
        range("n", n, 1, columns(), " (array.columns)");
        range("slot", slot, 0, hardware.array().accumulatorSlots() - 1L, " (array.accumulatorSlots)");
    }

    private int words(VectorMemory memory) {
        return switch (memory) {
            case OUTPUT -> hardware.outputWords();
            case VECTOR -> hardware.vectorWords();
            case LOAD -> hardware.loadWords();
        };
    }

    private int columns() {
        return hardware.array().columns();
    }

    private static long ceil(long value, long divisor) {
        return (value + divisor - 1) / divisor;
    }

    private void atLeastOne(String field, long value) {
        if (value < 1) {
            problem("I4", field + " is " + value, "at least 1");
        }
    }

    private void range(String field, long value, long low, long high, String why) {
        if (value < low || value > high) {
            problem("I4", field + " is " + value, low + ".." + high + why);
        }
    }

    private void multiple(String field, long value, int divisor) {
        if (value % divisor != 0) {
            problem("I11", field + " is " + value, "multiples of " + divisor);
        }
    }

    private void inside(String field, BufferAddress address, long extent, long size, String unit) {
        if (address.register() == 0 && address.offset() + extent > size) {
            long last = address.offset() + extent - 1;
            problem("I9", field + " reaches " + unit + " " + address.offset() + ".." + last, "0.." + (size - 1));
        }
    }

    private void problem(String rule, String found, String allowed) {
        this.found++;
        problems.accept(found + ", allowed " + allowed + " (" + rule + ")");
    }
}
