package dev.hwc.ir.isa;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Straight-line programs of syncs whose tokens balance, in orders that may deadlock. */
final class RandomTokens {
    private RandomTokens() {}

    static Program program(Random random) {
        List<List<Instruction>> streams = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            streams.add(new ArrayList<>());
        }
        int pairs = 1 + random.nextInt(8);
        for (int i = 0; i < pairs; i++) {
            Queue from = Queue.of(random.nextInt(4));
            Queue to = Queue.of((from.ordinal() + 1 + random.nextInt(3)) % 4);
            insert(random, streams.get(from.ordinal()), new Instruction.Sync(from, Tokens.NONE.signalling(to), false));
            if (random.nextInt(20) != 0) {
                insert(random, streams.get(to.ordinal()), new Instruction.Sync(to, Tokens.NONE.awaiting(from), false));
            }
        }
        Map<Queue, List<Instruction>> byQueue = new EnumMap<>(Queue.class);
        for (Queue queue : Queue.values()) {
            List<Instruction> stream = streams.get(queue.ordinal());
            stream.add(new Instruction.Halt(queue, Tokens.NONE));
            byQueue.put(queue, stream);
        }
        return new Program(byQueue, Map.of(), List.of());
    }

    private static void insert(Random random, List<Instruction> stream, Instruction instruction) {
        // Mostly at the end, so that many programs end.
        int at = random.nextInt(3) == 0 ? random.nextInt(stream.size() + 1) : stream.size();
        stream.add(at, instruction);
    }

    /** Whether a run that moves a random queue each time ends with all counters 0. */
    static boolean ends(Program program, Random random) {
        int[][] counters = new int[4][4];
        int[] pc = new int[4];
        for (int idle = 0; idle < 200; idle++) {
            int queue = random.nextInt(4);
            List<Instruction> stream = program.stream(Queue.of(queue));
            if (pc[queue] == stream.size()) {
                continue;
            }
            Tokens tokens = stream.get(pc[queue]).tokens();
            boolean ready = true;
            for (int other = 0; other < 4; other++) {
                ready &= (tokens.waits() >> other & 1) <= counters[other][queue];
            }
            if (ready) {
                for (int other = 0; other < 4; other++) {
                    counters[other][queue] -= tokens.waits() >> other & 1;
                    counters[queue][other] += tokens.signals() >> other & 1;
                }
                pc[queue]++;
                idle = 0;
            }
        }
        boolean ends = true;
        for (int queue = 0; queue < 4; queue++) {
            ends &= pc[queue] == program.stream(Queue.of(queue)).size();
            for (int other = 0; other < 4; other++) {
                ends &= counters[queue][other] == 0;
            }
        }
        return ends;
    }
}
