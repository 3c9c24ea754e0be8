package dev.hwc.sim.dram.check;

/**
 * The rules of memories that compute: commands to sets of banks, registers of the units, modes. A set is a number among
 * all, even, odd, none.
 */
final class UnitChecks {
    private static final int EVEN = 1;
    private static final int ODD = 2;
    private static final int NONE = 3;
    private static final int FOUR = 4;

    private final TraceChecker trace;

    UnitChecks(TraceChecker trace) {
        this.trace = trace;
    }

    private int figure(String key) {
        return trace.figure(key);
    }

    private static boolean belongs(int set, int bank) {
        return switch (set) {
            case EVEN -> bank % 2 == 0;
            case ODD -> bank % 2 == 1;
            case NONE -> false;
            default -> true;
        };
    }

    /** What every command must wait for. */
    void before(TraceLine c, RankHistory rank, long t) {
        trace.after(t, rank.modeChanged, figure("tMOD"), Rule.TMOD);
        boolean allowed = switch (c.command()) {
            case "RD", "RDA", "WR", "WRA" -> rank.mode == 0;
            case "RDS", "WRS" -> rank.mode == figure("pimMode");
            case "WRR", "RDR" -> rank.mode >= figure("registerModeFrom");
            case "ACTS", "PRES" -> figure("pimMode") == 0 || rank.mode > 0;
            default -> true;
        };
        trace.check(allowed, Rule.MODE, "the mode is " + rank.mode);
    }

    /** A column of the host after columns of the units. */
    void hostColumn(RankHistory rank, long t, boolean write) {
        long reads = Math.max(rank.unitRead, rank.registerRead);
        long writes = Math.max(rank.unitStore, rank.registerWrite);
        int turn = figure("tCWL") + figure("tBL") + figure("tWTRL");
        trace.after(t, reads, write ? figure("tRTW") : figure("tCCDMAC"), Rule.HOST_AND_UNITS);
        trace.after(t, writes, write ? figure("tCCDLWR") : turn, Rule.HOST_AND_UNITS);
    }

    void command(TraceLine c, RankHistory rank, long t) {
        trace.known(figure("pimUnits") > 0);
        int set = c.group();
        switch (c.command()) {
            case "ACTS" -> {
                trace.known(figure("setActivate") > 0);
                activate(set, rank, t);
            }
            case "PRES" -> {
                trace.rows.prechargeRank(rank, t);
                for (int b = 0; b < rank.banks.length; b++) {
                    if (belongs(set, b)) {
                        trace.rows.precharge(rank, b, t, figure("tRP"));
                    }
                }
            }
            case "RDS" -> read(set, rank, t);
            case "WRS" -> store(set, rank, t);
            case "WRR" -> registerWrite(c, rank, t);
            case "RDR" -> registerRead(c, rank, t);
            default -> mode(c, rank, t);
        }
    }

    private void activate(int set, RankHistory rank, long t) {
        for (int i = 0; i < rank.banks.length; i++) {
            if (belongs(set, i)) {
                BankHistory b = rank.banks[i];
                trace.check(!b.open, Rule.BANK_OPEN, "a bank of the set has an open row");
                trace.after(t, b.precharged, b.recovery, Rule.TRP);
                trace.after(t, b.activated, figure("tRC"), Rule.TRC);
                trace.after(t, b.refreshed, figure("tRFCpb"), Rule.TRFCPB);
                b.open = true;
                b.activated = t;
            }
        }
        trace.after(t, rank.setActivated, figure("tRRDSET"), Rule.TRRDSET);
        trace.after(t, rank.activated, figure("tRRDL"), Rule.TRRD_L);
        trace.after(t, rank.refreshed, figure("tRFCab"), Rule.TRFC);
        if (rank.window.size() == FOUR) {
            trace.after(t, rank.window.removeFirst(), figure("tFAW"), Rule.TFAW);
        }
        rank.window.addLast(t);
        rank.setActivated = t;
    }

    private void open(int set, RankHistory rank, long t, int clocks, Rule rule) {
        for (int i = 0; i < rank.banks.length; i++) {
            if (belongs(set, i)) {
                trace.check(rank.banks[i].open, Rule.BANK_CLOSED, "bank " + i + " of the set has no open row");
                trace.after(t, rank.banks[i].activated, clocks, rule);
            }
        }
    }

    private void read(int set, RankHistory rank, long t) {
        open(set, rank, t, figure("tRCDMAC"), Rule.TRCDMAC);
        trace.after(t, rank.unitRead, figure("tCCDMAC"), Rule.TCCDMAC);
        trace.after(t, rank.registerRead, figure("tCCDMAC"), Rule.TCCDMAC);
        trace.after(t, rank.registerWrite, figure("tREGMAC"), Rule.TREGMAC);
        trace.after(t, rank.unitStore, figure("tSTOREMAC"), Rule.TSTOREMAC);
        trace.after(t, rank.read, figure("tCCDL"), Rule.HOST_AND_UNITS);
        afterHostWrite(rank, t);
        for (int i = 0; i < rank.banks.length; i++) {
            if (belongs(set, i)) {
                rank.banks[i].read = t;
            }
        }
        rank.unitRead = t;
    }

    private void afterHostWrite(RankHistory rank, long t) {
        trace.after(t, rank.write, figure("tCWL") + figure("tBL") + figure("tWTRL"), Rule.HOST_AND_UNITS);
    }

    private void store(int set, RankHistory rank, long t) {
        open(set, rank, t, figure("tRCDWR"), Rule.TRCD);
        trace.after(t, rank.unitStore, figure("tCCDMAC"), Rule.TCCDMAC);
        trace.after(t, rank.registerWrite, figure("tCCDMAC"), Rule.TCCDMAC);
        trace.after(t, rank.unitRead, figure("tMACREG"), Rule.TMACREG);
        hostBeforeWrite(rank, t);
        written(set, rank, t);
        rank.unitStore = t;
    }

    private void hostBeforeWrite(RankHistory rank, long t) {
        trace.after(t, rank.read, figure("tRTW"), Rule.HOST_AND_UNITS);
        trace.after(t, rank.write, figure("tCCDLWR"), Rule.HOST_AND_UNITS);
    }

    private static void written(int set, RankHistory rank, long t) {
        for (int i = 0; i < rank.banks.length; i++) {
            if (belongs(set, i)) {
                rank.banks[i].write = t;
            }
        }
    }

    private void registerWrite(TraceLine c, RankHistory rank, long t) {
        if (figure("registersNeedRow") > 0) {
            trace.check(c.group() != NONE, Rule.BANK_CLOSED, "registers stand in a row, none is named");
            open(c.group(), rank, t, figure("tRCDWR"), Rule.TRCD);
            written(c.group(), rank, t);
        }
        trace.after(t, rank.registerWrite, figure("tCCDREG"), Rule.TCCDREG);
        trace.after(t, rank.unitStore, figure("tCCDMAC"), Rule.TCCDMAC);
        trace.after(t, rank.unitRead, figure("tMACREG"), Rule.TMACREG);
        trace.after(t, rank.registerRead, figure("tREADREG"), Rule.TREADREG);
        hostBeforeWrite(rank, t);
        trace.columns.data(c, rank, t + figure("tREGIN"));
        rank.registerWrite = t;
    }

    private void registerRead(TraceLine c, RankHistory rank, long t) {
        trace.after(t, rank.unitRead, figure("tMACREAD"), Rule.TMACREAD);
        trace.after(t, rank.unitStore, figure("tSTOREMAC"), Rule.TMACREAD);
        trace.after(t, rank.registerWrite, figure("tREGREAD"), Rule.TREGREAD);
        trace.after(t, rank.registerRead, figure("tREADREAD"), Rule.TREADREAD);
        trace.after(t, rank.read, figure("tCCDL"), Rule.HOST_AND_UNITS);
        afterHostWrite(rank, t);
        trace.columns.data(c, rank, t + figure("tREGOUT"));
        rank.registerRead = t;
    }

    private void mode(TraceLine c, RankHistory rank, long t) {
        int data = figure("tCWL") + figure("tBL");
        trace.after(t, rank.write, data, Rule.MODE_SET);
        if (figure("registersNeedRow") > 0) {
            trace.after(t, rank.registerWrite, data, Rule.MODE_SET);
        }
        rank.mode = (int) c.last();
        rank.modeChanged = t;
    }
}
