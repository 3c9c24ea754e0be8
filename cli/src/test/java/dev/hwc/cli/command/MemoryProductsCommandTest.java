package dev.hwc.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hwc.cli.Run;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** Hardware with memory that computes, through the commands. */
class MemoryProductsCommandTest {
    private static final String HARDWARE = "edge-16x16+lpddr5-pim";

    @TempDir
    private Path folder;

    private static JsonNode generate(String hardware, String... more) {
        String[] args = {"generate", "demo", "-p", "Once upon a time", "-n", "6", "--logits", "5", "--hw", hardware};
        String[] all = new String[args.length + more.length];
        System.arraycopy(args, 0, all, 0, args.length);
        System.arraycopy(more, 0, all, args.length, more.length);
        return Run.json(all);
    }

    @Test
    void whereProductsAreComputedChangesTimeAndNoLogit() {
        JsonNode plain = generate("edge-16x16");
        JsonNode cheapest = generate(HARDWARE);
        JsonNode array = generate(HARDWARE, "--products", "array");
        for (JsonNode run : new JsonNode[] {cheapest, array}) {
            assertEquals(plain.get("tokens"), run.get("tokens"));
            assertEquals(plain.get("steps"), run.get("steps"));
            assertTrue(run.get("memoryMillijoulesPerToken").asDouble() > 0);
        }
        assertTrue(plain.get("memoryMillijoulesPerToken").isNull(), "no commands, no energy");
        assertFalse(plain.has("placement"));
        long fast = cheapest.get("decodeCycles").get(3).asLong();
        long slow = array.get("decodeCycles").get(3).asLong();
        assertTrue(fast < slow, fast + " and " + slow);
    }

    @Test
    void everyChoiceIsExplained() {
        JsonNode placement =
                Run.json("compile", "demo", "--hw", HARDWARE, "--context", "64").get("placement");
        assertEquals(6, placement.size());
        for (JsonNode choice : placement) {
            long here = choice.get("stepCycles").asLong();
            assertTrue(here > 0 && choice.get("otherStepCycles").asLong() >= here, choice.toString());
            assertTrue(choice.get("reason")
                    .asString()
                    .startsWith(choice.get("engine").asString().equals("pim") ? "in memory" : "on the array"));
        }
        assertTrue(Run.good("compile", "demo", "--hw", HARDWARE, "--context", "64")
                .out()
                .contains("- gate_up in memory: on the array the step takes"));
    }

    @Test
    void benchHasEnergyBoundAndChoices() {
        JsonNode result = Run.json("bench", "shape:stories15m@q8_0", "--hw", HARDWARE, "-p", "0", "-n", "2");
        JsonNode row = result.get("rows").get(0);
        assertTrue(row.get("memoryMillijoulesPerToken").asDouble() > 0);
        double percent = row.get("rooflinePercent").asDouble();
        assertTrue(percent > 0 && percent <= 100, "roofline " + percent);
        assertEquals(6, result.get("placement").size());
        assertEquals(4, result.get("tables").size());
    }

    @ParameterizedTest
    @CsvSource({
        "generate demo -p a -n 1 --backend rtl --hw edge-16x16+lpddr5-pim, back end rtl has no memory that computes",
        "generate demo -p a -n 1 --products memory --hw edge-16x16, hardware edge-16x16 has no memory that computes",
        "bench demo --products memor --hw aim-only, did you mean 'memory'",
    })
    void refusesWhatIsNotThere(String command, String message) {
        assertTrue(Run.fails(2, command.split(" ")).contains(message));
    }

    @Test
    void anImageHoldsNoProductsInMemory() {
        Path image = folder.resolve("demo.hwx");
        String line = Run.fails(2, "compile", "demo", "--hw", HARDWARE, "--context", "64", "-o", image.toString());
        assertTrue(line.contains("--products array"), line);
        assertFalse(Files.exists(image));
        Run.good("compile", "demo", "--hw", HARDWARE, "--context", "64", "--products", "array", "-o", image.toString());
        assertTrue(Files.exists(image));
    }

    @Test
    void aModelTooLargeForTheChannelsIsRefused() throws java.io.IOException {
        Path small = folder.resolve("small.yaml");
        Files.writeString(small, """
                name: small
                clockMhz: 1000
                array: {rows: 32, columns: 32, accumulatorSlots: 8}
                vectorLanes: 32
                buffers: {weightKib: 256, activationKib: 1024, outputKib: 512, vectorKib: 512, loadKib: 256, storeKib: 128, instructions: 2048}
                port: {beatBytes: 16, maxBurstBytes: 1024, outstandingReads: 16, outstandingWrites: 8}
                memory: {kind: fixed, latencyCycles: 80, bytesPerCycle: 16}
                pim: {device: hbm2-pim, channels: 1}
                """);
        String line = Run.fails(2, "bench", "shape:llama-2-7b@q4_0", "--hw", small.toString(), "-p", "0", "-n", "1");
        assertTrue(line.contains("rows of each bank of 1 channels of hbm2-pim"), line);
    }
}
