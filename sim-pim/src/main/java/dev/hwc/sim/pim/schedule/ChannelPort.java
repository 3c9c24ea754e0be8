package dev.hwc.sim.pim.schedule;

import dev.hwc.sim.dram.device.BankSet;
import dev.hwc.sim.dram.device.BankStates;
import dev.hwc.sim.dram.device.Command;
import dev.hwc.sim.dram.device.CommandCounts;
import dev.hwc.sim.dram.device.CommandObserver;
import dev.hwc.sim.dram.device.DramSpec;

/** One channel's banks and command buses: when a command may go, and letting it go. Rank 0, pseudo-channel 0. */
final class ChannelPort {
    /** Banks of a set with different rows. */
    static final int MIXED = -2;

    private final DramSpec spec;
    private final BankStates banks;
    private final CommandObserver observer;
    private final boolean twoBuses;
    private final boolean dataClock;
    private final long[] busFree = new long[2];
    private long last;
    private long dataUntil;

    ChannelPort(DramSpec spec, CommandObserver observer) {
        this.spec = spec;
        this.observer = observer;
        banks = new BankStates(spec);
        twoBuses = spec.family().twoCommandBuses();
        dataClock = spec.family().dataClock();
    }

    DramSpec spec() {
        return spec;
    }

    int openRow(int bank) {
        return banks.openRow(bank);
    }

    /** The open row of a set: of all its banks, {@link BankStates#CLOSED}, or {@link #MIXED}. */
    int openRow(BankSet set) {
        int row = MIXED;
        boolean first = true;
        for (int b = 0; b < spec.banksPerRank(); b++) {
            if (set.contains(b)) {
                int open = banks.openRow(b);
                if (!first && open != row) {
                    return MIXED;
                }
                row = open;
                first = false;
            }
        }
        return row;
    }

    int openBanks() {
        return banks.openBanks(0);
    }

    int mode() {
        return banks.mode(0);
    }

    int activating() {
        return banks.activating(0);
    }

    private int bus(Command command) {
        return twoBuses && command.bus() == Command.Bus.COLUMN ? 1 : 0;
    }

    /** First clock for a command to a bank, at least a given one. */
    long earliest(Command command, int bank, long from) {
        long rules = command.target() == Command.Target.RANK
                ? banks.earliestOfRank(command, 0)
                : banks.earliest(command, bank);
        return Math.max(Math.max(rules, busFree[bus(command)]), Math.max(from, last));
    }

    /** The same for a set. */
    long earliest(Command command, BankSet set, long from) {
        long rules = banks.earliestOfSet(command, 0, set);
        return Math.max(Math.max(rules, busFree[bus(command)]), Math.max(from, last));
    }

    /** A CAS goes a clock before a column whose data would find no data clock. */
    long synchronizedStart(long start) {
        if (!dataClock || banks.dataClockRuns(0, start)) {
            return start;
        }
        long cas = Math.max(Math.max(start - 1, banks.earliestOfRank(Command.CAS, 0)), Math.max(busFree[0], last));
        return cas + 1;
    }

    void issue(Command command, int bank, int row, int column, long cycle) {
        banks.issue(command, bank, row, cycle);
        busFree[bus(command)] = cycle + spec.clocks(command);
        last = cycle;
        long end = cycle + spec.clocks(command) - 1;
        int data = switch (command) {
            case RD, RDA -> spec.get("tCL") + spec.get("tBL");
            case RDR -> spec.get("tREGOUT") + spec.get("tBL");
            case WR, WRA -> spec.get("tCWL") + spec.get("tBL");
            case WRR -> spec.get("tREGIN") + spec.get("tBL");
            default -> 1;
        };
        dataUntil = Math.max(dataUntil, end + data);
        observer.issued(cycle, command, bank, row, column);
    }

    /** Issues a column whose data cross the bus, with a CAS where it needs one. */
    void issueData(Command command, int bank, int row, int column, long cycle) {
        if (dataClock && !banks.dataClockRuns(0, cycle)) {
            issue(Command.CAS, 0, 0, 0, cycle - 1);
        }
        issue(command, bank, row, column, cycle);
    }

    /** First clock at which all commands so far are done. */
    long done() {
        return dataUntil;
    }

    CommandCounts counts(long cycle) {
        return banks.counts(cycle);
    }
}
