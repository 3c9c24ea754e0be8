package dev.hwc.ir.isa;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hwc.ir.IrException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ProgramCodecTest {
    private static final long SEED = 20261123;

    @ParameterizedTest
    @EnumSource(Opcode.class)
    void decodesWhatItEncodes(Opcode opcode) {
        Random random = new Random(SEED);
        for (int i = 0; i < 2000; i++) {
            Instruction instruction = RandomIsa.instruction(random, opcode);
            assertEquals(instruction, Word.encode(instruction).decode(), () -> "seed " + SEED + ": " + instruction);
        }
    }

    @ParameterizedTest
    @EnumSource(Opcode.class)
    void i1_detectsEverySingleBitFlip(Opcode opcode) {
        Random random = new Random(SEED);
        for (int i = 0; i < 50; i++) {
            Word word = Word.encode(RandomIsa.instruction(random, opcode));
            for (int bit = 0; bit < 128; bit++) {
                Word flipped = bit < 64
                        ? new Word(word.high(), word.low() ^ 1L << bit)
                        : new Word(word.high() ^ 1L << (bit - 64), word.low());
                IrException e = assertThrows(IrException.class, flipped::decode, () -> "seed " + SEED + ": " + flipped);
                assertTrue(message(e).contains("(I1)"), message(e));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Opcode.class)
    void i4_refusesFieldsThatAreTooWide(Opcode opcode) {
        for (int i = 0; i < opcode.fields().size(); i++) {
            Opcode.Field field = opcode.fields().get(i);
            if (List.of("fn", "amem", "bmem", "kind", "format").contains(field.name())) {
                continue; // enumerations: a record cannot hold a value that is too wide
            }
            long[] values = new long[opcode.fields().size()];
            values[i] = field.max() + 1;
            Queue queue = opcode.queue() != null ? opcode.queue() : Queue.STORE;
            Instruction wide = Fields.instruction(opcode, queue, Tokens.NONE, 0, values);
            IrException e = assertThrows(IrException.class, () -> Word.encode(wide));
            assertTrue(message(e).contains("field " + field.name() + " is " + (field.max() + 1)), message(e));
            assertTrue(message(e).contains("allowed 0.." + field.max() + " (I4)"), message(e));
            long[] negative = new long[values.length];
            negative[i] = -1;
            Instruction below = Fields.instruction(opcode, queue, Tokens.NONE, 0, negative);
            assertThrows(IrException.class, () -> Word.encode(below));
        }
    }

    @Test
    void i2_refusesUnknownOpcodesAndForeignQueues() {
        for (int code = 0; code < 64; code++) {
            for (Queue queue : Queue.values()) {
                Opcode opcode = Opcode.of(code);
                if (opcode != null && (opcode.queue() == null || opcode.queue() == queue)) {
                    continue;
                }
                Word word = sealed(new Word(0, 0).with(122, 6, code).with(120, 2, queue.ordinal()));
                IrException e = assertThrows(IrException.class, word::decode);
                assertTrue(message(e).contains("(I2)"), message(e));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Opcode.class)
    void i3_refusesEveryUnusedBit(Opcode opcode) {
        int used = opcode.fields().stream().mapToInt(Opcode.Field::width).sum();
        Queue queue = opcode.queue() != null ? opcode.queue() : Queue.LOAD;
        Word plain = new Word(0, 0).with(122, 6, opcode.code()).with(120, 2, queue.ordinal());
        for (int bit = used; bit < Opcode.OPERAND_BITS; bit++) {
            refused(plain.with(bit, 1, 1), "(I3)");
        }
        for (int flag = opcode.flags().size(); flag < 2; flag++) {
            refused(plain.with(112 + flag, 1, 1), "(I3)");
        }
        if (!opcode.command()) {
            for (int token = 114; token < 120; token++) {
                refused(plain.with(token, 1, 1), "(I7)");
            }
        }
    }

    @Test
    void i4_refusesUnknownEnumerationValues() {
        Word vector = new Word(0, 0).with(122, 6, 40).with(120, 2, 2);
        refused(vector.with(0, 4, 8), "fn is 8, allowed 0..7 (I4)");
        refused(vector.with(4, 2, 3), "(I4)");
        Word matmul = new Word(0, 0).with(122, 6, 32).with(120, 2, 1);
        refused(matmul.with(76, 3, 5), "format is 5, allowed 0..4 (I4)");
    }

    @Test
    void i7_refusesTokensOfTheOwnQueue() {
        for (Queue queue : Queue.values()) {
            for (Tokens tokens : List.of(Tokens.NONE.awaiting(queue), Tokens.NONE.signalling(queue))) {
                var sync = new Instruction.Sync(queue, tokens, false);
                IrException e = assertThrows(IrException.class, () -> Word.encode(sync));
                assertTrue(message(e).contains("its own queue " + queue.text()), message(e));
            }
        }
    }

    /** The layout to the bit, so that a change of it cannot go unseen. */
    @Test
    void wordsStandInLittleEndian() {
        var add = new Instruction.Add(Queue.VECTOR, 1, 2, 3, 0x123456789AL);
        // operands: rd at 0, rs at 4, rt at 8, imm at 12; opcode 5 and queue 2 in the top byte.
        byte[] bytes = ProgramCodec.encode(Queue.VECTOR, List.of(add));
        assertEquals("21a38967452301000000000000aa0016", HexFormat.of().formatHex(bytes));
    }

    @Test
    void codesWholeStreams() {
        Random random = new Random(SEED);
        for (int i = 0; i < 300; i++) {
            Program program = RandomIsa.program(random);
            for (Queue queue : Queue.values()) {
                byte[] bytes = ProgramCodec.encode(queue, program.stream(queue));
                assertEquals(16 * program.stream(queue).size(), bytes.length);
                assertEquals(program.stream(queue), ProgramCodec.decode(queue, bytes));
            }
        }
    }

    @Test
    void namesQueueAndPcOfADamagedWord() {
        List<Instruction> stream = List.of(
                new Instruction.Set(Queue.STORE, 3, 99),
                new Instruction.Next(Queue.STORE),
                new Instruction.Halt(Queue.STORE, Tokens.NONE));
        byte[] bytes = ProgramCodec.encode(Queue.STORE, stream);
        byte[] good = bytes.clone();
        bytes[16] ^= 4;
        IrException e = assertThrows(IrException.class, () -> ProgramCodec.decode(Queue.STORE, bytes));
        assertTrue(message(e).startsWith("queue store pc 1: "), message(e));
        assertThrows(IrException.class, () -> ProgramCodec.decode(Queue.STORE, Arrays.copyOf(good, 40)));
        IrException foreign = assertThrows(IrException.class, () -> ProgramCodec.decode(Queue.LOAD, good));
        assertTrue(message(foreign).contains("(I2)"), message(foreign));
        assertArrayEquals(good, ProgramCodec.encode(Queue.STORE, stream));
    }

    private static void refused(Word word, String expected) {
        IrException e = assertThrows(IrException.class, () -> sealed(word).decode());
        assertTrue(message(e).contains(expected), message(e));
    }

    private static Word sealed(Word word) {
        return word.with(104, 8, word.crc());
    }

    private static String message(IrException e) {
        return String.valueOf(e.getMessage());
    }
}
