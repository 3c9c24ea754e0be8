package dev.hwc.sim.pim.schedule;

import dev.hwc.sim.dram.device.BankSet;
import dev.hwc.sim.dram.device.BankStates;
import dev.hwc.sim.dram.device.Command;
import dev.hwc.sim.dram.device.CommandObserver;
import dev.hwc.sim.dram.device.DramSpec;
import dev.hwc.sim.pim.program.Op;
import dev.hwc.sim.pim.program.PimProgram;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A controller that knows the program: columns go in order, each as early as it can; rows of the next stretches are
 * closed and opened meanwhile, so that a set's row switch hides behind columns of the other. At a due refresh no row is
 * opened any more; columns whose rows are open are finished, then all rows are closed. Registers keep their values.
 * Where they are reached without a row in a mode of units, a due refresh waits for the longest run of register accesses
 * within about half an interval, and these go while the banks are refreshed.
 */
public final class LookaheadScheduler {
    /** Stretches looked ahead: of sets, and of the host's banks. */
    private static final int SETS = 4;

    private static final int BANKS = 64;
    /** Register accesses for which a refresh waits. */
    private static final int WORTH_WAITING = 4;

    private static final long NEVER = Long.MAX_VALUE;

    /**
     * Items in a row that need the same row of the same place.
     *
     * @param banks of the place
     * @param end one behind its last item that needs the row
     */
    private record Stretch(int begin, int end, int row, boolean host, BankSet set, int[] banks) {}

    private final DramSpec spec;
    private final PimProgram program;
    private final ChannelPort port;
    private final RefreshClock refresh;
    private final List<Stretch> stretches = new ArrayList<>();
    private final boolean modesOfRows;
    private final boolean ahead;
    private final Command activate;
    private final Command[] toBank;
    /** Changes of mode before each item. */
    private final int[] modes;

    /** First items of runs of register accesses without a row, and how long they are. */
    private final int[] runs;

    private final int[] lengths;
    private int nextRun;
    /** Item before which a due refresh is done, or -1: none is due, or nothing is worth waiting for. */
    private int target = -1;

    private boolean aiming;
    private int head;
    private int stretch;

    // the best row command found
    private long rowStart;
    private Command rowCommand = Command.PRE;
    private int rowTarget;
    private int rowRow;

    private LookaheadScheduler(
            DramSpec spec, PimProgram program, boolean refreshes, boolean ahead, CommandObserver observer) {
        this.spec = spec;
        this.ahead = ahead;
        this.program = program;
        port = new ChannelPort(spec, observer);
        refresh = RefreshClock.of(spec, refreshes);
        modesOfRows = spec.get("pimMode") > 0;
        activate = spec.family().splitActivate() ? Command.ACT1 : Command.ACT;
        toBank = new Command[] {activate, Command.PRE};
        modes = new int[program.size() + 1];
        cut();
        int[] found = modesOfRows && ahead ? runs() : new int[0];
        runs = new int[found.length / 2];
        lengths = new int[found.length / 2];
        for (int i = 0; i < runs.length; i++) {
            runs[i] = found[2 * i];
            lengths[i] = found[2 * i + 1];
        }
    }

    /** Begins and lengths of runs of register accesses without a row that come behind a column. */
    private int[] runs() {
        List<Integer> found = new ArrayList<>();
        int from = -1;
        for (int i = 1; i <= program.size(); i++) {
            if (i < program.size() && onlyRegisters(i)) {
                from = from < 0 && program.op(i - 1) == Op.UNIT_READ ? i : from;
            } else if (from >= 0) {
                found.add(from);
                found.add(i - from);
                from = -1;
            }
        }
        return found.stream().mapToInt(Integer::intValue).toArray();
    }

    private boolean onlyRegisters(int item) {
        Op op = program.op(item);
        return (op == Op.REGISTER_WRITE || op == Op.REGISTER_READ) && program.set(item) == BankSet.NONE;
    }

    /** Issues a program. */
    public static Schedule run(DramSpec spec, PimProgram program, boolean refreshes, CommandObserver observer) {
        return new LookaheadScheduler(spec, program, refreshes, true, observer).run();
    }

    /** Issues a program as a controller that touches a row only when the item at the head needs it. */
    public static Schedule inOrder(DramSpec spec, PimProgram program, boolean refreshes, CommandObserver observer) {
        return new LookaheadScheduler(spec, program, refreshes, false, observer).run();
    }

    private void cut() {
        for (int i = 0; i < program.size(); i++) {
            modes[i + 1] = modes[i] + (program.op(i) == Op.MODE ? 1 : 0);
            if (!needsRow(i)) {
                continue;
            }
            Stretch last = stretches.isEmpty() ? null : stretches.getLast();
            if (last != null && samePlace(last, i) && last.row == program.row(i)) {
                stretches.set(
                        stretches.size() - 1,
                        new Stretch(last.begin, i + 1, last.row, last.host, last.set, last.banks));
            } else {
                boolean host = program.op(i).host();
                BankSet set = host ? BankSet.NONE : program.set(i);
                stretches.add(new Stretch(
                        i, i + 1, program.row(i), host, set, host ? new int[] {program.bank(i)} : banks(set)));
            }
        }
    }

    private boolean needsRow(int item) {
        Op op = program.op(item);
        return op.host() || (op != Op.MODE && program.set(item) != BankSet.NONE);
    }

    private boolean samePlace(Stretch stretch, int item) {
        boolean host = program.op(item).host();
        return host == stretch.host
                && (host ? program.bank(item) == stretch.banks[0] : program.set(item) == stretch.set);
    }

    private int[] banks(BankSet set) {
        int[] banks = new int[set.size(spec.banksPerRank())];
        int count = 0;
        for (int b = 0; b < spec.banksPerRank(); b++) {
            if (set.contains(b)) {
                banks[count++] = b;
            }
        }
        return banks;
    }

    private Schedule run() {
        int[] order = new int[program.size()];
        Arrays.setAll(order, i -> i);
        while (head < program.size()) {
            step();
        }
        long end = port.done();
        return new Schedule(end, order, port.counts(end));
    }

    private void step() {
        long column = columnStart();
        long due = refresh.due();
        long row = nextRow(false);
        boolean refreshing = Math.min(column, row) >= due;
        if (refreshing) {
            aim();
            if (target > head) {
                refreshing = false;
            } else {
                row = nextRow(true);
                column = target == head && row == NEVER ? NEVER : column;
            }
        }
        if (column <= row && column != NEVER) {
            issueColumn(column);
        } else if (row != NEVER) {
            port.issue(rowCommand, rowTarget, rowRow, 0, row);
        } else if (refreshing) {
            closeAndRefresh();
        } else {
            throw new IllegalStateException("item " + head + " of the program can never begin");
        }
    }

    /** Looks for what to do while the banks are refreshed, once for each refresh. */
    private void aim() {
        if (aiming) {
            return;
        }
        aiming = true;
        while (nextRun < runs.length && runs[nextRun] < head) {
            nextRun++;
        }
        long reach = (long) head + spec.get("tREFI") / spec.get("tCCDMAC");
        int best = WORTH_WAITING - 1;
        for (int run = nextRun; run < runs.length && runs[run] <= reach; run++) {
            if (lengths[run] > best) {
                best = lengths[run];
                target = runs[run];
            }
        }
    }

    private void closeAndRefresh() {
        if (port.openBanks() > 0) {
            port.issue(Command.PREA, 0, 0, 0, port.earliest(Command.PREA, 0, 0));
        }
        port.issue(Command.REFAB, 0, 0, 0, Math.max(refresh.due(), port.earliest(Command.REFAB, 0, 0)));
        refresh.refreshed();
        aiming = false;
        target = -1;
    }

    /** When the next item can go, if its row is open. */
    private long columnStart() {
        while (stretch < stretches.size() && stretches.get(stretch).end <= head) {
            stretch++;
        }
        Op op = program.op(head);
        if (op == Op.MODE) {
            return port.earliest(Command.MOD, 0, ahead ? 0 : readyAfterMode());
        }
        if (needsRow(head) && !isOpen(stretches.get(stretch))) {
            return NEVER;
        }
        if (op == Op.CLOSE && port.openBanks() > 0) {
            return NEVER;
        }
        if (op == Op.OPEN || op == Op.CLOSE) {
            return port.earliest(Command.CAS, 0, 0);
        }
        long start = op.host()
                ? port.earliest(op.command(), program.bank(head), 0)
                : port.earliest(op.command(), program.set(head), 0);
        boolean data = op != Op.UNIT_READ && op != Op.UNIT_WRITE;
        return data ? port.synchronizedStart(start) : start;
    }

    /** A controller in order changes the mode when the command behind it, or the one that closes its row, could go. */
    private long readyAfterMode() {
        if (head + 1 >= program.size()) {
            return 0;
        }
        BankSet set = program.set(head + 1);
        boolean row = needsRow(head + 1) && port.openRow(set) != program.row(head + 1);
        return port.earliest(row ? Command.PRES : program.op(head + 1).command(), set, 0);
    }

    private boolean isOpen(Stretch wanted) {
        for (int bank : wanted.banks) {
            if (port.openRow(bank) != wanted.row) {
                return false;
            }
        }
        return true;
    }

    private void issueColumn(long cycle) {
        Op op = program.op(head);
        if (op != Op.OPEN && op != Op.CLOSE) {
            int target = op.host()
                    ? program.bank(head)
                    : op == Op.MODE ? 0 : program.set(head).ordinal();
            boolean data = op != Op.UNIT_READ && op != Op.UNIT_WRITE && op != Op.MODE;
            if (data) {
                port.issueData(op.command(), target, program.row(head), program.column(head), cycle);
            } else {
                port.issue(op.command(), target, program.row(head), program.column(head), cycle);
            }
        }
        head++;
    }

    /** The earliest command that closes or opens a row for a coming stretch. */
    private long nextRow(boolean refreshing) {
        rowStart = NEVER;
        if (port.activating() >= 0) {
            int bank = port.activating();
            offer(Command.ACT2, bank, halfRow, port.earliest(Command.ACT2, bank, 0));
            return rowStart;
        }
        if (refreshing) {
            return NEVER;
        }
        long busy = 0;
        int depth = !ahead ? needsRow(head) ? 1 : 0 : program.op(head).host() ? BANKS : SETS;
        int limit = Math.min(stretches.size(), stretch + depth);
        for (int s = stretch; s < limit; s++) {
            Stretch next = stretches.get(s);
            if (modesOfRows && modes[next.begin] > modes[head]) {
                break;
            }
            long mask = mask(next);
            if ((busy & mask) == 0) {
                prepare(next);
            }
            busy |= mask;
        }
        return rowStart;
    }

    /** The row of the ACT1 that waits. */
    private int halfRow;

    private static long mask(Stretch stretch) {
        long mask = 0;
        for (int bank : stretch.banks) {
            mask |= 1L << bank;
        }
        return mask;
    }

    private void prepare(Stretch next) {
        boolean asSet = !next.host && spec.setActivate();
        if (asSet) {
            int row = port.openRow(next.set);
            if (row == BankStates.CLOSED) {
                offer(Command.ACTS, next.set.ordinal(), next.row, port.earliest(Command.ACTS, next.set, 0));
            } else if (row != next.row) {
                offer(Command.PRES, next.set.ordinal(), 0, port.earliest(Command.PRES, next.set, 0));
            }
            return;
        }
        for (int bank : next.banks) {
            int row = port.openRow(bank);
            if (row != next.row) {
                Command command = toBank[row == BankStates.CLOSED ? 0 : 1];
                offer(command, bank, row == BankStates.CLOSED ? next.row : 0, port.earliest(command, bank, 0));
            }
        }
    }

    private void offer(Command command, int target, int row, long start) {
        if (start < rowStart) {
            rowStart = start;
            rowCommand = command;
            rowTarget = target;
            rowRow = row;
            if (command == Command.ACT1) {
                halfRow = row;
            }
        }
    }
}
