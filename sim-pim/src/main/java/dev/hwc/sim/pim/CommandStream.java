package dev.hwc.sim.pim;

import dev.hwc.sim.dram.TraceWriter;
import dev.hwc.sim.dram.check.TraceChecker;
import dev.hwc.sim.dram.check.Violation;
import dev.hwc.sim.dram.controller.ControllerPolicy;
import dev.hwc.sim.pim.program.PimProgram;
import dev.hwc.sim.pim.schedule.LookaheadScheduler;
import dev.hwc.sim.pim.schedule.Schedule;
import dev.hwc.sim.pim.schedule.WindowScheduler;
import java.util.List;
import java.util.function.Consumer;

/**
 * A program as commands, every one of them read by the checker.
 *
 * @param violations of timing
 */
record CommandStream(Schedule schedule, long violations, List<String> firstViolations) {
    private static final int SHOWN = 20;
    /** Lines of a trace that are no commands: three before them, one behind. */
    static final int LINES_AROUND = 4;

    /** Whose controller issues it. */
    enum Controller {
        /** Knows the program. */
        OURS,
        /** Windows between barriers, refresh of the first of two ranks. */
        WINDOWS,
        /** In order, no refresh. */
        IN_ORDER
    }

    /**
     * Issues a program on one channel.
     *
     * @param trace takes each line of the trace
     */
    static CommandStream of(PimSpec spec, PimProgram program, Controller controller, Consumer<String> trace) {
        boolean refreshes = controller != Controller.IN_ORDER;
        ControllerPolicy policy = ControllerPolicy.DEFAULT.withRefresh(
                refreshes ? ControllerPolicy.Refresh.ALL_BANK : ControllerPolicy.Refresh.OFF, 0);
        TraceChecker checker = new TraceChecker(spec.text());
        TraceWriter writer = new TraceWriter(spec.dram(), policy, line -> {
            checker.line(line);
            trace.accept(line);
        });
        Schedule schedule = switch (controller) {
            case OURS -> LookaheadScheduler.run(spec.dram(), program, true, writer);
            case WINDOWS -> WindowScheduler.run(spec.dram(), program, true, writer);
            case IN_ORDER -> LookaheadScheduler.inOrder(spec.dram(), program, false, writer);
        };
        writer.end(schedule.cycles());
        checker.finish();
        return new CommandStream(
                schedule,
                checker.violations(),
                checker.firstViolations().stream()
                        .limit(SHOWN)
                        .map(Violation::toString)
                        .toList());
    }
}
