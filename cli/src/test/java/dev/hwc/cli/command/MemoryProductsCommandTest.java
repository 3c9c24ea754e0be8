package dev.hwc.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hwc.cli.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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
    void anImageRunsAsTheModel() throws IOException {
        Path image = folder.resolve("demo.hwx");
        Run.good("compile", "demo", "--hw", HARDWARE, "--context", "64", "--steps", "1,5", "-o", image.toString());
        String[] run = {"--hw", HARDWARE, "--tokens", "1,403,407,261,378", "-n", "5", "--logits", "3"};
        JsonNode expected = Run.json(with("demo", run));
        JsonNode found = Run.json(with(image.toString(), run));
        for (String field : List.of(
                "hardware",
                "backend",
                "promptTokens",
                "tokens",
                "steps",
                "prefillCycles",
                "decodeCycles",
                "clockMhz",
                "modelledTokensPerSecond",
                "memoryMillijoulesPerToken",
                "placement")) {
            assertEquals(expected.get(field), found.get(field), field);
        }
        assertTrue(found.get("text").isNull(), "an image has no tokenizer");
        byte[] bytes = Files.readAllBytes(image);
        bytes[bytes.length / 2] ^= 1;
        Files.write(image, bytes);
        assertTrue(Run.fails(2, with(image.toString(), run)).contains("the image is damaged"));
    }

    private static String[] with(String model, String... more) {
        String[] all = new String[more.length + 2];
        all[0] = "generate";
        all[1] = model;
        System.arraycopy(more, 0, all, 2, more.length);
        return all;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "generate none.hwx -p a; none.hwx is a program image and has no tokenizer",
                "generate none.hwx --tokens 1 --report r.html; --report needs the model",
                "generate none.hwx --tokens 1 --products array; --products was decided when none.hwx was compiled",
                "generate none.hwx --tokens 1 --backend reference; use --backend sim or rtl",
                "generate none.hwx --tokens 1; none.hwx does not exist; compile a model with -o to make it",
                "bench none.hwx --hw edge-8x8; none.hwx is a program image; this command takes a model",
                "compile demo --hw edge-8x8 --steps 1; --steps are those of an image",
                "compile demo --hw edge-8x8 --context 64 --steps 0,1 -o none.hwx; --steps has 0; a step has 1..",
            })
    void imagesAreRefusedWhereAModelIsNeeded(String command, String message) {
        String line = Run.fails(2, command.split(" "));
        assertTrue(line.contains(message), line);
        assertFalse(Files.exists(Path.of("none.hwx")));
    }

    @Test
    void aModelTooLargeForTheChannelsIsRefused() throws IOException {
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
