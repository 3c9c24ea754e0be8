package dev.hwc.ir.numerics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hwc.ir.IrException;
import org.junit.jupiter.api.Test;

class BlockMatrixTest {
    @Test
    void n12_rowsHaveWholeBlocks() {
        for (int columns : new int[] {1, 31, 32, 33, 64}) {
            int blocks = columns <= 32 ? 1 : 2;
            BlockMatrix matrix =
                    new BlockMatrix(BlockMatrix.Format.I8, columns, new byte[3][blocks * 32], new short[3][blocks]);
            assertEquals(blocks, matrix.blocks());
            assertEquals(3, matrix.rows());
            assertEquals(columns, matrix.columns());
        }
        refuses(33, new byte[1][32], new short[1][1], "needed are 64 and 2");
        refuses(32, new byte[1][32], new short[1][2], "needed are 32 and 1");
        refuses(32, new byte[2][32], new short[1][1], "2 rows of codes and 1 rows of scales");
    }

    @Test
    void n13_scalesAreFinite() {
        for (int scale : new int[] {0x7C00, 0xFC00, 0x7E00}) {
            refuses(32, new byte[1][32], new short[][] {{(short) scale}}, "infinite or NaN");
        }
        new BlockMatrix(BlockMatrix.Format.I4, 32, new byte[1][32], new short[][] {{(short) 0xFBFF}});
    }

    @Test
    void n13_i4CodesHaveFourBits() {
        byte[][] codes = new byte[2][32];
        codes[1][31] = 7;
        codes[0][0] = -8;
        new BlockMatrix(BlockMatrix.Format.I4, 32, codes, new short[2][1]);
        codes[1][31] = 8;
        IrException e = assertThrows(
                IrException.class, () -> new BlockMatrix(BlockMatrix.Format.I4, 32, codes, new short[2][1]));
        assertTrue(String.valueOf(e.getMessage()).contains("row 1 of a block matrix has code 8"), e.getMessage());
        codes[1][31] = -9;
        assertThrows(IrException.class, () -> new BlockMatrix(BlockMatrix.Format.I4, 32, codes, new short[2][1]));
    }

    @Test
    void n13_nl4CodesAreThoseOfTheTable() {
        byte[][] codes = new byte[1][32];
        IrException e = assertThrows(
                IrException.class, () -> new BlockMatrix(BlockMatrix.Format.NL4, 32, codes, new short[1][1]));
        assertTrue(
                String.valueOf(e.getMessage()).contains("has code 0; allowed in nl4 are -127, -104,"), e.getMessage());
        for (BlockMatrix.Format format : BlockMatrix.Format.values()) {
            for (int stored = 0; stored < 1 << format.bits(); stored++) {
                assertEquals(stored, format.stored(format.code(stored)));
                assertTrue(format.holds(format.code(stored)));
            }
        }
    }

    @Test
    void n13_aWeightTakesTheseBitsInMemory() {
        assertEquals(8.5, BlockMatrix.Format.I8.bitsPerWeight());
        assertEquals(4.5, BlockMatrix.Format.I4.bitsPerWeight());
        assertEquals(5.0, BlockMatrix.Format.I4M.bitsPerWeight());
        assertEquals(4.5, BlockMatrix.Format.NL4.bitsPerWeight());
    }

    @Test
    void n18_aTermWithAnOffsetIsThatOfTheExactSum() {
        // a = 1, 2, … 32; w = (3·q + 5)·2^(20−25) with q = −1: Σ a·w = 528·2/32 = 33
        byte[] a = new byte[32];
        byte[][] codes = new byte[1][32];
        for (int i = 0; i < 32; i++) {
            a[i] = (byte) (i + 1);
            codes[0][i] = -1;
        }
        short[][] scales = {{(short) (20 << 11 | 3), 5}};
        BlockMatrix matrix = new BlockMatrix(BlockMatrix.Format.I4M, 32, codes, scales);
        NumericCounters counters = new NumericCounters();
        assertEquals(33L << 20, matrix.term(0, 0, a, (short) 0x3F80, counters));
        scales[0][1] = Short.MIN_VALUE;
        assertEquals(-(1L << 36) + 1, matrix.term(0, 0, a, (short) (140 << 7), counters));
        assertEquals(1, counters.saturatedTerms());
        float[] values = new float[32];
        matrix.row(0, values);
        assertEquals((-3 - 32768) / 32f, values[31]);
    }

    private static void refuses(int columns, byte[][] codes, short[][] scales, String expected) {
        IrException e =
                assertThrows(IrException.class, () -> new BlockMatrix(BlockMatrix.Format.I8, columns, codes, scales));
        assertTrue(String.valueOf(e.getMessage()).contains(expected), e.getMessage());
    }
}
