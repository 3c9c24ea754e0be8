package dev.hwc.sim.systolic.scratchpad;

/**
 * Results of a command between reading its inputs and writing them, so that both can happen at
 * different times. Arrays grow and are reused.
 */
public final class Stage {
    public byte[] bytes = new byte[0];
    public float[] floats = new float[0];
    public short[] scales = new short[0];

    /** Room for at least this many bytes; contents are not kept. */
    public byte[] bytes(int size) {
        if (bytes.length < size) {
            bytes = new byte[grown(size)];
        }
        return bytes;
    }

    /** Room for at least this many fp32 values; contents are not kept. */
    public float[] floats(int size) {
        if (floats.length < size) {
            floats = new float[grown(size)];
        }
        return floats;
    }

    /** Room for at least this many scales; contents are not kept. */
    public short[] scales(int size) {
        if (scales.length < size) {
            scales = new short[grown(size)];
        }
        return scales;
    }

    private static int grown(int size) {
        return Math.max(64, Integer.highestOneBit(size) << 1);
    }
}
