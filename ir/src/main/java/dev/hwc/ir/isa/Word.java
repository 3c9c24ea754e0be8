package dev.hwc.ir.isa;

import dev.hwc.ir.IrException;

/**
 * The 128-bit instruction word (isa.md §2).
 *
 * @param high bits 127..64
 * @param low bits 63..0
 */
public record Word(long high, long low) {
    /** Bits {@code from}..{@code from+width-1}; width ≤ 40. */
    long bits(int from, int width) {
        long mask = (1L << width) - 1;
        if (from >= 64) {
            return (high >>> (from - 64)) & mask;
        }
        long value = low >>> from;
        if (from + width > 64) {
            value |= high << (64 - from);
        }
        return value & mask;
    }

    /** This word with a field of at most 40 bits set (the field must be zero before). */
    Word with(int from, int width, long value) {
        long masked = value & ((1L << width) - 1);
        if (from >= 64) {
            return new Word(high | masked << (from - 64), low);
        }
        long carried = from + width > 64 ? masked >>> (64 - from) : 0;
        return new Word(high | carried, low | masked << from);
    }

    /** CRC-8 (polynomial 0x07) over all bits but the CRC field, most significant first. */
    int crc() {
        int crc = 0;
        for (int bit = 127; bit >= 0; bit--) {
            if (bit >= 104 && bit < 112) {
                continue;
            }
            int in = (int) bits(bit, 1) ^ (crc >>> 7);
            crc = ((crc << 1) & 0xFF) ^ (in == 1 ? 0x07 : 0);
        }
        return crc;
    }

    /** Encodes an instruction; a value wider than its field is an error (I4). */
    public static Word encode(Instruction instruction) {
        Opcode opcode = instruction.opcode();
        Queue queue = instruction.queue();
        long[] operands = instruction.operands();
        Tokens tokens = instruction.tokens();
        if (tokens.waitsFor(queue) || tokens.signals(queue)) {
            throw new IrException(opcode.text() + " waits for or signals its own queue " + queue.text()
                    + ", which the word cannot say; allowed are the other three (I7)");
        }
        Word word = new Word(0, 0);
        int at = 0;
        for (int i = 0; i < operands.length; i++) {
            Opcode.Field field = opcode.fields().get(i);
            if (operands[i] < 0 || operands[i] > field.max()) {
                throw new IrException(opcode.text() + ": field " + field.name() + " is " + operands[i] + ", allowed 0.."
                        + field.max() + " (I4)");
            }
            word = word.with(at, field.width(), operands[i]);
            at += field.width();
        }
        word = word.with(112, 2, instruction.flags())
                .with(114, 3, Tokens.compress(tokens.signals(), queue))
                .with(117, 3, Tokens.compress(tokens.waits(), queue))
                .with(120, 2, queue.ordinal())
                .with(122, 6, opcode.code());
        return word.with(104, 8, word.crc());
    }

    /**
     * An instruction from field values in the order of {@link Opcode#fields()}; values that no
     * instruction can have are an error naming the rule.
     */
    public static Instruction instruction(Opcode opcode, Queue queue, Tokens tokens, int flags, long[] values) {
        return Fields.instruction(opcode, queue, tokens, flags, values);
    }

    /** Decodes a word; a word that breaks I1 to I3 is an error naming the rule. */
    public Instruction decode() {
        if (bits(104, 8) != crc()) {
            throw new IrException("instruction word " + this + ": CRC is " + bits(104, 8) + ", computed " + crc()
                    + " (I1); the program is damaged");
        }
        Opcode opcode = Opcode.of((int) bits(122, 6));
        Queue queue = Queue.of((int) bits(120, 2));
        if (opcode == null || (opcode.queue() != null && opcode.queue() != queue)) {
            throw new IrException("instruction word " + this + ": opcode " + bits(122, 6) + " does not exist in queue "
                    + queue.text() + " (I2)");
        }
        long[] v = new long[opcode.fields().size()];
        int at = 0;
        for (int i = 0; i < v.length; i++) {
            int width = opcode.fields().get(i).width();
            v[i] = bits(at, width);
            at += width;
        }
        while (at < Opcode.OPERAND_BITS) {
            int width = Math.min(32, Opcode.OPERAND_BITS - at);
            if (bits(at, width) != 0) {
                throw new IrException(
                        "instruction word " + this + ": unused operand bits of " + opcode.text() + " are set (I3)");
            }
            at += width;
        }
        Tokens tokens = new Tokens(Tokens.expand((int) bits(117, 3), queue), Tokens.expand((int) bits(114, 3), queue));
        return Fields.instruction(opcode, queue, tokens, (int) bits(112, 2), v);
    }

    /** 32 hexadecimal digits. */
    @Override
    public String toString() {
        return String.format("%016x%016x", high, low);
    }
}
