package dev.hwc.reports.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hwc.reports.ReportException;
import dev.hwc.reports.SampleRun;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunJsonTest {
    private static final String SMALL = RunJson.print(small());

    @TempDir
    Path directory;

    @Test
    void parsesWhatItPrints() {
        RunReport report = SampleRun.report();
        assertEquals(report, RunJson.parse(RunJson.print(report), "run.json"));
    }

    @Test
    void parsesWhatItPrintsForRandomReports() {
        long seed = 20261123L;
        Random random = new Random(seed);
        for (int i = 0; i < 200; i++) {
            RunReport report = random(random);
            assertEquals(report, RunJson.parse(RunJson.print(report), "run.json"), "seed " + seed + ", report " + i);
        }
    }

    @Test
    void readsAFile() throws Exception {
        Path file = Files.writeString(directory.resolve("run.json"), SMALL);
        assertEquals(small(), RunJson.read(file));
    }

    @Test
    void printsFieldsAndMapEntriesInTheirOrder() {
        assertTrue(SMALL.startsWith("{\n  \"hwc\" : \"1\",\n  \"command\" : "), SMALL);
        assertTrue(SMALL.indexOf("\"weight\" : 2") < SMALL.indexOf("\"activation\" : 1"), SMALL);
    }

    @Test
    void leavesOutAbsentEnergy() {
        assertFalse(SMALL.contains("energyMillijoules"));
        assertFalse(SMALL.contains("null"));
    }

    @Test
    void perTokenCyclesMayBeLeftOut() {
        String without = SMALL.replace(",\n    \"perTokenCycles\" : [ ]", "");
        assertFalse(without.equals(SMALL), SMALL);
        assertEquals(small(), RunJson.parse(without, "run.json"));
    }

    @Test
    void rejectsAnUnknownFieldWithPositionAndChoice() {
        String message = error(SMALL.replace("\"clockMhz\" :", "\"speed\" : 1, \"clockMhz\" :"));
        assertTrue(message.matches("run\\.json:\\d+:\\d+: hardware\\.speed: unknown field .*"), message);
        assertTrue(message.contains("unknown field \"speed\"; allowed: arrayCols, arrayRows, "), message);
    }

    @Test
    void rejectsAMissingTextField() {
        String message = error(SMALL.replaceFirst("\"command\" : \"c\",", ""));
        assertTrue(message.endsWith("missing field \"command\""), message);
    }

    @Test
    void rejectsAMissingNumber() {
        String message = error(SMALL.replaceFirst("\"macs\" : 3,", ""));
        assertTrue(message.endsWith(": phases[0].macs: missing or null; a value is needed"), message);
    }

    @Test
    void rejectsAMissingList() {
        String message = error(SMALL.replaceFirst(",\n    \"engines\" : \\[ ]", ""));
        assertTrue(message.endsWith("missing field \"engines\""), message);
    }

    @Test
    void rejectsNumbersOutOfRange() {
        assertTrue(error(SMALL.replace("\"tokens\" : 1", "\"tokens\" : 0"))
                .endsWith("phases[0]: tokens is 0; allowed is 1 or more"));
        assertTrue(error(SMALL.replace("\"clockMhz\" : 500.0", "\"clockMhz\" : -1"))
                .endsWith("hardware: clockMhz is -1.0; allowed is a finite number above 0"));
    }

    @Test
    void rejectsWrongTypes() {
        error(SMALL.replace("\"tokens\" : 1", "\"tokens\" : \"1\""));
        error(SMALL.replace("\"tokens\" : 1", "\"tokens\" : 1.5"));
        error(SMALL.replace("\"tokens\" : 1", "\"tokens\" : null"));
        error(SMALL.replace("\"tokens\" : 1", "\"tokens\" : 99999999999999999999"));
        error(SMALL.replace("\"boundBy\" : \"memory\"", "\"boundBy\" : \"luck\""));
        error(SMALL.replace("\"boundBy\" : \"memory\"", "\"boundBy\" : 1"));
        error(SMALL.replace("\"engines\" : [ ]", "\"engines\" : [ null ]"));
        error(SMALL.replace("\"engines\" : [ ]", "\"engines\" : {}"));
    }

    @Test
    void rejectsADuplicateField() {
        assertTrue(error(SMALL.replace("\"tokens\" : 1", "\"tokens\" : 1, \"tokens\" : 2"))
                .contains("tokens"));
    }

    @Test
    void everyCutOffTextIsOneErrorLineWithPosition() {
        for (int length = 0; length < SMALL.strip().length(); length += 3) {
            String message = error(SMALL.substring(0, length));
            assertTrue(message.startsWith("run.json:"), message);
            assertTrue(message.matches("run\\.json:\\d+:\\d+: .*"), message);
        }
    }

    @Test
    void rejectsTextAfterTheReport() {
        error(SMALL + "{}");
        error("null");
        error("[]");
    }

    @Test
    void namesAFileThatIsNotThere() {
        Path file = directory.resolve("missing.json");
        ReportException e = assertThrows(ReportException.class, () -> RunJson.read(file));
        assertTrue(String.valueOf(e.getMessage()).contains("missing.json"));
    }

    @Test
    void copiesItsLists() {
        List<Long> tokens = new ArrayList<>(List.of(1L));
        Phase phase = phase(tokens, null);
        tokens.add(2L);
        assertEquals(List.of(1L), phase.perTokenCycles());
        assertThrows(
                UnsupportedOperationException.class,
                () -> phase.memoryBytesByContent().put("x", 1L));
    }

    /** The message, after checking that it is one line. */
    private static String error(String json) {
        ReportException e = assertThrows(ReportException.class, () -> RunJson.parse(json, "run.json"), json);
        String message = String.valueOf(e.getMessage());
        assertFalse(message.contains("\n"), message);
        return message;
    }

    private static RunReport small() {
        Map<String, Long> buffers = new LinkedHashMap<>();
        buffers.put("weight", 2L);
        buffers.put("activation", 1L);
        return new RunReport(
                "1",
                "c",
                new ModelInfo("m", "a", 1, 1, Map.of()),
                new HardwareInfo("h", "0", 4, 4, 500, 4, "ideal", 8, buffers),
                "o",
                "m",
                Map.of(),
                List.of(),
                List.of(phase(List.of(), null)));
    }

    private static Phase phase(List<Long> perToken, @Nullable Double energy) {
        return new Phase(
                "p",
                PhaseKind.DECODE,
                1,
                2,
                3,
                4,
                5,
                Map.of(),
                Bound.MEMORY,
                0.1,
                0.5,
                50,
                List.of(),
                List.of(),
                List.of(),
                perToken,
                energy);
    }

    private static RunReport random(Random r) {
        List<Phase> phases = new ArrayList<>();
        for (int i = r.nextInt(3); i > 0; i--) {
            phases.add(randomPhase(r));
        }
        List<TableUse> tables = List.of(new TableUse(text(r), text(r), text(r), r.nextBoolean() ? text(r) : null));
        return new RunReport(
                text(r),
                text(r),
                new ModelInfo(text(r), text(r), count(r), count(r), Map.of(text(r), count(r))),
                new HardwareInfo(
                        text(r),
                        text(r),
                        1 + r.nextInt(256),
                        1 + r.nextInt(256),
                        1 + r.nextDouble(),
                        r.nextInt(64),
                        text(r),
                        1e-3 + r.nextDouble(),
                        Map.of(text(r), count(r))),
                text(r),
                text(r),
                Map.of(text(r), text(r)),
                tables,
                phases);
    }

    private static Phase randomPhase(Random r) {
        List<OperatorCost> operators = new ArrayList<>();
        for (int i = r.nextInt(4); i > 0; i--) {
            operators.add(new OperatorCost(
                    text(r),
                    text(r),
                    r.nextBoolean() ? r.nextInt(100) : null,
                    count(r),
                    count(r),
                    count(r),
                    count(r),
                    count(r),
                    count(r),
                    count(r),
                    count(r),
                    bound(r),
                    r.nextBoolean() ? r.nextDouble() : null));
        }
        return new Phase(
                text(r),
                PhaseKind.values()[r.nextInt(3)],
                1 + count(r) / 2,
                1 + count(r) / 2,
                count(r),
                count(r),
                count(r),
                Map.of(text(r), count(r)),
                bound(r),
                r.nextDouble(),
                r.nextDouble(),
                100 * r.nextDouble(),
                operators,
                List.of(new EngineActivity(text(r), count(r), Map.of(text(r), count(r)))),
                List.of(new BufferTraffic(text(r), count(r), count(r))),
                r.nextBoolean() ? List.of() : List.of(count(r), count(r)),
                r.nextBoolean() ? null : r.nextDouble() * 1e6);
    }

    private static Bound bound(Random r) {
        return Bound.values()[r.nextInt(Bound.values().length)];
    }

    private static long count(Random r) {
        return r.nextLong() >>> (1 + r.nextInt(63));
    }

    private static String text(Random r) {
        String alphabet = "aZ0 ._-\"'\\/<>&\n\t\u0000é×\u2028😀,";
        int[] points = alphabet.codePoints().toArray();
        StringBuilder text = new StringBuilder();
        for (int i = r.nextInt(8); i > 0; i--) {
            text.appendCodePoint(points[r.nextInt(points.length)]);
        }
        return text.toString();
    }
}
