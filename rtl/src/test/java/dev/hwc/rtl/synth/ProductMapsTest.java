package dev.hwc.rtl.synth;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hwc.rtl.harness.RequiresSynthesis;
import dev.hwc.rtl.harness.Tools;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Proofs by yosys' SAT solver that a mapped product equals the product. */
@RequiresSynthesis
class ProductMapsTest {
    @TempDir
    private Path folder = Path.of("");

    /** Proves that the map changes nothing and that no product is left as it was. */
    private String prove(String module, String map, String select) throws IOException {
        Files.writeString(folder.resolve("product.v"), module);
        Script.copyMaps(folder);
        String log = Tools.run(
                folder, List.of("yosys", "-p", """
                read_verilog -sv product.v; proc; opt_clean; copy product mapped; techmap -map %s mapped;
                select -assert-none mapped/%s; opt -full mapped; techmap mapped; opt mapped;
                miter -equiv -flatten -make_outputs product mapped both; hierarchy -top both; flatten;
                sat -verify -prove trigger 0 both""".formatted(map, select).replace('\n', ' ')));
        assertTrue(log.contains("SUCCESS!"), log);
        return log;
    }

    @ParameterizedTest
    @CsvSource({"signed,4,3,7", "'',4,3,7", "signed,5,5,10", "'',5,5,10", "signed,3,5,6", "'',1,4,5", "signed,7,4,11"})
    void aProductOfAddersEqualsTheProduct(String sign, int a, int b, int y) throws IOException {
        String module = "module product(input %1$s [%2$d:0] a, input %1$s [%3$d:0] b, output %1$s [%4$d:0] y);"
                .formatted(sign, a - 1, b - 1, y - 1);
        prove(module + " assign y = a * b; endmodule", "soft-product.v", "t:$mul");
    }

    @Test
    void aSignedProductThatFirtoolExtendedBecomesSignedAgain() throws IOException {
        prove("""
                module product(input [4:0] a, input [4:0] b, output [9:0] y);
                  assign y = {{5{a[4]}}, a} * {{5{b[4]}}, b};
                endmodule""", "signed-product.v", "t:$mul r:A_SIGNED=0 %i");
    }

    @Test
    void aProductOfSignedByUnsignedBecomesSignedToo() throws IOException {
        prove("""
                module product(input [4:0] a, input [3:0] b, output [8:0] y);
                  assign y = {{4{a[4]}}, a} * {5'h0, b};
                endmodule""", "signed-product.v", "t:$mul r:A_SIGNED=0 %i");
    }
}
