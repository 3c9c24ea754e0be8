package dev.hwc.sim.systolic.effects;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hwc.ir.hw.HardwareSpec;
import dev.hwc.ir.hw.HardwareSpecs;
import dev.hwc.ir.isa.BufferAddress;
import dev.hwc.ir.isa.Instruction;
import dev.hwc.ir.isa.MemoryAddress;
import dev.hwc.ir.isa.Queue;
import dev.hwc.ir.isa.Tokens;
import dev.hwc.ir.isa.VectorFunction;
import dev.hwc.ir.isa.VectorMemory;
import dev.hwc.ir.isa.VectorTarget;
import dev.hwc.ir.numerics.BlockMatrix;
import dev.hwc.ir.numerics.BlockMatrix.Format;
import dev.hwc.ir.numerics.BlockProduct;
import dev.hwc.ir.numerics.BlockScale;
import dev.hwc.ir.numerics.NumericCounters;
import dev.hwc.ir.numerics.Quantize;
import dev.hwc.ir.numerics.ScaleFormat;
import dev.hwc.sim.memory.FixedMemory;
import dev.hwc.sim.systolic.DeviceMemory;
import dev.hwc.sim.systolic.Job;
import dev.hwc.sim.systolic.Npu;
import dev.hwc.sim.systolic.Window;
import dev.hwc.sim.systolic.queues.DecodedProgram;
import dev.hwc.sim.systolic.scratchpad.Scratchpads;
import dev.hwc.sim.systolic.testing.ProgramWriter;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What commands do to data, against the layouts and formulas of isa.md written out here. */
class EffectsTest {
    private static final Tokens NONE = Tokens.NONE;
    private static final HardwareSpec EDGE = HardwareSpecs.preset("edge-8x8");
    /** A beat of 64 bytes makes i4 groups of 128 elements. */
    private static final HardwareSpec WIDE_BEAT = new HardwareSpec(
            "wide-beat",
            100,
            new HardwareSpec.Array(4, 64, 2),
            32,
            new HardwareSpec.Buffers(64, 32, 32, 32, 32, 32, 1024),
            new HardwareSpec.Port(64, 1024, 4, 4),
            new HardwareSpec.MemorySpec("fixed", 10, 64));

    /** Window 1: input; window 2: output. Programs here are one queue after the other, by tokens. */
    private static Npu run(HardwareSpec spec, ByteBuffer input, byte[] output, Instruction... instructions) {
        ProgramWriter writer = new ProgramWriter();
        Queue last = instructions[0].queue();
        for (Instruction instruction : instructions) {
            Queue queue = instruction.queue();
            if (queue != last) {
                writer.add(new Instruction.Sync(last, NONE.signalling(queue), true));
                writer.add(new Instruction.Sync(queue, NONE.awaiting(last), false));
                last = queue;
            }
            writer.add(instruction);
        }
        Npu npu = new Npu(spec, new FixedMemory(spec.memory()));
        List<Window> windows = List.of(
                Window.NONE, Window.readOnly(1 << 20, input.capacity()), Window.readWrite(1 << 21, output.length));
        DeviceMemory memory = DeviceMemory.empty()
                .with(1, MemorySegment.ofArray(input.array()))
                .with(2, MemorySegment.ofArray(output));
        npu.run(Job.of(DecodedProgram.decode(writer.program(), spec), new long[0], windows, memory)
                .asResident());
        return npu;
    }

    private static ByteBuffer buffer(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static ByteBuffer random(int bytes, long seed) {
        ByteBuffer buffer = buffer(bytes);
        new Random(seed).nextBytes(buffer.array());
        return buffer;
    }

    private static MemoryAddress in(long offset) {
        return new MemoryAddress(1, 0, offset);
    }

    private static Instruction set(Queue queue, int register, long value) {
        return new Instruction.Set(queue, register, value);
    }

    /** A vector command: n in r7, strides in r3, r4, r5, constants from r8 on. */
    private static Instruction vector(
            VectorFunction fn,
            VectorMemory memoryA,
            int a,
            VectorMemory memoryB,
            int b,
            VectorTarget target,
            int d,
            int rows,
            Format format,
            boolean row) {
        return new Instruction.Vector(
                NONE,
                fn,
                memoryA,
                BufferAddress.at(a),
                memoryB,
                BufferAddress.at(b),
                target,
                BufferAddress.at(d),
                rows,
                7,
                3,
                4,
                5,
                8,
                format,
                row,
                false);
    }

    private static void linearLayer(HardwareSpec spec, Format format, int blocks) {
        Random random = new Random(blocks);
        int columns = spec.array().columns();
        int rows = 3;
        int n = 32 * blocks;
        byte[][] codes = new byte[columns][n];
        int halves = format.halves(blocks);
        short[][] scales = new short[columns][halves];
        for (int c = 0; c < columns; c++) {
            for (int k = 0; k < n; k++) {
                codes[c][k] = (byte) format.code(random.nextInt(1 << format.bits()));
            }
            for (int b = 0; b < halves; b++) {
                float scale = random.nextFloat() - 0.5f;
                if (!format.hasOffsets()) {
                    scales[c][b] = Float.floatToFloat16(scale / 50);
                } else {
                    BlockScale both = BlockScale.of(Math.abs(scale) / 50, random.nextGaussian() / 20);
                    scales[c][b] = both.word();
                    scales[c][++b] = both.offset();
                }
            }
        }
        float[] x = new float[rows * n];
        int record = 4 * rows * n;
        ByteBuffer memory = buffer(record + columns * blocks * format.blockBytes());
        for (int i = 0; i < x.length; i++) {
            x[i] = (float) random.nextGaussian();
            memory.putFloat(x[i]);
        }
        for (int b = 0; b < halves; b++) {
            for (int c = 0; c < columns; c++) {
                memory.putShort(scales[c][b]);
            }
        }
        int group = spec.weightGroup(format);
        for (int g = 0; g < n; g += group) {
            for (int c = 0; c < columns; c++) {
                for (int k = g; k < g + group; k += 8 / format.bits()) {
                    int packed = 0;
                    for (int e = 0; e < 8 / format.bits(); e++) {
                        packed |= format.stored(codes[c][k + e]) << e * format.bits();
                    }
                    memory.put((byte) packed);
                }
            }
        }
        int words = n / spec.vectorLanes();
        int outWords = (columns + spec.vectorLanes() - 1) / spec.vectorLanes();
        byte[] output = new byte[4096];
        Npu npu = run(
                spec,
                memory,
                output,
                new Instruction.LoadLinear(NONE, in(0), BufferAddress.at(0), 1, 4 * rows * n, 0),
                new Instruction.LoadWeights(NONE, in(record), BufferAddress.at(3), blocks, format),
                set(Queue.VECTOR, 7, n),
                set(Queue.VECTOR, 3, words),
                vector(
                        VectorFunction.COPY,
                        VectorMemory.LOAD,
                        0,
                        VectorMemory.LOAD,
                        0,
                        VectorTarget.ACTIVATION_A8,
                        2,
                        rows,
                        Format.I8,
                        false),
                new Instruction.MatMul(
                        NONE, BufferAddress.at(2), BufferAddress.at(3), blocks, 0, rows, columns, 1, format, false),
                new Instruction.Emit(NONE, BufferAddress.at(5), outWords, rows, columns, 1),
                set(Queue.VECTOR, 7, (long) outWords * spec.vectorLanes()),
                set(Queue.VECTOR, 3, outWords),
                set(Queue.VECTOR, 5, outWords),
                vector(
                        VectorFunction.COPY,
                        VectorMemory.OUTPUT,
                        5,
                        VectorMemory.OUTPUT,
                        0,
                        VectorTarget.STORE_FP32,
                        1,
                        rows,
                        Format.I8,
                        false),
                set(Queue.STORE, 3, 2L * outWords * spec.vectorLanes()),
                set(Queue.STORE, 5, 4L * columns),
                new Instruction.Store(
                        NONE,
                        new MemoryAddress(2, 0, 64),
                        BufferAddress.at(2 * spec.vectorLanes()),
                        rows,
                        4 * columns,
                        3,
                        5));

        NumericCounters counters = new NumericCounters();
        BlockMatrix weights = new BlockMatrix(format, n, codes, scales);
        ByteBuffer result =
                ByteBuffer.wrap(output).order(ByteOrder.LITTLE_ENDIAN).position(64);
        byte[] q = new byte[n];
        for (int i = 0; i < rows; i++) {
            short[] da = new short[blocks];
            for (int b = 0; b < blocks; b++) {
                da[b] = Quantize.group(x, i * n + 32 * b, 32, q, 32 * b, ScaleFormat.BF16, counters);
            }
            for (int c = 0; c < columns; c++) {
                long sum = 0;
                for (int b = 0; b < blocks; b++) {
                    sum += weights.term(c, b, q, da[b], counters);
                }
                assertEquals(BlockProduct.toFp32(sum), result.getFloat(), "row " + i + " column " + c);
            }
        }
        assertArrayEquals(new long[npu.scratchpads().accumulators.length], npu.scratchpads().accumulators);
    }

    @Test
    void linearLayerFromRecordsOfI8() {
        linearLayer(EDGE, Format.I8, 5);
        linearLayer(WIDE_BEAT, Format.I8, 4);
    }

    @Test
    void linearLayerFromRecordsOfI4() {
        linearLayer(EDGE, Format.I4, 5);
        linearLayer(WIDE_BEAT, Format.I4, 8);
    }

    @Test
    void linearLayerFromRecordsWithOffsets() {
        linearLayer(EDGE, Format.I4M, 5);
        linearLayer(WIDE_BEAT, Format.I4M, 8);
    }

    @Test
    void linearLayerFromRecordsOfTableValues() {
        linearLayer(EDGE, Format.NL4, 5);
        linearLayer(WIDE_BEAT, Format.NL4, 8);
    }

    @Test
    void linearLayerFromTernaryRecords() {
        linearLayer(EDGE, Format.TERNARY, 6);
        linearLayer(WIDE_BEAT, Format.TERNARY, 16);
    }

    @Test
    void rowsGoToTheBanksOfTheirColumns() {
        ByteBuffer input = random(4096, 1);
        int rows = 11;
        Scratchpads pads = run(
                        EDGE,
                        input,
                        new byte[64],
                        set(Queue.LOAD, 5, 128),
                        new Instruction.LoadRows(NONE, in(256), BufferAddress.at(6), rows, 64, 5))
                .scratchpads();
        for (int j = 0; j < rows; j++) {
            for (int e = 0; e < 64; e++) {
                int at = (6 + j / 8 * 4) * 16 + e;
                assertEquals(input.get(256 + 128 * j + e), pads.weightCodes[j % 8 * pads.weightBankBytes + at]);
            }
        }
    }

    @Test
    void transposedRowsGoAcrossTheBanks() {
        ByteBuffer input = random(4096, 2);
        int rows = 37;
        Scratchpads pads = run(
                        EDGE,
                        input,
                        new byte[64],
                        set(Queue.LOAD, 5, 24),
                        new Instruction.LoadTransposed(NONE, in(8), BufferAddress.at(2), rows, 20, 5))
                .scratchpads();
        for (int j = 0; j < rows; j++) {
            for (int d = 0; d < 20; d++) {
                int at = (2 + d / 8 * 2 * 2) * 16 + j;
                assertEquals(input.get(8 + 24 * j + d), pads.weightCodes[d % 8 * pads.weightBankBytes + at]);
            }
        }
    }

    @Test
    void scalesGoBesideTheFirstUnitOfTheirBlock() {
        ByteBuffer input = random(1024, 3);
        Scratchpads pads = run(
                        EDGE,
                        input,
                        new byte[64],
                        set(Queue.LOAD, 5, 32),
                        new Instruction.LoadScales(NONE, in(4), BufferAddress.at(1), 5, 5))
                .scratchpads();
        for (int b = 0; b < 5; b++) {
            for (int c = 0; c < 8; c++) {
                assertEquals(input.getShort(4 + 32 * b + 2 * c), pads.weightScales[c * pads.weightUnits + 1 + 2 * b]);
            }
        }
    }

    @Test
    void halvesArePacked() {
        ByteBuffer input = random(1024, 4);
        Scratchpads pads = run(
                        EDGE,
                        input,
                        new byte[64],
                        set(Queue.LOAD, 5, 34),
                        new Instruction.LoadHalves(NONE, in(10), BufferAddress.at(2), 9, 5))
                .scratchpads();
        for (int j = 0; j < 9; j++) {
            assertEquals(input.getShort(10 + 34 * j), Scratchpads.getShort(pads.load, 2 * 32 + 2 * j));
        }
    }

    @Test
    void loadedRegisterMovesTheNextLoad() {
        ByteBuffer input = random(1024, 5);
        input.putInt(12, 256);
        Scratchpads pads = run(
                        EDGE,
                        input,
                        new byte[64],
                        new Instruction.LoadRegister(NONE, in(12), 4),
                        new Instruction.LoadLinear(NONE, new MemoryAddress(1, 4, 64), BufferAddress.at(1), 1, 16, 0))
                .scratchpads();
        assertArrayEquals(Arrays.copyOfRange(input.array(), 320, 336), Arrays.copyOfRange(pads.load, 32, 48));
    }

    private static void int8Rows(boolean rowScale) {
        int n = 70;
        int rows = 3;
        ByteBuffer input = buffer(4 * 72 * rows);
        Random random = new Random(6);
        float[] x = new float[72 * rows];
        for (int i = 0; i < x.length; i++) {
            x[i] = (float) random.nextGaussian();
            input.putFloat(x[i]);
        }
        int scalesAt = 2000;
        Scratchpads pads = run(
                        EDGE,
                        input,
                        new byte[64],
                        new Instruction.LoadLinear(NONE, in(0), BufferAddress.at(0), 1, 4 * 72 * rows, 0),
                        set(Queue.VECTOR, 7, n),
                        set(Queue.VECTOR, 3, 9),
                        set(Queue.VECTOR, 5, 15),
                        set(Queue.VECTOR, 8, scalesAt),
                        set(Queue.VECTOR, 9, 7),
                        vector(
                                VectorFunction.COPY,
                                VectorMemory.LOAD,
                                0,
                                VectorMemory.LOAD,
                                0,
                                VectorTarget.STORE_INT8,
                                4,
                                rows,
                                Format.I8,
                                rowScale))
                .scratchpads();
        NumericCounters counters = new NumericCounters();
        for (int i = 0; i < rows; i++) {
            byte[] q = new byte[96];
            int group = rowScale ? n : 32;
            for (int e = 0; e < n; e += group) {
                short scale = Quantize.group(x, 72 * i + e, Math.min(group, n - e), q, e, ScaleFormat.FP16, counters);
                int place = rowScale ? scalesAt + i : scalesAt + 7 * (e / 32) + i;
                assertEquals(scale, Scratchpads.getShort(pads.store, 2 * place));
            }
            int at = 8 * (4 + 15 * i);
            assertArrayEquals(q, Arrays.copyOfRange(pads.store, at, at + 96));
        }
    }

    @Test
    void int8RowsWithOneScalePerBlock() {
        int8Rows(false);
    }

    @Test
    void int8RowsWithOneScalePerRow() {
        int8Rows(true);
    }

    /** Loads 2·n fp32 values, runs a function on them into vector words from 100 on, returns n of those. */
    private static float[] binary(VectorFunction fn, float[] a, float[] b) {
        int n = a.length;
        int words = (n + 7) / 8;
        ByteBuffer input = buffer(2 * 32 * words);
        for (int i = 0; i < n; i++) {
            input.putFloat(4 * i, a[i]).putFloat(32 * words + 4 * i, b[i]);
        }
        Npu npu = run(
                EDGE,
                input,
                new byte[64],
                new Instruction.LoadLinear(NONE, in(0), BufferAddress.at(0), 1, 64 * words, 0),
                set(Queue.VECTOR, 7, n),
                set(Queue.VECTOR, 8, Float.floatToRawIntBits(1f / n)),
                set(Queue.VECTOR, 9, Float.floatToRawIntBits(1e-5f)),
                vector(
                        fn,
                        VectorMemory.LOAD,
                        0,
                        VectorMemory.LOAD,
                        words,
                        VectorTarget.VECTOR_FP32,
                        100,
                        1,
                        Format.I8,
                        false));
        return Arrays.copyOfRange(npu.scratchpads().vector, 800, 800 + n);
    }

    private static float[] gaussian(int n, long seed) {
        Random random = new Random(seed);
        float[] x = new float[n];
        for (int i = 0; i < n; i++) {
            x[i] = (float) random.nextGaussian();
        }
        return x;
    }

    /** The hardware's fp32 functions are within a few units of 2^-22 of the mathematical values. */
    private static void assertClose(double expected, float found) {
        assertEquals(expected, found, 2e-6 * Math.max(1, Math.abs(expected)));
    }

    @Test
    void elementwiseFunctionsAgreeWithMathematics() {
        float[] a = gaussian(45, 7);
        float[] b = gaussian(45, 8);
        float[] sum = binary(VectorFunction.ADD, a, b);
        float[] product = binary(VectorFunction.MUL, a, b);
        float[] gated = binary(VectorFunction.SILUMUL, a, b);
        for (int i = 0; i < a.length; i++) {
            assertEquals(a[i] + b[i], sum[i]);
            assertEquals(a[i] * b[i], product[i]);
            assertClose(a[i] / (1 + Math.exp(-a[i])) * b[i], gated[i]);
        }
    }

    @Test
    void normAgreesWithMathematics() {
        float[] x = gaussian(45, 9);
        float[] w = gaussian(45, 10);
        float[] y = binary(VectorFunction.NORM, x, w);
        double squares = 0;
        for (float v : x) {
            squares += (double) v * v;
        }
        double r = 1 / Math.sqrt(squares / x.length + 1e-5);
        for (int i = 0; i < x.length; i++) {
            assertClose(x[i] * r * w[i], y[i]);
        }
    }

    @Test
    void ropeRotatesPairs() {
        float[] x = gaussian(24, 11);
        float[] cs = new float[24];
        for (int i = 0; i < 24; i += 2) {
            cs[i] = (float) Math.cos(i);
            cs[i + 1] = (float) Math.sin(i);
        }
        float[] y = binary(VectorFunction.ROPE, x, cs);
        for (int i = 0; i < 24; i += 2) {
            assertClose(x[i] * Math.cos(i) - x[i + 1] * Math.sin(i), y[i]);
            assertClose(x[i] * Math.sin(i) + x[i + 1] * Math.cos(i), y[i + 1]);
        }
    }

    @Test
    void dequantReadsNibblesLowFirst() {
        int n = 80;
        ByteBuffer input = random(128, 12);
        for (int b = 0; b < 3; b++) {
            input.putShort(64 + 2 * b, Float.floatToFloat16(0.25f * (b + 1)));
        }
        Npu npu = run(
                EDGE,
                input,
                new byte[64],
                new Instruction.LoadLinear(NONE, in(0), BufferAddress.at(0), 1, 128, 0),
                set(Queue.VECTOR, 7, n),
                vector(
                        VectorFunction.DEQUANT,
                        VectorMemory.LOAD,
                        0,
                        VectorMemory.LOAD,
                        2,
                        VectorTarget.VECTOR_FP32,
                        0,
                        1,
                        Format.I4,
                        false));
        for (int e = 0; e < n; e++) {
            int nibble = input.get(e / 2) >> (e % 2 * 4) & 15;
            int code = nibble >= 8 ? nibble - 16 : nibble;
            assertEquals(code * 0.25f * (e / 32 + 1), npu.scratchpads().vector[e]);
        }
    }

    @Test
    void softmaxOfGrowingRowsWeighsByTheScalesOfV() {
        int n = 30;
        int rows = 3;
        float[] scores = gaussian(40 * rows, 13);
        ByteBuffer input = buffer(4 * 40 * rows + 128);
        for (int i = 0; i < scores.length; i++) {
            input.putFloat(4 * i, scores[i]);
        }
        float[] dv = new float[64];
        for (int t = 0; t < 64; t++) {
            short half = Float.floatToFloat16(0.5f + t / 64f);
            dv[t] = Float.float16ToFloat(half);
            input.putShort(4 * 40 * rows + 2 * t, half);
        }
        Scratchpads pads = run(
                        EDGE,
                        input,
                        new byte[64],
                        new Instruction.LoadLinear(NONE, in(0), BufferAddress.at(0), 1, 4 * 40 * rows + 128, 0),
                        set(Queue.VECTOR, 7, n),
                        set(Queue.VECTOR, 3, 5),
                        set(Queue.VECTOR, 8, Float.floatToRawIntBits(0.5f)),
                        new Instruction.Vector(
                                NONE,
                                VectorFunction.SOFTMAX,
                                VectorMemory.LOAD,
                                BufferAddress.at(0),
                                VectorMemory.LOAD,
                                BufferAddress.at(5 * rows),
                                VectorTarget.ACTIVATION_A8,
                                BufferAddress.at(3),
                                rows,
                                7,
                                3,
                                0,
                                0,
                                8,
                                Format.I8,
                                false,
                                true))
                .scratchpads();
        for (int i = 0; i < rows; i++) {
            double sum = 0;
            for (int t = 0; t < n + i; t++) {
                sum += Math.exp(0.5 * scores[40 * i + t]);
            }
            for (int t = 0; t < 64; t++) {
                int block = pads.activationBank(i) + 3 + t / 32;
                float scale = ScaleFormat.BF16.value(pads.activationScales[block]);
                double p = t < n + i ? Math.exp(0.5 * scores[40 * i + t]) / sum * dv[t] : 0;
                assertEquals(p, scale * pads.activationCodes[32 * block + t % 32], scale * 0.51);
            }
        }
    }
}
