package dev.hwc.sim.pim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hwc.ir.numerics.BlockMatrix;
import dev.hwc.ir.numerics.NumericCounters;
import dev.hwc.sim.pim.kernel.Elementwise.Operation;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Random shapes: every result is that of docs/spec/pim-numerics.md, every command is legal. */
class EveryBitTest {
    record Shape(String device, PimFormat format, int channels, int rows, int columns) {}

    static List<Shape> shapes() {
        SplittableRandom random = new SplittableRandom(20261128);
        List<Shape> shapes = new ArrayList<>();
        for (String device : PimSpec.NAMES) {
            for (PimFormat format : PimSpec.find(device).formats()) {
                for (int i = 0; i < 4; i++) {
                    int channels = 1 << random.nextInt(4);
                    shapes.add(new Shape(device, format, channels, 1 + random.nextInt(400), 1 + random.nextInt(900)));
                }
                shapes.add(new Shape(device, format, 3, 1, 1));
                shapes.add(new Shape(device, format, 6, 130, 2100));
            }
        }
        return shapes;
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void productsAreThoseOfTheSpecification(Shape shape) {
        Runs.gemv(shape.device, shape.format, shape.channels, shape.rows, shape.columns);
    }

    @ParameterizedTest
    @CsvSource({"ADD, 1, 1", "ADD, 3, 12345", "MUL, 4, 99999", "RELU, 2, 70001"})
    void elementsAreThoseOfTheSpecification(Operation operation, int channels, long elements) {
        for (String device : List.of("hbm2-pim", "lpddr5-pim")) {
            PimResult result =
                    Runs.kernels(device, PimFormat.F16, channels, Parity.NONE).elementwise(operation, elements);
            assertEquals(0, result.violations(), () -> String.join("\n", result.firstViolations()));
            assertEquals(0, result.mismatches());
            assertEquals(elements, result.results());
        }
    }

    /** The same bits on every device and through the short way: so tokens do not depend on where a matrix stands. */
    @ParameterizedTest
    @CsvSource({"I8, 70, 300", "I4, 33, 1000", "I8, 1, 31", "I4, 200, 64"})
    void quantizedProductsAreThoseOfTheNpuOnEveryDevice(BlockMatrix.Format format, int rows, int columns) {
        SplittableRandom random = new SplittableRandom(rows * 31L + columns);
        BlockMatrix matrix = matrix(format, rows, columns, random);
        byte[] activations = new byte[matrix.blocks() * 32];
        for (int k = 0; k < columns; k++) {
            activations[k] = (byte) random.nextInt(-127, 128);
        }
        short[] scales = new short[matrix.blocks()];
        for (int b = 0; b < scales.length; b++) {
            scales[b] = (short) (random.nextInt(0x3A00, 0x4100));
        }
        float[] expected = PimEngine.product(matrix, activations, scales, new NumericCounters());
        for (String device : PimSpec.NAMES) {
            for (int channels : new int[] {1, 3, 4}) {
                PimEngine engine = new PimEngine(PimSpec.find(device), channels);
                assertArrayEquals(expected, engine.productThroughUnits(matrix, activations, scales), device);
            }
        }
    }

    private static BlockMatrix matrix(BlockMatrix.Format format, int rows, int columns, SplittableRandom random) {
        int blocks = (columns + 31) / 32;
        byte[][] codes = new byte[rows][blocks * 32];
        short[][] scales = new short[rows][blocks];
        int limit = 1 << (format.bits() - 1);
        for (int m = 0; m < rows; m++) {
            for (int k = 0; k < columns; k++) {
                codes[m][k] = (byte) random.nextInt(-limit, limit);
            }
            for (int b = 0; b < blocks; b++) {
                scales[m][b] = (short) (random.nextInt(0, 0x7C00) | random.nextInt(2) << 15);
            }
        }
        return new BlockMatrix(format, columns, codes, scales);
    }
}
