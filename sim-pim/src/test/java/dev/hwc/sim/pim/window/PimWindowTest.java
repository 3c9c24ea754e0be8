package dev.hwc.sim.pim.window;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hwc.ir.device.PimProduct;
import dev.hwc.ir.numerics.BlockMatrix;
import dev.hwc.sim.pim.PimException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Programs come out of files, too: what they read and write beyond a row is refused. */
class PimWindowTest {
    private static final int INPUTS = 40;
    private static final int OUTPUTS = 4;
    private final PimProduct product =
            new PimProduct(0, INPUTS, List.of(new PimProduct.Part(OUTPUTS, BlockMatrix.Format.I8)), 2, 1);
    private final PimWindow window = new PimWindow(List.of(product), List.of(), (p, part) -> zeros());

    private static BlockMatrix zeros() {
        return new BlockMatrix(BlockMatrix.Format.I8, 64, new byte[OUTPUTS][64], new short[OUTPUTS][2]);
    }

    private void refused(String message, Runnable access) {
        String line =
                String.valueOf(assertThrows(PimException.class, access::run).getMessage());
        assertTrue(line.contains(message), line);
        assertEquals(1, line.lines().count());
    }

    @Test
    void aRowIsReadToItsEndAndNotFurther() {
        byte[] target = new byte[256];
        window.read(product.input(0), target, 0, (int) product.inputStride());
        window.read(product.output(1), target, 0, (int) product.outputStride());
        refused("a read of 65 bytes", () -> window.read(product.output(1), target, 0, 65));
        refused("is not within one row", () -> window.read(product.input(1) + 128, target, 0, 128));
    }

    @Test
    void aRowIsWrittenToItsEndAndNotFurther() {
        byte[] source = new byte[256];
        window.write(product.input(0), source, 0, (int) product.inputStride());
        refused("is not within one row of operands", () -> window.write(product.input(0) + 64, source, 0, 192));
        refused("is not within one row of operands", () -> window.write(product.output(0), source, 0, 4));
    }

    @Test
    void whatBelongsToNoProductIsRefused() {
        refused("belong to no product", () -> window.read(product.bytes(), new byte[4], 0, 4));
    }
}
