package dev.hwc.rtl.generator.control;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hwc.ir.device.CompletionRecord;
import dev.hwc.ir.device.JobDescriptor;
import dev.hwc.ir.hw.HardwareSpec;
import dev.hwc.rtl.harness.RtlModel;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;

/** Drives the block JobController as registers, engines, front end and port do, and notes in which cycles it acts. */
final class JobBench implements AutoCloseable {
    /** Of a job, as docs/rtl/control.md tells its cycles. */
    enum Phase {
        IDLE,
        DESCRIPTOR,
        CHECK,
        PROGRAMS,
        PROGRAMS_READ,
        RUN,
        RECORD,
        ABORT,
        DRAIN,
        FAULT_RECORD
    }

    private static final Set<Phase> LASTING = EnumSet.of(Phase.DESCRIPTOR, Phase.PROGRAMS, Phase.RUN, Phase.RECORD);

    private static final int LIMIT = 6_000;

    final HardwareSpec spec;
    final Random random;
    final JobEngines engines;
    private final JobPorts ports;
    private final List<long[]> streamed = new ArrayList<>();
    private long now;
    private long begin;
    private int completed;
    private int rung;
    private long ring;
    private int ringLog2;
    private JobImage job;
    private JobTrace trace;
    private Consumer<JobBench> injection = bench -> {};
    private boolean loadFree;
    private boolean halted;
    private boolean running;
    private boolean reporting;
    private boolean forgetting;
    private boolean aborting;
    private int sleep;

    /** That of this cycle, and how many of its cycles have passed. */
    Phase phase = Phase.IDLE;

    int inPhase;

    JobBench(HardwareSpec spec, long seed) {
        this.spec = spec;
        random = new Random(seed);
        engines = new JobEngines(random);
        ports = new JobPorts(RtlModel.open("JobController", spec));
        job = JobImage.random(spec, random, true);
        trace = new JobTrace(0, 0);
        ports.poke("io_control_enable", 1);
    }

    /** A right job. */
    JobImage job() {
        return JobImage.random(spec, random, random.nextInt(3) == 0);
    }

    /** A right job with programs. */
    JobImage jobWithPrograms() {
        return JobImage.random(spec, random, false);
    }

    /** Units of 65,536 cycles, 0: none. */
    void watchdog(int units) {
        ports.poke("io_control_watchdog", units);
    }

    void busTimeout(long cycles) {
        ports.poke("io_control_busTimeout", cycles);
    }

    /** Of an injection: bit 1 of CONTROL is written. */
    void hostAbort() {
        aborting = true;
    }

    /** Of an injection: an engine meets a fault, and the front end reports it until it is forgotten. */
    void engineFault(JobFault fault) {
        engines.stop();
        report(fault);
    }

    private void report(JobFault fault) {
        reporting = fault.code() != 0;
        ports.poke("io_fault_code", fault.code());
        ports.poke("io_fault_queue", fault.queue());
        ports.poke("io_fault_pc", fault.pc());
        ports.poke("io_fault_address", fault.address());
    }

    /** Of this clock (T18). */
    int cycle() {
        return (int) (now - begin) + 1;
    }

    /** The clock of a cycle of this job. */
    long clock(int cycle) {
        return begin + cycle - 1;
    }

    /** Of an injection: from the next cycle on that can last, nothing comes until this cycle. */
    void sleepUntil(int cycle) {
        sleep = cycle;
    }

    private void sleep() {
        engines.held = true;
        drive();
        ports.step(sleep - cycle());
        now = clock(sleep);
        sleep = 0;
        engines.held = false;
    }

    /** Runs the next job; the injection is called in every cycle. */
    JobTrace run(JobImage image, Consumer<JobBench> what) {
        injection = what;
        job = image;
        streamed.clear();
        if (rung == completed) {
            ring();
        }
        trace = new JobTrace(completed + 1, ring + JobDescriptor.ALIGNMENT * (long) slot(completed + 1));
        boolean recovering = true;
        for (int steps = 0; recovering && phase != Phase.DESCRIPTOR; steps++) {
            assertTrue(steps < LIMIT, () -> "does not begin after a fault without a job: " + phase);
            recovering = reporting || phase != Phase.IDLE;
            step();
            recovering |= reporting || phase != Phase.IDLE;
        }
        assertEquals(Phase.DESCRIPTOR, phase, "begins in the cycle behind its predecessor's last, or the doorbell's");
        for (int steps = 0; trace.ended < 0; steps++) {
            assertTrue(steps < LIMIT, () -> "hangs in " + phase);
            step();
        }
        completed++;
        settle();
        return trace;
    }

    private int slot(int sequence) {
        return sequence & (1 << ringLog2) - 1;
    }

    /** Some idle cycles, perhaps another ring, then one job more is handed over, or two. */
    private void ring() {
        if (random.nextBoolean()) {
            ringLog2 = random.nextInt(16);
            ring = random.nextLong((1L << 28) - (1L << 16)) << 12;
            ports.poke("io_control_ring", ring);
            ports.poke("io_control_ringLog2", ringLog2);
        }
        boolean enabled = random.nextInt(4) != 0;
        for (int i = random.nextInt(6); i > 0; i--) {
            step();
        }
        rung += 1 + random.nextInt(2);
        if (!enabled) {
            ports.poke("io_control_enable", 0);
            ports.poke("io_control_doorbell", rung);
            for (int i = random.nextInt(6); i > 0; i--) {
                step();
            }
        }
        assertFalse(running, "nothing runs before the doorbell, nor while it is not enabled");
        ports.poke("io_control_enable", 1);
        ports.poke("io_control_doorbell", rung);
    }

    private void drive() {
        JobEngines.Beat beat = phase == Phase.IDLE ? null : engines.beat(now);
        ports.beat(beat);
        boolean descriptor = phase == Phase.DESCRIPTOR;
        if (beat != null && beat.last() && descriptor) {
            trace.descriptorRead = cycle();
        }
        loadFree = engines.loadFree(now);
        ports.poke("io_fetchFree", loadFree ? 1 : 0);
        trace.free.set(Math.max(cycle(), 0), loadFree);
        halted = engines.halted(now);
        ports.poke("io_halted", halted ? 1 : 0);
        ports.poke("io_recordFree", engines.recordFree() ? 1 : 0);
        boolean answers = engines.answers(now);
        ports.poke("io_recordDone", answers ? 1 : 0);
        if (answers) {
            trace.answered = cycle();
        }
        boolean draining = phase == Phase.ABORT || phase == Phase.DRAIN;
        ports.poke("io_drained", draining ? (engines.drained(now) ? 1 : 0) : random.nextInt(2));
        ports.poke("io_stream_complete", 0);
        ports.poke("io_control_abort", 0);
    }

    /** One cycle. */
    private void step() {
        if (phase == Phase.RUN) {
            ports.randomArguments(random);
        }
        drive();
        ports.eval();
        if (ports.is("io_abort")) {
            enter(Phase.ABORT);
        }
        injection.accept(this);
        if (aborting) {
            ports.poke("io_control_abort", 1);
            aborting = false;
        }
        ports.eval();
        observe();
        ports.step(1);
        now++;
        if (forgetting) {
            report(JobFault.NONE);
        }
        if (sleep > cycle() && LASTING.contains(phase)) {
            sleep();
        }
    }

    private void observe() {
        boolean begins = ports.is("io_clear");
        forgetting = begins || ports.is("io_forget");
        if (begins) {
            assertEquals(Phase.IDLE, phase, "a job begins when none runs");
            begin = now;
            engines.clear();
            running = true;
            trace.free.clear();
        }
        assertEquals(phase == Phase.IDLE, ports.is("io_status_idle"), () -> "idle in " + phase);
        boolean draining = phase == Phase.ABORT || phase == Phase.DRAIN;
        assertEquals(draining, ports.is("io_status_draining"), () -> "draining in " + phase);
        if (ports.is("io_fetch_valid")) {
            fetch();
        }
        if (ports.is("io_stream_start")) {
            trace.streamStarts.add(cycle());
            for (int q = 0; q < 4; q++) {
                assertEquals(job.instructions(q), ports.peek("io_stream_lengths_" + q), "length");
            }
        }
        boolean read = false;
        if (ports.is("io_stream_beat_valid")) {
            assertArrayEquals(streamed.removeFirst(), ports.words("io_stream_beat_bits_data"), "beat of a program");
            read = streamed.isEmpty() && trace.fetches.size() == 5;
            ports.poke("io_stream_complete", read ? 1 : 0);
        }
        if (phase == Phase.RUN) {
            ports.checkArguments(job);
        }
        boolean runs = ports.is("io_run");
        if (runs) {
            trace.runs.add(cycle());
            engines.run(now);
        }
        boolean halts = phase == Phase.RUN && halted;
        if (halts) {
            trace.halted = cycle();
            ports.checkWindows(job);
        }
        if (ports.is("io_record_valid")) {
            long[] data = ports.words("io_record_bits_data");
            byte[] bytes = new byte[CompletionRecord.BYTES];
            ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asLongBuffer().put(data);
            trace.records.add(
                    new JobTrace.Write(cycle(), ports.peek("io_record_bits_address"), CompletionRecord.of(bytes)));
            assertTrue(engines.recordFree(), "a record only while the store engine is free");
            engines.record(now);
        }
        boolean ends = ports.is("io_status_ended");
        if (ends) {
            trace.ended = cycle();
            trace.faulted = ports.is("io_status_faulted");
        }
        follow(begins, read, runs, halts, ends);
    }

    /** The phase of the next cycle. */
    private void follow(boolean begins, boolean read, boolean runs, boolean halts, boolean ends) {
        inPhase++;
        if (read) {
            trace.programsRead = cycle();
        }
        if (phase == Phase.DRAIN && engines.drained(now)) {
            if (running) {
                trace.drained.add(cycle());
            }
            enter(running ? Phase.FAULT_RECORD : Phase.IDLE);
        }
        if (ends) {
            running = false;
            enter(Phase.IDLE);
        } else if (phase == Phase.ABORT) {
            if (running) {
                trace.aborts.add(cycle());
            }
            engines.abort(now);
            streamed.clear();
            enter(Phase.DRAIN);
        } else if (begins) {
            enter(Phase.DESCRIPTOR);
        } else if (phase == Phase.DESCRIPTOR && trace.descriptorRead == cycle()) {
            enter(Phase.CHECK);
        } else if (phase == Phase.CHECK && !trace.streamStarts.isEmpty()) {
            enter(Phase.PROGRAMS);
        } else if (read) {
            enter(Phase.PROGRAMS_READ);
        } else if (runs) {
            enter(Phase.RUN);
        } else if (halts) {
            enter(Phase.RECORD);
        }
    }

    private void enter(Phase next) {
        phase = next;
        inPhase = 0;
    }

    private void fetch() {
        ports.checkFetchIsOneRow();
        assertTrue(loadFree, "a fetch only while the load engine is free");
        boolean physical = ports.is("io_fetch_bits_physical");
        long bytes = ports.peek("io_fetch_bits_rowBytes");
        trace.fetches.add(new JobTrace.Fetch(cycle(), physical, ports.peek("io_fetch_bits_address"), bytes));
        ByteBuffer data = ByteBuffer.allocate((int) bytes).order(ByteOrder.LITTLE_ENDIAN);
        if (physical) {
            data.asLongBuffer().put(job.words);
        } else {
            random.nextBytes(data.array());
        }
        List<JobEngines.Beat> beats = JobPorts.beats(data, spec.port().beatBytes());
        if (!physical) {
            beats.forEach(beat -> streamed.add(beat.data()));
        }
        engines.fetch(now, beats);
    }

    /** What the registers say in the cycle after the end. */
    private void settle() {
        ports.eval();
        assertEquals(completed, ports.peek("io_status_completed"), "completed");
        trace.cycles = ports.peek("io_status_cycles");
        trace.fault = new JobFault(
                (int) ports.peek("io_status_fault_code"),
                (int) ports.peek("io_status_fault_queue"),
                (int) ports.peek("io_status_fault_pc"),
                ports.peek("io_status_fault_address"));
    }

    @Override
    public void close() {
        ports.close();
    }
}
