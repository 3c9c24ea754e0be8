package dev.hwc.sim.pim.unit;

/** bfloat16 at the edges of tree units (docs/spec/pim-numerics.md P3). */
public final class Bf16 {
    private Bf16() {}

    /** The fp32 value; exact. */
    public static float value(short bits) {
        return Float.intBitsToFloat(bits << 16);
    }

    /** The nearest bfloat16 of a value, ties to even. */
    public static short round(float x) {
        if (Float.isNaN(x)) {
            return 0x7FC0;
        }
        int bits = Float.floatToRawIntBits(x);
        return (short) ((bits + 0x7FFF + ((bits >>> 16) & 1)) >>> 16);
    }
}
