package dev.hwc.rtl.generator.frontend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hwc.ir.hw.HardwareSpec;
import dev.hwc.ir.hw.HardwareSpecs;
import dev.hwc.ir.isa.Instruction;
import dev.hwc.ir.isa.LoopNest;
import dev.hwc.ir.isa.Opcode;
import dev.hwc.ir.isa.Queue;
import dev.hwc.ir.isa.Tokens;
import dev.hwc.ir.isa.Word;
import dev.hwc.rtl.harness.RequiresVerilator;
import dev.hwc.rtl.harness.RtlModel;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The check of programs while they are read gives the verdict of ProgramCodec and ProgramValidator. */
@RequiresVerilator
class ProgramFetchTest {
    private static final long SEED = 20261128;

    @ParameterizedTest
    @ValueSource(strings = {"tiny-4x4", "npu-32x32", "npu-128x128"})
    void everySingleBitErrorIsFound(String preset) {
        try (Fetch fetch = new Fetch(preset)) {
            Words words = new Words(fetch.spec, new Random(SEED));
            for (Opcode opcode : Opcode.values()) {
                Queue queue = words.queue(opcode);
                Word word = words.valid(opcode, queue);
                for (int bit = 0; bit < Word.BITS; bit++) {
                    List<List<Word>> programs = programs();
                    programs.get(queue.ordinal()).addFirst(Words.flipped(word, bit));
                    assertEquals(new Verdict(queue, 0), fetch.verdict(programs), opcode.text() + " with bit " + bit);
                    fetch.agree(programs);
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"tiny-4x4", "npu-32x32", "npu-128x128"})
    void changedFieldsGetTheVerdictOfTheValidator(String preset) {
        try (Fetch fetch = new Fetch(preset)) {
            Random random = new Random(SEED + 1);
            Words words = new Words(fetch.spec, random);
            int refused = 0;
            for (int i = 0; i < 12_000; i++) {
                Opcode opcode = Opcode.values()[i % Opcode.values().length];
                Queue queue = words.queue(opcode);
                List<List<Word>> programs = programs();
                List<Word> program = programs.get(queue.ordinal());
                for (int before = random.nextInt(4); before > 0; before--) {
                    program.addFirst(words.valid(Opcode.ADD, queue));
                }
                program.add(program.size() - 1, words.mutated(opcode, queue));
                refused += fetch.agree(programs) == null ? 0 : 1;
            }
            assertTrue(refused > 3_000 && refused < 11_500, refused + " of 12000 were refused");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"tiny-4x4", "npu-32x32", "npu-128x128"})
    void randomNestsOfLoopsAndHaltsGetTheVerdictOfTheValidator(String preset) {
        try (Fetch fetch = new Fetch(preset)) {
            Random random = new Random(SEED + 2);
            Words words = new Words(fetch.spec, random);
            int refused = 0;
            for (int i = 0; i < 3_000; i++) {
                List<List<Word>> programs = programs();
                Queue queue = Queue.of(random.nextInt(4));
                List<Word> program = programs.get(queue.ordinal());
                boolean balanced = random.nextBoolean();
                nest(words, random, program, queue, balanced);
                refused += fetch.agree(programs) == null ? 0 : 1;
            }
            assertTrue(refused > 1_000 && refused < 2_500, refused + " of 3000 were refused");
        }
    }

    private static void nest(Words words, Random random, List<Word> program, Queue queue, boolean balanced) {
        int depth = 0;
        int most = LoopNest.MAX_DEPTH + (balanced ? 0 : 2);
        for (int length = random.nextInt(40); length > 0; length--) {
            int kind = random.nextInt(balanced ? 40 : 60);
            if (kind < 16 && depth < most) {
                program.add(program.size() - 1, words.valid(Opcode.LOOP, queue));
                depth++;
            } else if (kind < 28 && (depth > 0 || !balanced)) {
                program.add(program.size() - 1, words.valid(Opcode.NEXT, queue));
                depth--;
            } else if (kind < 58) {
                program.add(program.size() - 1, words.valid(Opcode.ADD, queue));
            } else {
                program.add(program.size() - 1, words.valid(Opcode.HALT, queue));
            }
        }
        for (; balanced && depth > 0; depth--) {
            program.add(program.size() - 1, words.valid(Opcode.NEXT, queue));
        }
        if (!balanced && random.nextInt(4) == 0) {
            program.removeLast();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"tiny-4x4", "npu-128x128"})
    void programsAreAcceptedUpToTheSizeOfTheMemory(String preset) {
        try (Fetch fetch = new Fetch(preset)) {
            Words words = new Words(fetch.spec, new Random(SEED + 3));
            int most = fetch.spec.buffers().instructions();
            for (Queue queue : Queue.values()) {
                for (int size : new int[] {most, most + 1, most + 7}) {
                    List<List<Word>> programs = programs();
                    for (int i = 1; i < size; i++) {
                        programs.get(queue.ordinal()).addFirst(words.valid(Opcode.ADD, queue));
                    }
                    Verdict verdict = fetch.agree(programs);
                    assertEquals(size == most ? null : new Verdict(queue, most), verdict);
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"tiny-4x4", "npu-128x128"})
    void anEmptyProgramIsRefused(String preset) {
        try (Fetch fetch = new Fetch(preset)) {
            for (Queue queue : Queue.values()) {
                List<List<Word>> programs = programs();
                programs.get(queue.ordinal()).clear();
                assertEquals(new Verdict(queue, 0), fetch.agree(programs));
            }
        }
    }

    /** Four programs that only halt. */
    private static List<List<Word>> programs() {
        List<List<Word>> programs = new ArrayList<>();
        for (Queue queue : Queue.values()) {
            programs.add(new ArrayList<>(List.of(Word.encode(new Instruction.Halt(queue, Tokens.NONE)))));
        }
        return programs;
    }

    /** The block, with its verdict two cycles after the last beat. */
    private static final class Fetch implements AutoCloseable {
        final HardwareSpec spec;
        private final RtlModel model;

        Fetch(String preset) {
            spec = HardwareSpecs.preset(preset);
            model = RtlModel.open("ProgramFetch", spec);
        }

        @Nullable
        Verdict verdict(List<List<Word>> programs) {
            Programs.send(model, spec.port().beatBytes(), programs);
            model.step(1);
            model.eval();
            if (programs.getLast().isEmpty()) {
                model.step(1); // no beat tells of it
                model.eval();
            }
            if (model.peek("io_fault_valid") == 0) {
                assertEquals(1, model.peek("io_loaded"));
                return null;
            }
            return new Verdict(Queue.of((int) model.peek("io_fault_bits_queue")), (int) model.peek("io_fault_bits_pc"));
        }

        /** The verdict, which must be Java's. */
        @Nullable
        Verdict agree(List<List<Word>> programs) {
            Verdict expected = Verdict.of(programs, spec);
            assertEquals(expected, verdict(programs), () -> "programs " + programs);
            return expected;
        }

        @Override
        public void close() {
            model.close();
        }
    }
}
