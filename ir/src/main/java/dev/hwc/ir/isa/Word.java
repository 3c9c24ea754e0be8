package dev.hwc.ir.isa;

import dev.hwc.ir.IrException;

/**
 * The 128-bit instruction word (isa.md §2).
 *
 * @param high bits 127..64
 * @param low bits 63..0
 */
public record Word(long high, long low) {
    /** Bits of a word. */
    public static final int BITS = 128;
    /** Lowest bit of the CRC; {@link Opcode#OPERAND_BITS} operand bits lie below it. */
    public static final int CRC = Opcode.OPERAND_BITS;

    public static final int CRC_BITS = 8;
    /** Lowest of the flag bits. */
    public static final int FLAGS = CRC + CRC_BITS;

    public static final int FLAG_BITS = 2;
    /** Lowest bit of the signal mask: the three other queues, ascending. */
    public static final int SIGNALS = FLAGS + FLAG_BITS;

    public static final int MASK_BITS = 3;
    /** Lowest bit of the wait mask. */
    public static final int WAITS = SIGNALS + MASK_BITS;
    /** Lowest bit of the queue. */
    public static final int QUEUE = WAITS + MASK_BITS;

    public static final int QUEUE_BITS = 2;
    /** Lowest bit of the opcode, which ends at the top. */
    public static final int OPCODE = QUEUE + QUEUE_BITS;

    public static final int OPCODE_BITS = BITS - OPCODE;

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
    public int crc() {
        int crc = 0;
        for (int bit = BITS - 1; bit >= 0; bit--) {
            if (bit >= CRC && bit < CRC + CRC_BITS) {
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
        word = word.with(FLAGS, FLAG_BITS, instruction.flags())
                .with(SIGNALS, MASK_BITS, Tokens.compress(tokens.signals(), queue))
                .with(WAITS, MASK_BITS, Tokens.compress(tokens.waits(), queue))
                .with(QUEUE, QUEUE_BITS, queue.ordinal())
                .with(OPCODE, OPCODE_BITS, opcode.code());
        return word.with(CRC, CRC_BITS, word.crc());
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
        if (bits(CRC, CRC_BITS) != crc()) {
            throw new IrException("instruction word " + this + ": CRC is " + bits(CRC, CRC_BITS) + ", computed " + crc()
                    + " (I1); the program is damaged");
        }
        Opcode opcode = Opcode.of((int) bits(OPCODE, OPCODE_BITS));
        Queue queue = Queue.of((int) bits(QUEUE, QUEUE_BITS));
        if (opcode == null || (opcode.queue() != null && opcode.queue() != queue)) {
            throw new IrException("instruction word " + this + ": opcode " + bits(OPCODE, OPCODE_BITS)
                    + " does not exist in queue " + queue.text() + " (I2)");
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
        Tokens tokens = new Tokens(
                Tokens.expand((int) bits(WAITS, MASK_BITS), queue),
                Tokens.expand((int) bits(SIGNALS, MASK_BITS), queue));
        return Fields.instruction(opcode, queue, tokens, (int) bits(FLAGS, FLAG_BITS), v);
    }

    /** 32 hexadecimal digits. */
    @Override
    public String toString() {
        return String.format("%016x%016x", high, low);
    }
}
