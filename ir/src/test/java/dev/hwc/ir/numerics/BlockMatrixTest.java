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
        assertEquals(2.25, BlockMatrix.Format.TERNARY.bitsPerWeight());
    }

    @Test
    void n13_twoTernaryBlocksFillAUnitAndShareItsScale() {
        BlockMatrix.Format ternary = BlockMatrix.Format.TERNARY;
        assertEquals(0, ternary.stored(0));
        assertEquals(-1, ternary.code(3));
        assertEquals(2, ternary.units(3));
        assertEquals(1, ternary.firstUnit(3));
        assertEquals(6, ternary.blocksIn(3));
        assertEquals(2, ternary.halves(3));
        byte[][] codes = new byte[1][96];
        byte[] a = new byte[96];
        for (int block = 0; block < 3; block++) {
            a[32 * block] = 1;
            codes[0][32 * block] = (byte) (block - 1);
        }
        codes[0][64] = 2;
        BlockMatrix matrix = new BlockMatrix(ternary, 96, codes, new short[][] {{0x3C00, 0x4000}});
        NumericCounters counters = new NumericCounters();
        assertEquals(-1L << 20, matrix.term(0, 0, a, (short) 0x3F80, counters));
        assertEquals(0, matrix.term(0, 1, a, (short) 0x3F80, counters));
        assertEquals(4L << 20, matrix.term(0, 2, a, (short) 0x3F80, counters));
        refuses(ternary, 96, new byte[1][96], new short[1][3], "has 96 codes and 3 scales; needed are 96 and 2");
        codes[0][5] = -2;
        refuses(ternary, 96, codes, new short[1][2], "has code -2; allowed in ternary are -1..2");
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
        refuses(BlockMatrix.Format.I8, columns, codes, scales, expected);
    }

    private static void refuses(
            BlockMatrix.Format format, int columns, byte[][] codes, short[][] scales, String expected) {
        IrException e = assertThrows(IrException.class, () -> new BlockMatrix(format, columns, codes, scales));
        assertTrue(String.valueOf(e.getMessage()).contains(expected), e.getMessage());
    }
}
