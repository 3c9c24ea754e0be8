package dev.hwc.ir.format.gguf;

/**
 * One unpacked block: value i is d·scale·q − dMin·min, with the integers scale and min of the group
 * that i belongs to. A working buffer that {@link IntegerCodec#unpack} fills again and again.
 */
public final class IntegerBlock {
    final byte[] codes;
    final byte[] scales;
    final byte[] minima;
    float d;
    float dMin;

    /** Room for one block of a type. */
    public IntegerBlock(IntegerCodec codec) {
        int groups = codec.blockSize() / codec.groupSize();
        codes = new byte[codec.blockSize()];
        scales = new byte[groups];
        minima = new byte[groups];
    }

    /** The integer q of a value. */
    public byte code(int i) {
        return codes[i];
    }

    /** The integer scale of a group; 1 in types whose blocks are one group. */
    public byte scale(int group) {
        return scales[group];
    }

    /** The integer minimum of a group; 0 in types without minima. */
    public byte minimum(int group) {
        return minima[group];
    }

    /** The scale of the block, a half. */
    public float d() {
        return d;
    }

    /** The scale of the minima, a half; 0 in types without minima. */
    public float dMin() {
        return dMin;
    }
}
