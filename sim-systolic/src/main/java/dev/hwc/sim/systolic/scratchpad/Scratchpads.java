package dev.hwc.sim.systolic.scratchpad;

import dev.hwc.ir.hw.HardwareSpec;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Contents of all scratchpads and accumulators (isa.md §1). The arrays are open to the engines; fp32
 * words keep their bits, for the engines only move them or give them to the arithmetic.
 */
public final class Scratchpads {
    private static final VarHandle FLOAT = MethodHandles.byteArrayViewVarHandle(float[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle SHORT = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);

    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    /** Weight codes; bank c from {@code c·weightBankBytes} on. */
    public final byte[] weightCodes;

    /** Scales, one per unit; bank c from {@code c·weightUnits} on. */
    public final short[] weightScales;

    /** Offsets beside them, of formats that have them. */
    public final short[] weightOffsets;

    public final int weightUnits;
    public final int weightBankBytes;

    /** Activation codes; bank r from block {@link #activationBank}(r) on. */
    public final byte[] activationCodes;

    /** bfloat16 scales, one per block; bank r from {@link #activationBank}(r) on. */
    public final short[] activationScales;

    public final int activationBlocks;

    public final float[] output;
    public final float[] vector;
    public final byte[] load;
    public final byte[] store;

    /** Accumulator [slot][i][j], two's complement in units of 2^-20. */
    public final long[] accumulators;

    public final int rows;
    public final int columns;
    public final int lanes;

    public Scratchpads(HardwareSpec spec) {
        rows = spec.array().rows();
        columns = spec.array().columns();
        lanes = spec.vectorLanes();
        weightUnits = spec.weightUnits();
        weightBankBytes = 16 * weightUnits;
        weightCodes = new byte[columns * weightBankBytes];
        weightScales = new short[columns * weightUnits];
        weightOffsets = new short[columns * weightUnits];
        activationBlocks = spec.activationBlocks();
        activationCodes = new byte[rows * activationBlocks * 32];
        activationScales = new short[rows * activationBlocks];
        output = new float[spec.outputWords() * lanes];
        vector = new float[spec.vectorWords() * lanes];
        load = new byte[spec.loadWords() * spec.wordBytes()];
        store = new byte[spec.storeWords() * spec.wordBytes()];
        accumulators = new long[spec.array().accumulatorSlots() * rows * columns];
    }

    /**
     * First block of the bank of an array row. The bank of row r + R/2 follows that of row r, so that the
     * addresses that reach over (isa.md §1) need no case of their own.
     */
    public int activationBank(int row) {
        int half = rows / 2;
        return (row % half * 2 + row / half) * activationBlocks;
    }

    public static float getFloat(byte[] bytes, int at) {
        return (float) FLOAT.get(bytes, at);
    }

    public static void putFloat(byte[] bytes, int at, float value) {
        FLOAT.set(bytes, at, value);
    }

    public static short getShort(byte[] bytes, int at) {
        return (short) SHORT.get(bytes, at);
    }

    public static void putShort(byte[] bytes, int at, short value) {
        SHORT.set(bytes, at, value);
    }

    /** Four bytes, the lowest first. */
    public static void putInt(byte[] bytes, int at, int value) {
        INT.set(bytes, at, value);
    }

    /** Eight bytes, the lowest first. */
    public static long getLong(byte[] bytes, int at) {
        return (long) LONG.get(bytes, at);
    }

    static void putLong(byte[] bytes, int at, long value) {
        LONG.set(bytes, at, value);
    }

    /** Whether all contents are equal, bit for bit. */
    public boolean sameContents(Scratchpads that) {
        return Arrays.equals(weightCodes, that.weightCodes)
                && Arrays.equals(weightScales, that.weightScales)
                && Arrays.equals(weightOffsets, that.weightOffsets)
                && Arrays.equals(activationCodes, that.activationCodes)
                && Arrays.equals(activationScales, that.activationScales)
                && sameBits(output, that.output)
                && sameBits(vector, that.vector)
                && Arrays.equals(load, that.load)
                && Arrays.equals(store, that.store)
                && Arrays.equals(accumulators, that.accumulators);
    }

    private static boolean sameBits(float[] a, float[] b) {
        for (int i = 0; i < a.length; i++) {
            if (Float.floatToRawIntBits(a[i]) != Float.floatToRawIntBits(b[i])) {
                return false;
            }
        }
        return true;
    }
}
