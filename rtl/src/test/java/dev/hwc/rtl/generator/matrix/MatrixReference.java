package dev.hwc.rtl.generator.matrix;

import dev.hwc.ir.hw.HardwareSpec;
import dev.hwc.ir.numerics.BlockMatrix;
import dev.hwc.ir.numerics.BlockProduct;
import dev.hwc.ir.numerics.NumericCounters;
import java.util.Arrays;
import java.util.Random;

/** Contents of the buffers, and what commands make of them (numerics.md §4). */
final class MatrixReference {
    final HardwareSpec spec;
    final int rows;
    final int columns;

    /** Codes [column][unit·16], binary16 scales [column][unit]. */
    final byte[][] weights;

    final short[][] weightScales;

    /** Beside the scales. */
    final short[][] weightOffsets;

    /** Blocks of an activation bank. */
    final int blocks;

    /** Codes [bank][block·32], bfloat16 scales [bank][block]. */
    final byte[][] activations;

    final short[][] activationScales;
    final NumericCounters counters = new NumericCounters();
    /** Multiply-accumulates by weights of 0, and of 1 and −1. */
    long zeroMacs;

    long unitMacs;
    private final long[][][] accumulators;

    MatrixReference(HardwareSpec spec, Random random) {
        this.spec = spec;
        rows = spec.array().rows();
        columns = spec.array().columns();
        weights = new byte[columns][16 * spec.weightUnits()];
        weightScales = new short[columns][spec.weightUnits()];
        weightOffsets = new short[columns][spec.weightUnits()];
        blocks = spec.activationBlocks();
        activations = new byte[rows][32 * blocks];
        activationScales = new short[rows][blocks];
        accumulators = new long[spec.array().accumulatorSlots()][rows][columns];
        for (int j = 0; j < columns; j++) {
            random.nextBytes(weights[j]);
            for (int u = 0; u < weightScales[j].length; u++) {
                weightScales[j][u] = weightScale(random);
                weightOffsets[j][u] = (short) (random.nextInt(8) == 0 ? random.nextInt(4) - 2 << 14 : random.nextInt());
                if (random.nextInt(16) == 0) {
                    Arrays.fill(weights[j], 16 * u, 16 * u + 16, (byte) (random.nextBoolean() ? -128 : 127));
                }
                for (int k = 16 * u; random.nextInt(4) > 0 && k < 16 * u + 16; k++) { // runs of small codes
                    weights[j][k] = (byte) (random.nextInt(4) - 2);
                }
            }
        }
    }

    /** Writes a block of a bank. */
    void fill(int bank, int block, Random random) {
        boolean extreme = random.nextInt(8) == 0;
        byte all = (byte) (random.nextBoolean() ? -127 : 127);
        for (int e = 32 * block; e < 32 * block + 32; e++) {
            activations[bank][e] = extreme ? all : (byte) (random.nextInt(255) - 127);
        }
        activationScales[bank][block] = activationScale(random);
    }

    /** Any finite binary16: usual ones, zeros, subnormal ones, both signs. */
    private static short weightScale(Random random) {
        int sign = random.nextInt(4) == 0 ? 0x8000 : 0;
        int magnitude = switch (random.nextInt(8)) {
            case 0 -> 0;
            case 1 -> random.nextInt(0x400);
            case 2 -> random.nextInt(0x7C00);
            default -> (8 + random.nextInt(8) << 10) + random.nextInt(0x400);
        };
        return (short) (sign | magnitude);
    }

    /** bfloat16: usual ones, zero, the smallest and the largest exponents. */
    private static short activationScale(Random random) {
        int exponent = switch (random.nextInt(8)) {
            case 0 -> 0;
            case 1 -> 1 + random.nextInt(255);
            case 2 -> 130 + random.nextInt(40);
            default -> 110 + random.nextInt(20);
        };
        return (short) (exponent << 7 | (exponent == 0 ? 0 : random.nextInt(128)));
    }

    void matmul(MatrixJob.Command c) {
        byte[] codes = new byte[32];
        for (int j = 0; j < c.n(); j++) {
            for (int b = 0; b < c.blocks(); b++) {
                int unit = c.weight() + c.format().firstUnit(b);
                for (int e = 0; e < 32; e++) {
                    codes[e] = (byte) code(weights[j], c.weight(), 32 * b + e, c.format());
                    zeroMacs += codes[e] == 0 ? c.m() : 0;
                    unitMacs += codes[e] == 1 || codes[e] == -1 ? c.m() : 0;
                }
                short scale = c.unit() ? BlockProduct.UNIT_SCALE : weightScales[j][unit];
                boolean offsets = c.format().hasOffsets() && !c.unit();
                for (int i = 0; i < c.m(); i++) {
                    int address = c.activation() + b;
                    int bank = address < blocks ? i : i + rows / 2; // isa.md §1
                    int block = address % blocks;
                    int sum = BlockProduct.dot(activations[bank], 32 * block, codes, 0);
                    short ofActivation = activationScales[bank][block];
                    int ofCodes = BlockProduct.sum(activations[bank], 32 * block);
                    accumulators[c.slot()][i][j] += offsets
                            ? BlockProduct.term(sum, ofCodes, ofActivation, scale, weightOffsets[j][unit], counters)
                            : BlockProduct.term(sum, ofActivation, scale, counters);
                }
            }
        }
    }

    /** The code of an element behind the beginning of a unit. */
    private static int code(byte[] bank, int unit, int element, BlockMatrix.Format format) {
        int bit = element * format.bits();
        return format.code(bank[16 * unit + bit / 8] >> bit % 8);
    }

    /** fp32 bits of the rows of an emission, padded to whole words; then the slot is cleared. */
    int[][] emit(MatrixJob.Command c) {
        int lanes = spec.vectorLanes();
        int[][] out = new int[c.m()][(c.n() + lanes - 1) / lanes * lanes];
        for (int i = 0; i < c.m(); i++) {
            for (int j = 0; j < c.n(); j++) {
                out[i][j] = Float.floatToRawIntBits(BlockProduct.toFp32(accumulators[c.slot()][i][j]));
            }
        }
        accumulators[c.slot()] = new long[rows][columns];
        return out;
    }
}
