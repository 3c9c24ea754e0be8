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

    private final @Nullable String timingSet;
    private final List<Violation> kept = new ArrayList<>();
    private long count;
    private long number;
    private long commands;
    private long lastCycle;
    private boolean ended;
    private String text = "";

    final UnitChecks units = new UnitChecks(this);
    final RowChecks rows = new RowChecks(this);
    final ColumnChecks columns = new ColumnChecks(this);
    private final RefreshChecks refreshes = new RefreshChecks(this);
    private @Nullable CheckedMemory memory;
    String refreshMode = "";
    private RankHistory[][] ranks = {};
    private long rowBusFree;
    private long columnBusFree;
    private @Nullable TraceLine pendingSync;

    // figures in clocks
    int bl;
    int cl;
    int cwl;
    int rp;
    private int rpAll;
    int ras;
    int refreshInterval;
    int refreshLimit;
    int refreshSets;
    private boolean split;
    boolean dataClock;
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

    void require(boolean ok, String allowed) {
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
        columns.open(ranks.length);
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
        refreshes.power(c, rank);
        units.before(c, rank, c.cycle() + length(c.command()) - 1);
        int bank = c.group() * figure("banksPerGroup") + c.bank();
        long t = c.cycle() + length(c.command()) - 1;
        switch (c.command()) {
            case "ACT" -> {
                known(!split);
                rows.activate(c, rank, bank, t);
                rank.banks[bank].open = true;
            }
            case "ACT1" -> {
                known(split);
                check(rank.half < 0, Rule.SPLIT_ACTIVATE, "an ACT1 waits for its ACT2");
                rows.activate(c, rank, bank, t);
                rank.half = bank;
                rank.halfRow = c.last();
                rank.halfAt = t;
            }
            case "ACT2" -> {
                known(split);
                rows.secondHalf(c, rank, bank, t);
            }
            case "RD", "RDA", "WR", "WRA" -> columns.column(c, rank, bank, t);
            case "PRE" -> {
                check(rank.half != bank, Rule.SPLIT_ACTIVATE, "the bank waits for its ACT2");
                rows.prechargeRank(rank, t);
                rows.precharge(rank, bank, t, rp);
            }
            case "PREA" -> {
                check(rank.half < 0, Rule.SPLIT_ACTIVATE, "a bank waits for its ACT2");
                rows.prechargeRank(rank, t);
                for (int b = 0; b < rank.banks.length; b++) {
                    rows.precharge(rank, b, t, rpAll);
                }
            }
            case "REFAB" -> refreshes.refreshAll(rank, t);
            case "REFPB" -> refreshes.refreshBank(rank, bank, t);
            case "CAS" -> {
                known(dataClock);
                pendingSync = c;
            }
            case "PDE" -> refreshes.sleep(rank, t);
            case "ACTS", "PRES", "RDS", "WRS", "WRR", "RDR", "MOD" -> units.command(c, rank, t);
            default -> refreshes.wake(rank, t);
        }
        refreshes.owed(rank, t);
    }

    int length(String command) {
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

    // ---- the end

    private void end(long cycle) {
        require(!ended && cycle >= lastCycle, "one 'end' after the last command");
        ended = true;
        for (RankHistory[] inPseudo : ranks) {
            for (RankHistory rank : inPseudo) {
                refreshes.owed(rank, cycle);
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
