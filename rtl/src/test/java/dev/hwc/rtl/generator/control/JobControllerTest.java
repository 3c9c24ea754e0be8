package dev.hwc.rtl.generator.control;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hwc.ir.hw.HardwareSpecs;
import dev.hwc.ir.isa.FaultCode;
import dev.hwc.rtl.Campaign;
import dev.hwc.rtl.generator.control.JobBench.Phase;
import dev.hwc.rtl.harness.RequiresVerilator;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Jobs on the controller alone: right ones end in the cycle of timing.md §7; of faults, code, queue,
 * program counter and address are right in registers and record, and the next job is right without a reset.
 */
@RequiresVerilator
class JobControllerTest {
    /** Narrowest and widest beats. */
    private static final List<String> PRESETS = List.of("tiny-4x4", "npu-128x128");

    private static final int WATCHDOG_UNIT = 1 << 16;

    /** A kind of injection: whether it met its moment in this round. */
    private interface Round {
        boolean run(JobBench bench, String what);
    }

    /** Rounds on all presets until enough have met their moment; after each a right job. */
    private static void campaign(String kind, Round round) {
        int perPreset = Campaign.cases(50, 2_000) / PRESETS.size();
        int injections = 0;
        int jobs = 0;
        for (String preset : PRESETS) {
            try (JobBench bench = new JobBench(HardwareSpecs.preset(preset), 20261128L + kind.hashCode())) {
                int met = 0;
                for (int i = 0; met < perPreset; i++) {
                    assertTrue(i < 30 * perPreset, kind + ": too few of " + i + " rounds met their moment");
                    String what = kind + ", " + preset + ", round " + i;
                    met += round.run(bench, what) ? 1 : 0;
                    cleanJob(bench, what + ", next job");
                    jobs++;
                }
                injections += met;
            }
        }
        Campaign.report("job controller, " + kind + ": " + injections + " injections, all named, " + jobs
                + " right jobs after them or after a round that met none");
    }

    private static void cleanJob(JobBench bench, String what) {
        bench.watchdog(0);
        JobImage job = bench.job();
        JobChecks.clean(bench.run(job, b -> {}), job, what);
    }

    /** Acts once, in a cycle of a phase; until then and afterwards does nothing. */
    private static final class Once implements Consumer<JobBench> {
        private final Phase phase;
        private final int after;
        private final Consumer<JobBench> action;
        int cycle = -1;

        Once(JobBench bench, Phase phase, Consumer<JobBench> action) {
            this.phase = phase;
            this.action = action;
            after = switch (phase) {
                case CHECK, PROGRAMS_READ, ABORT -> 0;
                case DESCRIPTOR -> bench.random.nextInt(bench.random.nextBoolean() ? 10 : 140);
                default -> bench.random.nextInt(bench.random.nextBoolean() ? 4 : 30);
            };
        }

        boolean met() {
            return cycle >= 0;
        }

        @Override
        public void accept(JobBench bench) {
            if (!met() && bench.phase == phase && bench.inPhase == after) {
                cycle = bench.cycle();
                action.accept(bench);
            }
        }
    }

    private static JobImage jobThatReaches(JobBench bench, Phase phase) {
        return phase == Phase.PROGRAMS || phase == Phase.PROGRAMS_READ ? bench.jobWithPrograms() : bench.job();
    }

    private static void randomTimeout(JobBench bench) {
        bench.busTimeout(bench.random.nextBoolean() ? 0 : 100 + bench.random.nextLong(1L << 31));
    }

    private static JobFault watchdog(int cycle) {
        return JobFault.of(FaultCode.WATCHDOG, 0, cycle);
    }

    /** A fault in some cycle of a job: too late if the record is answered then or in the next. */
    private static void faultyOrJustEnded(JobTrace seen, JobImage job, JobFault fault, int cycle, String what) {
        if (seen.ended <= cycle + 1) {
            JobChecks.clean(seen, job, what + ", which came too late");
        } else {
            JobChecks.faulty(seen, fault, cycle, what);
        }
    }

    @Test
    void rightJobsEndInTheirCycle() {
        int jobs = Campaign.cases(50, 2_000);
        for (String preset : PRESETS) {
            try (JobBench bench = new JobBench(HardwareSpecs.preset(preset), 20261128L)) {
                for (int i = 0; i < jobs; i++) {
                    randomTimeout(bench);
                    cleanJob(bench, preset + ", job " + i);
                }
            }
        }
        Campaign.report("job controller: " + PRESETS.size() * jobs + " right jobs, every cycle and record right");
    }

    @ParameterizedTest
    @EnumSource(
            value = Phase.class,
            names = {"DESCRIPTOR", "CHECK", "PROGRAMS", "PROGRAMS_READ", "RUN", "RECORD"})
    void theHostEndsAJobInAnyState(Phase phase) {
        campaign("abort by the host in " + phase, (bench, what) -> {
            randomTimeout(bench);
            JobImage job = jobThatReaches(bench, phase);
            Once abort = new Once(bench, phase, JobBench::hostAbort);
            JobTrace seen = bench.run(job, abort);
            if (abort.met()) {
                faultyOrJustEnded(seen, job, watchdog(abort.cycle), abort.cycle, what);
            } else {
                JobChecks.clean(seen, job, what);
            }
            return abort.met() && seen.faulted;
        });
    }

    @Test
    void theHostEndsNothingWhileNoJobRuns() {
        campaign("abort by the host in IDLE", (bench, what) -> {
            randomTimeout(bench);
            JobImage job = bench.job();
            Once abort = new Once(bench, Phase.IDLE, JobBench::hostAbort);
            JobChecks.clean(bench.run(job, abort), job, what);
            return abort.met();
        });
    }

    /** The engine that met it would wait for an abort, and with it the next job. */
    @Test
    void aFaultWhileNoJobRunsIsDrained() {
        campaign("fault of queues in IDLE", (bench, what) -> {
            randomTimeout(bench);
            JobFault fault = JobFault.random(bench.random);
            Once stray = new Once(bench, Phase.IDLE, b -> b.engineFault(fault));
            JobImage job = bench.job();
            JobChecks.clean(bench.run(job, stray), job, what);
            return stray.met();
        });
    }

    @ParameterizedTest
    @EnumSource(
            value = Phase.class,
            names = {"ABORT", "DRAIN", "FAULT_RECORD"})
    void theFirstFaultStaysWhateverComesLater(Phase phase) {
        campaign("abort by the host in " + phase, (bench, what) -> {
            randomTimeout(bench);
            JobFault fault = JobFault.random(bench.random);
            Once first = new Once(bench, Phase.RUN, b -> b.engineFault(fault));
            Once second = new Once(bench, phase, JobBench::hostAbort);
            JobImage job = bench.job();
            JobTrace seen = bench.run(job, first.andThen(second)::accept);
            if (first.met()) {
                JobChecks.faulty(seen, fault, first.cycle, what);
            } else {
                JobChecks.clean(seen, job, what);
            }
            return second.met();
        });
    }

    /** The time limit is reached while something does not come, or while the end is near. */
    @Test
    void aJobThatTakesTooLongEnds() {
        List<Phase> phases = List.of(Phase.DESCRIPTOR, Phase.PROGRAMS, Phase.RUN, Phase.RECORD);
        campaign("time limit", (bench, what) -> {
            randomTimeout(bench);
            Phase phase = phases.get(bench.random.nextInt(phases.size()));
            JobImage job = jobThatReaches(bench, phase);
            int units = 1 + (bench.random.nextInt(4) == 0 ? 1 : 0);
            int limit = units * WATCHDOG_UNIT;
            Once stall = new Once(bench, phase, b -> {
                long end = b.clock(limit + b.random.nextInt(11) - 6);
                b.engines.haltAt = phase == Phase.RUN ? end : b.engines.haltAt;
                b.engines.answerAt = phase == Phase.RECORD ? end : b.engines.answerAt;
                b.sleepUntil(limit - 8);
            });
            bench.watchdog(units);
            JobTrace seen = bench.run(job, stall);
            if (stall.met() && seen.ended >= limit) {
                faultyOrJustEnded(seen, job, watchdog(limit), limit, what);
            } else {
                JobChecks.clean(seen, job, what);
            }
            return seen.faulted;
        });
    }

    @ParameterizedTest
    @EnumSource(Malformed.class)
    void aSpoiledDescriptorIsNamed(Malformed kind) {
        campaign(kind.toString(), (bench, what) -> {
            randomTimeout(bench);
            JobImage job = bench.job();
            kind.spoil(job, bench.random);
            JobTrace seen = bench.run(job, b -> {});
            JobFault fault = JobFault.of(kind.code(), 0, seen.descriptor);
            JobChecks.faulty(seen, fault, seen.descriptorRead + 1, what);
            return true;
        });
    }

    @Test
    void aProgramOfNoLengthOrTooLongIsNamedByItsQueue() {
        campaign("INSTRUCTION, length of a program", (bench, what) -> {
            randomTimeout(bench);
            JobImage job = bench.jobWithPrograms();
            int first = bench.random.nextInt(4);
            for (int q = first; q < 4; q += 1 + bench.random.nextInt(3)) {
                boolean empty = bench.random.nextBoolean();
                long most = 1L << (bench.random.nextBoolean() ? 17 : 32);
                job.words[JobImage.PROGRAMS + 2 * q + 1] = empty ? 0 : bench.random.nextLong((1 << 16) + 1, most);
            }
            JobTrace seen = bench.run(job, b -> {});
            JobFault fault = JobFault.of(FaultCode.INSTRUCTION, first, 0);
            JobChecks.faulty(seen, fault, seen.descriptorRead + 1, what);
            return true;
        });
    }

    @Test
    void aProgramOf65536InstructionsIsRead() {
        try (JobBench bench = new JobBench(HardwareSpecs.preset("npu-128x128"), 7)) {
            JobImage job = bench.jobWithPrograms();
            job.words[JobImage.WINDOWS + 1] = 1L << JobImage.READABLE | 1L << JobImage.ADDRESS_BITS;
            job.words[JobImage.PROGRAMS + 1] = 1 << 16;
            Once abort = new Once(bench, Phase.PROGRAMS, JobBench::hostAbort);
            JobTrace seen = bench.run(job, abort);
            JobChecks.faulty(seen, watchdog(abort.cycle), abort.cycle, "after " + seen.fetches);
            assertEquals(1, seen.streamStarts.size());
            cleanJob(bench, "next job");
        }
    }

    @ParameterizedTest
    @EnumSource(Misplaced.class)
    void aProgramInAWrongPlaceIsNamedByItsQueueAndAddress(Misplaced kind) {
        campaign(kind.toString(), (bench, what) -> {
            randomTimeout(bench);
            JobImage job = bench.jobWithPrograms();
            int queue = kind.spoil(job, bench.random, bench.spec.port().beatBytes());
            JobTrace seen = bench.run(job, b -> {});
            assertEquals(1 + queue, seen.fetches.size(), what + ": what is read before");
            int from = queue == 0
                    ? seen.descriptorRead + 2
                    : seen.fetches.getLast().cycle() + 1;
            JobFault fault = JobFault.of(kind.code(), queue, job.offset(queue));
            JobChecks.faulty(seen, fault, seen.free.nextSetBit(from), what);
            return true;
        });
    }

    @ParameterizedTest
    @EnumSource(
            value = Phase.class,
            names = {"DESCRIPTOR", "CHECK", "PROGRAMS", "PROGRAMS_READ", "RUN", "RECORD"})
    void aFaultOfTheQueuesIsPassedOnUnchanged(Phase phase) {
        campaign("fault of queues in " + phase, (bench, what) -> {
            randomTimeout(bench);
            JobFault fault = JobFault.random(bench.random);
            JobImage job = jobThatReaches(bench, phase);
            Once report = new Once(bench, phase, b -> b.engineFault(fault));
            JobTrace seen = bench.run(job, report);
            if (report.met()) {
                faultyOrJustEnded(seen, job, fault, report.cycle, what);
            } else {
                JobChecks.clean(seen, job, what);
            }
            return report.met() && seen.faulted;
        });
    }

    /** Of two in one cycle that of the queues counts. Behind the abort no engine has any. */
    @Test
    void ofTwoFaultsTheFirstWins() {
        campaign("two faults", (bench, what) -> {
            randomTimeout(bench);
            JobFault fault = JobFault.random(bench.random);
            int distance = bench.random.nextInt(6) - 3;
            int[] cycles = {-1, -1};
            Once start = new Once(bench, Phase.RUN, b -> {
                cycles[0] = b.cycle() + Math.max(0, distance);
                cycles[1] = b.cycle() + Math.max(0, -distance);
            });
            JobImage job = bench.job();
            JobTrace seen = bench.run(job, start.andThen(b -> {
                if (b.cycle() == cycles[0]) {
                    b.engineFault(fault);
                }
                if (b.cycle() == cycles[1]) {
                    b.hostAbort();
                }
            })::accept);
            if (start.met()) {
                JobFault first = cycles[0] <= cycles[1] ? fault : watchdog(cycles[1]);
                faultyOrJustEnded(seen, job, first, start.cycle, what);
            } else {
                JobChecks.clean(seen, job, what);
            }
            return start.met() && seen.faulted;
        });
    }

    @ParameterizedTest
    @EnumSource(
            value = Phase.class,
            names = {"DESCRIPTOR", "PROGRAMS", "RUN", "RECORD"})
    void aFaultsRecordThatIsNotAnsweredEndsTheJobWithoutIt(Phase phase) {
        campaign("record not answered after a fault in " + phase, (bench, what) -> {
            int timeout = 1 + bench.random.nextInt(200);
            bench.busTimeout(timeout);
            JobFault fault = JobFault.random(bench.random);
            JobImage job = jobThatReaches(bench, phase);
            Once report = new Once(bench, phase, b -> {
                b.engineFault(fault);
                b.engines.losesRecords = true;
            });
            JobTrace seen = bench.run(job, report);
            bench.engines.losesRecords = false;
            if (report.met() && seen.ended > report.cycle + 1) {
                JobChecks.lost(seen, fault, report.cycle, timeout, what);
            } else {
                JobChecks.clean(seen, job, what);
            }
            return seen.faulted;
        });
    }

    @Test
    void aFaultsRecordThatIsAnsweredInTheLastCycleCounts() {
        campaign("record answered at the time limit", (bench, what) -> {
            int timeout = 1 + bench.random.nextInt(200);
            bench.busTimeout(timeout);
            JobFault fault = JobFault.random(bench.random);
            int early = bench.random.nextInt(4) - 1;
            Once report = new Once(bench, Phase.RUN, b -> b.engineFault(fault));
            Consumer<JobBench> late = b -> {
                if (b.phase == Phase.FAULT_RECORD && b.inPhase == 1) {
                    b.engines.answerAt = b.clock(b.cycle() - 1 + timeout + 17 - early);
                }
            };
            JobImage job = bench.job();
            JobTrace seen = bench.run(job, report.andThen(late)::accept);
            if (!report.met()) {
                JobChecks.clean(seen, job, what);
            } else if (early < 0) {
                JobChecks.lost(seen, fault, report.cycle, timeout, what);
            } else {
                JobChecks.faulty(seen, fault, report.cycle, what);
            }
            return report.met();
        });
    }
}
