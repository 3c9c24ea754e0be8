package dev.hwc.sim.pim.schedule;

import dev.hwc.sim.dram.device.BankSet;
import dev.hwc.sim.dram.device.BankStates;
import dev.hwc.sim.dram.device.Command;
import dev.hwc.sim.dram.device.CommandObserver;
import dev.hwc.sim.dram.device.DramSpec;
import dev.hwc.sim.pim.program.Op;
import dev.hwc.sim.pim.program.PimProgram;

/**
 * A stock controller that sees windows between barriers: columns of the window go as they can; the item before a barrier
 * goes last. Rows that the window does not want are closed. While only the last item of a window waits, rows of the next
 * window are opened where banks are closed already. A refresh that is due closes rows as soon as they may
 * be closed and goes when none is open; columns go on meanwhile. Refreshes are those of the first of two ranks. This is
 * how the controller of PIMSimulator behaves, looked at clock by clock.
 */
public final class WindowScheduler {
    private static final int QUEUE = 64;
    private static final int NOBODY = -1;

    private final PimProgram program;
    private final ChannelPort port;
    private final RefreshClock refresh;
    private final int banksPerRank;
    private final boolean[] issued;
    private final int[] order;
    /** Kept free for read data, which units do not send: the controller does not know them. */
    private final int readToWrite;

    private long lastRead = Long.MIN_VALUE / 2;
    private int head;
    private int count;

    private WindowScheduler(DramSpec spec, PimProgram program, boolean refreshes, CommandObserver observer) {
        this.program = program;
        port = new ChannelPort(spec, observer);
        refresh = RefreshClock.firstOfTwoRanks(spec, refreshes);
        banksPerRank = spec.banksPerRank();
        readToWrite = spec.get("tRTW");
        issued = new boolean[program.size()];
        order = new int[program.size()];
    }

    /** Issues a program. */
    public static Schedule run(DramSpec spec, PimProgram program, boolean refreshes, CommandObserver observer) {
        WindowScheduler scheduler = new WindowScheduler(spec, program, refreshes, observer);
        long cycle = 0;
        while (scheduler.head < program.size()) {
            scheduler.step(cycle++);
        }
        long end = Math.max(cycle, scheduler.port.done());
        return new Schedule(end, scheduler.order, scheduler.port.counts(end));
    }

    private void step(long cycle) {
        boolean done = cycle >= refresh.due() && refreshStep(cycle);
        if (!done && !column(cycle) && !activate(cycle)) {
            precharge(cycle, false);
        }
    }

    private boolean refreshStep(long cycle) {
        if (port.openBanks() > 0) {
            return precharge(cycle, true);
        }
        if (port.earliest(Command.REFAB, 0, cycle) > cycle) {
            return false;
        }
        port.issue(Command.REFAB, 0, 0, 0, cycle);
        refresh.refreshed();
        return true;
    }

    /** One behind the last item that may be looked at: the window's end, or the next one's while only its last item waits. */
    private int windowEnd(int from) {
        int i = from;
        int limit = Math.min(program.size(), head + QUEUE);
        while (i < limit && !program.barrier(i)) {
            i++;
        }
        return Math.min(i + 1, limit);
    }

    private boolean column(long cycle) {
        int end = windowEnd(head);
        for (int i = head; i < end; i++) {
            if (issued[i] || (program.barrier(i) && i != head)) {
                continue;
            }
            if (ready(i, cycle)) {
                issue(i, cycle);
                return true;
            }
        }
        return false;
    }

    private boolean ready(int item, long cycle) {
        Op op = program.op(item);
        if (op == Op.MODE) {
            return port.earliest(Command.MOD, 0, cycle) == cycle;
        }
        if (op != Op.UNIT_READ && cycle < lastRead + readToWrite && op != Op.HOST_READ) {
            return false;
        }
        return openRow(item) == program.row(item) && earliest(op.command(), item, cycle) == cycle;
    }

    private void issue(int item, long cycle) {
        Command command = program.op(item).command();
        port.issueData(command, target(item), program.row(item), program.column(item), cycle);
        if (program.op(item) == Op.UNIT_READ) {
            lastRead = cycle;
        }
        issued[item] = true;
        order[count++] = item;
        while (head < issued.length && issued[head]) {
            head++;
        }
    }

    /** Bank, or rank's first bank plus the set. */
    private int target(int item) {
        return program.op(item).host()
                ? program.bank(item)
                : program.op(item) == Op.MODE ? 0 : program.set(item).ordinal();
    }

    private long earliest(Command command, int item, long cycle) {
        return program.op(item).host()
                ? port.earliest(command, program.bank(item), cycle)
                : port.earliest(command, program.set(item), cycle);
    }

    private int openRow(int item) {
        return program.op(item).host() ? port.openRow(program.bank(item)) : port.openRow(program.set(item));
    }

    private boolean activate(long cycle) {
        boolean lastWaits = program.barrier(head);
        int end = lastWaits ? windowEnd(Math.min(head + 1, program.size() - 1)) : windowEnd(head);
        for (int i = head; i < end; i++) {
            boolean atBarrier = program.barrier(i) && i != head;
            if (issued[i] || atBarrier || program.op(i) == Op.MODE) {
                if (program.op(i) == Op.MODE) {
                    return false;
                }
                continue;
            }
            Command command = program.op(i).host() ? Command.ACT : Command.ACTS;
            if (openRow(i) == BankStates.CLOSED && earliest(command, i, cycle) == cycle) {
                port.issue(command, target(i), program.row(i), 0, cycle);
                return true;
            }
        }
        return false;
    }

    /** Closes one row that the window does not want, or for a refresh any. */
    private boolean precharge(long cycle, boolean all) {
        if (port.mode() > 0) {
            for (BankSet set : new BankSet[] {BankSet.EVEN, BankSet.ODD}) {
                int row = port.openRow(set);
                if (row != BankStates.CLOSED
                        && (all || !wanted(NOBODY, set, row))
                        && port.earliest(Command.PRES, set, cycle) == cycle) {
                    port.issue(Command.PRES, set.ordinal(), 0, 0, cycle);
                    return true;
                }
            }
            return false;
        }
        for (int bank = 0; bank < banksPerRank; bank++) {
            int row = port.openRow(bank);
            if (row != BankStates.CLOSED
                    && (all || !wanted(bank, BankSet.NONE, row))
                    && port.earliest(Command.PRE, bank, cycle) == cycle) {
                port.issue(Command.PRE, bank, 0, 0, cycle);
                return true;
            }
        }
        return false;
    }

    private boolean wanted(int bank, BankSet set, int row) {
        int end = windowEnd(head);
        for (int i = head; i < end; i++) {
            if (!issued[i] && program.op(i) != Op.MODE && program.row(i) == row) {
                boolean host = program.op(i).host();
                if (host ? program.bank(i) == bank : program.set(i) == set) {
                    return true;
                }
            }
        }
        return false;
    }
}
