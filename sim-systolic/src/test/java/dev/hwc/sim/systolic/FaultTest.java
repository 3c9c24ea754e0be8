package dev.hwc.sim.systolic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.hwc.ir.hw.HardwareSpec;
import dev.hwc.ir.hw.HardwareSpecs;
import dev.hwc.ir.isa.BufferAddress;
import dev.hwc.ir.isa.FaultCode;
import dev.hwc.ir.isa.Instruction;
import dev.hwc.ir.isa.MemoryAddress;
import dev.hwc.ir.isa.Program;
import dev.hwc.ir.isa.Queue;
import dev.hwc.ir.isa.Tokens;
import dev.hwc.ir.isa.VectorFunction;
import dev.hwc.ir.isa.VectorMemory;
import dev.hwc.ir.isa.VectorTarget;
import dev.hwc.ir.numerics.BlockMatrix.Format;
import dev.hwc.sim.SimException;
import dev.hwc.sim.memory.FixedMemory;
import dev.hwc.sim.systolic.oracle.CycleOracle;
import dev.hwc.sim.systolic.queues.DecodedProgram;
import dev.hwc.sim.systolic.testing.ProgramWriter;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Every fault code, from simulator and oracle alike (isa.md §7). */
class FaultTest {
    private static final HardwareSpec SPEC = HardwareSpecs.preset("edge-8x8");
    private static final Tokens NONE = Tokens.NONE;
    private static final long LIMIT = 1 << 20;

    private static Job job(Program program) {
        return Job.of(
                        DecodedProgram.decode(program, SPEC),
                        new long[0],
                        List.of(Window.readOnly(0, LIMIT), Window.readWrite(LIMIT, LIMIT)),
                        null)
                .asResident();
    }

    private static void assertFault(FaultCode code, Queue queue, int pc, long address, Instruction... instructions) {
        Program program = new ProgramWriter().add(instructions).program();
        DeviceFault fault =
                assertThrows(DeviceFault.class, () -> new Npu(SPEC, new FixedMemory(SPEC.memory())).run(job(program)));
        assertFault(code, queue, pc, address, fault);
        assertFault(
                code,
                queue,
                pc,
                address,
                assertThrows(
                        DeviceFault.class,
                        () -> new CycleOracle(SPEC, new FixedMemory(SPEC.memory())).run(job(program))));
    }

    private static void assertFault(FaultCode code, Queue queue, int pc, long address, DeviceFault fault) {
        assertEquals(code, fault.code(), fault.getMessage());
        assertEquals(queue, fault.queue(), fault.getMessage());
        assertEquals(pc, fault.pc(), fault.getMessage());
        assertEquals(address, fault.address(), fault.getMessage());
    }

    private static Instruction linear(int window, long address, int word, int rowBytes, Tokens tokens) {
        return new Instruction.LoadLinear(
                tokens, new MemoryAddress(window, 0, address), BufferAddress.at(word), 1, rowBytes, 0);
    }

    private static Instruction sync(Queue queue, Tokens tokens) {
        return new Instruction.Sync(queue, tokens, false);
    }

    @Test
    void accessBehindTheWindowsEnd() {
        assertFault(
                FaultCode.WINDOW, Queue.LOAD, 1, LIMIT - 4, sync(Queue.LOAD, NONE), linear(0, LIMIT - 4, 0, 8, NONE));
    }

    @Test
    void lastBytesOfAWindowAreInside() {
        Program program =
                new ProgramWriter().add(linear(0, LIMIT - 8, 0, 8, NONE)).program();
        assertEquals(
                8 + 512,
                new Npu(SPEC, new FixedMemory(SPEC.memory()))
                        .run(job(program))
                        .activity()
                        .bytesRead());
    }

    @Test
    void windowThatIsNotThere() {
        assertFault(FaultCode.WINDOW, Queue.LOAD, 0, 0, linear(5, 0, 0, 8, NONE));
    }

    @Test
    void storeToAReadOnlyWindow() {
        assertFault(
                FaultCode.WINDOW,
                Queue.STORE,
                0,
                64,
                new Instruction.Store(NONE, new MemoryAddress(0, 0, 64), BufferAddress.at(0), 1, 8, 0, 0));
    }

    @Test
    void secondRowsAddressCountsToo() {
        assertFault(
                FaultCode.ALIGNMENT,
                Queue.LOAD,
                1,
                6,
                new Instruction.Set(Queue.LOAD, 3, 6),
                new Instruction.LoadLinear(NONE, new MemoryAddress(0, 0, 0), BufferAddress.at(0), 2, 8, 3));
    }

    @Test
    void destinationOutsideTheLoadBuffer() {
        int words = SPEC.loadWords();
        assertFault(
                FaultCode.BUFFER,
                Queue.LOAD,
                1,
                (words - 1L) * SPEC.wordBytes(),
                new Instruction.Set(Queue.LOAD, 2, words - 1),
                new Instruction.LoadLinear(NONE, new MemoryAddress(0, 0, 0), new BufferAddress(2, 0), 1, 64, 0));
    }

    @Test
    void vectorOfNoElements() {
        assertFault(
                FaultCode.INSTRUCTION,
                Queue.VECTOR,
                0,
                0,
                new Instruction.Vector(
                        NONE,
                        VectorFunction.COPY,
                        VectorMemory.OUTPUT,
                        BufferAddress.at(0),
                        VectorMemory.OUTPUT,
                        BufferAddress.at(0),
                        VectorTarget.VECTOR_FP32,
                        BufferAddress.at(0),
                        1,
                        0,
                        0,
                        0,
                        0,
                        0,
                        Format.I8,
                        false,
                        false));
    }

    @Test
    void loopCountAboveItsRange() {
        assertFault(
                FaultCode.INSTRUCTION,
                Queue.STORE,
                1,
                0,
                new Instruction.Set(Queue.STORE, 1, 1),
                new Instruction.Loop(Queue.STORE, (1 << 24) - 1, 1),
                new Instruction.Next(Queue.STORE));
    }

    @Test
    void queuesThatWaitForEachOther() {
        assertFault(
                FaultCode.DEADLOCK,
                Queue.MATRIX,
                0,
                0,
                sync(Queue.MATRIX, NONE.awaiting(Queue.VECTOR).signalling(Queue.VECTOR)),
                sync(Queue.VECTOR, NONE.awaiting(Queue.MATRIX).signalling(Queue.MATRIX)));
    }

    @Test
    void tokenThatNobodyTakes() {
        assertFault(
                FaultCode.TOKENS_LEFT,
                Queue.LOAD,
                1,
                Queue.STORE.ordinal(),
                sync(Queue.LOAD, NONE.signalling(Queue.STORE)));
    }

    private static Instruction[] tokens(int count) {
        return new Instruction[] {
            new Instruction.Loop(Queue.LOAD, count, 0),
            sync(Queue.LOAD, NONE.signalling(Queue.MATRIX)),
            new Instruction.Next(Queue.LOAD),
            new Instruction.Loop(Queue.MATRIX, 10_000, 0), // passes time
            new Instruction.Next(Queue.MATRIX),
            new Instruction.Loop(Queue.MATRIX, count, 0),
            sync(Queue.MATRIX, NONE.awaiting(Queue.LOAD)),
            new Instruction.Next(Queue.MATRIX)
        };
    }

    @Test
    void tokenNumber256Overflows() {
        assertFault(FaultCode.TOKEN_OVERFLOW, Queue.LOAD, 1, Queue.MATRIX.ordinal(), tokens(256));
    }

    @Test
    void tokenNumber255Fits() {
        Program program = new ProgramWriter().add(tokens(255)).program();
        RunResult result = new Npu(SPEC, new FixedMemory(SPEC.memory())).run(job(program));
        assertEquals(
                new CycleOracle(SPEC, new FixedMemory(SPEC.memory()))
                        .run(job(program))
                        .cycles(),
                result.cycles());
    }

    @Test
    void jobThatTakesTooLong() {
        Program program = new ProgramWriter()
                .add(new Instruction.Loop(Queue.LOAD, 1 << 20, 0), new Instruction.Next(Queue.LOAD))
                .program();
        Npu npu = new Npu(SPEC, new FixedMemory(SPEC.memory()), false, 100_000);
        assertEquals(
                FaultCode.WATCHDOG,
                assertThrows(DeviceFault.class, () -> npu.run(job(program))).code());
    }

    @Test
    void programOfOtherHardware() {
        Job other = job(new ProgramWriter().program());
        Npu npu = new Npu(HardwareSpecs.preset("tiny-4x4"), new FixedMemory(1, 4));
        assertThrows(SimException.class, () -> npu.run(other));
    }

    @Test
    void programsOutsideWindowZero() {
        Job job = Job.of(DecodedProgram.decode(new ProgramWriter().program(), SPEC), new long[0], List.of(), null);
        DeviceFault fault =
                assertThrows(DeviceFault.class, () -> new Npu(SPEC, new FixedMemory(SPEC.memory())).run(job));
        assertEquals(FaultCode.WINDOW, fault.code());
    }

    private static void assertRefused(int pc, Instruction... instructions) {
        Program program = new ProgramWriter().add(instructions).program();
        DeviceFault fault = assertThrows(DeviceFault.class, () -> DecodedProgram.decode(program, SPEC));
        assertFault(FaultCode.INSTRUCTION, instructions[0].queue(), pc, 0, fault);
    }

    @Test
    void decoderRefusesMalformedInstructions() {
        assertRefused(0, new Instruction.Next(Queue.LOAD));
        assertRefused(2, new Instruction.Loop(Queue.LOAD, 1, 0));
        assertRefused(0, sync(Queue.LOAD, NONE.awaiting(Queue.LOAD)));
        assertRefused(0, new Instruction.Halt(Queue.LOAD, NONE));
        assertRefused(0, new Instruction.LoadRegister(NONE.signalling(Queue.STORE), new MemoryAddress(0, 0, 0), 1));
        assertRefused(0, new Instruction.Emit(NONE, BufferAddress.at(0), 1, 9, 8, 0));
        assertRefused(0, new Instruction.Emit(NONE, BufferAddress.at(0), 1, 8, 8, 4));
        assertRefused(0, new Instruction.Emit(NONE.signalling(Queue.LOAD), BufferAddress.at(0), 1, 8, 8, 0));
        assertRefused(
                0, new Instruction.LoadWeights(NONE, new MemoryAddress(0, 0, 0), BufferAddress.at(0), 0, Format.I8));
        assertRefused(0, linear(0, 0, 0, 6, NONE));
    }

    @Test
    void decoderRefusesAProgramWithoutHalt() {
        Program program = new Program(Map.of(), Map.of(), List.of());
        assertThrows(DeviceFault.class, () -> DecodedProgram.decode(program, SPEC));
    }
}
