package dev.hwc.ir.isa;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hwc.ir.IrException;
import dev.hwc.ir.hw.HardwareSpec;
import dev.hwc.ir.hw.HardwareSpecs;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Rules on edge-16x16: R = C = L = 16, B = 8, 8 slots; 256 weight units per column, 256 activation
 * blocks per row, 2048 output, 2048 vector, 1024 load and 512 store words of 64 bytes.
 */
class ProgramValidatorTest {
    private static final HardwareSpec EDGE = HardwareSpecs.preset("edge-16x16");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "load: load.weights blocks=1 dst=254",
                "load: load.weights blocks=1 dst=255 format=i4",
                "load: load.weights blocks=128",
                "load: load.weights blocks=128 columns=4",
                "load: load.scales blocks=2 columns=16",
                "matrix: matmul a=510 blocks=2 m=8 n=16",
                "vector: vector fn=copy kind=activation_a8 d=511 rows=8 rn=r1",
                "load: load.weights blocks=128 dst=200 rd=r3",
                "load: load.rows rows=17 rowBytes=64 dst=248",
                "load: load.transposed rows=33 rowBytes=24 dst=248",
                "load: load.scales blocks=2 dst=253",
                "load: load.linear rows=2 rowBytes=32 dst=1023",
                "load: load.halves rows=32 off=2 dst=1023",
                "load: load.register off=4 rd=r3 wait=store",
                "matrix: matmul a=254 w=252 blocks=2 m=16 n=16 slot=7 wait=load,vector signal=load",
                "matrix: matmul a=255 w=255 rb=r1 m=1 n=1 format=i4",
                "matrix: emit dst=2032 stride=1 m=16 n=16 slot=7 wait=vector,store signal=vector,store",
                "vector: vector fn=copy a=2047 d=2047 rows=1 rn=r1 wait=load,matrix,store signal=load,matrix,store",
                "vector: vector fn=copy a=2047 kind=store_fp32 d=511 rows=1 rn=r1",
                "vector: vector fn=copy a=2047 kind=activation_a8 d=255 rows=1 rn=r1",
                "vector: vector fn=copy a=2047 kind=store_int8 d=2047 rows=1 rn=r1 rk=r14",
                "vector: vector fn=copy a=2047 kind=store_int8 d=2047 rows=1 rn=r1 rk=r15 row",
                "vector: vector fn=softmax amem=vector bmem=load kind=activation_a8 rows=1 rn=r1 rk=r14 grow",
                "vector: vector fn=dequant amem=load bmem=load rows=1 rn=r1 format=i4",
                "vector: vector fn=norm amem=vector bmem=load rows=255 rn=r15 rk=r14",
                "store: store src=16382 rows=1 rowBytes=4",
                "load: wrap rd=r1 step=16777215 limit=16777215 start=16777215",
            })
    void accepts(String line) {
        assertEquals(List.of(), problems(line));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "load: load.weights | load.weights: blocks is 0, allowed at least 1 (I4)",
                "load: load.rows rowBytes=32 | load.rows: rows is 0, allowed at least 1 (I4)",
                "load: load.rows rows=1 | load.rows: rowBytes is 0, allowed at least 1 (I4)",
                "load: load.transposed rowBytes=8 | load.transposed: rows is 0, allowed at least 1 (I4)",
                "load: load.transposed rows=1 | load.transposed: rowBytes is 0, allowed at least 1 (I4)",
                "load: load.scales | load.scales: blocks is 0, allowed at least 1 (I4)",
                "load: load.linear rowBytes=8 | load.linear: rows is 0, allowed at least 1 (I4)",
                "load: load.linear rows=1 | load.linear: rowBytes is 0, allowed at least 1 (I4)",
                "load: load.halves | load.halves: rows is 0, allowed at least 1 (I4)",
                "store: store rowBytes=2 | store: rows is 0, allowed at least 1 (I4)",
                "store: store rows=1 | store: rowBytes is 0, allowed at least 1 (I4)",
                "matrix: matmul m=1 n=1 | matmul: blocks is 0, allowed at least 1 (I4)",
                "matrix: matmul blocks=1 m=17 n=1 | matmul: m is 17, allowed 1..16 (array.rows) (I4)",
                "matrix: matmul blocks=1 m=1 n=0 | matmul: n is 0, allowed 1..16 (array.columns) (I4)",
                "matrix: matmul blocks=1 m=1 n=1 slot=8 | matmul: slot is 8, allowed 0..7 (array.accumulatorSlots) (I4)",
                "matrix: emit m=0 n=1 | emit: m is 0, allowed 1..16 (array.rows) (I4)",
                "matrix: emit m=1 n=17 | emit: n is 17, allowed 1..16 (array.columns) (I4)",
                "matrix: emit m=1 n=1 slot=15 | emit: slot is 15, allowed 0..7 (array.accumulatorSlots) (I4)",
                "vector: vector fn=copy rn=r1 | vector: rows is 0, allowed at least 1 (I4)",
                "vector: vector fn=copy rows=1 | vector: rn is r0, which reads 0, allowed r1..r15 holding 1..65536 "
                        + "elements (I4)",
                "vector: vector fn=norm rows=1 rn=r1 rk=r15 | vector: rk is 15, allowed 0..14 for this function and "
                        + "kind (I4)",
                "vector: vector fn=softmax bmem=load kind=activation_a8 rows=1 rn=r1 rk=r15 | vector: rk is 15, allowed "
                        + "0..14 for this function and kind (I4)",
                "vector: vector fn=copy kind=store_int8 rows=1 rn=r1 rk=r15 | vector: rk is 15, allowed 0..14 for "
                        + "this function and kind (I4)",
                "load: load.register rd=r1 signal=matrix | load.register: signals matrix, allowed none (I7)",
                "matrix: matmul blocks=1 m=1 n=1 signal=vector | matmul: signals vector, allowed load (I7)",
                "matrix: emit m=1 n=1 wait=load | emit: waits for load, allowed vector, store (I7)",
                "matrix: emit m=1 n=1 signal=load | emit: signals load, allowed vector, store (I7)",
                "load: load.weights blocks=1 dst=255 | load.weights: dst reaches weight units 255..256, allowed 0..255 "
                        + "(I9)",
                "load: load.weights blocks=1 dst=256 format=i4 | load.weights: dst reaches weight units 256..256, "
                        + "allowed 0..255 (I9)",
                "load: load.rows rows=17 rowBytes=64 dst=249 | load.rows: dst reaches weight units 249..256, "
                        + "allowed 0..255 (I9)",
                "load: load.transposed rows=33 rowBytes=24 dst=249 | load.transposed: dst reaches weight units "
                        + "249..256, allowed 0..255 (I9)",
                "load: load.scales blocks=2 dst=254 | load.scales: dst reaches weight units 254..256, allowed 0..255 "
                        + "(I9)",
                "load: load.linear rows=2 rowBytes=40 dst=1023 | load.linear: dst reaches load words 1023..1024, "
                        + "allowed 0..1023 (I9)",
                "load: load.halves rows=33 dst=1023 | load.halves: dst reaches load words 1023..1024, "
                        + "allowed 0..1023 (I9)",
                "matrix: matmul a=255 blocks=2 m=9 n=1 | matmul: a reaches activation blocks 255..256, allowed "
                        + "0..255 (I9)",
                "matrix: matmul a=511 blocks=2 m=8 n=1 | matmul: a reaches activation blocks 511..512, allowed "
                        + "0..511 (I9)",
                "load: load.weights blocks=1 columns=20 | load.weights: columns is 20, allowed 0..16 (array.columns) "
                        + "(I4)",
                "matrix: matmul w=253 blocks=2 m=1 n=1 | matmul: w reaches weight units 253..256, allowed 0..255 (I9)",
                "matrix: matmul w=255 rb=r1 m=1 n=1 | matmul: w reaches weight units 255..256, allowed 0..255 (I9)",
                "matrix: emit dst=2033 stride=1 m=16 n=16 | emit: dst reaches output words 2033..2048, allowed "
                        + "0..2047 (I9)",
                "vector: vector fn=copy a=2048 rows=1 rn=r1 | vector: a reaches output words 2048..2048, allowed "
                        + "0..2047 (I9)",
                "vector: vector fn=add bmem=load b=1024 rows=1 rn=r1 | vector: b reaches load words 1024..1024, "
                        + "allowed 0..1023 (I9)",
                "vector: vector fn=copy d=2048 rows=1 rn=r1 | vector: d reaches vector words 2048..2048, allowed "
                        + "0..2047 (I9)",
                "vector: vector fn=copy kind=store_fp32 d=512 rows=1 rn=r1 | vector: d reaches store words 512..512, "
                        + "allowed 0..511 (I9)",
                "vector: vector fn=copy kind=activation_a8 d=256 rows=9 rn=r1 | vector: d reaches activation blocks "
                        + "256..256, allowed 0..255 (I9)",
                "vector: vector fn=copy kind=store_int8 d=2048 rows=1 rn=r1 row | vector: d reaches store units of 16 "
                        + "bytes 2048..2048, allowed 0..2047 (I9)",
                "store: store src=16382 rows=1 rowBytes=6 | store: src reaches store halfwords 16382..16384, allowed "
                        + "0..16383 (I9)",
                "vector: vector fn=softmax bmem=load rows=1 rn=r1 | vector: fn softmax with kind vector_fp32, allowed "
                        + "activation_a8 (I10)",
                "vector: vector fn=softmax kind=activation_a8 rows=1 rn=r1 | vector: fn softmax with bmem output, "
                        + "allowed load, where the scales are (I10)",
                "vector: vector fn=dequant bmem=load rows=1 rn=r1 | vector: fn dequant with amem output, allowed "
                        + "load, where the codes are (I10)",
                "vector: vector fn=dequant amem=load bmem=load kind=store_fp32 rows=1 rn=r1 | vector: fn dequant with "
                        + "kind store_fp32, allowed vector_fp32 (I10)",
                "vector: vector fn=norm kind=store_int8 rows=1 rn=r1 | vector: fn norm with kind store_int8, allowed "
                        + "vector_fp32, store_fp32, activation_a8 (I10)",
                "vector: vector fn=silumul kind=store_int8 rows=1 rn=r1 | vector: fn silumul with kind store_int8, "
                        + "allowed vector_fp32, store_fp32, activation_a8 (I10)",
                "vector: vector fn=mul rows=1 rn=r1 row | vector: row with kind vector_fp32, allowed kind store_int8 "
                        + "(I10)",
                "vector: vector fn=mul rows=1 rn=r1 grow | vector: grow with fn mul, allowed fn softmax (I10)",
                "vector: vector fn=mul rows=1 rn=r1 format=i4 | vector: format i4 with fn mul, allowed fn dequant (I10)",
                "load: load.weights off=4 blocks=1 | load.weights: off is 4, allowed multiples of 8 (I11)",
                "load: load.rows off=12 rows=1 rowBytes=32 | load.rows: off is 12, allowed multiples of 8 (I11)",
                "load: load.rows rows=1 rowBytes=48 | load.rows: rowBytes is 48, allowed multiples of 32 (I11)",
                "load: load.transposed rows=1 rowBytes=12 | load.transposed: rowBytes is 12, allowed multiples of 8 "
                        + "(I11)",
                "load: load.transposed off=2 rows=1 rowBytes=8 | load.transposed: off is 2, allowed multiples of 8 "
                        + "(I11)",
                "load: load.scales columns=6 blocks=1 | load.scales: columns is 6, allowed multiples of 4 (I11)",
                "load: load.weights columns=2 blocks=1 | load.weights: columns is 2, allowed multiples of 4 (I11)",
                "load: load.scales off=2 blocks=1 | load.scales: off is 2, allowed multiples of 8 (I11)",
                "load: load.linear off=1 rows=1 rowBytes=8 | load.linear: off is 1, allowed multiples of 8 (I11)",
                "load: load.linear rows=1 rowBytes=4 | load.linear: rowBytes is 4, allowed multiples of 8 (I11)",
                "load: load.halves off=1 rows=1 | load.halves: off is 1, allowed multiples of 2 (I11)",
                "load: load.register off=2 rd=r1 | load.register: off is 2, allowed multiples of 4 (I11)",
                "store: store off=1 rows=1 rowBytes=2 | store: off is 1, allowed multiples of 2 (I11)",
                "store: store rows=1 rowBytes=3 | store: rowBytes is 3, allowed multiples of 2 (I11)",
            })
    void refuses(String line, String message) {
        String queue = line.substring(0, line.indexOf(':'));
        assertEquals(List.of("queue " + queue + " pc 0: " + message), problems(line));
    }

    @Test
    void i11_weightRecordsHoldWholeGroups() {
        HardwareSpec wide = HardwareSpecs.preset("npu-128x128"); // 64 bytes a beat: 128 elements of i4
        Program program = program("load: load.weights blocks=6 format=i4");
        assertEquals(
                List.of("queue load pc 0: load.weights: blocks is 6, allowed multiples of 4, the weight group of i4"
                        + " (I11)"),
                ProgramValidator.problems(program, wide));
    }

    @Test
    void i2_refusesInstructionsOfAnotherQueue() {
        Map<Queue, List<Instruction>> streams = halts();
        streams.put(
                Queue.LOAD,
                List.of(
                        new Instruction.Emit(Tokens.NONE, BufferAddress.at(0), 1, 1, 1, 0),
                        new Instruction.Next(Queue.STORE),
                        new Instruction.Halt(Queue.LOAD, Tokens.NONE)));
        List<String> problems = ProgramValidator.problems(new Program(streams, Map.of(), List.of()), EDGE);
        assertTrue(
                problems.contains("queue load pc 0: emit is of queue matrix, allowed are instructions of its own queue"
                        + " (I2)"),
                problems.toString());
        assertTrue(problems.stream().anyMatch(p -> p.startsWith("queue load pc 1: next is of queue store")));
    }

    @Test
    void i4_refusesFieldsWiderThanTheWord() {
        Map<Queue, List<Instruction>> streams = halts();
        var wide = new Instruction.LoadRegister(Tokens.NONE, new MemoryAddress(8, 16, 1L << 40), -1);
        streams.put(Queue.LOAD, List.of(wide, new Instruction.Halt(Queue.LOAD, Tokens.NONE)));
        assertEquals(
                List.of(
                        "queue load pc 0: load.register: window is 8, allowed 0..7 (I4)",
                        "queue load pc 0: load.register: ra is 16, allowed 0..15 (I4)",
                        "queue load pc 0: load.register: off is 1099511627776, allowed 0..1099511627775 (I4)",
                        "queue load pc 0: load.register: rd is -1, allowed 0..15 (I4)"),
                ProgramValidator.problems(new Program(streams, Map.of(), List.of()), EDGE));
    }

    @Test
    void i5_loopsNestSixDeep() {
        String six = "loop count=1; ".repeat(6) + "next; ".repeat(5) + "next";
        assertEquals(List.of(), problems("vector: " + six));
        String seven = "loop count=1; ".repeat(7) + "next; ".repeat(6) + "next";
        assertEquals(List.of("queue vector pc 6: loop at depth 7, allowed 1..6 (I5)"), problems("vector: " + seven));
        assertEquals(
                List.of("queue vector pc 0: next without a loop, allowed is one next per loop (I5)"),
                problems("vector: next"));
        assertEquals(
                List.of("queue vector pc 3: 2 loops without next, needed is one next per loop (I5)"),
                problems("vector: loop; loop"));
    }

    @Test
    void i6_exactlyOneHaltAtTheEnd() {
        assertEquals(
                List.of("queue store pc 0: halt before the end, allowed is one, as the last instruction (I6)"),
                problems("store: halt"));
        Map<Queue, List<Instruction>> streams = halts();
        streams.remove(Queue.MATRIX);
        streams.put(Queue.LOAD, List.of(new Instruction.Set(Queue.LOAD, 1, 1)));
        assertEquals(
                List.of(
                        "queue load pc 1: the stream ends without halt, needed is one, as the last instruction (I6)",
                        "queue matrix pc 0: the stream ends without halt, needed is one, as the last instruction (I6)"),
                ProgramValidator.problems(new Program(streams, Map.of(), List.of()), EDGE));
    }

    @Test
    void i7_refusesTokensOfTheOwnQueue() {
        for (Queue queue : Queue.values()) {
            Map<Queue, List<Instruction>> streams = halts();
            streams.put(queue, List.of(new Instruction.Halt(queue, new Tokens(queue.bit(), queue.bit()))));
            List<String> problems = ProgramValidator.problems(new Program(streams, Map.of(), List.of()), EDGE);
            assertEquals(2, problems.size(), problems.toString());
            assertTrue(problems.getFirst().contains("halt: waits for " + queue.text() + ", allowed "));
            assertTrue(problems.getLast().contains("halt: signals " + queue.text() + ", allowed "));
        }
    }

    @Test
    void i8_programsFitTheInstructionMemory() {
        String most = "set rd=r1; ".repeat(2046) + "set rd=r1"; // and the halt: 2048
        assertEquals(List.of(), problems("matrix: " + most));
        assertEquals(
                List.of("queue matrix pc 2048: the stream has 2049 instructions, allowed are 2048"
                        + " (buffers.instructions) (I8)"),
                problems("matrix: set rd=r2; " + most));
    }

    @Test
    void checkListsProblemsInOneLine() {
        ProgramValidator.check(program("load: load.weights blocks=1"), EDGE);
        Program broken = program("load: " + "load.weights off=4; ".repeat(14) + "set rd=r1");
        IrException e = assertThrows(IrException.class, () -> ProgramValidator.check(broken, EDGE));
        String message = String.valueOf(e.getMessage());
        assertTrue(message.startsWith("program does not fit hardware 'edge-16x16': queue load pc 0: "), message);
        assertTrue(message.endsWith("; and 8 more"), message);
        assertEquals(1, message.lines().count());
    }

    private static List<String> problems(String line) {
        return ProgramValidator.problems(program(line), EDGE);
    }

    /** "queue: instruction; instruction" and a halt; the other queues only halt. */
    private static Program program(String line) {
        int colon = line.indexOf(':');
        String queue = line.substring(0, colon);
        String text = "queue " + queue + "\n" + line.substring(colon + 1).replace(';', '\n') + "\nhalt\n";
        Map<Queue, List<Instruction>> streams = halts();
        Program parsed = ProgramText.parse(text);
        for (Queue q : Queue.values()) {
            if (q.text().equals(queue)) {
                streams.put(q, parsed.stream(q));
            }
        }
        return new Program(streams, Map.of(), List.of());
    }

    private static Map<Queue, List<Instruction>> halts() {
        Map<Queue, List<Instruction>> streams = new EnumMap<>(Queue.class);
        for (Queue queue : Queue.values()) {
            streams.put(queue, Collections.singletonList(new Instruction.Halt(queue, Tokens.NONE)));
        }
        return streams;
    }

    @Test
    void buffersHaveTheSizesThisTestBuildsOn() {
        assertEquals(256, EDGE.weightUnits());
        assertEquals(256, EDGE.activationBlocks());
        assertEquals(2048, EDGE.outputWords());
        assertEquals(1024, EDGE.loadWords());
        assertEquals(512, EDGE.storeWords());
    }
}
