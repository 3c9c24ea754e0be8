package dev.hwc.ir.isa;

import dev.hwc.ir.IrException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/** Instruction streams as bytes: 16 per instruction, the word in little endian (isa.md §2). */
public final class ProgramCodec {
    /** Bytes of one instruction. */
    public static final int INSTRUCTION_BYTES = 16;

    private ProgramCodec() {}

    /**
     * The bytes of one stream.
     *
     * @throws IrException naming queue and pc of an instruction whose fields do not fit (I4, I7)
     */
    public static byte[] encode(Queue queue, List<Instruction> stream) {
        ByteBuffer bytes =
                ByteBuffer.allocate(stream.size() * INSTRUCTION_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int pc = 0; pc < stream.size(); pc++) {
            Word word = encode(queue, pc, stream.get(pc));
            bytes.putLong(word.low()).putLong(word.high());
        }
        return bytes.array();
    }

    /**
     * The stream in these bytes.
     *
     * @throws IrException naming queue and pc of a word that is damaged or unknown (I1 to I4)
     */
    public static List<Instruction> decode(Queue queue, byte[] bytes) {
        if (bytes.length % INSTRUCTION_BYTES != 0) {
            throw new IrException("program of queue " + queue.text() + " has " + bytes.length
                    + " bytes; needed is a multiple of " + INSTRUCTION_BYTES);
        }
        ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        List<Instruction> stream = new ArrayList<>();
        while (buffer.hasRemaining()) {
            long low = buffer.getLong();
            stream.add(decode(queue, stream.size(), new Word(buffer.getLong(), low)));
        }
        return stream;
    }

    private static Word encode(Queue queue, int pc, Instruction instruction) {
        try {
            checkQueue(queue, instruction);
            return Word.encode(instruction);
        } catch (IrException e) {
            throw at(queue, pc, e);
        }
    }

    private static Instruction decode(Queue queue, int pc, Word word) {
        try {
            Instruction instruction = word.decode();
            checkQueue(queue, instruction);
            return instruction;
        } catch (IrException e) {
            throw at(queue, pc, e);
        }
    }

    private static void checkQueue(Queue queue, Instruction instruction) {
        if (instruction.queue() != queue) {
            throw new IrException(instruction.opcode().text() + " is of queue "
                    + instruction.queue().text() + "; it stands in the stream of queue " + queue.text() + " (I2)");
        }
    }

    private static IrException at(Queue queue, int pc, IrException cause) {
        return new IrException("queue " + queue.text() + " pc " + pc + ": " + cause.getMessage(), cause);
    }
}
