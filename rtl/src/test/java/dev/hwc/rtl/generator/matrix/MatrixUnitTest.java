package dev.hwc.rtl.generator.matrix;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hwc.ir.hw.HardwareSpec;
import dev.hwc.ir.hw.HardwareSpecs;
import dev.hwc.ir.isa.FaultCode;
import dev.hwc.ir.numerics.BlockMatrix.Format;
import dev.hwc.rtl.Campaign;
import dev.hwc.rtl.generator.ExpectedFault;
import dev.hwc.rtl.harness.RequiresVerilator;
import dev.hwc.rtl.harness.RtlModel;
import dev.hwc.sim.systolic.DeviceFault;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The matrix engine against schedule and reference: bits, cycles (timing.md T12 to T14), saturated terms and faults. */
@RequiresVerilator
class MatrixUnitTest {
    private static final HardwareSpec TINY = HardwareSpecs.preset("tiny-4x4");

    @ParameterizedTest
    @ValueSource(strings = {"tiny-4x4", "edge-8x8", "edge-16x16"})
    void randomJobsGiveTheBitsAndCyclesOfTheSpecification(String preset) {
        agree(HardwareSpecs.preset(preset), Campaign.cases(200, 2_000), 1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"tiny-4x4", "edge-8x8", "edge-16x16"})
    void randomProductsOfMatricesAndVectorsGiveTheBitsOfTheReference(String preset) {
        products(HardwareSpecs.preset(preset), Campaign.cases(500, 2_000), 2);
    }

    @Test
    void gatedElementsGiveTheSameAndCountTheirWeights() {
        HardwareSpec spec = TINY.withArray(TINY.array().withElements(HardwareSpec.Array.GATED));
        agree(spec, Campaign.cases(200, 2_000), 12);
        products(spec, Campaign.cases(300, 2_000), 13);
    }

    @Test
    void rowsOfSeveralWordsAreRotatedToTheirBanks() {
        agree(sized(4, 16, 4, 3), Campaign.cases(100, 1_000), 4);
    }

    @Test
    void arraysOfMoreThan32RowsHaveALaneForEachGroup() {
        agree(sized(64, 4, 4, 2), Campaign.cases(30, 2_000), 5);
        products(sized(64, 4, 4, 2), Campaign.cases(50, 2_000), 6);
    }

    @Test
    @EnabledIfSystemProperty(named = "hwc.campaign", matches = "true") // minutes of building
    void arraysOf128RowsHaveFourLanes() {
        agree(sized(128, 4, 4, 2), 500, 11);
        products(sized(128, 4, 4, 2), 500, 11);
    }

    @Test
    @EnabledIfSystemProperty(named = "hwc.campaign", matches = "true") // a minute of building
    void anArrayWithOneSlotAndWideRowsAgrees() {
        agree(sized(8, 4, 4, 1), 1_000, 6);
    }

    @Test
    @EnabledIfSystemProperty(named = "hwc.campaign", matches = "true") // minutes of building
    void jobsAndProductsOn32x32GiveTheBitsAndCyclesOfTheSpecification() {
        agree(HardwareSpecs.preset("npu-32x32"), 500, 7);
        products(HardwareSpecs.preset("npu-32x32"), 500, 7);
    }

    @Test
    void blocksBeyondTheActivationBufferAreAFault() {
        int size = TINY.activationBlocks();
        faults(matmul(size - 1, 0, 2), 0, 0, size - 1);
        faults(matmul(size, 0, 1), 0, 0, size);
        faults(matmul(0, 0, 0), 0, 1L << 39, 0);
        faults(matmul(3, 0, 1), 1L << 17, 0, (1L << 17) + 3);
    }

    @Test
    void upToHalfOfTheRowsReachTwoBanksAndOneRowMoreDoesNot() {
        int size = TINY.activationBlocks();
        faults(matmul(2 * size - 1, 0, 2, 2), 0, 0, 2 * size - 1);
        faults(matmul(2 * size, 0, 1, 1), 0, 0, 2 * size);
        faults(matmul(size - 1, 0, 2, 3), 0, 0, size - 1);
        faults(matmul(size, 0, 1, 3), 0, 0, size);
    }

    @Test
    void unitsBeyondTheWeightBufferAreAFaultOfTheirOwnAddress() {
        faults(matmul(0, TINY.weightUnits() - 1, 1), 0, 0, TINY.weightUnits() - 1);
        faults(matmul(0, TINY.weightUnits(), 1), 0, 0, TINY.weightUnits());
    }

    @Test
    void wordsBeyondTheOutputBufferAreAFault() {
        int size = TINY.outputWords();
        faults(emit(size - 3, 1, 4), 0, 0, size - 3);
        faults(emit(0, 16383, 2), 0, 0, 0);
        faults(emit(size, 0, 1), 0, 0, size);
    }

    @Test
    void randomAddressesBeyondTheBuffersAreTheSimulatorsFaultsAndTheNextJobAgrees() {
        int cases = Campaign.cases(100, 2_500);
        Random random = new Random(10);
        ExpectedFault rules = new ExpectedFault(TINY, List.of());
        try (RtlModel model = RtlModel.open("MatrixUnit", TINY)) {
            MatrixDriver driver = new MatrixDriver(model, TINY, random);
            int faults = 0;
            while (faults < cases) {
                MatrixJob.Command command = MatrixJob.stray(TINY, random);
                DeviceFault expected = rules.of(command.simulated());
                if (expected != null) {
                    StreamTable table = new StreamTable(model, 40);
                    MatrixDriver.command(table, 5, command, 7);
                    table.set(39, "io_abort", 1);
                    table.run(model);
                    fault(table, expected.code(), expected.address(), command.toString());
                    clearAll(model, driver);
                    driver.run(MatrixJob.random(TINY, random));
                    faults++;
                }
            }
        }
        Campaign.report("address faults of the matrix engine: " + cases + ", every next job right");
    }

    @Test
    void theLastPlacesOfEveryBufferAreNoFault() {
        try (RtlModel model = RtlModel.open("MatrixUnit", TINY)) {
            MatrixDriver driver = new MatrixDriver(model, TINY, new Random(8));
            int last = TINY.activationBlocks() - 2;
            driver.run(new MatrixJob(List.of(
                    matmul(last, TINY.weightUnits() - 4, 2),
                    matmul(last + TINY.activationBlocks(), TINY.weightUnits() - 4, 2, 2),
                    emit(TINY.outputWords() - 4, 1, 4))));
        }
    }

    @Test
    void afterAnAbortTheNextEmitClearsAndJobsAgreeAgain() {
        try (RtlModel model = RtlModel.open("MatrixUnit", TINY)) {
            Random random = new Random(9);
            MatrixDriver driver = new MatrixDriver(model, TINY, random);
            for (int round = 0; round < Campaign.cases(50, 500); round++) {
                driver.run(MatrixJob.random(TINY, random));
                abort(model, random);
                clearAll(model, driver);
            }
        }
    }

    /** Same outputs, completions and flags in the same cycles, same number of saturated terms. */
    private static void agree(HardwareSpec spec, int jobs, long seed) {
        try (RtlModel model = RtlModel.open("MatrixUnit", spec)) {
            Random random = new Random(seed);
            MatrixDriver driver = new MatrixDriver(model, spec, random);
            for (int job = 0; job < jobs; job++) {
                driver.run(MatrixJob.random(spec, random));
            }
            end(driver, spec);
            assertTrue(driver.saturated() > jobs, "terms must saturate for this to test saturation");
            Campaign.report(spec.name() + ": " + jobs + " random jobs of the matrix engine");
        }
    }

    private static void products(HardwareSpec spec, int count, long seed) {
        try (RtlModel model = RtlModel.open("MatrixUnit", spec)) {
            Random random = new Random(seed);
            MatrixDriver driver = new MatrixDriver(model, spec, random);
            int vectors = 0;
            for (int i = 0; i < count; i++) {
                MatrixProduct product = MatrixProduct.random(spec, random);
                vectors += product.m() == 1 ? 1 : 0;
                driver.run(product.job(spec, random));
            }
            end(driver, spec);
            assertTrue(vectors > count / 4 && vectors < count / 2, vectors + " of " + count + " have one row");
            Campaign.report(spec.name() + ": " + count + " random products, " + vectors + " of one row");
        }
    }

    /** Waits for the last terms and compares how many saturated. */
    private static void end(MatrixDriver driver, HardwareSpec spec) {
        driver.idle(2 * (spec.array().rows() + spec.array().columns()) + 100);
        assertEquals(driver.reference.counters.saturatedTerms(), driver.saturated(), "saturated terms");
        if (spec.array().gated()) {
            assertEquals(driver.reference.zeroMacs, driver.zeroMacs(), "multiply-accumulates by 0");
            assertEquals(driver.reference.unitMacs, driver.unitMacs(), "multiply-accumulates by 1 and -1");
            assertTrue(driver.zeroMacs() > 0 && driver.unitMacs() > 0, "weights of both kinds");
        }
    }

    /** Starts random commands and stops them in the middle. */
    private static void abort(RtlModel model, Random random) {
        int cycles = 10 + random.nextInt(150);
        StreamTable table = new StreamTable(model, cycles + 1);
        MatrixDriver.command(table, 0, matmul(0, 0, 1 + random.nextInt(3)), 0);
        if (cycles > 100) {
            MatrixDriver.command(table, 99, emit(0, 1, 4), 1);
        }
        table.set(cycles - 1, "io_abort", 1);
        table.run(model);
        assertTrue(table.flag(cycles, "io_engine_free") && table.flag(cycles, "io_engine_canEmit"), "idle after abort");
        assertEquals(-1, MatrixDriver.completion(table, cycles, "complete"));
        assertEquals(-1, MatrixDriver.completion(table, cycles, "completeEmit"));
    }

    private static void clearAll(RtlModel model, MatrixDriver driver) {
        for (int slot = 0; slot < TINY.array().accumulatorSlots(); slot++) {
            clear(model, driver, slot);
        }
    }

    private static void clear(RtlModel model, MatrixDriver driver, int slot) {
        MatrixJob.Command emit = new MatrixJob.Command(true, 0, 0, 0, Format.I8, false, 0, 0, 1, 1, slot, 1);
        StreamTable table = new StreamTable(model, 40);
        MatrixDriver.command(table, 1, emit, 0);
        table.set(0, "io_begin", 1);
        table.run(model);
        driver.reference.emit(emit);
    }

    private static void faults(MatrixJob.Command command, long moreAddress, long moreBlocks, long address) {
        try (RtlModel model = RtlModel.open("MatrixUnit", TINY)) {
            StreamTable table = new StreamTable(model, 120);
            MatrixDriver.command(table, 5, command, 7);
            table.set(5, "io_engine_command_activation", command.activation() + moreAddress);
            table.set(5, "io_engine_command_blocks", command.blocks() + moreBlocks);
            table.run(model);
            fault(table, FaultCode.BUFFER, address, command.toString());
        }
    }

    /** The fault of command 7, which started in cycle 5, and nothing but it. */
    private static void fault(StreamTable table, FaultCode code, long address, String what) {
        for (int t = 0; t < table.cycles(); t++) {
            assertEquals(t == 8, table.flag(t, "io_engine_fault_valid"), what + ": fault in cycle " + t);
            assertEquals(-1, MatrixDriver.completion(table, t, "complete"), what);
            assertEquals(-1, MatrixDriver.completion(table, t, "completeEmit"), what);
        }
        assertEquals(code.number(), table.get(8, "io_engine_fault_bits_code"), what);
        assertEquals(7, table.get(8, "io_engine_fault_bits_pc"), what);
        assertEquals(address, table.get(8, "io_engine_fault_bits_address"), what);
    }

    private static MatrixJob.Command matmul(int activation, int weight, int blocks) {
        return matmul(activation, weight, blocks, 4);
    }

    private static MatrixJob.Command matmul(int activation, int weight, int blocks, int m) {
        return new MatrixJob.Command(false, activation, weight, blocks, Format.I8, false, 0, 0, m, 4, 1, 1);
    }

    private static MatrixJob.Command emit(int destination, int stride, int m) {
        return new MatrixJob.Command(true, 0, 0, 0, Format.I8, false, destination, stride, m, 4, 1, 1);
    }

    private static HardwareSpec sized(int rows, int columns, int lanes, int slots) {
        HardwareSpec.Buffers b = TINY.buffers();
        return new HardwareSpec(
                "sized",
                TINY.clockMhz(),
                new HardwareSpec.Array(rows, columns, slots),
                lanes,
                new HardwareSpec.Buffers(
                        b.weightKib(), 32, b.outputKib(), b.vectorKib(), b.loadKib(), b.storeKib(), b.instructions()),
                TINY.port(),
                TINY.memory());
    }
}
