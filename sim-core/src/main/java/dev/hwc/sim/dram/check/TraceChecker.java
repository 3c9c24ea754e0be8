package dev.hwc.sim.dram.check;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Checks a trace line by line. A command that breaks a rule is counted and then taken as done, so that one error does
 * not hide the next. A line that is no command of the format is an error at once.
 */
public final class TraceChecker {
    private static final int KEPT = 100;
    private static final int FOUR = 4;

    private final @Nullable String timingSet;
    private final List<Violation> kept = new ArrayList<>();
    private long count;
    private long number;
    private long commands;
    private long lastCycle;
    private boolean ended;
    private String text = "";

    private final UnitChecks units = new UnitChecks(this);
    private @Nullable CheckedMemory memory;
    private String refreshMode = "";
    private RankHistory[][] ranks = {};
    private DataBus[] dataBuses = {};
    private long rowBusFree;
    private long columnBusFree;
    private @Nullable TraceLine pendingSync;

    // figures in clocks
    private int bl;
    private int cl;
    private int cwl;
    private int rp;
    private int rpAll;
    private int ras;
    private int refreshInterval;
    private int refreshLimit;
    private int refreshSets;
    private boolean split;
    private boolean dataClock;
    private boolean twoBuses;

    /** A checker of a trace of a shipped memory. */
    public TraceChecker() {
        this(null);
    }

    /**
     * A checker.
     *
     * @param timingSet text of the timing set, or null for that of the preset named in the trace
     */
    public TraceChecker(@Nullable String timingSet) {
        this.timingSet = timingSet;
    }

    /** Broken rules so far. */
    public long violations() {
        return count;
    }

    /** The first of them. */
    public List<Violation> firstViolations() {
        return List.copyOf(kept);
    }

    /** Commands so far. */
    public long commands() {
        return commands;
    }

    /** Reads the next line of the trace. */
    public void line(String line) {
        number++;
        text = line;
        if (number == 1) {
            require(line.equals("hwc-dram-trace 1"), "the first line 'hwc-dram-trace 1'");
        } else if (number == 2) {
            require(line.startsWith("memory "), "'memory NAME'");
            open(line.substring("memory ".length()));
        } else if (number == 3) {
            require(line.matches("refresh (all-bank|per-bank|off)"), "'refresh all-bank', 'per-bank' or 'off'");
            refreshMode = line.substring("refresh ".length());
            refreshSets = refreshMode.equals("per-bank") ? sets() : 1;
        } else if (line.startsWith("end ")) {
            require(line.matches("end [0-9]{1,18}"), "'end CYCLE'");
            end(Long.parseLong(line.substring("end ".length())));
        } else {
            require(!ended, "nothing after 'end'");
            command(TraceLine.read(number, line));
        }
    }

    /** Says that the trace is over; one without its last line is not whole. */
    public void finish() {
        if (!ended) {
            throw TraceLine.bad(number, text, "a last line 'end CYCLE'");
        }
    }

    private void require(boolean ok, String allowed) {
        if (!ok) {
            throw TraceLine.bad(number, text, allowed);
        }
    }

    private void open(String name) {
        CheckedMemory m = timingSet == null ? CheckedMemory.preset(name) : CheckedMemory.of(timingSet);
        memory = m;
        bl = m.figure("tBL");
        cl = m.figure("tCL");
        cwl = m.figure("tCWL");
        rp = m.figure("tRP");
        rpAll = m.figure("tRPab");
        ras = m.figure("tRAS");
        refreshInterval = m.figure("tREFI");
        refreshLimit = m.figure("postponedRefreshes");
        String family = m.text("family").toUpperCase(Locale.ROOT);
        split = family.equals("LPDDR5");
        dataClock = split;
        twoBuses = family.equals("HBM");
        ranks = new RankHistory[m.figure("pseudoChannels")][m.figure("ranks")];
        for (RankHistory[] inPseudo : ranks) {
            Arrays.setAll(inPseudo, _ -> new RankHistory(m.figure("bankGroups"), m.figure("banksPerGroup")));
        }
        dataBuses = new DataBus[ranks.length];
        Arrays.setAll(dataBuses, _ -> new DataBus());
    }

    int figure(String key) {
        return memory == null ? 0 : memory.figure(key);
    }

    private int sets() {
        require(figure("banksPerRefresh") > 0, "all-bank refresh for this memory");
        return figure("bankGroups") * figure("banksPerGroup") / figure("banksPerRefresh");
    }

    private void command(TraceLine c) {
        require(c.cycle() >= lastCycle, "cycles that do not fall");
        require(c.pseudo() < ranks.length && c.rank() < ranks[0].length, "a rank of the memory");
        require(
                TraceLine.toSet(c.command()) || c.group() < figure("bankGroups") && c.bank() < figure("banksPerGroup"),
                "a bank of the memory");
        commands++;
        lastCycle = c.cycle();
        RankHistory rank = ranks[c.pseudo()][c.rank()];
        commandBus(c);
        sync(c);
        power(c, rank);
        units.before(c, rank, c.cycle() + length(c.command()) - 1);
        int bank = c.group() * figure("banksPerGroup") + c.bank();
        long t = c.cycle() + length(c.command()) - 1;
        switch (c.command()) {
            case "ACT" -> {
                known(!split);
                activate(c, rank, bank, t);
                rank.banks[bank].open = true;
            }
            case "ACT1" -> {
                known(split);
                check(rank.half < 0, Rule.SPLIT_ACTIVATE, "an ACT1 waits for its ACT2");
                activate(c, rank, bank, t);
                rank.half = bank;
                rank.halfRow = c.last();
                rank.halfAt = t;
            }
            case "ACT2" -> {
                known(split);
                secondHalf(c, rank, bank, t);
            }
            case "RD", "RDA", "WR", "WRA" -> column(c, rank, bank, t);
            case "PRE" -> {
                check(rank.half != bank, Rule.SPLIT_ACTIVATE, "the bank waits for its ACT2");
                prechargeRank(rank, t);
                precharge(rank, bank, t, rp);
            }
            case "PREA" -> {
                check(rank.half < 0, Rule.SPLIT_ACTIVATE, "a bank waits for its ACT2");
                prechargeRank(rank, t);
                for (int b = 0; b < rank.banks.length; b++) {
                    precharge(rank, b, t, rpAll);
                }
            }
            case "REFAB" -> refreshAll(rank, t);
            case "REFPB" -> refreshBank(rank, bank, t);
            case "CAS" -> {
                known(dataClock);
                pendingSync = c;
            }
            case "PDE" -> sleep(rank, t);
            case "ACTS", "PRES", "RDS", "WRS", "WRR", "RDR", "MOD" -> units.command(c, rank, t);
            default -> wake(rank, t);
        }
        owed(rank, t);
    }

    private int length(String command) {
        return switch (command) {
            case "ACT", "ACT1", "ACT2", "ACTS" -> figure("clocksActivate");
            case "RD", "RDA", "WR", "WRA", "RDS", "WRS", "WRR", "RDR" -> figure("clocksColumn");
            case "PRE", "PREA", "PRES" -> figure("clocksPrecharge");
            case "REFAB", "REFPB" -> figure("clocksRefresh");
            default -> 1;
        };
    }

    // ---- buses

    private void commandBus(TraceLine c) {
        boolean column = isColumn(c.command());
        long end = c.cycle() + length(c.command());
        if (!twoBuses) {
            after(c.cycle(), rowBusFree, 0, Rule.COMMAND_BUS);
            rowBusFree = end;
        } else if (column) {
            after(c.cycle(), columnBusFree, 0, Rule.COLUMN_BUS);
            columnBusFree = end;
        } else {
            after(c.cycle(), rowBusFree, 0, Rule.ROW_BUS);
            rowBusFree = end;
        }
    }

    private static boolean isColumn(String command) {
        return switch (command) {
            case "RD", "RDA", "WR", "WRA", "RDS", "WRS", "WRR", "RDR" -> true;
            default -> false;
        };
    }

    /** Whether data go over the bus. */
    private static boolean moves(String command) {
        return isColumn(command) && !command.equals("RDS") && !command.equals("WRS");
    }

    /** The command after a CAS is a column command of the same rank in the next clock. */
    private void sync(TraceLine c) {
        TraceLine cas = pendingSync;
        pendingSync = null;
        if (cas == null) {
            return;
        }
        boolean follows = moves(c.command()) && c.cycle() == cas.cycle() + 1;
        boolean same = c.pseudo() == cas.pseudo() && c.rank() == cas.rank();
        check(follows && same, Rule.SYNC_UNUSED, "the CAS came at " + cas.cycle());
        if (follows && same) {
            RankHistory rank = ranks[c.pseudo()][c.rank()];
            rank.dataClockEnds = Math.max(rank.dataClockEnds, c.cycle() + 1);
        }
    }

    // ---- rows

    private void activate(TraceLine c, RankHistory rank, int bank, long t) {
        BankHistory b = rank.banks[bank];
        check(!b.open, Rule.BANK_OPEN, "the bank has an open row");
        after(t, b.precharged, b.recovery, Rule.TRP);
        after(t, b.activated, figure("tRC"), Rule.TRC);
        after(t, rank.activatedInGroup[c.group()], figure("tRRDL"), Rule.TRRD_L);
        after(t, rank.activated, figure("tRRDS"), Rule.TRRD_S);
        if (rank.window.size() == FOUR) {
            after(t, rank.window.removeFirst(), figure("tFAW"), Rule.TFAW);
        }
        after(t, rank.refreshed, figure("tRFCab"), Rule.TRFC);
        after(t, b.refreshed, figure("tRFCpb"), Rule.TRFCPB);
        after(t, rank.bankRefreshed, figure("tPBR2ACT"), Rule.TPBR2ACT);
        after(t, rank.setActivated, figure("tRRDSET"), Rule.TRRDSET);
        rank.window.addLast(t);
        rank.activated = t;
        rank.activatedInGroup[c.group()] = t;
        b.activated = t;
    }

    private void secondHalf(TraceLine c, RankHistory rank, int bank, long t) {
        check(
                rank.half == bank && rank.halfRow == c.last(),
                Rule.SPLIT_ACTIVATE,
                rank.half < 0 ? "no ACT1 before" : "the ACT1 before was for another bank or row");
        check(t - rank.halfAt <= figure("tAAD"), Rule.TAAD, t - rank.halfAt + " clocks, at most " + figure("tAAD"));
        rank.half = -1;
        rank.banks[bank].open = true;
    }

    void prechargeRank(RankHistory rank, long t) {
        after(t, rank.precharge, figure("tPPD"), Rule.TPPD);
        after(t, rank.refreshed, figure("tRFCab"), Rule.TRFC);
        rank.precharge = t;
    }

    void precharge(RankHistory rank, int bank, long t, long recovery) {
        BankHistory b = rank.banks[bank];
        if (!b.open) {
            return;
        }
        after(t, b.activated, ras, Rule.TRAS);
        after(t, b.read, figure("tRTP"), Rule.TRTP);
        after(t, b.write, cwl + bl + figure("tWR"), Rule.TWR);
        b.open = false;
        b.precharged = t;
        b.recovery = recovery;
    }

    // ---- columns

    private void column(TraceLine c, RankHistory rank, int bank, long t) {
        BankHistory b = rank.banks[bank];
        boolean write = c.command().startsWith("W");
        check(b.open, Rule.BANK_CLOSED, "no row is open");
        after(t, b.activated, figure(write ? "tRCDWR" : "tRCDRD"), Rule.TRCD);
        if (write) {
            after(t, rank.writeInGroup[c.group()], figure("tCCDLWR"), Rule.TCCD_L);
            after(t, rank.write, figure("tCCDSWR"), Rule.TCCD_S);
            after(t, rank.read, figure("tRTW"), Rule.TRTW);
        } else {
            after(t, rank.readInGroup[c.group()], figure("tCCDL"), Rule.TCCD_L);
            after(t, rank.read, figure("tCCDS"), Rule.TCCD_S);
            after(t, rank.writeInGroup[c.group()], cwl + bl + figure("tWTRL"), Rule.TWTR_L);
            after(t, rank.write, cwl + bl + figure("tWTRS"), Rule.TWTR_S);
        }
        units.hostColumn(rank, t, write);
        long first = t + (write ? cwl : cl);
        Rule bus = dataBuses[c.pseudo()].put(first, first + bl, c.rank(), figure("tCS"));
        if (bus != null) {
            violated(bus, "data from clock " + first);
        }
        if (dataClock) {
            check(c.cycle() < rank.dataClockEnds, Rule.DATA_CLOCK, "it ran until " + rank.dataClockEnds);
            rank.dataClockEnds = Math.max(rank.dataClockEnds, first + bl + figure("tWCKPST"));
        }
        if (write) {
            b.write = t;
            rank.write = t;
            rank.writeInGroup[c.group()] = t;
        } else {
            b.read = t;
            rank.read = t;
            rank.readInGroup[c.group()] = t;
        }
        if (c.command().endsWith("A")) {
            b.open = false;
            long ready = write ? t + cwl + bl + figure("tWR") : t + figure("tRTP");
            b.precharged = Math.max(ready, b.activated + ras);
            b.recovery = rp;
        }
    }

    /** Data of registers on the bus, for which a data clock must run. */
    void registerData(TraceLine c, RankHistory rank, long first) {
        Rule bus = dataBuses[c.pseudo()].put(first, first + bl, c.rank(), figure("tCS"));
        if (bus != null) {
            violated(bus, "data from clock " + first);
        }
        if (dataClock) {
            check(c.cycle() < rank.dataClockEnds, Rule.DATA_CLOCK, "it ran until " + rank.dataClockEnds);
            rank.dataClockEnds = Math.max(rank.dataClockEnds, first + bl + figure("tWCKPST"));
        }
    }

    // ---- refresh

    private void refreshAll(RankHistory rank, long t) {
        for (BankHistory b : rank.banks) {
            check(!b.open, Rule.BANK_OPEN, "a bank has an open row");
            after(t, b.precharged, b.recovery, Rule.TRP);
        }
        check(rank.half < 0, Rule.SPLIT_ACTIVATE, "a bank waits for its ACT2");
        after(t, rank.refreshed, figure("tRFCab"), Rule.TRFC);
        after(t, rank.bankRefreshed, figure("tRFCpb"), Rule.TRFCPB);
        rank.refreshed = t;
        rank.refreshes++;
    }

    private void refreshBank(RankHistory rank, int bank, long t) {
        known(figure("banksPerRefresh") > 0);
        int together = Math.max(1, figure("banksPerRefresh"));
        int distance = rank.banks.length / together;
        require(bank < distance, "REFPB of the first bank of those refreshed together");
        after(t, rank.bankRefreshed, figure("tPBR2PBR"), Rule.TPBR2PBR);
        after(t, rank.refreshed, figure("tRFCab"), Rule.TRFC);
        after(t, rank.activated, figure("tRRDS"), Rule.TRRD_S);
        for (int i = bank; i < rank.banks.length; i += distance) {
            BankHistory b = rank.banks[i];
            check(!b.open && rank.half != i, Rule.BANK_OPEN, "the bank has an open row");
            after(t, b.precharged, b.recovery, Rule.TRP);
            after(t, b.refreshed, figure("tRFCpb"), Rule.TRFCPB);
            b.refreshed = t;
            b.rounds++;
            long round = b.rounds;
            boolean fair = Arrays.stream(rank.banks).allMatch(other -> other.rounds >= round - 1);
            check(fair, Rule.REFRESH_ROUND, "round " + round + " began before round " + (round - 1) + " ended");
        }
        rank.bankRefreshed = t;
        rank.refreshes++;
    }

    /** Refreshes are due at multiples of tREFI; only so many may be owed, or done ahead. */
    private void owed(RankHistory rank, long t) {
        if (refreshMode.equals("off")) {
            return;
        }
        long due = t * refreshSets / refreshInterval;
        long owed = due - rank.refreshes;
        long limit = (long) refreshLimit * refreshSets;
        check(
                Math.abs(owed) <= limit,
                Rule.TREFI,
                rank.refreshes + " done, " + due + " due, at most " + limit + " apart");
    }

    // ---- power-down

    private void power(TraceLine c, RankHistory rank) {
        boolean exit = c.command().equals("PDX");
        check(rank.asleep == exit, Rule.POWER_DOWN_STATE, rank.asleep ? "the rank sleeps" : "the rank is awake");
        if (!exit) {
            after(c.cycle() + length(c.command()) - 1, rank.woke, figure("tXP"), Rule.TXP);
        }
    }

    private void sleep(RankHistory rank, long t) {
        after(t, rank.read, cl + bl + 1, Rule.POWER_DOWN_ENTRY);
        after(t, rank.write, cwl + bl + figure("tWR"), Rule.POWER_DOWN_ENTRY);
        check(rank.half < 0, Rule.POWER_DOWN_ENTRY, "a bank waits for its ACT2");
        after(t, rank.woke, figure("tCKE"), Rule.TCKE);
        rank.asleep = true;
        rank.slept = t;
    }

    private void wake(RankHistory rank, long t) {
        after(t, rank.slept, figure("tCKE"), Rule.TCKE);
        rank.asleep = false;
        rank.woke = t;
    }

    private void end(long cycle) {
        require(!ended && cycle >= lastCycle, "one 'end' after the last command");
        ended = true;
        for (RankHistory[] inPseudo : ranks) {
            for (RankHistory rank : inPseudo) {
                owed(rank, cycle);
                check(rank.half < 0, Rule.SPLIT_ACTIVATE, "a bank waits for its ACT2 at the end");
            }
        }
        check(pendingSync == null, Rule.SYNC_UNUSED, "at the end");
    }

    // ---- verdicts

    void known(boolean known) {
        check(known, Rule.FOREIGN_COMMAND, "found in a trace of this memory");
    }

    void after(long t, long before, long clocks, Rule rule) {
        if (t - before < clocks) {
            violated(rule, t - before + " clocks, at least " + clocks);
        }
    }

    void check(boolean ok, Rule rule, String detail) {
        if (!ok) {
            violated(rule, detail);
        }
    }

    void violated(Rule rule, String detail) {
        count++;
        if (kept.size() < KEPT) {
            kept.add(new Violation(number, text, rule, detail));
        }
    }
}
