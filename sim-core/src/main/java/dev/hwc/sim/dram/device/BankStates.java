package dev.hwc.sim.dram.device;

import dev.hwc.sim.dram.device.CommandCounts.RankState;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The banks of a channel: which rows are open and when which command may come next. Each issued command raises the
 * earliest times of later ones as the rules say; asking is four array reads. All times are of a command's last clock.
 */
public final class BankStates {
    /** Row of a closed bank. */
    public static final int CLOSED = -1;

    private static final int COMMANDS = Command.values().length;
    private static final int FAW_ACTIVATIONS = 4;
    private static final Command[] ALL = Command.values();

    private final int banksPerRank;
    private final int rankShift;
    private final int groupShift;
    private final int ranksPerPseudoChannel;
    private final int readClocks;
    private final int writeClocks;
    private final int fawClocks;
    private final int bankPairs;
    private final boolean dataClock;
    private final int[] clocks = new int[COMMANDS];
    /** For each scope and first command: second commands and distances in turn. */
    private final int[][][] rules = new int[TimingRule.Scope.values().length][COMMANDS][];

    private final int[] openRow;
    private final long[] bankNext;
    private final long[] groupNext;
    private final long[] rankNext;
    private final long[] activations;
    private final int[] activationCount;
    private final int[] openBanks;
    /** Bank whose ACT2 is due, per rank, or -1. */
    private final int[] activating;

    private final int[] activatingRow;
    private final long[] dataClockUntil;
    private final boolean[] asleep;
    private final long[] stateSince;
    /** Last clock of the last read of a bank that is not settled, or -1. */
    private final long[] unsettled;

    private final int[] unsettledBanks;
    private int unsettledCount;
    /** Clocks from read to read of the same group, rank, and another rank. */
    private final int groupReads;

    private final int rankReads;
    private final int otherReads;
    private static final BankSet[] SETS = BankSet.values();
    /** Banks of each set of each rank. */
    private final int[][] members;

    private final int[] mode;
    private CommandCounts counts = new CommandCounts();

    public BankStates(DramSpec spec) {
        banksPerRank = spec.banksPerRank();
        rankShift = Integer.numberOfTrailingZeros(banksPerRank);
        groupShift = Integer.numberOfTrailingZeros(spec.get("banksPerGroup"));
        ranksPerPseudoChannel = spec.get("ranks");
        fawClocks = spec.get("tFAW");
        bankPairs = spec.get("banksPerRefresh");
        dataClock = spec.family().dataClock();
        int postamble = dataClock ? spec.get("tWCKPST") : 0;
        readClocks = spec.get("tCL") + spec.get("tBL") + postamble;
        writeClocks = spec.get("tCWL") + spec.get("tBL") + postamble;
        for (Command command : ALL) {
            clocks[command.ordinal()] = spec.clocks(command);
        }
        List<TimingRule> list = TimingRules.of(spec);
        for (TimingRule.Scope scope : TimingRule.Scope.values()) {
            for (Command from : ALL) {
                rules[scope.ordinal()][from.ordinal()] = flat(spec, list, scope, from);
            }
        }
        int ranks = spec.rankCount();
        openRow = new int[spec.banks()];
        bankNext = new long[spec.banks() * COMMANDS];
        groupNext = new long[ranks * spec.get("bankGroups") * COMMANDS];
        rankNext = new long[ranks * COMMANDS];
        activations = new long[ranks * FAW_ACTIVATIONS];
        activationCount = new int[ranks];
        openBanks = new int[ranks];
        activating = new int[ranks];
        activatingRow = new int[ranks];
        dataClockUntil = new long[ranks];
        asleep = new boolean[ranks];
        stateSince = new long[ranks];
        mode = new int[ranks];
        members = new int[ranks * SETS.length][];
        Arrays.setAll(members, i -> members(SETS[i % SETS.length], i / SETS.length, banksPerRank));
        unsettled = new long[spec.banks()];
        unsettledBanks = new int[spec.banks()];
        groupReads = readToRead(TimingRule.Scope.GROUP);
        rankReads = readToRead(TimingRule.Scope.RANK);
        otherReads = readToRead(TimingRule.Scope.OTHER_RANK);
        reset();
    }

    /** Whether a family opens rows in this way, or has a data clock to start. */
    private static boolean has(Family family, Command command) {
        return switch (command) {
            case ACT -> !family.splitActivate();
            case ACT1, ACT2 -> family.splitActivate();
            case CAS -> family.dataClock();
            default -> true;
        };
    }

    private static int[] flat(DramSpec spec, List<TimingRule> list, TimingRule.Scope scope, Command from) {
        List<Integer> pairs = new ArrayList<>();
        for (TimingRule rule : list) {
            if (rule.scope() == scope && rule.from().contains(from) && rule.clocks() > 0) {
                for (Command to : ALL) {
                    if (rule.to().contains(to) && has(spec.family(), to)) {
                        pairs.add(to.ordinal());
                        pairs.add(rule.clocks());
                    }
                }
            }
        }
        return pairs.stream().mapToInt(Integer::intValue).toArray();
    }

    private int readToRead(TimingRule.Scope scope) {
        int[] pairs = rules[scope.ordinal()][Command.RD.ordinal()];
        int distance = 0;
        for (int i = 0; i < pairs.length; i += 2) {
            distance = pairs[i] == Command.RD.ordinal() ? Math.max(distance, pairs[i + 1]) : distance;
        }
        return distance;
    }

    /** All rows closed, nothing happened, clock 0. */
    public void reset() {
        Arrays.fill(openRow, CLOSED);
        Arrays.fill(bankNext, 0);
        Arrays.fill(groupNext, 0);
        Arrays.fill(rankNext, 0);
        Arrays.fill(activations, Long.MIN_VALUE / 2);
        Arrays.fill(activationCount, 0);
        Arrays.fill(openBanks, 0);
        Arrays.fill(activating, -1);
        Arrays.fill(dataClockUntil, 0);
        Arrays.fill(asleep, false);
        Arrays.fill(stateSince, 0);
        Arrays.fill(mode, 0);
        Arrays.fill(unsettled, -1);
        unsettledCount = 0;
        counts = new CommandCounts();
    }

    /** The open row of a bank, or {@link #CLOSED}. */
    public int openRow(int bank) {
        return openRow[bank];
    }

    /** Rows open in a rank. */
    public int openBanks(int rank) {
        return openBanks[rank];
    }

    /** The bank of a rank whose second half of activation is due, or -1. */
    public int activating(int rank) {
        return activating[rank];
    }

    /** The row that opens then. */
    public int activatingRow(int rank) {
        return activatingRow[rank];
    }

    /** The mode of operation of a rank: 0 is that of any memory. */
    public int mode(int rank) {
        return mode[rank];
    }

    /** Whether a rank is in power-down. */
    public boolean asleep(int rank) {
        return asleep[rank];
    }

    /** Whether a column command that begins at a clock finds the data clock running. */
    public boolean dataClockRuns(int rank, long cycle) {
        return !dataClock || cycle < dataClockUntil[rank];
    }

    /** First clock at which a command to a bank may begin, by the rules alone. */
    public long earliest(Command command, int bank) {
        int c = command.ordinal();
        int rank = bank >>> rankShift;
        long time = Math.max(
                Math.max(bankNext[bank * COMMANDS + c], groupNext[(bank >>> groupShift) * COMMANDS + c]),
                rankNext[rank * COMMANDS + c]);
        if (command == Command.ACT || command == Command.ACT1) {
            time = Math.max(time, fifthActivation(rank));
        }
        return time - clocks[c] + 1;
    }

    /** First clock at which a command to any bank of a rank may begin, as far as the rank's own rules say. */
    public long earliestOfAnyBank(Command command, int rank) {
        int c = command.ordinal();
        long time = rankNext[rank * COMMANDS + c];
        if (command == Command.ACT || command == Command.ACT1) {
            time = Math.max(time, fifthActivation(rank));
        }
        return time - clocks[c] + 1;
    }

    /** First clock at which a command to any bank of a bank's group may begin, as far as the group's own rules say. */
    public long earliestOfGroup(Command command, int bank) {
        int c = command.ordinal();
        return groupNext[(bank >>> groupShift) * COMMANDS + c] - clocks[c] + 1;
    }

    /** First clock from which on no bank's own rules hold a command back. */
    public long earliestOfAllBanks(Command command) {
        long latest = 0;
        for (int at = command.ordinal(); at < bankNext.length; at += COMMANDS) {
            latest = Math.max(latest, bankNext[at]);
        }
        return latest - clocks[command.ordinal()] + 1;
    }

    /** Last clock of the next activation at the earliest: the fourth one before it was tFAW earlier. */
    private long fifthActivation(int rank) {
        int oldest = activationCount[rank] & (FAW_ACTIVATIONS - 1);
        return activations[rank * FAW_ACTIVATIONS + oldest] + fawClocks;
    }

    /** As {@link #earliest(Command, int)} for a command to a set of banks of a rank. */
    public long earliestOfSet(Command command, int rank, BankSet set) {
        int c = command.ordinal();
        long time = rankNext[rank * COMMANDS + c];
        for (int b : members[rank * SETS.length + set.ordinal()]) {
            time = Math.max(time, bankNext[b * COMMANDS + c]);
        }
        if (command == Command.ACTS) {
            time = Math.max(time, fifthActivation(rank));
        }
        return time - clocks[c] + 1;
    }

    /** As {@link #earliest(Command, int)} for a command to a rank. */
    public long earliestOfRank(Command command, int rank) {
        int c = command.ordinal();
        return rankNext[rank * COMMANDS + c] - clocks[c] + 1;
    }

    /**
     * A command is issued; it must be legal.
     *
     * @param cycle its first clock
     */
    public void issue(Command command, int bank, int row, long cycle) {
        int rank = bank >>> rankShift;
        long end = cycle + clocks[command.ordinal()] - 1;
        counts.add(command);
        switch (command) {
            case ACT -> {
                open(rank, bank, row, end);
                activated(rank, end);
            }
            case ACT1 -> {
                activating[rank] = bank;
                activatingRow[rank] = row;
                activated(rank, end);
            }
            case ACT2 -> {
                activating[rank] = -1;
                account(rank, end);
                openRow[bank] = activatingRow[rank];
                openBanks[rank]++;
            }
            case RD, RDA, WR, WRA -> {
                long until = end + (command.writes() ? writeClocks : readClocks);
                dataClockUntil[rank] = Math.max(dataClockUntil[rank], until);
                if (command.autoPrecharges()) {
                    close(rank, bank, end);
                }
            }
            case PRE -> close(rank, bank, end);
            case PREA -> {
                for (int b = rank * banksPerRank; b < (rank + 1) * banksPerRank; b++) {
                    close(rank, b, end);
                }
            }
            case PDE -> {
                account(rank, end);
                asleep[rank] = true;
            }
            case PDX -> {
                account(rank, end);
                asleep[rank] = false;
            }
            case ACTS -> {
                for (int b : members(rank, bank)) {
                    open(rank, b, row, end);
                }
                activated(rank, end);
            }
            case PRES -> {
                for (int b : members(rank, bank)) {
                    close(rank, b, end);
                }
            }
            case WRR, RDR ->
                dataClockUntil[rank] =
                        Math.max(dataClockUntil[rank], end + (command == Command.WRR ? writeClocks : readClocks));
            case MOD -> mode[rank] = row;
            case REFAB, REFPB, CAS, RDS, WRS -> {}
        }
        raise(command, rank, bank, end);
    }

    /**
     * A read of an open row, as {@link #issue}; until {@link #settle} only what reads wait for is right.
     *
     * @param cycle its first clock
     */
    public void read(int bank, long cycle) {
        counts.add(Command.RD);
        int c = Command.RD.ordinal();
        int rank = bank >>> rankShift;
        long end = cycle + clocks[c] - 1;
        dataClockUntil[rank] = Math.max(dataClockUntil[rank], end + readClocks);
        int group = (bank >>> groupShift) * COMMANDS + c;
        groupNext[group] = Math.max(groupNext[group], end + groupReads);
        rankNext[rank * COMMANDS + c] = Math.max(rankNext[rank * COMMANDS + c], end + rankReads);
        int first = rank / ranksPerPseudoChannel * ranksPerPseudoChannel;
        for (int other = first; other < first + ranksPerPseudoChannel; other++) {
            if (other != rank) {
                rankNext[other * COMMANDS + c] = Math.max(rankNext[other * COMMANDS + c], end + otherReads);
            }
        }
        if (unsettled[bank] < 0) {
            unsettledBanks[unsettledCount++] = bank;
        }
        unsettled[bank] = end;
    }

    /** More reads before the last one of their banks, in the same way. */
    public void earlierReads(int count) {
        counts.add(Command.RD, count);
    }

    /** Raises the times of other commands after {@link #read}: of the reads of a bank the last one decides. */
    public void settle() {
        for (int i = 0; i < unsettledCount; i++) {
            int bank = unsettledBanks[i];
            raise(Command.RD, bank >>> rankShift, bank, unsettled[bank]);
            unsettled[bank] = -1;
        }
        unsettledCount = 0;
    }

    /** Banks of the set that a command to a set names by the rank's first bank plus the set's ordinal. */
    private int[] members(int rank, int bank) {
        return members[rank * SETS.length + bank - rank * banksPerRank];
    }

    private static int[] members(BankSet set, int rank, int banksPerRank) {
        int first = rank * banksPerRank;
        return IntStream.range(0, banksPerRank)
                .filter(set::contains)
                .map(b -> first + b)
                .toArray();
    }

    private void open(int rank, int bank, int row, long end) {
        account(rank, end);
        openRow[bank] = row;
        openBanks[rank]++;
    }

    private void activated(int rank, long end) {
        int slot = activationCount[rank]++ & (FAW_ACTIVATIONS - 1);
        activations[rank * FAW_ACTIVATIONS + slot] = end;
    }

    private void close(int rank, int bank, long end) {
        if (openRow[bank] != CLOSED) {
            account(rank, end);
            openRow[bank] = CLOSED;
            openBanks[rank]--;
        }
    }

    private void raise(Command command, int rank, int bank, long end) {
        int c = command.ordinal();
        if (command.target() == Command.Target.BANK) {
            if (command == Command.REFPB) {
                for (int i = 0; i < bankPairs; i++) {
                    raise(bankNext, refreshed(bank, i), rules[TimingRule.Scope.BANK.ordinal()][c], end);
                }
            } else {
                raise(bankNext, bank, rules[TimingRule.Scope.BANK.ordinal()][c], end);
            }
            raise(groupNext, bank >>> groupShift, rules[TimingRule.Scope.GROUP.ordinal()][c], end);
        } else if (command.target() == Command.Target.SET) {
            int[] banks = members(rank, bank);
            counts.addBanks(command, banks.length);
            for (int b : banks) {
                raise(bankNext, b, rules[TimingRule.Scope.BANK.ordinal()][c], end);
            }
        }
        raise(rankNext, rank, rules[TimingRule.Scope.RANK.ordinal()][c], end);
        int first = rank / ranksPerPseudoChannel * ranksPerPseudoChannel;
        for (int other = first; other < first + ranksPerPseudoChannel; other++) {
            if (other != rank) {
                raise(rankNext, other, rules[TimingRule.Scope.OTHER_RANK.ordinal()][c], end);
            }
        }
    }

    private static void raise(long[] next, int place, int[] pairs, long end) {
        int base = place * COMMANDS;
        for (int i = 0; i < pairs.length; i += 2) {
            int at = base + pairs[i];
            next[at] = Math.max(next[at], end + pairs[i + 1]);
        }
    }

    /**
     * The banks that a per-bank refresh of a bank takes together: those half, a quarter ... of a rank further on.
     *
     * @param bank the first of them
     * @param index 0..banksPerRefresh-1
     */
    public int refreshed(int bank, int index) {
        return bank + index * (banksPerRank / bankPairs);
    }

    private void account(int rank, long end) {
        RankState state = openBanks[rank] > 0
                ? asleep[rank] ? RankState.ACTIVE_POWER_DOWN : RankState.ACTIVE
                : asleep[rank] ? RankState.PRECHARGED_POWER_DOWN : RankState.PRECHARGED;
        counts.add(state, end - stateSince[rank]);
        stateSince[rank] = end;
    }

    /** What happened up to a clock. */
    public CommandCounts counts(long cycle) {
        for (int rank = 0; rank < asleep.length; rank++) {
            if (cycle > stateSince[rank]) {
                account(rank, cycle);
            }
        }
        return counts;
    }
}
