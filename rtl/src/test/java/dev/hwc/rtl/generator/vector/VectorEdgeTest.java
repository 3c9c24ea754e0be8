package dev.hwc.rtl.generator.vector;

import dev.hwc.ir.hw.HardwareSpec;
import dev.hwc.ir.isa.VectorFunction;
import dev.hwc.ir.isa.VectorMemory;
import dev.hwc.ir.isa.VectorTarget;
import dev.hwc.ir.numerics.BlockMatrix.Format;
import dev.hwc.rtl.Campaign;
import dev.hwc.rtl.generator.numerics.Operands;
import dev.hwc.rtl.harness.RequiresVerilator;
import dev.hwc.sim.systolic.queues.Command;
import dev.hwc.sim.systolic.scratchpad.Scratchpads;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Zeros, subnormal, largest and smallest numbers, infinities, NaN and the edges of every function, in every command and destination. */
@RequiresVerilator
class VectorEdgeTest {
    private static final float[] EDGES = floats(Operands.special());
    private static final int ROW = 36;

    private static float[] floats(long[] bits) {
        float[] values = new float[bits.length];
        for (int i = 0; i < bits.length; i++) {
            values[i] = Float.intBitsToFloat((int) bits[i]);
        }
        return values;
    }

    static List<HardwareSpec> hardware() {
        return Campaign.isLong() ? List.of(VectorUnitTest.FOUR, VectorUnitTest.EIGHT) : List.of(VectorUnitTest.FOUR);
    }

    @ParameterizedTest
    @MethodSource("hardware")
    void everyPairOfEdgesInFunctionsOfTwoOperandsGivesTheBitsOfTheReference(HardwareSpec spec) {
        int lanes = spec.vectorLanes();
        int rows = (EDGES.length + lanes - 1) / lanes;
        try (VectorTwin twin = new VectorTwin(spec)) {
            System.arraycopy(EDGES, 0, twin.pads.output, 0, EDGES.length);
            for (int shift = 0; shift < lanes; shift++) { // row i has B turned by shift + lanes·i
                for (int e = 0; e < EDGES.length + lanes * rows; e++) {
                    Scratchpads.putFloat(twin.pads.load, 4 * e, EDGES[(e + shift) % EDGES.length]);
                }
                twin.load();
                for (Command form : VectorCommands.forms()) {
                    if (pairwise(form.function)) {
                        Command c = form.copy();
                        c.memoryB = VectorMemory.LOAD;
                        c.length = EDGES.length;
                        c.rows = rows;
                        c.strideB = 1;
                        check(twin, spec, c, "B turned by " + shift);
                    }
                }
            }
            Campaign.report(spec.name() + ": " + EDGES.length * lanes * rows + " pairs of edges a command");
        }
    }

    private static boolean pairwise(VectorFunction function) {
        return switch (function) {
            case ADD, MUL, ROPE, SILUMUL -> true;
            case COPY, NORM, SOFTMAX, DEQUANT -> false;
        };
    }

    @ParameterizedTest
    @MethodSource("hardware")
    void rowsWithEdgesAloneOrAmongOrdinaryValuesGiveTheBitsOfTheReference(HardwareSpec spec) {
        Random random = new Random(20261128);
        try (VectorTwin twin = new VectorTwin(spec)) {
            for (Fill fill : Fill.values()) {
                int words = (ROW + spec.vectorLanes() - 1) / spec.vectorLanes();
                for (int i = 0; i < EDGES.length; i++) {
                    row(twin.pads.output, i * words * spec.vectorLanes(), EDGES[i], fill, random);
                }
                for (int e = 0; e < twin.pads.load.length / 8; e++) {
                    Scratchpads.putFloat(twin.pads.load, 4 * e, (float) random.nextGaussian());
                }
                new VectorCommands(spec, random).fillScales(twin.pads);
                twin.load();
                for (Command form : VectorCommands.forms()) {
                    if (form.function == VectorFunction.DEQUANT) {
                        continue;
                    }
                    for (int part = 0; part < 4; part++) { // half of the rows, with usual constants or edges
                        Command c = form.copy();
                        c.memoryB = VectorMemory.LOAD;
                        c.length = ROW;
                        c.rows = EDGES.length / 2;
                        c.a = (long) (part / 2) * c.rows * words;
                        c.strideA = words;
                        boolean softmax = c.function == VectorFunction.SOFTMAX;
                        c.b = softmax ? spec.loadWords() / 2 : 0;
                        c.strideB = softmax ? 0 : words;
                        constants(c, part % 2 == 0, random);
                        check(twin, spec, c, fill.toString());
                    }
                }
            }
        }
    }

    private static void constants(Command c, boolean usual, Random random) {
        boolean softmax = c.function == VectorFunction.SOFTMAX;
        float usual0 = softmax ? 0.25f : 1f / ROW;
        c.k0 = bits(usual ? usual0 : edge(random));
        c.k1 = bits(usual ? 1e-5f : edge(random));
        if (softmax) {
            c.k1 = usual ? 0 : 64;
        }
        c.flag0 = c.target == VectorTarget.STORE_INT8 && usual;
    }

    /** What stands around an edge in its row. */
    private enum Fill {
        ORDINARY,
        ITSELF,
        /** Zeros and other edges. */
        OTHERS
    }

    private static void row(float[] to, int at, float edge, Fill fill, Random random) {
        for (int e = 0; e < ROW; e++) {
            to[at + e] = switch (fill) {
                case ORDINARY -> (float) random.nextGaussian();
                case ITSELF -> edge;
                case OTHERS -> random.nextInt(8) > 0 ? 0f : edge(random);
            };
        }
        to[at + random.nextInt(ROW)] = edge;
    }

    private static float edge(Random random) {
        return EDGES[random.nextInt(EDGES.length)];
    }

    private static long bits(float x) {
        return Float.floatToRawIntBits(x) & 0xFFFFFFFFL;
    }

    @ParameterizedTest
    @MethodSource("hardware")
    void everyBinary16ScaleDequantizesToTheBitsOfTheReference(HardwareSpec spec) {
        Random random = new Random(20261129);
        int blocks = 16; // of a row; their scales are a row of whole words
        int rows = spec.vectorWords() * spec.vectorLanes() / (32 * blocks);
        int most = spec.loadWords() * spec.wordBytes() / 4; // scales in the upper half
        try (VectorTwin twin = new VectorTwin(spec)) {
            for (int from = 0; from < 1 << 16; from += most) {
                random.nextBytes(twin.pads.load);
                for (int i = 0; i < most; i++) {
                    Scratchpads.putShort(twin.pads.load, twin.pads.load.length / 2 + 2 * i, (short) (from + i));
                }
                twin.load();
                for (int row = 0; row < most / blocks; row += rows) {
                    Command c = new Command();
                    c.function = VectorFunction.DEQUANT;
                    c.memoryA = VectorMemory.LOAD;
                    c.memoryB = VectorMemory.LOAD;
                    c.format = row / rows % 2 == 0 ? Format.I8 : Format.I4;
                    c.length = 32L * blocks;
                    c.rows = rows;
                    c.strideA = 32L * blocks / spec.wordBytes();
                    c.b = spec.loadWords() / 2 + row * 2L * blocks / spec.wordBytes();
                    c.strideB = 2L * blocks / spec.wordBytes();
                    check(twin, spec, c, "scales from " + from);
                }
            }
        }
    }

    /** Rows one after the other from the beginning of the destination. */
    private static void check(VectorTwin twin, HardwareSpec spec, Command c, String what) {
        long filled = c.filled(c.rows - 1);
        c.strideD = switch (c.target) {
            case VECTOR_FP32, STORE_FP32 -> (filled + spec.vectorLanes() - 1) / spec.vectorLanes();
            case ACTIVATION_A8 ->
                (filled + spec.activationFill() - 1) / spec.activationFill() * spec.activationFill() / 32;
            case STORE_INT8 -> (filled + 31) / 32 * 32 / spec.vectorLanes();
        };
        if (c.target == VectorTarget.STORE_INT8) {
            c.k0 = (long) spec.vectorLanes() * spec.storeWords();
            c.k1 = c.rows;
        }
        String where = VectorUnitTest.describe(c) + ", " + what;
        twin.run(c, where);
        twin.expectCompletion(c, where);
        twin.compare(where);
    }
}
