package dev.hwc.sim.pim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hwc.ir.numerics.BlockProduct;
import dev.hwc.ir.numerics.NumericCounters;
import dev.hwc.sim.dram.device.CommandObserver;
import dev.hwc.sim.pim.kernel.KvKernels;
import dev.hwc.sim.pim.kernel.KvShape;
import dev.hwc.sim.pim.program.Op;
import dev.hwc.sim.pim.program.PimProgram;
import dev.hwc.sim.pim.schedule.LookaheadScheduler;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Attention over keys and values in the banks: every bit through the units, every command legal, every byte in its place. */
class KeysAndValuesTest {
    record Case(String device, int channels, KvShape shape, int tokens) {}

    static List<Case> cases() {
        List<Case> cases = new ArrayList<>();
        for (String device : PimSpec.NAMES) {
            // several heads per channel, several channels per head, heads of 32 to 256 elements, many queries per head
            cases.add(new Case(device, 2, new KvShape(4, 1, 4, 256), 150));
            cases.add(new Case(device, 4, new KvShape(2, 7, 2, 160), 160));
            cases.add(new Case(device, 8, new KvShape(1, 3, 1, 384), 321));
            cases.add(new Case(device, 1, new KvShape(3, 2, 8, 96), 33));
            cases.add(new Case(device, 3, new KvShape(5, 1, 3, 640), 600));
            cases.add(new Case(device, 16, new KvShape(2, 2, 4, 2048), 1985));
        }
        return cases;
    }

    private record Data(long seed, int tokens) implements KvKernels.Operands {
        private int random(int what, int a, int b, int c) {
            long key = ((what * 64L + a) * 100_000 + b) * 1000 + c;
            return new SplittableRandom(seed ^ key * 0x9E37_79B9_7F4A_7C15L).nextInt();
        }

        private static byte code(int random) {
            return (byte) (Math.floorMod(random, 255) - 127);
        }

        private static short half(int random) {
            return (short) Math.floorMod(random, 0x5000);
        }

        private static short brain(int random) {
            return (short) (0x3000 + Math.floorMod(random, 0x1000));
        }

        @Override
        public byte key(int head, int token, int element) {
            return code(random(0, head, token, element));
        }

        @Override
        public short keyScale(int head, int token, int block) {
            return half(random(1, head, token, block));
        }

        @Override
        public byte value(int head, int token, int element) {
            return code(random(2, head, token, element));
        }

        @Override
        public byte query(int round, int element) {
            return code(random(3, round, 0, element));
        }

        @Override
        public short queryScale(int round, int block) {
            return brain(random(4, round, 0, block));
        }

        @Override
        public byte probability(int round, int token) {
            return token < tokens ? code(random(5, round, token, 0)) : 0;
        }

        @Override
        public short probabilityScale(int round, int block) {
            return brain(random(6, round, block, 0));
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void productsAreThoseOfTheNpu(Case c) {
        PimSpec spec = PimSpec.find(c.device);
        KvKernels kernels = KvKernels.of(spec, c.shape, c.channels);
        Data data = new Data(c.hashCode() & 0xFFFF, c.tokens);
        int blocks = Math.ceilDiv(c.tokens, 32);
        int rounds = c.shape.rounds(c.channels);
        for (int from : new int[] {0, rounds / 2}) {
            PimProgram scores = kernels.scores(from, rounds, blocks);
            float[][] s = kernels.scores(data, from, rounds, blocks, scores, order(spec, scores));
            PimProgram values = kernels.values(from, rounds, blocks);
            float[][] v = kernels.values(data, from, rounds, blocks, values, order(spec, values));
            for (int r = from; r < rounds; r++) {
                for (int token = 0; token < c.tokens; token++) {
                    same(score(c.shape, data, r, token), s[r - from][token]);
                }
                for (int element = 0; element < c.shape.headSize(); element++) {
                    same(value(c.shape, data, r, element, blocks), v[r - from][element]);
                }
            }
        }
    }

    private static void same(float expected, float found) {
        assertEquals(Float.floatToIntBits(expected), Float.floatToIntBits(found));
    }

    private static int[] order(PimSpec spec, PimProgram program) {
        return LookaheadScheduler.run(spec.dram(), program, true, CommandObserver.NONE)
                .order();
    }

    private static float score(KvShape shape, Data data, int round, int token) {
        long sum = 0;
        for (int b = 0; b < shape.headBlocks(); b++) {
            int dot = 0;
            for (int e = 32 * b; e < 32 * b + 32; e++) {
                dot += data.query(round, e) * data.key(round / shape.group(), token, e);
            }
            short scale = data.keyScale(round / shape.group(), token, b);
            sum += BlockProduct.term(dot, data.queryScale(round, b), scale, new NumericCounters());
        }
        return BlockProduct.toFp32(sum);
    }

    private static float value(KvShape shape, Data data, int round, int element, int blocks) {
        long sum = 0;
        for (int b = 0; b < blocks; b++) {
            int dot = 0;
            for (int token = 32 * b; token < 32 * b + 32; token++) {
                dot += data.probability(round, token) * data.value(round / shape.group(), token, element);
            }
            sum += BlockProduct.term(
                    dot, data.probabilityScale(round, b), BlockProduct.UNIT_SCALE, new NumericCounters());
        }
        return BlockProduct.toFp32(sum);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void everyCommandIsLegal(Case c) {
        PimSpec spec = PimSpec.find(c.device);
        KvKernels kernels = KvKernels.of(spec, c.shape, c.channels);
        int blocks = Math.ceilDiv(c.tokens, 32);
        int rounds = c.shape.rounds(c.channels);
        PimProgram all = new PimProgram();
        for (int token = Math.max(0, c.tokens - 3); token < c.tokens; token++) {
            all.append(kernels.append(token, 0));
            all.append(kernels.scores(0, rounds, blocks));
            all.append(kernels.values(0, rounds, blocks));
        }
        CommandStream stream = CommandStream.of(spec, all, CommandStream.Controller.OURS, line -> {});
        assertEquals(0, stream.violations(), () -> String.join("\n", stream.firstViolations()));
    }

    /** What is added for a token is what the kernels read for it: no burst is written that nobody reads. */
    @ParameterizedTest
    @MethodSource("cases")
    void aTokenIsWrittenWhereItIsRead(Case c) {
        PimSpec spec = PimSpec.find(c.device);
        KvKernels kernels = KvKernels.of(spec, c.shape, c.channels);
        int blocks = c.shape.tokens() / 32;
        int rounds = c.shape.rounds(c.channels);
        Set<KvKernels.Burst> read = new HashSet<>();
        for (PimProgram program : List.of(kernels.scores(0, rounds, blocks), kernels.values(0, rounds, blocks))) {
            for (int i = 0; i < program.size(); i++) {
                if (program.op(i) == Op.HOST_READ) {
                    read.add(new KvKernels.Burst(program.bank(i), program.row(i), program.column(i)));
                } else if (program.op(i) == Op.UNIT_READ) {
                    for (int bank = 0; bank < spec.dram().banksPerRank(); bank++) {
                        if (program.set(i).contains(bank)) {
                            read.add(new KvKernels.Burst(bank, program.row(i), program.column(i)));
                        }
                    }
                }
            }
        }
        int sharing = Math.max(1, c.channels / c.shape.kvHeads());
        Set<List<Object>> all = new HashSet<>();
        for (int token = 0; token < c.shape.tokens(); token++) {
            int written = 0;
            for (int channel = 0; channel < sharing; channel++) {
                List<KvKernels.Burst> bursts = kernels.token(token, channel);
                assertTrue(read.containsAll(bursts), "token " + token);
                assertEquals(bursts.size(), new HashSet<>(bursts).size());
                bursts.forEach(burst -> assertTrue(burst.row() < kernels.usedRows()));
                written += bursts.size();
                if (token % 32 == 0) {
                    int at = channel;
                    bursts.forEach(burst -> all.add(List.of(at, burst)));
                }
            }
            int heads = Math.ceilDiv(c.shape.kvHeads(), c.channels);
            assertTrue(written >= heads * (2 * c.shape.headBlocks() + 1), "token " + token);
        }
        // elements of values have bursts of 32 tokens for themselves
        int heads = Math.ceilDiv(c.shape.kvHeads(), c.channels);
        assertTrue(all.size() >= heads * blocks * c.shape.headSize());
    }
}
