package dev.hwc.sim.systolic.array;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** {@link BlockDot} with the Vector API: 16 products at a time, two of them added in 16 bits. */
final class VectorBlockDot implements BlockDot {
    private static final VectorSpecies<Byte> BYTES = ByteVector.SPECIES_128;
    private static final VectorSpecies<Short> SHORTS = ShortVector.SPECIES_256;

    @Override
    public void i8(byte[] a, int aFrom, byte[] w, int wFrom, int blocks, int[] sums) {
        for (int b = 0; b < blocks; b++) {
            int at = aFrom + 32 * b;
            int wt = wFrom + 32 * b;
            // 2·127·128 = 32,512 fits 16 bits
            ShortVector products =
                    shorts(a, at).mul(shorts(w, wt)).add(shorts(a, at + 16).mul(shorts(w, wt + 16)));
            sums[b] = sum(products);
        }
    }

    @Override
    public void i4(byte[] a, int aFrom, byte[] w, int wFrom, int blocks, int[] sums) {
        for (int b = 0; b < blocks; b++) {
            int at = aFrom + 32 * b;
            ShortVector pairs = shorts(w, wFrom + 16 * b);
            ShortVector even = pairs.lanewise(VectorOperators.LSHL, 12).lanewise(VectorOperators.ASHR, 12);
            ShortVector odd = pairs.lanewise(VectorOperators.ASHR, 4);
            sums[b] = sum(shorts(a, at).mul(even).add(shorts(a, at + 16).mul(odd)));
        }
    }

    private static ShortVector shorts(byte[] bytes, int at) {
        return (ShortVector) ByteVector.fromArray(BYTES, bytes, at).convertShape(VectorOperators.B2S, SHORTS, 0);
    }

    private static int sum(ShortVector products) {
        IntVector pairs = products.reinterpretAsInts();
        IntVector low = pairs.lanewise(VectorOperators.LSHL, 16).lanewise(VectorOperators.ASHR, 16);
        return low.add(pairs.lanewise(VectorOperators.ASHR, 16)).reduceLanes(VectorOperators.ADD);
    }

    @Override
    public String name() {
        return "vector";
    }
}
