package dev.hwc.rtl.generator.frontend;

import dev.hwc.ir.IrException;
import dev.hwc.ir.hw.HardwareSpec;
import dev.hwc.ir.isa.Instruction;
import dev.hwc.ir.isa.Program;
import dev.hwc.ir.isa.ProgramCodec;
import dev.hwc.ir.isa.ProgramValidator;
import dev.hwc.ir.isa.Queue;
import dev.hwc.ir.isa.Tokens;
import dev.hwc.ir.isa.Word;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The first broken rule in the order of reading (isa.md §7).
 *
 * @param pc of the instruction, or behind the last if something is missing
 */
record Verdict(Queue queue, int pc) {
    /** What {@link ProgramCodec} and {@link ProgramValidator} say; null for a valid program. */
    static @Nullable Verdict of(List<List<Word>> programs, HardwareSpec spec) {
        for (Queue queue : Queue.values()) {
            Verdict found = of(queue, programs.get(queue.ordinal()), spec);
            if (found != null) {
                return found;
            }
        }
        return null;
    }

    private static @Nullable Verdict of(Queue queue, List<Word> words, HardwareSpec spec) {
        List<Instruction> decoded = new ArrayList<>();
        while (decoded.size() < words.size()) {
            Instruction next = decode(queue, words.get(decoded.size()));
            if (next == null) {
                break;
            }
            decoded.add(next);
        }
        int undecodable = decoded.size();
        boolean complete = undecodable == words.size();
        if (!complete) {
            decoded.add(new Instruction.Set(queue, 0, 0)); // in place of the rest
        }
        Map<Queue, List<Instruction>> streams = new EnumMap<>(Queue.class);
        for (Queue other : Queue.values()) {
            streams.put(other, other == queue ? decoded : List.of(new Instruction.Halt(other, Tokens.NONE)));
        }
        int first = ProgramValidator.first(new Program(streams, Map.of(), List.of()), spec)
                .map(ProgramValidator.Problem::pc)
                .orElse(Integer.MAX_VALUE);
        if (!complete) {
            first = Math.min(first, undecodable);
        }
        return first == Integer.MAX_VALUE ? null : new Verdict(queue, first);
    }

    private static @Nullable Instruction decode(Queue queue, Word word) {
        ByteBuffer bytes = ByteBuffer.allocate(ProgramCodec.INSTRUCTION_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putLong(word.low()).putLong(word.high());
        try {
            return ProgramCodec.decode(queue, bytes.array()).getFirst();
        } catch (IrException e) {
            return null;
        }
    }
}
