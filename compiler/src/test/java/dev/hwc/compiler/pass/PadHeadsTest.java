package dev.hwc.compiler.pass;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.hwc.compiler.PassGolden;
import dev.hwc.compiler.RandomWeights;
import dev.hwc.ir.format.gguf.GgmlType;
import dev.hwc.ir.format.model.WeightTensor;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PadHeadsTest {
    private final PadHeads pass = new PadHeads();

    @ParameterizedTest
    @ValueSource(strings = {"heads_of_16", "partial_rotation", "heads_of_48", "no_rotation"})
    void padsHeadsToBlocks(String name) {
        PassGolden.check(pass, name);
    }

    @Test
    void padsHeadsToBeatsOfAWidePort() {
        PassGolden.check(pass, PassGolden.WIDE, "heads_of_32_in_groups_of_64");
    }

    @Test
    void doesNothingForWholeGroups() {
        CompilationUnit unit = PassGolden.unit(pass, "heads_of_32");
        assertSame(unit, pass.run(unit, PassGolden.EDGE));
    }

    @Test
    void secondRunDoesNothing() {
        CompilationUnit once = pass.run(PassGolden.unit(pass, "heads_of_48"), PassGolden.EDGE);
        assertSame(once, pass.run(once, PassGolden.EDGE));
    }

    @ParameterizedTest
    @ValueSource(strings = {"no_output_projection", "other_value"})
    void refusesHeadsThatAreSeenElsewhere(String name) {
        PassGolden.checkRefused(pass, name);
    }

    @Test
    void rowsAndBiasesBehindAHeadAreZero() {
        CompilationUnit before = PassGolden.unit(pass, "heads_of_16");
        CompilationUnit after = pass.run(before, PassGolden.EDGE);
        for (String name : new String[] {"wq", "wk", "wv"}) {
            WeightTensor old = before.weights().weight(name);
            WeightTensor padded = after.weights().weight(name);
            for (int row = 0; row < padded.rows(); row++) {
                int element = row % 32;
                float[] expected = element < 16 ? old.row(row / 32 * 16 + element) : new float[32];
                assertArrayEquals(expected, padded.row(row), name + " row " + row);
            }
        }
        float[] bias = after.weights().weight("bv").row(0);
        assertArrayEquals(Arrays.copyOf(before.weights().weight("bv").row(0), 16), Arrays.copyOf(bias, 16));
        assertArrayEquals(new float[16], Arrays.copyOfRange(bias, 16, 32));
    }

    @Test
    void columnsBehindAHeadAreZeroAndTheOthersExact() {
        for (String name : new String[] {"heads_of_16", "heads_of_48"}) {
            CompilationUnit before = PassGolden.unit(pass, name);
            CompilationUnit after = pass.run(before, PassGolden.EDGE);
            int old = name.endsWith("16") ? 16 : 48;
            int padded = name.endsWith("16") ? 32 : 64;
            float[] from = before.weights().weight("wo").row(5);
            float[] to = after.weights().weight("wo").row(5);
            for (int column = 0; column < to.length; column++) {
                int element = column % padded;
                float expected = element < old ? from[column / padded * old + element] : 0;
                assertEquals(expected, to[column], 0, name + " column " + column);
            }
        }
    }

    @Test
    void outputProjectionKeepsItsTypeOnlyWhereBlocksStayWhole() {
        assertEquals(GgmlType.Q8_0, outputType("heads_of_16"));
        assertEquals(GgmlType.Q4_0, outputType("partial_rotation"));
        assertEquals(GgmlType.F32, outputType("heads_of_48"));
    }

    private GgmlType outputType(String name) {
        return pass.run(PassGolden.unit(pass, name), PassGolden.EDGE)
                .weights()
                .spec("wo")
                .type();
    }

    @Test
    void shapesStayShapes() {
        var program = PassGolden.unit(pass, "heads_of_48").program();
        CompilationUnit unit = new CompilationUnit(program, RandomWeights.shapes(program));
        CompilationUnit padded = pass.run(unit, PassGolden.EDGE);
        assertFalse(padded.weights().hasData("wo"));
        assertFalse(padded.weights().weight("wo").hasData());
        assertEquals("[32,128]", padded.weights().spec("wo").shape());
    }
}
