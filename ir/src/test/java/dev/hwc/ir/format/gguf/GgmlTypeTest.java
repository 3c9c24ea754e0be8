package dev.hwc.ir.format.gguf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hwc.ir.IrException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GgmlTypeTest {
    @Test
    void everyTypeIsFoundByIdAndName() {
        for (GgmlType type : GgmlType.values()) {
            assertTrue(!type.isInFiles() || GgmlType.byId(type.id()) == type, type.name());
            assertSame(type, GgmlType.named(type.lowerName()));
        }
    }

    /** Bits per weight as published for the formats. */
    @ParameterizedTest
    @CsvSource({
        "Q4_0,4.5",
        "Q4_1,5",
        "Q5_0,5.5",
        "Q5_1,6",
        "Q8_0,8.5",
        "Q2_K,2.625",
        "Q3_K,3.4375",
        "Q4_K,4.5",
        "Q5_K,5.5",
        "Q6_K,6.5625",
        "IQ2_XXS,2.0625",
        "IQ2_XS,2.3125",
        "IQ2_S,2.5625",
        "IQ3_XXS,3.0625",
        "IQ3_S,3.4375",
        "IQ1_S,1.5625",
        "IQ1_M,1.75",
        "IQ4_NL,4.5",
        "IQ4_XS,4.25",
        "TQ1_0,1.6875",
        "TQ2_0,2.0625",
        "MXFP4,4.25",
        "Q4_ZP,4.75"
    })
    void bitsPerWeight(GgmlType type, double bits) {
        assertEquals(bits, 8.0 * type.blockBytes() / type.blockSize());
    }

    @ParameterizedTest
    @CsvSource({"4,q4_2", "5,q4_3", "31,q4_0_4_4", "33,q4_0_8_8", "36,iq4_nl_4_4", "38,iq4_nl_8_8"})
    void removedTypesAreNamed(int id, String name) {
        IrException problem = assertThrows(IrException.class, () -> GgmlType.byId(id));
        assertTrue(String.valueOf(problem.getMessage()).contains(name + " (id " + id + ") was removed"));
    }

    @Test
    void knownTypesWithoutCodecSaySo() {
        IrException problem = assertThrows(IrException.class, GgmlType.IQ1_M::codec);
        assertTrue(String.valueOf(problem.getMessage()).startsWith("tensor type iq1_m is known but not supported;"));
    }

    @Test
    void rowsAreWholeBlocks() {
        assertEquals(34 * 28, GgmlType.Q8_0.rowBytes(896));
        assertThrows(IrException.class, () -> GgmlType.Q4_K.rowBytes(896));
    }
}
