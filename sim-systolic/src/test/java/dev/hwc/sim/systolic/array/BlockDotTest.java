package dev.hwc.sim.systolic.array;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.hwc.ir.numerics.BlockProduct;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The kernels against {@link BlockProduct#dot} on random and extreme values at odd places. */
class BlockDotTest {
    private static List<BlockDot> kernels() {
        assumeTrue(
                ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent(),
                "the vector kernel needs --add-modules jdk.incubator.vector");
        return List.of(new ScalarBlockDot(), new VectorBlockDot());
    }

    private static byte[] bytes(Random random, int size, int low) {
        byte[] bytes = new byte[size];
        for (int i = 0; i < size; i++) {
            bytes[i] = (byte) (low + random.nextInt(128 - low));
        }
        return bytes;
    }

    @Test
    void i8EqualsTheFormula() {
        Random random = new Random(1);
        for (BlockDot kernel : kernels()) {
            for (int blocks : new int[] {1, 2, 7, 13}) {
                byte[] a = bytes(random, 32 * blocks + 5, -127);
                byte[] w = bytes(random, 32 * blocks + 3, -128);
                int[] sums = new int[blocks];
                kernel.i8(a, 5, w, 3, blocks, sums);
                for (int b = 0; b < blocks; b++) {
                    assertEquals(BlockProduct.dot(a, 5 + 32 * b, w, 3 + 32 * b), sums[b], kernel.name());
                }
            }
        }
    }

    @Test
    void i4EqualsTheFormulaOverUnpackedNibbles() {
        Random random = new Random(2);
        for (BlockDot kernel : kernels()) {
            int blocks = 9;
            byte[] a = bytes(random, 32 * blocks, -127);
            byte[] packed = bytes(random, 16 * blocks + 1, -128);
            byte[] w = new byte[32 * blocks];
            for (int i = 0; i < w.length; i++) {
                int nibble = packed[1 + i / 2] >> (i % 2 * 4) & 15;
                w[i] = (byte) (nibble >= 8 ? nibble - 16 : nibble);
            }
            byte[] split = new byte[32 * blocks + 2];
            BlockDot.deinterleave(a, 0, blocks, split, 2);
            int[] sums = new int[blocks];
            kernel.i4(split, 2, packed, 1, blocks, sums);
            for (int b = 0; b < blocks; b++) {
                assertEquals(BlockProduct.dot(a, 32 * b, w, 32 * b), sums[b], kernel.name());
            }
        }
    }

    @Test
    void extremesDoNotOverflow() {
        byte[] a = new byte[32];
        byte[] w = new byte[32];
        for (int sign : new int[] {-127, 127}) {
            Arrays.fill(a, (byte) sign);
            for (int weight : new int[] {-128, 127}) {
                Arrays.fill(w, (byte) weight);
                int[] expected = {32 * sign * weight};
                for (BlockDot kernel : kernels()) {
                    int[] sums = new int[1];
                    kernel.i8(a, 0, w, 0, 1, sums);
                    assertArrayEquals(expected, sums, kernel.name());
                }
            }
        }
    }
}
