package dev.hwc.ir.hw;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hwc.ir.IrException;
import dev.hwc.ir.numerics.BlockMatrix;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

class HardwareSpecTest {
    static final List<String> PRESETS = HardwareSpecs.NAMES;

    private static final String YAML = """
        name: mine
        clockMhz: 200
        array: {rows: 8, columns: 16, accumulatorSlots: 4}
        vectorLanes: 16
        buffers:
          weightKib: 64
          activationKib: 128
          outputKib: 128
          vectorKib: 128
          loadKib: 64
          storeKib: 32
          instructions: 2048
        port: {beatBytes: 8, maxBurstBytes: 512, outstandingReads: 8, outstandingWrites: 4}
        memory: {kind: fixed, latencyCycles: 40, bytesPerCycle: 8}
        """;

    @ParameterizedTest
    @FieldSource("PRESETS")
    void presetsLoad(String name) {
        HardwareSpec preset = HardwareSpecs.preset(name);
        assertEquals(name, preset.name());
        String size = preset.array().rows() + "x" + preset.array().columns();
        assertTrue(name.equals("aim-only") || name.split("\\+", -1)[0].endsWith(size), name);
        assertEquals(HardwareSpecs.PIM_PRESETS.contains(name), preset.pim() != null, name);
        assertEquals(preset, HardwareSpecs.find(name));
    }

    @Test
    void presetsHaveDifferentHashes() {
        Set<String> hashes = new HashSet<>();
        PRESETS.forEach(name -> hashes.add(HardwareSpecs.preset(name).hash()));
        assertEquals(PRESETS.size(), hashes.size());
    }

    @Test
    void derivedSizesOfEdge16x16() {
        HardwareSpec edge = HardwareSpecs.preset("edge-16x16");
        assertEquals(256, edge.array().macsPerCycle());
        assertEquals(256, edge.weightUnits());
        assertEquals(256, edge.activationBlocks());
        assertEquals(64, edge.wordBytes());
        assertEquals(2048, edge.outputWords());
        assertEquals(2048, edge.vectorWords());
        assertEquals(1024, edge.loadWords());
        assertEquals(512, edge.storeWords());
        assertEquals(32, edge.weightGroup(BlockMatrix.Format.I8));
        assertEquals(32, edge.weightGroup(BlockMatrix.Format.I4));
        assertEquals(64, edge.weightGroup(BlockMatrix.Format.TERNARY));
        assertEquals(32, edge.headGroup());
        HardwareSpec large = HardwareSpecs.preset("npu-128x128"); // beats of 64 bytes
        assertEquals(64, large.weightGroup(BlockMatrix.Format.I8));
        assertEquals(128, large.weightGroup(BlockMatrix.Format.I4));
        assertEquals(256, large.weightGroup(BlockMatrix.Format.TERNARY));
        assertEquals(128, large.activationFill());
        assertEquals(64, large.headGroup());
    }

    @Test
    void readsAFile(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("mine.yaml"), YAML);
        HardwareSpec mine = HardwareSpecs.find(file.toString());
        assertEquals(HardwareSpecs.parse(YAML, "text"), mine);
        assertEquals(8, mine.array().rows());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "tiny-4x5 | hardware preset 'tiny-4x5' is unknown; did you mean 'tiny-4x4'?; presets: ",
                "npu32x32 | hardware preset 'npu32x32' is unknown; did you mean 'npu-32x32'?; presets: ",
                "gpu | hardware preset 'gpu' is unknown; presets: ",
            })
    void unknownPresetsNameTheNearest(String name, String start) {
        String message = start + " tiny-4x4, edge-8x8, edge-16x16, npu-32x32, npu-128x128, edge-16x16+lpddr5-pim, "
                + "npu-32x32+lpddr5-pim, npu-128x128+hbm2-pim, aim-only";
        assertEquals(message, message(() -> HardwareSpecs.preset(name)));
        assertEquals(message, message(() -> HardwareSpecs.find(name)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "vectorLanes: 16 | vectorLanes: 17 | /vectorLanes",
                "vectorLanes: 16 | vectorLanes: wide | /vectorLanes",
                "vectorLanes: 16 | vectorLanes: 16.5 | /vectorLanes",
                "vectorLanes: 16 | lanes: 16 | lanes",
                "clockMhz: 200 | clockMhz: 0 | /clockMhz",
                "clockMhz: 200 | clockMhz: 99999999999999999999 | /clockMhz",
                "clockMhz: 200 | clockMhz: null | /clockMhz",
                "clockMhz: 200 | clockMhz: [200] | /clockMhz",
                "name: mine | name: Mine! | /name",
                "name: mine | name: 5 | /name",
                "rows: 8 | rows: 12 | /array/rows",
                "rows: 8 | rows: 8, depth: 3 | /array",
                "{rows: 8, columns: 16, accumulatorSlots: 4} | big | /array",
                "accumulatorSlots: 4 | accumulatorSlots: 17 | /array/accumulatorSlots",
                "kind: fixed | kind: ddr9 | /memory/kind",
                "latencyCycles: 40, bytesPerCycle: 8 | bytesPerCycle: 8 | latencyCycles",
                "kind: fixed, latencyCycles: 40, bytesPerCycle: 8 | kind: ddr4-3200, channels: 3 | /memory/channels",
                "memory: {kind: fixed, latencyCycles: 40, bytesPerCycle: 8} | colour: blue | memory",
                "vectorLanes: 16 | 'vectorLanes: 16\nscratchpads: {ecc: parity}' | /scratchpads/ecc",
                "vectorLanes: 16 | 'vectorLanes: 16\nscratchpads: {}' | /scratchpads",
                "vectorLanes: 16 | 'vectorLanes: 16\nscratchpads: secded' | /scratchpads",
            })
    void namesTheKeyThatIsWrong(String from, String to, String key) {
        assertTrue(YAML.contains(from));
        String message = message(() -> HardwareSpecs.parse(YAML.replace(from, to), "mine.yaml"));
        assertTrue(message.startsWith("mine.yaml: "), message);
        assertTrue(message.contains(key), message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "beatBytes: 8 | beatBytes: 32 | port.beatBytes 32 exceeds array.columns 16",
                "bytesPerCycle: 8 | bytesPerCycle: 9 | memory.bytesPerCycle is 9, allowed 1..8",
                "maxBurstBytes: 512 | maxBurstBytes: 4096 | port.maxBurstBytes 4096 needs more than the 256 beats",
                "weightKib: 64 | weightKib: 65536 | buffers.weightKib 65536 has 262144 addressable units; at most"
                        + " 65536",
                "activationKib: 128 | activationKib: 1 | buffers.activationKib 1 has 4 addressable units; at least 8",
                "columns: 16 | columns: 8 | vectorLanes 16 exceeds array.columns 8",
                "kind: fixed | kind: ideal | memory.kind ideal needs latencyCycles 1 and bytesPerCycle",
                "kind: fixed | kind: ddr4-3200 | memory.latencyCycles and memory.bytesPerCycle do not go with",
                "bytesPerCycle: 8 | bytesPerCycle: 8, channels: 2 | memory.channels 2 needs a memory.kind of DRAM",
            })
    void namesValuesThatDoNotFitTogether(String from, String to, String expected) {
        assertTrue(YAML.contains(from));
        String message = message(() -> HardwareSpecs.parse(YAML.replace(from, to), "mine.yaml"));
        assertTrue(message.startsWith("mine.yaml: hardware 'mine': "), message);
        assertTrue(message.contains(expected), message);
    }

    @Test
    void listsAllProblemsInOneLine() {
        String keys = YAML.replace("rows: 8", "rows: 12")
                .replace("clockMhz: 200", "clockMhz: fast")
                .replace("storeKib", "storeKb");
        String message = message(() -> HardwareSpecs.parse(keys, "mine.yaml"));
        for (String part : List.of("/array/rows", "/clockMhz", "storeKib", "storeKb")) {
            assertTrue(message.contains(part), message);
        }
        String values = YAML.replace("beatBytes: 8", "beatBytes: 32").replace("bytesPerCycle: 8", "bytesPerCycle: 33");
        String second = message(() -> HardwareSpecs.parse(values, "mine.yaml"));
        assertTrue(second.contains("port.beatBytes 32") && second.contains("memory.bytesPerCycle is 33"), second);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "42",
                "[]",
                "mine",
                "{",
                "name: mine\n\tclockMhz: 200",
                "name: !!javax.script.ScriptEngineManager [a]",
                "a: &a [x, x]\nb: &b [*a, *a]\nname: *b",
                "# only a comment"
            })
    void refusesWhatIsNoDescription(String text) {
        String message = message(() -> HardwareSpecs.parse(text, "mine.yaml"));
        assertTrue(message.startsWith("mine.yaml: "), message);
    }

    @Test
    void refusesDuplicateKeys() {
        for (String twice : List.of("clockMhz: 300\n", "memory: {kind: fixed, latencyCycles: 1, bytesPerCycle: 1}\n")) {
            String message = message(() -> HardwareSpecs.parse(YAML + twice, "mine.yaml"));
            assertTrue(
                    message.startsWith("mine.yaml: ")
                            && message.toLowerCase(java.util.Locale.ROOT).contains("duplicate"),
                    message);
        }
        String inner = YAML.replace("rows: 8", "rows: 8, rows: 8");
        String message = message(() -> HardwareSpecs.parse(inner, "mine.yaml"));
        assertTrue(message.toLowerCase(java.util.Locale.ROOT).contains("duplicate"), message);
    }

    @Test
    void refusesASecondDocument() {
        String message = message(() -> HardwareSpecs.parse(YAML + "---\n" + YAML, "mine.yaml"));
        assertTrue(message.startsWith("mine.yaml: "), message);
    }

    @Test
    void refusesHugeAndMissingFiles(@TempDir Path folder) throws IOException {
        Path huge = Files.writeString(folder.resolve("huge.yaml"), YAML + "#".repeat(64 * 1024));
        String message = message(() -> HardwareSpecs.read(huge));
        assertTrue(message.contains(huge.toString()) && message.endsWith("bytes; at most 65536"), message);
        Path none = folder.resolve("none.yaml");
        assertTrue(message(() -> HardwareSpecs.find(none.toString())).contains("cannot be read"));
        Path binary = Files.write(folder.resolve("binary.yml"), new byte[] {(byte) 0xFF, (byte) 0xFE, 0, (byte) 0x80});
        assertTrue(message(() -> HardwareSpecs.find(binary.toString())).contains("binary.yml"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "clockMhz: 200 | clockMhz: 201",
                "rows: 8 | rows: 16",
                "columns: 16 | columns: 32",
                "accumulatorSlots: 4 | accumulatorSlots: 5",
                "vectorLanes: 16 | vectorLanes: 8",
                "weightKib: 64 | weightKib: 65",
                "activationKib: 128 | activationKib: 129",
                "outputKib: 128 | outputKib: 129",
                "vectorKib: 128 | vectorKib: 129",
                "loadKib: 64 | loadKib: 65",
                "storeKib: 32 | storeKib: 33",
                "instructions: 2048 | instructions: 2049",
                "maxBurstBytes: 512 | maxBurstBytes: 256",
                "outstandingReads: 8 | outstandingReads: 9",
                "outstandingWrites: 4 | outstandingWrites: 5",
            })
    void hashChangesWithEveryPartThatProgramsDependOn(String from, String to) {
        assertTrue(YAML.contains(from));
        assertNotEquals(hash(YAML), hash(YAML.replace(from, to)));
    }

    @Test
    void hashChangesWithTheBeat() {
        String narrow = YAML.replace("beatBytes: 8", "beatBytes: 4").replace("bytesPerCycle: 8", "bytesPerCycle: 4");
        assertNotEquals(hash(YAML), hash(narrow));
    }

    @Test
    void hashDoesNotChangeWithNameAndMemory() {
        assertEquals(hash(YAML), hash(YAML.replace("name: mine", "name: yours")));
        assertEquals(hash(YAML), hash(YAML.replace("latencyCycles: 40", "latencyCycles: 41")));
        HardwareSpec spec = HardwareSpecs.parse(YAML, "text");
        HardwareSpec ideal = spec.withMemory(spec.idealMemory());
        assertEquals(spec.hash(), ideal.hash());
        assertEquals("ideal", ideal.memory().kind());
        assertTrue(spec.hash().matches("[0-9a-f]{32}"));
    }

    @Test
    void scratchpadsHaveNoCheckBitsUnlessAskedFor() {
        HardwareSpec plain = HardwareSpecs.parse(YAML, "text");
        assertFalse(plain.scratchpads().secded());
        assertEquals(plain, HardwareSpecs.parse(YAML + "scratchpads: {ecc: none}\n", "text"));
        HardwareSpec secded = HardwareSpecs.parse(YAML + "scratchpads: {ecc: secded}\n", "text");
        assertTrue(secded.scratchpads().secded());
        assertEquals(secded, plain.withScratchpads(HardwareSpec.Scratchpads.SECDED));
        assertEquals(secded.withMemory(secded.idealMemory()).scratchpads(), secded.scratchpads());
    }

    @Test
    void hashOfHardwareWithoutCheckBitsIsThatFromBeforeThereWereAny() {
        assertEquals(
                "3a381848db78252587fa4163d2890881",
                HardwareSpecs.preset("tiny-4x4").hash());
        assertNotEquals(hash(YAML), hash(YAML + "scratchpads: {ecc: secded}\n"));
    }

    @Test
    void elementsMultiplyUnlessAskedToBeGated() {
        HardwareSpec plain = HardwareSpecs.parse(YAML, "text");
        assertFalse(plain.array().gated());
        assertEquals(plain, HardwareSpecs.parse(elements("multiply"), "text"));
        HardwareSpec gated = HardwareSpecs.parse(elements("gated"), "text");
        assertTrue(gated.array().gated());
        assertEquals(gated, plain.withArray(plain.array().withElements(HardwareSpec.Array.GATED)));
    }

    @Test
    void hashOfHardwareWhoseElementsMultiplyIsThatFromBeforeThereWasAChoice() {
        assertEquals(
                "e79c7dc01217d53e2477429f72548571",
                HardwareSpecs.preset("edge-8x8").hash());
        assertEquals(hash(YAML), hash(elements("multiply")));
        assertNotEquals(hash(YAML), hash(elements("gated")));
    }

    @Test
    void refusesUnknownElementsInOneLine() {
        HardwareSpec plain = HardwareSpecs.parse(YAML, "text");
        String built = message(() -> plain.withArray(plain.array().withElements("ternary")));
        assertTrue(built.contains("array.elements 'ternary' is unknown; allowed: multiply, gated"), built);
        String read = message(() -> HardwareSpecs.parse(elements("ternary"), "mine.yaml"));
        assertTrue(read.startsWith("mine.yaml: /array/elements "), read);
        assertTrue(read.contains("multiply") && read.contains("gated"), read);
        assertEquals(1, read.lines().count(), read);
    }

    private static String elements(String elements) {
        return YAML.replace("accumulatorSlots: 4", "accumulatorSlots: 4, elements: " + elements);
    }

    @Test
    void refusesAnUnknownCode() {
        HardwareSpec plain = HardwareSpecs.parse(YAML, "text");
        String message = message(() -> plain.withScratchpads(new HardwareSpec.Scratchpads("parity")));
        assertTrue(message.contains("scratchpads.ecc 'parity' is unknown; allowed: none, secded"), message);
    }

    @Test
    void devicesBehindCxlHaveTheLinkOfCentUnlessAnotherIsSaid() {
        HardwareSpec.Pim own = pim("{device: gddr6-aim, channels: 32}");
        assertEquals(1, own.devices());
        HardwareSpec.Pim four = pim("{device: gddr6-aim, channels: 32, cxl: {devices: 4}}");
        assertEquals(new HardwareSpec.Cxl(4, 8, 64, 256, 25, 20), four.cxl());
        assertEquals("4 devices behind CXL, each of 32 channels of gddr6-aim", four.description());
        HardwareSpec.Pim slow =
                pim("{device: gddr6-aim, channels: 32, cxl: {devices: 4, lanes: 4, gigatransfers: 32}}");
        assertEquals(new HardwareSpec.Cxl(4, 4, 32, 256, 25, 20), slow.cxl());
        assertNotEquals(
                hash(YAML + "pim: {device: gddr6-aim, channels: 32}\n"),
                hash(YAML + "pim: {device: gddr6-aim, channels: 32, cxl: {devices: 1}}\n"));
    }

    /** As it was before there were links; programs of hardware with memory that computes keep running. */
    @Test
    void hashOfChannelsWithoutALinkIsThatFromBefore() {
        assertEquals(
                "1b14bdc014ba1ca03f2f3b3e13a997b7",
                HardwareSpecs.preset("aim-only").hash());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{devices: 0}",
                "{devices: 65}",
                "{lanes: 8}",
                "{devices: 2, lanes: 17}",
                "{devices: 2, ports: 3}"
            })
    void impossibleLinksAreRefused(String link) {
        String message = String.valueOf(
                assertThrows(IrException.class, () -> pim("{device: gddr6-aim, channels: 32, cxl: " + link + "}"))
                        .getMessage());
        assertTrue(message.contains("/pim/cxl"), message);
    }

    private static HardwareSpec.Pim pim(String text) {
        return Objects.requireNonNull(
                HardwareSpecs.parse(YAML + "pim: " + text + "\n", "text").pim());
    }

    private static String hash(String yaml) {
        return HardwareSpecs.parse(yaml, "text").hash();
    }

    private static String message(Runnable action) {
        String message =
                String.valueOf(assertThrows(IrException.class, action::run).getMessage());
        assertEquals(1, message.lines().count(), message);
        return message;
    }

    @Test
    void aDramNeedsNoLatencyAndHasOneChannelUnlessSaid() {
        String fixed = "kind: fixed, latencyCycles: 40, bytesPerCycle: 8";
        HardwareSpec one = HardwareSpecs.parse(YAML.replace(fixed, "kind: lpddr5-6400"), "mine.yaml");
        assertEquals(HardwareSpec.MemorySpec.dram("lpddr5-6400", 1), one.memory());
        HardwareSpec two = HardwareSpecs.parse(YAML.replace(fixed, "kind: lpddr5-6400, channels: 2"), "mine.yaml");
        assertEquals(2, two.memory().channels());
        assertTrue(two.memory().isDram());
        // the port's two directions of 8 bytes at 200 MHz are less than 12.8 GB/s
        assertEquals(16.0, one.memoryBytesPerCycle());
        assertEquals(8.0, HardwareSpecs.parse(YAML, "mine.yaml").memoryBytesPerCycle());
        assertEquals(12.8e9, MemoryNames.peakBytesPerSecond("lpddr5-6400"));
    }
}
