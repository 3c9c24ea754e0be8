package dev.hwc.rtl.synth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hwc.ir.hw.HardwareSpec;
import dev.hwc.ir.hw.HardwareSpecs;
import dev.hwc.rtl.harness.RequiresSynthesis;
import dev.hwc.rtl.harness.Tools;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@RequiresSynthesis
class SynthesisTest {
    private static final HardwareSpec TINY = HardwareSpecs.preset("tiny-4x4");

    @TempDir
    private Path folder = Path.of("");

    @ParameterizedTest
    @EnumSource(names = {"XILINX", "ECP5"})
    void everyMultiplyAccumulateOfTheArrayTakesOneMultiplierBlock(Target target) {
        Synthesis array = Synthesis.run("SystolicArray", TINY, target, folder);
        assertEquals(TINY.array().rows() * TINY.array().columns(), array.area().dsps(), "of " + array.blocks());
        Block element = array.blocks().stream()
                .filter(block -> block.module().equals("ProcessingElement"))
                .findFirst()
                .orElseThrow();
        assertEquals(16, element.instances());
        assertEquals(1, element.whole().dsps());
    }

    @ParameterizedTest
    @EnumSource(names = {"XILINX", "ECP5"})
    void aBlockOfModulesInModulesIsCountedOnce(Target target) {
        Synthesis fetch = Synthesis.run("ProgramFetch", TINY, target, folder);
        Block whole = fetch.blocks().stream()
                .filter(block -> block.module().equals("ProgramFetch"))
                .findFirst()
                .orElseThrow();
        assertTrue(fetch.blocks().size() > 3, "modules: " + fetch.blocks());
        assertEquals(whole.whole(), fetch.area());
    }

    /** Scale times sum, offset times the sum of activations, and the activations' scale with up to 24 bits. */
    @Test
    void aScaleLaneTakesFourMultiplierBlocksOnXilinx() {
        Synthesis term = Synthesis.run("BlockTerm", TINY, Target.XILINX, folder);
        assertEquals(4, term.area().dsps(), "of " + term.blocks());
    }

    @Test
    void aPairOfElementsWithACommonWeightTakesOneMultiplierBlockOnXilinx() throws IOException {
        try (InputStream pair = SynthesisTest.class.getResourceAsStream("packed-pair.v")) {
            Files.write(
                    folder.resolve("packed-pair.v"),
                    Objects.requireNonNull(pair).readAllBytes());
        }
        Tools.run(
                folder,
                List.of(
                        "yosys",
                        "-q",
                        "-p",
                        "read_verilog -sv packed-pair.v; " + Target.XILINX.command()
                                + " -top packed_pair; write_json pair.json"));
        try (Reader netlist = Files.newBufferedReader(folder.resolve("pair.json"))) {
            Hierarchy pair = new Hierarchy(Target.XILINX, netlist, "pair.json");
            assertEquals(1, pair.below("packed_pair").getFirst().whole().dsps());
        }
    }

    @Test
    void anElementIsPlacedAndRoutedOnIce40() {
        Synthesis element = Synthesis.run("ProcessingElement", TINY, Target.ICE40, folder);
        Area area = element.area();
        assertEquals(0, area.dsps());
        assertTrue(area.luts() > 64 && area.luts() < 250, "a multiplier of 8x8 in LUTs: " + area);
        Placement placement = element.placement();
        assertEquals("", placement.note());
        assertTrue(placement.fmaxMhz().orElseThrow() > 20, "clock rate " + placement.fmaxMhz());
        // The frame's registers for 17 inputs and 36 outputs come on top.
        assertTrue(placement.logicCells().orElseThrow() >= area.luts() + 17, placement + " for " + area);
    }

    @ParameterizedTest
    @EnumSource
    void memoriesOfSynchronousReadsBecomeBlockRam(Target target) {
        Synthesis buffer = Synthesis.run("OutputBuffer", TINY, target, folder);
        // 16 KiB; blocks of 18 Kbit hold 16 Kbit without their parity bits, those of iCE40 4 Kbit.
        long blocks = target == Target.ICE40 ? 32 : 8;
        assertTrue(
                buffer.area().blockRams() >= blocks && buffer.area().blockRams() <= 2 * blocks,
                target + ": " + buffer.area());
        assertTrue(buffer.area().flipFlops() < 1000, target + ": " + buffer.area());
    }
}
