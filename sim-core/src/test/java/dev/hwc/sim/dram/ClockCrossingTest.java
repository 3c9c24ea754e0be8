package dev.hwc.sim.dram;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.math.BigInteger;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ClockCrossingTest {
    private static long exact(long cycle, long from, long to, boolean up) {
        BigInteger product = BigInteger.valueOf(cycle).multiply(BigInteger.valueOf(to));
        BigInteger[] parts = product.divideAndRemainder(BigInteger.valueOf(from));
        return parts[0].longValueExact() + (up && parts[1].signum() > 0 ? 1 : 0);
    }

    @Test
    void roundsExactlyAtAnyRatio() {
        SplittableRandom random = new SplittableRandom(3);
        for (int i = 0; i < 2_000; i++) {
            long port = 1000L * (1 + random.nextInt(10_000));
            long memory = 1L + random.nextInt(4_000_000);
            ClockCrossing crossing = new ClockCrossing(port, memory);
            long cycle = random.nextLong(1L << (1 + random.nextInt(38)));
            assertEquals(exact(cycle, port, memory, true), crossing.toMemory(cycle));
            assertEquals(exact(cycle, memory, port, true), crossing.toPort(cycle));
            assertEquals(exact(cycle, memory, port, false), crossing.portCycleOf(cycle));
        }
    }

    @Test
    void aRequestNeverGoesBackInTime() {
        ClockCrossing crossing = new ClockCrossing(1_000_000, 1_066_625);
        for (long cycle = 0; cycle < 20_000; cycle++) {
            long there = crossing.toMemory(cycle);
            assertEquals(true, crossing.toPort(there) >= cycle);
            assertEquals(true, crossing.portCycleOf(there) >= cycle - 1 && crossing.portCycleOf(there) <= cycle + 1);
        }
    }

    @Test
    void saysWhenTimeIsTooLong() {
        ClockCrossing crossing = new ClockCrossing(999_999_000, 1_066_625);
        assertThrows(ArithmeticException.class, () -> crossing.toMemory(Long.MAX_VALUE / 2));
    }
}
