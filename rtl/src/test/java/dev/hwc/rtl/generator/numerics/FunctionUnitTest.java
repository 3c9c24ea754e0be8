package dev.hwc.rtl.generator.numerics;

import static dev.hwc.rtl.generator.numerics.Twins.bits;
import static dev.hwc.rtl.generator.numerics.Twins.fp32;

import dev.hwc.ir.numerics.FunctionTables;
import dev.hwc.ir.numerics.Functions;
import dev.hwc.rtl.harness.RequiresVerilator;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

@RequiresVerilator
class FunctionUnitTest {
    /** In the order of their codes. */
    private static final List<UnaryOperator<Float>> TWINS = List.of(Functions::recip, Functions::rsqrt, Functions::exp);

    @Test
    void recipGivesTheBitsOfTheTwin() {
        agree("Recip", FunctionUnit.RecipLatency(), 0, arguments(1));
    }

    @Test
    void rsqrtGivesTheBitsOfTheTwin() {
        agree("Rsqrt", FunctionUnit.RsqrtLatency(), 1, arguments(2));
    }

    @Test
    void expGivesTheBitsOfTheTwin() {
        agree("Exp", FunctionUnit.ExpLatency(), 2, arguments(3));
    }

    @Test
    void oneUnitForAllGivesTheBitsOfTheTwinsInAnyOrder() {
        Random random = new Random(4);
        long[] arguments = arguments(4);
        long[] table = new long[2 * arguments.length];
        for (int i = 0; i < arguments.length; i++) {
            table[2 * i] = random.nextInt(TWINS.size());
            table[2 * i + 1] = arguments[i];
        }
        compare("FunctionUnit", FunctionUnit.ExpLatency(), table);
    }

    @Test
    void sigmoidGivesTheBitsOfTheTwin() {
        Twins.agree("Sigmoid", Sigmoid.Latency(), List.of("io_x"), List.of("io_out"), arguments(5), (t, i) ->
                new long[] {bits(Functions.sigmoid(fp32(t[i])))});
    }

    @Test
    void siluGivesTheBitsOfTheTwin() {
        Twins.agree("Silu", Silu.Latency(), List.of("io_x"), List.of("io_out"), arguments(6), (t, i) ->
                new long[] {bits(Functions.silu(fp32(t[i])))});
    }

    private static void agree(String block, int latency, int function, long[] arguments) {
        long[] table = new long[2 * arguments.length];
        for (int i = 0; i < arguments.length; i++) {
            table[2 * i] = function;
            table[2 * i + 1] = arguments[i];
        }
        compare(block, latency, table);
    }

    private static void compare(String block, int latency, long[] table) {
        Twins.agree(block, latency, List.of("io_function", "io_x"), List.of("io_out"), table, (t, i) ->
                new long[] {bits(TWINS.get((int) t[i]).apply(fp32(t[i + 1])))});
    }

    /** Special values; both ends and the middle of every segment; any pattern; and the range where exp is finite. */
    private static long[] arguments(long seed) {
        Random random = new Random(seed);
        LongStream ends = LongStream.range(0, 64 * 8).map(i -> {
            long segment = i / 8;
            long g = new long[] {0, 1, 2, 0xFFFF, 0x10000, 0x10001, 0x1FFFE, 0x1FFFF}[(int) (i % 8)];
            long exponent = 126L + random.nextInt(4);
            return exponent << 23 | segment << FunctionTables.SEGMENT_BITS | g;
        });
        LongStream any = LongStream.generate(() -> Operands.any(random)).limit(150_000);
        LongStream small =
                LongStream.generate(() -> bits(random.nextFloat(-90f, 90f))).limit(100_000);
        LongStream tiny = LongStream.generate(() -> Operands.near(bits(0x1p-12f), 14, random))
                .limit(50_000);
        return Stream.of(LongStream.of(Operands.special()), ends, any, small, tiny)
                .flatMapToLong(part -> part)
                .toArray();
    }
}
