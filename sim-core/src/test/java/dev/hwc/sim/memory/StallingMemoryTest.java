package dev.hwc.sim.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class StallingMemoryTest {
    private static List<Long> answers(boolean step) {
        StallingMemory memory = new StallingMemory(7, 10, 4, 30);
        List<Long> answers = new ArrayList<>();
        MemoryModel.Completion sink = (write, ticket, cycle) -> answers.add((write ? 1_000_000 : 0) + cycle);
        for (int ticket = 0; ticket < 20; ticket++) {
            assertEquals(MemoryModel.PENDING, memory.submit(ticket, false, 0, 64, ticket));
            assertEquals(MemoryModel.PENDING, memory.submit(ticket, true, 0, 32, ticket));
            if (step) {
                memory.advance(ticket, sink);
            }
        }
        if (step) {
            for (long cycle = 20; cycle < 5000; cycle++) {
                memory.advance(cycle, sink);
            }
        } else {
            while (memory.nextEvent() != MemoryModel.NEVER) {
                memory.advance(memory.nextEvent(), sink);
            }
        }
        return answers;
    }

    @Test
    void steppingAndJumpingTellTheSame() {
        assertEquals(40, answers(true).size());
        assertEquals(answers(true), answers(false));
    }

    @Test
    void answersOfADirectionKeepTheirOrderAndTheirDistance() {
        long last = 0;
        for (long answer : answers(false)) {
            if (answer < 1_000_000) {
                assertTrue(answer >= last + 16, answer + " after " + last);
                last = answer;
            }
        }
    }
}
