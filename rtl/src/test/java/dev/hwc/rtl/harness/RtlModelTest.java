package dev.hwc.rtl.harness;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hwc.ir.hw.HardwareSpec;
import dev.hwc.ir.hw.HardwareSpecs;
import dev.hwc.rtl.RtlException;
import dev.hwc.rtl.generator.numerics.Fp32Mul;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

@RequiresVerilator
class RtlModelTest {
    private static final HardwareSpec SPEC = HardwareSpecs.preset("tiny-4x4");
    private static final long TWO = 0x40000000;
    private static final long THREE = 0x40400000;
    private static final long SIX = 0x40C00000;
    private static final long NINE = 0x41100000;

    @Test
    void pokeStepPeekGivesAProductAfterItsLatency() {
        try (RtlModel model = open()) {
            model.poke("io_a", TWO);
            model.poke("io_b", THREE);
            model.step(Fp32Mul.Latency() - 1);
            assertEquals(0, model.peek("io_out"));
            model.step(1);
            assertEquals(SIX, model.peek("io_out"));
        }
    }

    @Test
    void streamRecordsBeforeTheClockEdge() {
        try (RtlModel model = open()) {
            long[] table = {TWO, THREE, THREE, THREE, 0, 0, 0, 0, 0, 0};
            long[] results = model.stream(List.of("io_a", "io_b"), table, List.of("io_out"));
            assertArrayEquals(new long[] {0, 0, 0, SIX, NINE}, results);
        }
    }

    @Test
    void instancesOfOneBlockDoNotShareState() {
        try (RtlModel first = open();
                RtlModel second = open()) {
            first.poke("io_a", TWO);
            first.poke("io_b", THREE);
            first.step(Fp32Mul.Latency());
            second.step(Fp32Mul.Latency());
            assertEquals(SIX, first.peek("io_out"));
            assertEquals(0, second.peek("io_out"));
        }
    }

    @Test
    void bitsBeyondAPortsWidthAreIgnored() {
        try (RtlModel model = open()) {
            model.poke("io_a", 0xFFFF_FFFF_0000_0000L | TWO);
            assertEquals(TWO, model.peek("io_a"));
        }
    }

    @Test
    void wrongPortsAreNamedWithTheOnesThereAre() {
        try (RtlModel model = open()) {
            String message = refused(() -> model.poke("a", 1));
            assertTrue(message.contains("'a'") && message.contains("io_a"), message);
            message = refused(() -> model.poke("io_out", 1));
            assertTrue(message.contains("output"), message);
        }
    }

    @Test
    void aTableThatIsNoWholeNumberOfRowsIsRefused() {
        try (RtlModel model = open()) {
            assertThrows(
                    RtlException.class, () -> model.stream(List.of("io_a", "io_b"), new long[3], List.of("io_out")));
        }
    }

    @Test
    void aClosedModelIsRefused() {
        RtlModel model = open();
        model.close();
        assertThrows(RtlException.class, () -> model.step(1));
    }

    @Test
    void anUnknownBlockIsRefusedWithTheBlocksThereAre() {
        String message = refused(() -> RtlModel.open("Fp32Mull", SPEC));
        assertTrue(message.contains("Fp32Mul,") || message.endsWith("Fp32Mul"), message);
    }

    private static String refused(Executable call) {
        return String.valueOf(assertThrows(RtlException.class, call).getMessage());
    }

    private static RtlModel open() {
        return RtlModel.open("Fp32Mul", SPEC);
    }
}
