package dev.hwc.ir.isa;

import dev.hwc.ir.numerics.BlockMatrix;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Random instructions and programs that can be encoded; they need not make sense on a hardware. */
public final class RandomIsa {
    private RandomIsa() {}

    /** An instruction of this opcode, in its queue or a random one. */
    public static Instruction instruction(Random random, Opcode opcode) {
        Queue queue = opcode.queue() != null ? opcode.queue() : Queue.of(random.nextInt(4));
        return instruction(random, opcode, queue);
    }

    static Instruction instruction(Random random, Opcode opcode, Queue queue) {
        long[] values = opcode.fields().stream()
                .mapToLong(field -> value(random, field))
                .toArray();
        int others = ~queue.bit() & 15;
        Tokens tokens =
                opcode.command() ? new Tokens(random.nextInt(16) & others, random.nextInt(16) & others) : Tokens.NONE;
        int flags = random.nextInt(1 << opcode.flags().size());
        return Fields.instruction(opcode, queue, tokens, flags, values);
    }

    private static long value(Random random, Opcode.Field field) {
        long max = switch (field.name()) {
            case "fn" -> VectorFunction.values().length - 1;
            case "amem", "bmem" -> VectorMemory.values().length - 1;
            case "format" -> BlockMatrix.Format.values().length - 1;
            default -> field.max();
        };
        return switch (random.nextInt(4)) {
            case 0 -> 0;
            case 1 -> max;
            default -> random.nextLong(max + 1);
        };
    }

    /** A program with nested loops, some streams empty, sources present or not per queue. */
    public static Program program(Random random) {
        List<String> labels = new ArrayList<>(List.of("embed", "blk.*.qkv", "blk.*.attention  v", "", "head # 1"));
        if (random.nextBoolean()) {
            labels.removeLast();
        }
        Map<Queue, List<Instruction>> streams = new EnumMap<>(Queue.class);
        Map<Queue, List<Integer>> sources = new EnumMap<>(Queue.class);
        for (Queue queue : Queue.values()) {
            List<Instruction> stream = stream(random, queue);
            streams.put(queue, stream);
            if (random.nextInt(4) != 0) {
                sources.put(queue, sources(random, stream.size(), labels.size()));
            }
        }
        return new Program(streams, sources, labels);
    }

    private static List<Instruction> stream(Random random, Queue queue) {
        List<Instruction> stream = new ArrayList<>();
        if (random.nextInt(8) == 0) {
            return stream;
        }
        int depth = 0;
        int size = random.nextInt(30);
        List<Opcode> own = java.util.Arrays.stream(Opcode.values())
                .filter(o -> o.queue() == null || o.queue() == queue)
                .filter(o -> o != Opcode.NEXT && o != Opcode.HALT)
                .toList();
        for (int i = 0; i < size; i++) {
            if (depth > 0 && random.nextInt(4) == 0) {
                stream.add(new Instruction.Next(queue));
                depth--;
            } else {
                Opcode opcode = own.get(random.nextInt(own.size()));
                depth += opcode == Opcode.LOOP ? 1 : 0;
                stream.add(instruction(random, opcode, queue));
            }
        }
        while (depth-- > 0) {
            stream.add(new Instruction.Next(queue));
        }
        stream.add(new Instruction.Halt(queue, Tokens.NONE));
        return stream;
    }

    private static List<Integer> sources(Random random, int size, int labels) {
        List<Integer> sources = new ArrayList<>();
        int source = random.nextInt(labels);
        for (int i = 0; i < size; i++) {
            source = random.nextInt(3) == 0 ? random.nextInt(labels) : source;
            sources.add(source);
        }
        return sources;
    }
}
