package dev.hwc.rtl.generator.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hwc.ir.hw.HardwareSpec;
import dev.hwc.ir.hw.HardwareSpecs;
import dev.hwc.ir.isa.FaultCode;
import dev.hwc.rtl.harness.RequiresVerilator;
import dev.hwc.sim.memory.FixedMemory;
import dev.hwc.sim.systolic.oracle.PortTimeline;
import dev.hwc.sim.systolic.queues.Command;
import dev.hwc.sim.systolic.scratchpad.Scratchpads;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A memory that misbehaves: the right fault, the port drained, and the next job right without any reset. */
@RequiresVerilator
@EnabledIfSystemProperty(named = "hwc.campaign", matches = "true") // minutes
class BusFaultTest {
    private static final int TIMEOUT = 400;
    private static final int ROUNDS = 25;
    private static final HardwareSpec SPEC = HardwareSpecs.preset("edge-8x8");

    private static FaultCode expected(AxiSlave.Fault fault) {
        return switch (fault) {
            case READ_SLAVE_ERROR, READ_DECODE_ERROR -> FaultCode.READ_ERROR;
            case WRITE_SLAVE_ERROR, WRITE_DECODE_ERROR -> FaultCode.WRITE_ERROR;
            case READ_DROPPED, READ_LATE, WRITE_DROPPED, WRITE_LATE, WRITE_NOT_TAKEN -> FaultCode.BUS_TIMEOUT;
            default -> FaultCode.BUS_PROTOCOL;
        };
    }

    @ParameterizedTest
    @EnumSource(
            value = AxiSlave.Fault.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = {"NONE", "READ_UNASKED", "WRITE_UNASKED"})
    void namesCommandAndBurstAndTheNextJobIsRightWithoutReset(AxiSlave.Fault kind) {
        for (int stalls : new int[] {0, 40}) {
            rounds(kind, stalls);
        }
    }

    private static void rounds(AxiSlave.Fault kind, int stalls) {
        Random random = new Random(31 + stalls);
        byte[] image = new byte[RandomTransfers.MEMORY_BYTES];
        random.nextBytes(image);
        HardwareSpec.Port port = SPEC.port();
        AxiSlave slave = new AxiSlave(
                image, port.beatBytes(), port.maxBurstBytes(), new FixedMemory(5, port.beatBytes()), stalls, stalls);
        try (MemoryBench bench = new MemoryBench(SPEC, slave)) {
            RandomTransfers.openWindows(bench);
            bench.timeout(TIMEOUT);
            Scratchpads pads = new Scratchpads(SPEC);
            bench.fillStore(pads, random);
            RandomTransfers transfers = new RandomTransfers(SPEC, random);
            for (int round = 0; round < ROUNDS; round++) {
                String what = kind + ", stalls " + stalls + ", round " + round;
                List<Command> commands = new ArrayList<>();
                for (int i = 0; i < 5; i++) {
                    commands.add(kind.read() ? transfers.load() : transfers.store());
                }
                long[][] bursts = bursts(commands);
                slave.misbehave(kind, random.nextInt(bursts.length));
                bench.queue(commands);
                long limit = bench.now + 40_000;
                while (bench.faults.isEmpty() && slave.victim() < bursts.length) {
                    bench.step();
                    assertTrue(bench.now < limit, what + ": no fault");
                }
                if (slave.victim() == bursts.length) {
                    continue; // every later burst was a single beat
                }
                int victim = slave.victim();
                assertTrue(slave.hasHit(), what + ": the slave has misbehaved");
                MemoryBench.Fault fault = bench.faults.getFirst();
                assertEquals(expected(kind).number(), fault.code(), what);
                if (kind != AxiSlave.Fault.WRITE_NOT_TAKEN) {
                    assertEquals(bursts[victim][0], fault.pc(), what + ": program counter");
                    assertEquals(bursts[victim][1], fault.address(), what + ": address");
                }
                CleanJob.recover(bench, TIMEOUT, what);
                slave.release();
                bench.run(random.nextInt(40) + (kind == AxiSlave.Fault.WRITE_NOT_TAKEN ? 200 : 0));
                CleanJob.run(bench, SPEC, transfers, pads, what);
            }
        }
    }

    /** Program counter and physical address of each burst. */
    private static long[][] bursts(List<Command> commands) {
        List<long[]> bursts = new ArrayList<>();
        for (Command c : commands) {
            for (long address : PortTimeline.bursts(SPEC, RandomTransfers.bases()[c.window], c)) {
                bursts.add(new long[] {c.pc, address});
            }
        }
        return bursts.toArray(long[][]::new);
    }

    @Test
    void anAnswerThatNobodyAskedForIsAFault() {
        for (AxiSlave.Fault kind : List.of(AxiSlave.Fault.READ_UNASKED, AxiSlave.Fault.WRITE_UNASKED)) {
            byte[] image = new byte[RandomTransfers.MEMORY_BYTES];
            HardwareSpec.Port port = SPEC.port();
            AxiSlave slave = new AxiSlave(
                    image, port.beatBytes(), port.maxBurstBytes(), new FixedMemory(5, port.beatBytes()), 0, 3);
            try (MemoryBench bench = new MemoryBench(SPEC, slave)) {
                RandomTransfers.openWindows(bench);
                bench.timeout(TIMEOUT);
                Scratchpads pads = new Scratchpads(SPEC);
                bench.fillStore(pads, new Random(4));
                slave.misbehave(kind, 0);
                bench.run(5);
                assertEquals(1, bench.faults.size(), kind.toString());
                assertEquals(
                        FaultCode.BUS_PROTOCOL.number(), bench.faults.getFirst().code(), kind.toString());
                CleanJob.recover(bench, TIMEOUT, kind.toString());
                slave.release();
                CleanJob.run(bench, SPEC, new RandomTransfers(SPEC, new Random(6)), pads, kind.toString());
            }
        }
    }
}
